#include "db/leavings.h"

#include "db/query.h"

namespace db::leavings {
namespace {

constexpr auto insert_leaving = R"sql(
    INSERT INTO leavings (account_id, left_at) VALUES ($1, $2) ON CONFLICT DO NOTHING
)sql";
constexpr auto delete_leaving = "DELETE FROM leavings WHERE account_id = $1";
constexpr auto select_leaving = "SELECT account_id, left_at FROM leavings WHERE account_id = $1";
constexpr auto select_since = R"sql(
    SELECT account_id, left_at FROM leavings WHERE left_at > $1
    ORDER BY left_at DESC, account_id LIMIT 500
)sql";
constexpr auto insert_one_session = R"sql(
    INSERT INTO leaver_sessions (token_hash, account_id, expires_at) VALUES ($1, $2, $3)
)sql";
constexpr auto select_session = R"sql(
    SELECT s.account_id
    FROM leaver_sessions s
    JOIN leavings l ON l.account_id = s.account_id AND l.left_at > $3
    JOIN users u ON u.account_id = s.account_id AND u.state = 'left'
    JOIN accounts a ON a.id = s.account_id AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    WHERE s.token_hash = $1 AND s.expires_at > $2
)sql";
constexpr auto delete_session = "DELETE FROM leaver_sessions WHERE token_hash = $1";
constexpr auto delete_dead = "DELETE FROM leaver_sessions WHERE expires_at <= $1";

Leaving read(Columns c) {
    Leaving leaving;
    leaving.account = c.id<AccountId>();
    leaving.left_at = c.time();
    return leaving;
}

} // namespace

void begin(Tx& tx, AccountId account, Time at) {
    exec(tx, insert_leaving, account, at);
}

void end(Tx& tx, AccountId account) {
    exec(tx, delete_leaving, account);
}

std::optional<Leaving> find(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_leaving, account), read);
}

std::vector<Leaving> list_since(Tx& tx, Time since) {
    return rows_of(exec(tx, select_since, since), read);
}

void insert_session(Tx& tx, const NewSession& session) {
    exec(tx, insert_one_session, session.token_hash, session.account, session.expires_at);
}

std::optional<AccountId> find_session(Tx& tx,
                                      std::string_view token_hash,
                                      Time now,
                                      Time left_since) {
    const auto ids = ids_of<AccountId>(exec(tx, select_session, token_hash, now, left_since));
    if (ids.empty()) return std::nullopt;
    return ids.front();
}

void remove_session(Tx& tx, std::string_view token_hash) {
    exec(tx, delete_session, token_hash);
}

void remove_dead_sessions(Tx& tx, Time now) {
    exec(tx, delete_dead, now);
}

} // namespace db::leavings
