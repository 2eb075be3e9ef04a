#include "outbox/report.h"

#include "base/text.h"
#include "db/reports.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "outbox/deliver.h"
#include "outbox/not_wanted.h"
#include "statuses/may_see.h"

#include <unordered_set>

namespace outbox {
namespace {

constexpr std::size_t max_reported_statuses = 50;

/// Only the target's posts that the reporter may read: nobody can pull out others' (ATTACKS P07).
std::vector<db::Status> evidence(db::Tx& tx, const Acting& acting, const ReportDraft& draft) {
    auto ids = draft.statuses;
    if (ids.size() > max_reported_statuses) ids.resize(max_reported_statuses);
    const auto visible = statuses::visible_among(tx, acting.account, ids);
    std::vector<db::Status> found;
    for (auto& status : db::statuses::find_all(tx, visible)) {
        if (status.author == draft.target) found.push_back(std::move(status));
    }
    return found;
}

void forward(db::Tx& tx,
             const Acting& acting,
             const db::Account& target,
             const std::vector<db::Status>& posts,
             const std::string& comment) {
    const auto server =
        db::accounts::find_by_uri(tx, federation::server_actor_uri(acting.instance));
    if (!server) return;
    std::vector<std::string> objects{target.uri};
    for (const db::Status& status : posts)
        objects.push_back(status.uri);
    const auto number = db::statuses::new_id(tx, acting.now).value;
    const Json flag =
        federation::render_flag({.id = federation::fragment_uri(server->uri, "flags", number),
                                 .actor = server->uri,
                                 .to = {target.uri}},
                                objects,
                                comment);
    deliver(tx,
            {.signer = server->id,
             .body = dump_json(flag),
             .object_uri = target.uri,
             .inboxes = audience_of(tx, Recipients{.accounts = {target.id}})});
}

} // namespace

Result<ReportId> report(db::Tx& tx, const Acting& acting, const ReportDraft& draft) {
    const auto target = find_other(tx, draft.target);
    if (!target) return target.error();
    if (!is_valid_utf8(draft.comment) || count_code_points(draft.comment) > max_report_comment) {
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = "comment",
                     .shown = "Validation failed: Comment is too long"};
    }
    const auto posts = evidence(tx, acting, draft);
    const bool is_forwarded = draft.forward && !target->is_local();
    db::Report report{.target = target->id,
                      .reporter = acting.account,
                      .comment = draft.comment,
                      .category = draft.category,
                      .forwarded = is_forwarded,
                      .created_at = acting.now};
    for (const db::Status& status : posts)
        report.statuses.push_back(status.id);
    const auto id = db::reports::insert(tx, report);
    if (is_forwarded) forward(tx, acting, *target, posts, draft.comment);
    // Of a commercial partner "spam" says what it says: not wanted (decision 350). Whose word does
    // not count for that has reported all the same.
    if (draft.category == "spam" && is_partner(*target, acting.peers))
        (void)not_wanted(tx, acting, target->id);
    return id;
}

} // namespace outbox
