#include "outbox/serve.h"

#include "db/blocks.h"
#include "db/domain_blocks.h"
#include "db/tombstones.h"
#include "db/users.h"
#include "federation/note.h"
#include "federation/uris.h"
#include "outbox/serve_case.h"
#include "outbox/serving.h"
#include "statuses/may_see.h"

namespace outbox {
namespace {

/// Moderators sent the signer away: nothing of ours is theirs to read.
bool is_sent_away(db::Tx& tx, const http::Call& call) {
    if (!call.signer || !call.signer->account) return false;
    const auto signer = db::accounts::find(tx, call.signer->account);
    return signer && signer->suspended_at;
}

bool has_blocked(db::Tx& tx, AccountId owner, const http::Signer& signer) {
    return (signer.account && db::blocks::find(tx, owner, signer.account)) ||
           db::domain_blocks::blocks_host(tx, owner, signer.host);
}

} // namespace

http::Route peer_route(std::string pattern, const ServeDeps& deps, PeerHandler handler) {
    return {.method = "GET",
            .pattern = std::move(pattern),
            .access = http::Access::Peer,
            .handler = [&deps, handler = std::move(handler)](
                           const http::Call& call) -> Result<http::Response> {
                // That a peer read something may be forgotten in a crash.
                db::Tx tx(deps.pool, db::Durability::Lazy);
                if (is_sent_away(tx, call))
                    return Error{Error::Kind::Forbidden, "the signer is suspended here"};
                auto response = handler(tx, deps, call);
                tx.commit();
                return response;
            },
            .media = http::Media::ActivityPub};
}

Result<db::Account> find_member(db::Tx& tx, std::string_view name) {
    auto member = db::accounts::find_by_handle(tx, name, "");
    if (!member || member->is_server_actor) return Error{Error::Kind::NotFound, "no such member"};
    if (member->deleted_at) return Error{Error::Kind::Gone, "deleted member"};
    if (member->suspended_at) {
        const auto user = db::users::find(tx, member->id);
        if (user && user->is_waiting()) return Error{Error::Kind::NotFound, "nobody's yet"};
    }
    return std::move(*member);
}

Result<db::Account> find_owner(db::Tx& tx, const http::Call& call) {
    auto owner = find_member(tx, call.param("name"));
    if (!owner) return owner;
    if (call.signer && has_blocked(tx, owner->id, *call.signer)) {
        return Error{Error::Kind::Forbidden, "the member blocked the signer"};
    }
    return owner;
}

Result<db::Status> find_served(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const auto id = call.status_id("id");
    if (!id) return id.error();
    const std::string name(call.param("name"));
    auto status = db::statuses::find(tx, *id);
    if (!status) {
        const auto uri = federation::status_uri(deps.instance, name, *id);
        const auto tombstone = db::tombstones::find(tx, uri);
        if (tombstone && tombstone->local) return Error{Error::Kind::Gone, "deleted post"};
        return Error{Error::Kind::NotFound, "no such post"};
    }
    const auto author = db::accounts::find(tx, status->author);
    const bool is_there =
        status->local && author && author->username == name && call.signer &&
        statuses::may_see_from_host(tx, call.signer->host, call.signer->account, *status);
    if (!is_there) return Error{Error::Kind::NotFound, "no such post"};
    return std::move(*status);
}

http::Response answer(const Json& document) {
    return http::activity_response(dump_json(document));
}

void add_routes(http::Router& router, const ServeDeps& deps) {
    add_actor_routes(router, deps);
    add_status_routes(router, deps);
    add_discovery_routes(router, deps);
    add_register_routes(router, deps);
    router.add(peer_route("/cases/{id}", deps, serve_case));
}

} // namespace outbox
