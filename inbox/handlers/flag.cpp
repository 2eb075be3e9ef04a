#include "base/text.h"
#include "base/uri.h"
#include "db/host_rules.h"
#include "db/object_inboxes.h"
#include "db/peers.h"
#include "db/reports.h"
#include "db/statuses.h"
#include "federation/case.h"
#include "federation/commercial.h"
#include "federation/uris.h"
#include "inbox/handlers.h"
#include "outbox/cases.h"
#include "outbox/not_wanted.h"

#include <algorithm>
#include <set>

namespace inbox {
namespace {

constexpr std::size_t most_posts = 50;
constexpr std::size_t most_comment = 5'000;
constexpr std::chrono::hours once_per{24};

struct Named {
    std::vector<std::string> accounts;
    std::set<StatusId> statuses;
};

void take(Named& named, const House& house, const std::string& uri) {
    const StatusId status = federation::local_status_id(house.instance, uri);
    if (status && named.statuses.size() < most_posts) named.statuses.insert(status);
    if (status) return;
    const std::string name = federation::local_actor_name(house.instance, uri);
    if (name.empty() || std::ranges::find(named.accounts, name) != named.accounts.end()) return;
    named.accounts.push_back(name);
}

// Misskey writes the posts' addresses into the text.
void take_from_text(Named& named, const House& house, std::string_view text) {
    for (auto at = text.find(house.instance.origin); at != std::string_view::npos;
         at = text.find(house.instance.origin, at + 1)) {
        const auto end = text.find_first_of(" \t\r\n<>\"')", at);
        take(named, house, std::string(text.substr(at, end == text.npos ? end : end - at)));
    }
}

std::optional<db::Account> find_target(db::Tx& tx, const Named& named) {
    if (!named.accounts.empty()) return db::accounts::find_by_handle(tx, named.accounts[0], "");
    if (named.statuses.empty()) return std::nullopt;
    const auto status = db::statuses::find(tx, *named.statuses.begin());
    if (!status || !status->local) return std::nullopt;
    return db::accounts::find(tx, status->author);
}

/// Whether that house can have seen the post. Ids can be guessed: without this, a house could lay
/// anybody's private posts before our moderators (ATTACKS P07).
bool reached(db::Tx& tx, const db::Status& status, const std::string& host) {
    if (status.visibility == db::Visibility::Public ||
        status.visibility == db::Visibility::Unlisted)
        return !status.local_only;
    const auto inboxes = db::object_inboxes::list(tx, status.uri);
    return std::ranges::find(inboxes, host, &db::Inbox::host) != inboxes.end();
}

/// One of its people did not want what a commercial partner sent: said by the district itself, and
/// counted only of one whose members are educators.
bool is_not_wanted(const House& house, const Received& received) {
    const auto category = received.activity.document.find("category");
    return category != received.activity.document.end() &&
           *category == federation::not_wanted_category && received.sender.is_server_actor &&
           house.peers.level_of(received.sender.host) == db::PeerLevel::Member;
}

} // namespace

// A report by another house about one of ours; who there reported is not told, and ours is not told
// at all. One a day from a house about a person (ATTACKS D13). The answer is the case that it
// became.
Result<Outcome> handle_flag(db::Tx& tx, const House& house, const Received& received) {
    Named named;
    for (const auto& object : received.activity.objects)
        take(named, house, object.id);
    if (named.accounts.size() > 1)
        return Error{Error::Kind::Forbidden, "flag: more than one target"};
    take_from_text(named, house, received.activity.content);
    const auto target = find_target(tx, named);
    if (!target || !target->is_local() || target->id == house.server_actor) return Outcome::Ignored;
    const std::string& host = received.sender.host;
    if (is_not_wanted(house, received)) {
        const bool counts =
            outbox::take_not_wanted(tx,
                                    house.instance,
                                    {.whom = target->id, .host = host, .uri = received.activity.id},
                                    received.at);
        return counts ? Outcome::Applied : Outcome::Ignored;
    }
    const auto rule = db::host_rules::find_by_host(tx, host);
    if (rule && rule->reject_reports) return Outcome::Ignored;
    if (db::reports::exists_since(tx, host, target->id, received.at - once_per))
        return Outcome::Ignored;
    std::vector<StatusId> posts;
    for (const auto& status :
         db::statuses::find_all(tx, {named.statuses.begin(), named.statuses.end()})) {
        if (status.author == target->id && reached(tx, status, host)) posts.push_back(status.id);
    }
    const auto terms = federation::parse_flag_terms(received.activity.document);
    const auto peer = db::peers::find(tx, host);
    const bool is_member = peer && peer->level == db::PeerLevel::Member;
    const auto report = outbox::file_report(
        tx,
        house.instance,
        {.target = target->id,
         .host = host,
         .uri = received.activity.id,
         .comment = clean_text(received.activity.content, most_comment, Lines::Keep),
         .statuses = std::move(posts),
         .category = terms.category,
         .created_at = received.at,
         .sender = received.sender.id,
         .clause = terms.clause,
         .sender_case = terms.case_id,
         .content_kept = terms.is_kept},
        is_member && terms.is_urgent);
    outbox::accept_flag(tx, house.instance, report);
    return Outcome::Applied;
}

} // namespace inbox
