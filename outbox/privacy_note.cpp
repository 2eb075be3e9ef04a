#include "outbox/privacy_note.h"

#include "base/uri.h"
#include "db/accounts.h"
#include "db/held_items.h"
#include "db/peers.h"
#include "db/privacy_notes.h"
#include "db/users.h"
#include "federation/privacy_note.h"
#include "federation/uris.h"
#include "mail/letters.h"
#include "members/duties.h"
#include "members/permissions.h"
#include "moderation/covenant.h"
#include "moderation/filters.h"
#include "outbox/deliver.h"

#include <fmt/format.h>

namespace outbox {
namespace {

/// Whom that host's policy names, where we know that actor; else its server actor.
std::optional<db::Account> find_contact(db::Tx& tx, const std::string& host) {
    if (const auto policy = moderation::policy_of(tx, host);
        policy && !policy->privacy_contact.empty()) {
        auto named = db::accounts::find_by_uri(tx, policy->privacy_contact);
        if (named && named->host == host && !named->suspended_at && !named->deleted_at)
            return named;
    }
    const auto peer = db::peers::find(tx, host);
    if (!peer || peer->server_actor_uri.empty()) return std::nullopt;
    return db::accounts::find_by_uri(tx, peer->server_actor_uri);
}

} // namespace

void tell_privacy_contact(db::Tx& tx,
                          const Instance& instance,
                          AccountId server_actor,
                          std::string_view post,
                          std::string_view reason,
                          Time now) {
    const auto host = host_of(post);
    const auto contact = find_contact(tx, host);
    if (!contact) return;
    const auto inboxes = inbox_of(tx, contact->id);
    if (inboxes.empty() || !db::privacy_notes::claim(tx, host, now)) return;
    const std::string us = federation::server_actor_uri(instance);
    const Json offer = federation::render_privacy_note(
        {.id = federation::fragment_uri(us, "privacy-notes", now.time_since_epoch().count()),
         .actor = us,
         .about = std::string(post),
         .reason = std::string(reason)},
        contact->uri);
    deliver(tx, {.signer = server_actor, .body = dump_json(offer), .inboxes = inboxes});
}

void tell_privacy_officers(db::Tx& tx, Time now) {
    const auto count = db::held_items::claim_untold(tx, moderation::student_filter, now);
    if (count == 0) return;
    const auto what = fmt::format(
        "Held, since it may name a student: {}. What nobody decides about is not posted.", count);
    const auto officers = members::list_holders(tx, members::Duty::PrivacyOfficer);
    for (const auto officer : officers)
        mail::post(tx,
                   mail::Letter::Alarm,
                   officer,
                   {{"what", what}, {"next", "Decide under Student privacy, at the desk."}});
    if (!officers.empty()) return;
    for (const auto& user : db::users::list(tx)) {
        if (!members::may(user.role, members::Permission::Own)) continue;
        if (user.state != db::MemberState::Active) continue;
        mail::post(tx,
                   mail::Letter::Alarm,
                   user.account,
                   {{"what", what},
                    {"next", "Nobody is privacy officer: charge somebody, under Duties."}});
    }
}

} // namespace outbox
