#include "api/answer.h"
#include "api/api.h"
#include "base/html.h"
#include "db/accounts.h"
#include "db/statuses.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// How other sites show a link to a post of ours (oembed.com).
namespace api {
namespace {

constexpr std::int64_t usual_width = 400;
constexpr std::int64_t most_pixels = 10'000;

std::optional<std::int64_t> size_of(const http::Form& form, const char* name) {
    const auto size = form.number(name);
    if (!size || *size <= 0) return std::nullopt;
    return std::min(*size, most_pixels);
}

// GET /api/oembed?url=. Posts are for those who sign in, so the answer says whose it is and leads
// there; it has nothing of the post's content.
Result<http::Response> show(const Api& api, const http::Call& call) {
    const auto url = call.form.text("url");
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    auto status = db::statuses::find_by_uri(tx, url);
    if (!status && !url.empty()) status = db::statuses::find_by_url(tx, url);
    const bool is_ours = status && status->local && !status->is_boost() && !status->local_only &&
                         db::is_open(status->visibility);
    const auto author = is_ours ? db::accounts::find(tx, status->author) : std::nullopt;
    if (!author || !author->is_visible()) return not_found("no such post of ours");

    const auto& instance = api.instance();
    const auto name = author->display_name.empty() ? author->username : author->display_name;
    const auto handle = "@" + author->username + "@" + instance.handle_host;
    const auto height = size_of(call.form, "maxheight");
    return http::json_response({
        {"type", "rich"},
        {"version", "1.0"},
        {"title", fmt::format("New status by {}", name)},
        {"author_name", name},
        {"author_url", author->url},
        {"provider_name", instance.handle_host},
        {"provider_url", instance.origin + "/"},
        {"cache_age", 86'400},
        {"html",
         fmt::format(R"(<blockquote class="mastodon-embed"><a href="{}">{}</a></blockquote>)",
                     escape_html(status->url),
                     escape_html("Post by " + handle))},
        {"width", size_of(call.form, "maxwidth").value_or(usual_width)},
        {"height", height ? Json(*height) : Json()},
    });
}

} // namespace

std::span<const Row> oembed_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/oembed", Anyone, "", show},
    };
    return rows;
}

} // namespace api
