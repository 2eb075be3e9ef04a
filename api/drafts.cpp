#include "api/drafts.h"

#include "api/answer.h"
#include "api/find.h"
#include "base/text.h"
#include "outbox/asking.h"
#include "statuses/interactions.h"

#include <algorithm>

namespace api {
namespace {

struct Reach {
    db::Visibility visibility = db::Visibility::Public;
    bool local_only = false;
};

/// "local" is what some clients call a public post that stays here; others say local_only, or
/// federated=false.
Result<Reach> reach_of(const http::Form& form, const Preferences& preferences) {
    auto word = form.text("visibility");
    if (word.empty()) word = preferences.privacy;
    Reach reach{.local_only =
                    form.flag_or("local_only", false) || !form.flag_or("federated", true)};
    if (word == "local") return Reach{.local_only = true};
    const auto visibility = db::parse_visibility(word);
    if (!visibility || *visibility == db::Visibility::Limited) {
        return unprocessable("Validation failed: Visibility is not included in the list");
    }
    reach.visibility = *visibility;
    return reach;
}

/// 0 when the form names none; nothing when what it names is no id. Some clients say `other`.
std::optional<StatusId> status_named(const http::Form& form,
                                     std::string_view name,
                                     std::string_view other = {}) {
    auto text = form.text(name);
    if (text.empty() && !other.empty()) text = form.text(other);
    if (text.empty()) return StatusId{};
    const auto id = parse_id(text);
    if (!id) return std::nullopt;
    return StatusId{*id};
}

} // namespace

std::optional<outbox::PollDraft> poll_of(const http::Form& form) {
    const auto poll = form.child("poll");
    auto options = poll.list("options");
    if (options.empty()) return std::nullopt;
    outbox::PollDraft draft{.options = std::move(options),
                            .multiple = poll.flag_or("multiple", false),
                            .hide_totals = poll.flag_or("hide_totals", false)};
    // Out of bounds is refused by publish(); the clamp only keeps the arithmetic safe.
    if (const auto seconds = poll.number("expires_in")) {
        draft.expires_in = std::chrono::seconds{std::clamp<std::int64_t>(*seconds, 0, 1LL << 32)};
    }
    return draft;
}

std::vector<MediaId> media_of(const http::Form& form) {
    std::vector<MediaId> media;
    for (const auto number : numbers_of(form, "media_ids", 64))
        media.push_back(MediaId{number});
    return media;
}

Result<outbox::Draft> draft_of(const http::Call& call, const Preferences& preferences) {
    const auto& form = call.form;
    const auto reach = reach_of(form, preferences);
    if (!reach) return reach.error();
    auto language = form.text("language");
    if (language.empty()) language = preferences.language;
    if (!is_language(language)) return unprocessable("Validation failed: Language is invalid");
    outbox::Draft draft{
        .text = form.text("status"),
        .spoiler_text = form.text("spoiler_text"),
        .sensitive = form.flag_or("sensitive", preferences.sensitive),
        .language = std::move(language),
        .visibility = reach->visibility,
        .local_only = reach->local_only,
        .quote_policy = form.maybe_text("quote_approval_policy").value_or(preferences.quote_policy),
        .media = media_of(form),
        .poll = poll_of(form),
        .app = call.caller.app,
        .students_reason = std::string(trim(form.text("student_privacy_reason"))),
        .no_student_seen = form.flag_or("no_student_seen", false),
    };
    if (count_code_points(draft.students_reason) > outbox::max_students_reason)
        return unprocessable("Validation failed: Student privacy reason is too long");
    if (form.has("interaction_policy")) {
        auto interactions = statuses::parse_interactions(form.child("interaction_policy"));
        if (!interactions) return interactions.error();
        draft.interactions = std::move(*interactions);
    }
    const auto parent = status_named(form, "in_reply_to_id");
    const auto quoted = status_named(form, "quoted_status_id", "quote_id");
    if (!parent || !quoted) return not_found("parent or quoted post is no id");
    draft.in_reply_to = *parent;
    draft.quoted = *quoted;
    return draft;
}

} // namespace api
