#pragma once

#include "inbox/received.h"

/// One file each in handlers/; the rights are those of PROTOCOL section 12.
namespace inbox {

Result<Outcome> handle_accept(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_add(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_announce(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_block(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_create(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_delete(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_flag(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_follow(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_like(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_move(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_offer(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_quote_request(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_reject(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_remove(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_undo(db::Tx& tx, const House& house, const Received& received);
Result<Outcome> handle_update(db::Tx& tx, const House& house, const Received& received);

/// A Create whose note is a ballot (handlers/vote.cpp).
Result<Outcome> handle_vote(db::Tx& tx,
                            const House& house,
                            const Received& received,
                            const Post& vote);

} // namespace inbox
