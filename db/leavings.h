#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string_view>
#include <vector>

namespace db {

/// A row of `leavings`: a member whose state is `left`.
struct Leaving {
    AccountId account{};
    Time left_at{};
};

} // namespace db

namespace db::leavings {

/// Who left before stays one who left then.
void begin(Tx& tx, AccountId account, Time at);
/// They are back, or deleted: leaver's sessions and requests go, too.
void end(Tx& tx, AccountId account);
std::optional<Leaving> find(Tx& tx, AccountId account);
/// Who left after `since`, the latest first, at most 500.
std::vector<Leaving> list_since(Tx& tx, Time since);

/// A leaver's browser.
struct NewSession {
    std::string_view token_hash{};
    AccountId account{};
    Time expires_at{};
};
void insert_session(Tx& tx, const NewSession& session);
/// Whose it is. Nothing when it expired, or when the member is back, suspended, deleted, or left
/// before `left_since`.
std::optional<AccountId> find_session(Tx& tx,
                                      std::string_view token_hash,
                                      Time now,
                                      Time left_since);
void remove_session(Tx& tx, std::string_view token_hash);
/// Expired sessions.
void remove_dead_sessions(Tx& tx, Time now);

} // namespace db::leavings
