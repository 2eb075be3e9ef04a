#include "outbox/checkpoint.h"

#include "actors/local.h"
#include "db/account_keys.h"
#include "federation/checkpoint.h"
#include "federation/proof.h"
#include "federation/uris.h"
#include "outbox/deliver.h"

#include <fmt/format.h>

#include <stdexcept>

namespace outbox {
namespace {

constexpr int keepers_wanted = 2;

Json sign(db::Tx& tx, AccountId server_actor, Json document, Time now) {
    const auto row = db::account_keys::find_signing(tx, server_actor, "ed25519", now);
    if (!row) throw std::runtime_error("account_keys: the server actor has no Ed25519 key");
    const auto key = crypto::PrivateKey::from_pem(row->private_pem);
    if (!key) throw std::runtime_error("account_keys: a private key of ours cannot be read");
    auto whole = federation::add_proof(std::move(document), *key, row->key_uri, now);
    if (!whole) throw std::runtime_error("checkpoint: cannot be signed: " + whole.error().detail);
    return std::move(*whole);
}

} // namespace

std::optional<db::audit_chain::Checkpoint> publish_checkpoint(db::Tx& tx,
                                                              const Instance& instance,
                                                              Time now) {
    const auto head = db::audit_chain::head(tx);
    const auto before = db::audit_chain::list_own(tx, 1);
    if (head.number == 0 || (!before.empty() && before.front().number >= head.number))
        return std::nullopt;

    const auto actor = actors::ensure_server_actor(tx, instance, now);
    const auto document =
        sign(tx,
             actor.id,
             federation::render_checkpoint(
                 {.id = federation::fragment_uri(actor.uri, "audit-checkpoints", head.number),
                  .actor = actor.uri,
                  .line = head.number,
                  .hash = head.hash,
                  .at = now}),
             now);
    db::audit_chain::Checkpoint made{
        .number = head.number, .hash = head.hash, .document = dump_json(document), .at = now};
    for (const auto& keeper : db::audit_chain::find_keepers(tx, keepers_wanted)) {
        const auto their_actor = db::accounts::find(tx, keeper.account);
        if (!their_actor) continue;
        const auto id = fmt::format("{}#offers/{}/{}", actor.uri, head.number, made.sent_to.size());
        deliver(
            tx,
            {.signer = actor.id,
             .body = dump_json(federation::render_offer(id, actor.uri, their_actor->uri, document)),
             .inboxes = inbox_of(tx, keeper.account)});
        made.sent_to.push_back(keeper.host);
    }
    db::audit_chain::insert_own(tx, made);
    return made;
}

} // namespace outbox
