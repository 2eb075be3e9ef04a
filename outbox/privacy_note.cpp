#include "outbox/privacy_note.h"

#include "base/uri.h"
#include "db/accounts.h"
#include "db/peers.h"
#include "db/privacy_notes.h"
#include "federation/privacy_note.h"
#include "federation/uris.h"
#include "outbox/deliver.h"

namespace outbox {

void tell_privacy_contact(db::Tx& tx,
                          const Instance& instance,
                          AccountId server_actor,
                          std::string_view post,
                          std::string_view reason,
                          Time now) {
    const auto host = host_of(post);
    const auto peer = db::peers::find(tx, host);
    if (!peer || peer->server_actor_uri.empty()) return;
    const auto contact = db::accounts::find_by_uri(tx, peer->server_actor_uri);
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

} // namespace outbox
