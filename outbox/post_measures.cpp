#include "outbox/post_measures.h"

#include "base/text.h"
#include "db/account_standings.h"
#include "db/reports.h"
#include "outbox/edit.h"
#include "outbox/moderate.h"
#include "outbox/strikes.h"
#include "statuses/may_see.h"

#include <algorithm>
#include <array>

namespace outbox {
namespace {

constexpr std::size_t max_text = 5'000;
constexpr std::size_t max_label = 100;
constexpr std::array<std::string_view, 3> names{"remove-media", "mark-sensitive", "label"};

struct Measured {
    db::Status post{};
    db::Account author{};
};

bool is_reported(db::Tx& tx, const PostMeasureDraft& draft, const db::Status& post) {
    if (!draft.report) return false;
    const auto report = db::reports::find(tx, draft.report);
    return report && report->target == post.author &&
           std::ranges::find(report->statuses, post.id) != report->statuses.end();
}

Result<Measured> find_author(db::Tx& tx, db::Status post) {
    const auto author = db::accounts::find(tx, post.author);
    if (!author) return Error{Error::Kind::NotFound, "no author"};
    return Measured{std::move(post), *author};
}

Result<Measured> find_measured(db::Tx& tx, const Acting& acting, const PostMeasureDraft& draft) {
    auto post = db::statuses::find(tx, draft.status);
    if (!post || post->reblog_of ||
        (!statuses::may_see(tx, acting.account, *post) && !is_reported(tx, draft, *post)))
        return Error{Error::Kind::NotFound, "no post for this moderator"};
    if (const auto allowed = check_outranks(tx, acting, post->author); !allowed)
        return allowed.error();
    return find_author(tx, std::move(*post));
}

Error invalid(std::string shown) {
    return {Error::Kind::Unprocessable, "measure", std::move(shown)};
}

Result<Done> check(const PostMeasureDraft& draft) {
    if (!is_valid_utf8(draft.text) || count_code_points(draft.text) > max_text)
        return invalid("Validation failed: Text is too long");
    if (draft.measure != PostMeasure::Label) return Done{};
    const auto label = clean_text(draft.label, max_label, Lines::Join);
    if (label.empty() || label != draft.label)
        return invalid("Write a label of 1 to 100 characters.");
    return Done{};
}

void apply(db::Tx& tx, StatusId post, PostMeasure measure, const std::string& label, bool stands) {
    switch (measure) {
    case PostMeasure::RemoveMedia:
        db::post_marks::set_media_removed(tx, post, stands);
        break;
    case PostMeasure::MarkSensitive:
        db::post_marks::set_sensitive(tx, post, stands);
        break;
    case PostMeasure::Label:
        db::post_marks::set_label(tx, post, stands ? label : "");
        break;
    }
}

bool does_stand(const db::post_marks::PostMarks& marks, PostMeasure measure) {
    switch (measure) {
    case PostMeasure::RemoveMedia:
        return marks.media_removed;
    case PostMeasure::MarkSensitive:
        return marks.sensitive;
    case PostMeasure::Label:
        return !marks.label.empty();
    }
    return false;
}

void tell_peers(db::Tx& tx, const Acting& acting, const Measured& measured) {
    if (!measured.author.is_local()) return;
    auto changed = db::statuses::find(tx, measured.post.id);
    if (!changed) return;
    // Peers take what is newer than what they have.
    changed->edited_at = acting.now;
    db::statuses::update_content(tx, *changed);
    send_update(tx, acting.instance, measured.author, *changed, acting.now);
}

} // namespace

std::optional<PostMeasure> parse_post_measure(std::string_view text) {
    const auto* const found = std::ranges::find(names, text);
    if (found == names.end()) return std::nullopt;
    return static_cast<PostMeasure>(found - names.begin());
}

std::string_view to_string(PostMeasure measure) {
    return names.at(static_cast<std::size_t>(measure));
}

Result<Done> measure_post(db::Tx& tx, const Acting& acting, const PostMeasureDraft& draft) {
    if (const auto valid = check(draft); !valid) return valid;
    const auto measured = find_measured(tx, acting, draft);
    if (!measured) return measured.error();
    const auto& post = measured->post;
    if (does_stand(db::post_marks::find(tx, post.id), draft.measure)) return Done{};
    apply(tx, post.id, draft.measure, draft.label, true);
    tell_peers(tx, acting, *measured);
    Json details = Json::object();
    if (draft.measure == PostMeasure::Label) details["label"] = draft.label;
    const std::string act(to_string(draft.measure));
    audit(tx, acting, "post." + act, post.uri, draft.text, std::move(details));
    if (measured->author.is_local()) {
        strike(tx,
               acting,
               {.account = post.author,
                .act = act,
                .status = post.id,
                .status_uri = post.uri,
                .reason = draft.text},
               true);
    }
    return Done{};
}

Result<Done> undo_post_measure(db::Tx& tx,
                               const Acting& acting,
                               StatusId status,
                               PostMeasure measure) {
    const auto post = db::statuses::find(tx, status);
    if (!post) return Error{Error::Kind::NotFound, "no such post"};
    if (const auto allowed = check_outranks(tx, acting, post->author); !allowed) return allowed;
    return take_back_measure(tx, acting, status, measure);
}

Result<Done> take_back_measure(db::Tx& tx,
                               const Acting& acting,
                               StatusId status,
                               PostMeasure measure) {
    auto post = db::statuses::find(tx, status);
    if (!post) return Error{Error::Kind::NotFound, "no such post"};
    const auto measured = find_author(tx, std::move(*post));
    if (!measured) return measured.error();
    if (!does_stand(db::post_marks::find(tx, status), measure)) return Done{};
    apply(tx, status, measure, "", false);
    tell_peers(tx, acting, *measured);
    const std::string act(to_string(measure));
    audit(tx, acting, "post.un-" + act, measured->post.uri);
    db::strikes::set_undone(tx, measured->author.id, act, status, acting.now);
    return Done{};
}

} // namespace outbox
