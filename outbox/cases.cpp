#include "outbox/cases.h"

#include "base/text.h"
#include "db/audit_log.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "moderation/policy_comparison.h"
#include "outbox/case_files.h"
#include "outbox/case_letters.h"
#include "outbox/case_times.h"
#include "outbox/deliver.h"
#include "outbox/moderate.h"
#include "outbox/moderators.h"

#include <algorithm>

namespace outbox {
namespace {

constexpr std::size_t max_note = 5'000;
constexpr std::size_t max_answer = 2'000;
constexpr std::size_t max_flag_comment = 5'000;
constexpr int most_reports = 1'000;

Error unprocessable(std::string detail, std::string shown) {
    return {Error::Kind::Unprocessable, std::move(detail), std::move(shown)};
}

/// Nobody judges themselves.
Result<db::Case> find_for(db::Tx& tx, const Acting& acting, db::CaseId id) {
    auto one = db::cases::find(tx, id);
    if (!one) return Error{Error::Kind::NotFound, "no such case"};
    if (one->target == acting.account)
        return Error{Error::Kind::Forbidden,
                     "a case about the moderator",
                     "Another moderator decides about you."};
    return std::move(*one);
}

void record(db::Tx& tx,
            const Acting& acting,
            const db::Case& one,
            std::string_view act,
            std::string_view reason = {}) {
    const auto target = db::accounts::find(tx, one.target);
    audit(tx, acting, act, target ? target->uri : "", reason, {{"case", to_string(one.id)}});
}

bool is_cleared(const std::vector<StatusId>& posts,
                const std::vector<db::cases::Cleared>& cleared) {
    return !posts.empty() && std::ranges::all_of(posts, [&](StatusId post) {
        return std::ranges::find(cleared, post, &db::cases::Cleared::status) != cleared.end();
    });
}

db::Case open_case(db::Tx& tx, const Instance& instance, AccountId target, Time at) {
    const bool is_new = db::cases::insert(tx, target, at, own_times(tx, instance));
    const auto whom = is_new ? db::accounts::find(tx, target) : std::nullopt;
    if (whom && !whom->is_local()) look_for_moderators(tx, whom->uri, at);
    return db::cases::find_open(tx, target).value();
}

/// What the servers that reported were told of the case is no longer true.
void update_peers(db::Tx& tx, const Acting& acting, db::CaseId id) {
    const auto one = db::cases::find(tx, id);
    const auto server =
        db::accounts::find_by_uri(tx, federation::server_actor_uri(acting.instance));
    if (!one || !server) return;
    for (const auto& report : db::reports::list_of_case(tx, id, most_reports)) {
        const auto sender = report.sender ? db::accounts::find(tx, report.sender) : std::nullopt;
        if (!sender) continue;
        const auto shown = shown_case(acting.instance, report, *one);
        const auto number = db::statuses::new_id(tx, acting.now).value;
        auto object = federation::render_case(shown);
        Json context = std::move(object["@context"]);
        object.erase("@context");
        const Json update{{"@context", std::move(context)},
                          {"id", federation::fragment_uri(server->uri, "updates", number)},
                          {"type", "Update"},
                          {"actor", server->uri},
                          {"to", Json::array({sender->uri})},
                          {"object", std::move(object)}};
        deliver(tx,
                {.signer = server->id,
                 .body = dump_json(update),
                 .object_uri = shown.id,
                 .inboxes = inbox_of(tx, sender->id)});
    }
}

bool is_clause(std::string_view id) {
    return std::ranges::any_of(moderation::known_clauses(),
                               [id](const auto& clause) { return clause.id == id; });
}

struct OurFlag {
    std::string uri{};
    const db::Account& target;
    const db::Account& server;
    const CaseForward& said;
};

void send_flag(db::Tx& tx, const db::Case& one, const OurFlag& ours) {
    std::vector<std::string> objects{ours.target.uri};
    for (const auto& post : db::cases::list_posts(tx, one.id))
        objects.push_back(post.uri);
    auto address = flag_address(tx, ours.target);
    Json flag = federation::render_flag(
        {.id = ours.uri, .actor = ours.server.uri, .to = {address.to}}, objects, ours.said.comment);
    const auto reports = db::reports::list_of_case(tx, one.id, 1);
    federation::add_flag_terms(flag,
                               {.category = reports.empty() ? "other" : reports.front().category,
                                .clause = ours.said.clause,
                                .case_id = to_string(one.id),
                                .is_urgent = one.urgent,
                                .is_kept = true});
    deliver(tx,
            {.signer = ours.server.id,
             .body = dump_json(flag),
             .object_uri = ours.target.uri,
             .inboxes = std::move(address.inboxes)});
}

} // namespace

db::Report file_report(db::Tx& tx, const Instance& instance, db::Report report, bool is_urgent) {
    const auto cleared = db::cases::cleared_among(tx, report.statuses);
    const bool is_decided = is_cleared(report.statuses, cleared);
    if (is_decided) {
        report.of_case = cleared.front().by;
    } else {
        report.of_case = open_case(tx, instance, report.target, report.created_at).id;
        keep_evidence(tx, report.of_case, report.statuses);
        if (is_urgent) {
            const std::chrono::hours within{own_times(tx, instance).urgent_hours};
            db::cases::make_urgent(tx, report.of_case, report.created_at + within);
        }
    }
    report.id = db::reports::insert(tx, report);
    if (is_decided) db::reports::resolve(tx, report.id, {}, report.created_at);
    return report;
}

db::CaseId case_of(db::Tx& tx, const Instance& instance, const db::Report& report) {
    if (report.of_case) return report.of_case;
    const auto one = open_case(tx, instance, report.target, report.created_at);
    db::reports::set_case(tx, report.id, one.id);
    return one.id;
}

Result<Done> assign_case(db::Tx& tx, const Acting& acting, db::CaseId id) {
    const auto one = find_for(tx, acting, id);
    if (!one) return one.error();
    db::cases::assign(tx, id, acting.account);
    db::cases::acknowledge(tx, id, acting.now);
    db::reports::assign_case(tx, id, acting.account, acting.now);
    record(tx, acting, *one, "report.assign");
    return Done{};
}

Result<Done> unassign_case(db::Tx& tx, const Acting& acting, db::CaseId id) {
    const auto one = find_for(tx, acting, id);
    if (!one) return one.error();
    db::cases::assign(tx, id, {});
    db::reports::assign_case(tx, id, {}, acting.now);
    record(tx, acting, *one, "report.unassign");
    return Done{};
}

Result<Done> mark_case_urgent(db::Tx& tx, const Acting& acting, db::CaseId id) {
    const auto one = find_for(tx, acting, id);
    if (!one) return one.error();
    const std::chrono::hours within{own_times(tx, acting.instance).urgent_hours};
    db::cases::make_urgent(tx, id, acting.now + within);
    record(tx, acting, *one, "report.urgent");
    return Done{};
}

Result<Done> note_on_case(db::Tx& tx,
                          const Acting& acting,
                          db::CaseId id,
                          const std::string& text) {
    const auto one = find_for(tx, acting, id);
    if (!one) return one.error();
    if (text.empty() || !is_valid_utf8(text) || count_code_points(text) > max_note)
        return unprocessable("note", "A note has 1 to 5,000 characters.");
    db::cases::add_note(tx, id, acting.account, text, acting.now);
    db::cases::acknowledge(tx, id, acting.now);
    record(tx, acting, *one, "report.note");
    return Done{};
}

Result<Done> forward_case(db::Tx& tx,
                          const Acting& acting,
                          db::CaseId id,
                          const CaseForward& forward) {
    const auto one = find_for(tx, acting, id);
    if (!one) return one.error();
    const auto target = db::accounts::find(tx, one->target);
    const auto server =
        db::accounts::find_by_uri(tx, federation::server_actor_uri(acting.instance));
    if (!target || target->is_local() || !server)
        return unprocessable("nobody elsewhere", "Whoever was reported is one of ours.");
    if (!is_valid_utf8(forward.comment) || count_code_points(forward.comment) > max_flag_comment)
        return unprocessable("comment", "The comment is too long.");
    if (!forward.clause.empty() && !is_clause(forward.clause))
        return unprocessable("clause", "Choose a clause of the list.");
    const auto number = db::statuses::new_id(tx, acting.now).value;
    const auto uri = federation::fragment_uri(server->uri, "flags", number);
    if (!db::cases::set_forwarded(tx, id, uri, target->host, acting.now))
        return unprocessable("sent before", "It was sent on already.");
    send_flag(tx, *one, {.uri = uri, .target = *target, .server = *server, .said = forward});
    if (const auto promised = times_of(tx, target->host))
        db::cases::set_peer_times(tx, id, acting.now, *promised);
    db::reports::mark_forwarded(tx, id, acting.now);
    db::cases::acknowledge(tx, id, acting.now);
    record(tx, acting, *one, "report.forward", forward.comment);
    return Done{};
}

Result<Done> close_case(db::Tx& tx,
                        const Acting& acting,
                        db::CaseId id,
                        const CaseDecision& decision) {
    const auto one = find_for(tx, acting, id);
    if (!one) return one.error();
    if (!federation::is_outcome(decision.outcome))
        return unprocessable("outcome", "Choose what was decided.");
    if (!is_valid_utf8(decision.note) || count_code_points(decision.note) > max_answer)
        return unprocessable("note", "The answer has at most 2,000 characters.");
    if (!db::cases::close(tx, id, decision.outcome, decision.note, acting.account, acting.now))
        return unprocessable("closed before", "It was decided already.");
    db::cases::acknowledge(tx, id, acting.now);
    db::reports::resolve_case(tx, id, acting.account, acting.now);
    if (decision.outcome == "no-breach") db::cases::clear_posts(tx, id, acting.now);
    record(tx, acting, *one, "report.resolve", decision.outcome);
    tell_reporters(tx, *one, {.outcome = decision.outcome, .note = decision.note});
    update_peers(tx, acting, id);
    return Done{};
}

Result<Done> reopen_case(db::Tx& tx, const Acting& acting, db::CaseId id) {
    const auto one = find_for(tx, acting, id);
    if (!one) return one.error();
    if (!one->closed_at) return unprocessable("open", "It is open.");
    if (db::cases::find_open(tx, one->target))
        return unprocessable("another one is open", "Another case about this account is open.");
    db::cases::reopen(tx, id);
    db::reports::reopen_case(tx, id, acting.now);
    record(tx, acting, *one, "report.reopen");
    update_peers(tx, acting, id);
    return Done{};
}

void close_case_about(db::Tx& tx,
                      const Acting& acting,
                      AccountId target,
                      const CaseDecision& decision) {
    if (const auto one = db::cases::find_open(tx, target))
        (void)close_case(tx, acting, one->id, decision);
}

federation::Case shown_case(const Instance& instance,
                            const db::Report& report,
                            const db::Case& one) {
    return {.id = instance.origin + "/cases/" + to_string(report.id),
            .actor = federation::server_actor_uri(instance),
            .flag = report.uri,
            .is_closed = one.closed_at.has_value(),
            .outcome = one.outcome,
            .note = one.note,
            .opened_at = report.created_at,
            .decide_by = one.decide_by};
}

void accept_flag(db::Tx& tx, const Instance& instance, const db::Report& report) {
    const auto one = db::cases::find(tx, report.of_case);
    const auto sender = db::accounts::find(tx, report.sender);
    const auto server = db::accounts::find_by_uri(tx, federation::server_actor_uri(instance));
    const auto target = db::accounts::find(tx, report.target);
    if (!one || !sender || !server || !target) return;
    auto result = federation::render_case(shown_case(instance, report, *one));
    Json context = std::move(result["@context"]);
    result.erase("@context");
    Json accept = federation::render_accept(
        {.id = federation::fragment_uri(server->uri, "accepts", report.id.value),
         .actor = server->uri,
         .to = {sender->uri}},
        federation::brief_activity(report.uri, "Flag", sender->uri, target->uri));
    accept["@context"] = std::move(context);
    accept["result"] = std::move(result);
    deliver(tx,
            {.signer = server->id,
             .body = dump_json(accept),
             .object_uri = report.uri,
             .inboxes = inbox_of(tx, sender->id)});
}

void hear_outcome(db::Tx& tx, const db::Case& one, const federation::Case& theirs, Time now) {
    db::cases::set_peer_outcome(tx, one.id, theirs.outcome, theirs.note, now);
    const auto target = db::accounts::find(tx, one.target);
    db::audit_log::insert(tx,
                          {.at = now,
                           .actor = one.peer_host,
                           .act = "report.answered",
                           .subject = target ? target->uri : "",
                           .reason = theirs.outcome,
                           .details = {{"case", to_string(one.id)}}});
    if (!theirs.is_closed) return;
    tell_reporters(
        tx, one, {.decided_by = one.peer_host, .outcome = theirs.outcome, .note = theirs.note});
}

} // namespace outbox
