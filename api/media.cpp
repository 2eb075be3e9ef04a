#include "api/media.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

/// https://docs.joinmastodon.org/methods/media/
namespace api {
namespace {

std::optional<double> read_coordinate(std::string_view text) {
    text = trim(text);
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, value);
    if (failure != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
    return std::clamp(value, -1.0, 1.0);
}

Result<http::Response> take(const Api& api, const http::Call& call, media::Waiting waiting) {
    const auto* file = call.form.file("file");
    if (file == nullptr) return unprocessable("Validation failed: File can't be blank");
    const auto taken = media::upload(api.deps.workshop,
                                     {.owner = call.me(),
                                      .file = *file,
                                      .preview = call.form.file("thumbnail"),
                                      .description = call.form.text("description"),
                                      .focus = read_focus(call.form.text("focus"))},
                                     waiting);
    if (!taken) return taken.error();
    return http::json_response(media_entity(api.instance(), *taken),
                               taken->state == "processing" ? 202 : 200);
}

// POST /api/v2/media
Result<http::Response> upload(const Api& api, const http::Call& call) {
    return take(api, call, media::Waiting::OnlyShortly);
}

// POST /api/v1/media: its clients do not ask again.
Result<http::Response> upload_and_wait(const Api& api, const http::Call& call) {
    return take(api, call, media::Waiting::UntilReady);
}

Result<db::MediaAttachment> find_own(db::Tx& tx, const http::Call& call) {
    const auto id = call.id<MediaTag>("id");
    if (!id) return id.error();
    auto media = db::media_attachments::find(tx, call.me(), *id);
    if (!media) return not_found("no such media of theirs");
    return std::move(*media);
}

// GET /api/v1/media/:id: 206 as long as it is being processed.
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto media = find_own(tx, call);
    if (!media) return media.error();
    if (media->state == "failed") return unprocessable(media->failure);
    return http::json_response(media_entity(api.instance(), *media),
                               media->state == "processing" ? 206 : 200);
}

// PUT /api/v1/media/:id, before it is posted; later the post is edited.
Result<http::Response> update(const Api& api, const http::Call& call) {
    const auto& form = call.form;
    std::optional<db::MediaAttachment> before;
    {
        db::Tx tx(api.deps.pool, db::Durability::PerStatement);
        const auto media = find_own(tx, call);
        if (!media) return media.error();
        if (media->status) return not_found("posted already");
        before = *media;
    }
    if (const auto* preview = form.file("thumbnail")) {
        const auto replaced =
            media::replace_preview(api.deps.workshop, call.me(), before->id, *preview);
        if (!replaced) return replaced.error();
    }
    db::Tx tx(api.deps.pool);
    const auto focus = read_focus(form.text("focus"));
    db::media_attachments::set_description(
        tx,
        before->id,
        clean_text(form.maybe_text("description").value_or(before->description),
                   media::max_description,
                   Lines::Keep),
        focus ? focus : before->focus);
    const auto after = find_own(tx, call);
    if (!after) return after.error();
    tx.commit();
    return http::json_response(media_entity(api.instance(), *after));
}

// DELETE /api/v1/media/:id
Result<http::Response> remove(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto media = find_own(tx, call);
    if (!media) return media.error();
    if (!db::media_attachments::remove(tx, call.me(), media->id))
        return unprocessable("Media attachment is currently used by a status");
    tx.commit();
    return empty_response();
}

} // namespace

std::optional<std::array<double, 2>> read_focus(std::string_view text) {
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const auto x = read_coordinate(text.substr(0, comma));
    const auto y = read_coordinate(text.substr(comma + 1));
    if (!x || !y) return std::nullopt;
    return std::array{*x, *y};
}

std::span<const Row> media_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"POST", "/api/v2/media", Token, "write:media", upload},
        Row{"POST", "/api/v1/media", Token, "write:media", upload_and_wait},
        Row{"GET", "/api/v1/media/{id}", Token, "write:media", show},
        Row{"PUT", "/api/v1/media/{id}", Token, "write:media", update},
        Row{"DELETE", "/api/v1/media/{id}", Token, "write:media", remove},
    };
    return rows;
}

} // namespace api
