#include "outbox/case_posts.h"

#include "base/text.h"
#include "db/reports.h"
#include "outbox/cases.h"
#include "outbox/moderate.h"
#include "outbox/post_measures.h"
#include "outbox/remove.h"
#include "outbox/strikes.h"
#include "statuses/remove.h"

#include <algorithm>

namespace outbox {
namespace {

constexpr std::string_view delete_act = "delete";
constexpr int most_reports = 1'000;
constexpr std::size_t max_text = 5'000;

Error no_post() {
    return {Error::Kind::NotFound, "no such post in that case", "That post is not in this case."};
}

Result<db::Status> find_post(db::Tx& tx, const db::Case& one, StatusId id) {
    const auto kept = db::cases::list_posts(tx, one.id);
    if (std::ranges::find(kept, id, &db::CasePost::status) == kept.end()) return no_post();
    auto post = db::statuses::find(tx, id);
    if (!post || post->author != one.target) return no_post();
    return std::move(*post);
}

/// A report that names the post lets the moderator act on it, whoever may read it else.
ReportId report_of(db::Tx& tx, db::CaseId id, StatusId post) {
    for (const auto& report : db::reports::list_of_case(tx, id, most_reports))
        if (std::ranges::find(report.statuses, post) != report.statuses.end()) return report.id;
    return {};
}

Result<Done> delete_post(db::Tx& tx,
                         const Acting& acting,
                         const db::Status& post,
                         const std::string& reason) {
    if (const auto allowed = check_outranks(tx, acting, post.author); !allowed) return allowed;
    const auto author = db::accounts::find(tx, post.author);
    if (!author) return no_post();
    if (!is_valid_utf8(reason) || count_code_points(reason) > max_text)
        return Error{Error::Kind::Unprocessable, "reason", "The reason is too long."};
    audit(tx, acting, "post.delete", post.uri, reason);
    if (!author->is_local()) {
        statuses::remove_status(tx, post, acting.now);
        return Done{};
    }
    strike(tx,
           acting,
           {.account = author->id,
            .act = std::string(delete_act),
            .status_uri = post.uri,
            .reason = reason},
           true);
    remove_post(tx, *author, post, acting.now);
    return Done{};
}

struct Came {
    std::string_view outcome;
    std::string_view words;
};

Came came_of(std::string_view measure, bool is_ours) {
    if (measure == delete_act) return {"removed", "The post was deleted."};
    if (measure == "remove-media")
        return {"removed", "The post's pictures and films were removed."};
    const std::string_view outcome = is_ours ? "warned" : "limited";
    if (measure == "label") return {outcome, "The post got a content warning."};
    return {outcome, "The post was marked as sensitive."};
}

} // namespace

Result<Done> act_on_case_post(db::Tx& tx,
                              const Acting& acting,
                              db::CaseId id,
                              const CasePostAct& act) {
    const auto one = db::cases::find(tx, id);
    if (!one || one->target == acting.account) return no_post();
    if (one->closed_at)
        return Error{Error::Kind::Unprocessable, "closed", "It was decided already."};
    const auto measure = parse_post_measure(act.measure);
    if (!measure && act.measure != delete_act)
        return Error{Error::Kind::Unprocessable, "measure", "Choose what to do with the post."};
    const auto post = find_post(tx, *one, act.status);
    if (!post) return post.error();
    const auto done = measure ? measure_post(tx,
                                             acting,
                                             {.status = post->id,
                                              .measure = *measure,
                                              .label = act.label,
                                              .text = act.text,
                                              .report = report_of(tx, id, post->id)})
                              : delete_post(tx, acting, *post, act.text);
    if (!done) return done;
    const auto came = came_of(act.measure, post->local);
    return close_case(tx,
                      acting,
                      id,
                      {.outcome = std::string(came.outcome),
                       .note = act.answer.empty() ? std::string(came.words) : act.answer});
}

} // namespace outbox
