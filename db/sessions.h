#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `sessions`: a browser that is signed in.
struct Session {
    std::string token_hash{};
    AccountId account{};
    Time created_at{};
    Time seen_at{};
    Time expires_at{};   ///< Whatever happens.
    std::string agent{}; ///< What the browser calls itself, cut and cleaned.
};

} // namespace db

namespace db::sessions {

void insert(Tx& tx, const Session& session);

/// A session whose member may come in, and whether they owe us a new password.
struct Live {
    Session session{};
    bool must_change_password = false;
};
/// Nothing when it expired by `now`, was not seen since `seen_since`, or its member is not active
/// or suspended.
std::optional<Live> find_live(Tx& tx, std::string_view token_hash, Time now, Time seen_since);
/// Live ones, the latest seen first.
std::vector<Session> list_of(Tx& tx, AccountId account, Time now, Time seen_since);

void set_seen(Tx& tx, std::string_view token_hash, Time at);
/// False: there was none of that member.
bool remove(Tx& tx, std::string_view token_hash, AccountId account);
void remove_of(Tx& tx, AccountId account);
void remove_dead(Tx& tx, Time now, Time seen_since);

} // namespace db::sessions
