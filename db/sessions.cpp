#include "db/sessions.h"

#include "db/query.h"

namespace db::sessions {
namespace {

Session read(Columns& c) {
    Session session;
    session.token_hash = c.text();
    session.account = c.id<AccountId>();
    session.created_at = c.time();
    session.seen_at = c.time();
    session.expires_at = c.time();
    session.agent = c.text();
    return session;
}

Session read_session(Columns c) {
    return read(c);
}

Live read_live(Columns c) {
    Live live;
    live.session = read(c);
    live.must_change_password = c.flag();
    return live;
}

constexpr auto insert_session = R"sql(
    INSERT INTO sessions (token_hash, account_id, created_at, seen_at, expires_at, agent)
    VALUES ($1, $2, $3, $4, $5, $6)
)sql";

constexpr auto select_live = R"sql(
    SELECT s.token_hash, s.account_id, s.created_at, s.seen_at, s.expires_at, s.agent,
        u.must_change_password
    FROM sessions s
    JOIN users u ON u.account_id = s.account_id AND u.state = 'active'
    JOIN accounts a ON a.id = s.account_id AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3
)sql";

constexpr auto select_of_account = R"sql(
    SELECT token_hash, account_id, created_at, seen_at, expires_at, agent
    FROM sessions WHERE account_id = $1 AND expires_at > $2 AND seen_at > $3
    ORDER BY seen_at DESC, created_at DESC LIMIT 100
)sql";

constexpr auto update_seen =
    "UPDATE sessions SET seen_at = greatest(seen_at, $2) WHERE token_hash = $1";
constexpr auto delete_one = "DELETE FROM sessions WHERE token_hash = $1 AND account_id = $2";
constexpr auto delete_of_account = "DELETE FROM sessions WHERE account_id = $1";
constexpr auto delete_dead = "DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2";

} // namespace

void insert(Tx& tx, const Session& session) {
    exec(tx,
         insert_session,
         session.token_hash,
         session.account,
         session.created_at,
         session.seen_at,
         session.expires_at,
         session.agent);
}

std::optional<Live> find_live(Tx& tx, std::string_view token_hash, Time now, Time seen_since) {
    return first_of(exec(tx, select_live, token_hash, now, seen_since), read_live);
}

std::vector<Session> list_of(Tx& tx, AccountId account, Time now, Time seen_since) {
    return rows_of(exec(tx, select_of_account, account, now, seen_since), read_session);
}

void set_seen(Tx& tx, std::string_view token_hash, Time at) {
    exec(tx, update_seen, token_hash, at);
}

bool remove(Tx& tx, std::string_view token_hash, AccountId account) {
    return exec(tx, delete_one, token_hash, account).affected_rows() == 1;
}

void remove_of(Tx& tx, AccountId account) {
    exec(tx, delete_of_account, account);
}

void remove_dead(Tx& tx, Time now, Time seen_since) {
    exec(tx, delete_dead, now, seen_since);
}

} // namespace db::sessions
