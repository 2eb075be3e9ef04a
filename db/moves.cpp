#include "db/moves.h"

#include "db/query.h"

namespace db::moves {
namespace {

constexpr auto claim_move = R"sql(
    UPDATE accounts SET moved_to_uri = $2, moved_at = $3
    WHERE id = $1 AND (moved_at IS NULL OR moved_at <= $4)
)sql";
constexpr auto cancel_move = "UPDATE accounts SET moved_to_uri = '' WHERE id = $1";

// One statement each: two changes at once must not lose one of them.
constexpr auto append_alias = R"sql(
    UPDATE accounts SET aliases = aliases || $2::text
    WHERE id = $1 AND $2 <> ALL (aliases) AND cardinality(aliases) < $3
)sql";
constexpr auto delete_alias = R"sql(
    UPDATE accounts SET aliases = array_remove(aliases, $2) WHERE id = $1 AND $2 = ANY (aliases)
)sql";

constexpr auto insert_mutes = R"sql(
    INSERT INTO mutes (account_id, target_id, hide_notifications, expires_at)
    SELECT m.account_id, $2, m.hide_notifications, m.expires_at
    FROM mutes m
    WHERE m.target_id = $1 AND m.account_id <> $2
    ON CONFLICT (account_id, target_id) DO NOTHING
)sql";
constexpr auto insert_notes = R"sql(
    INSERT INTO account_notes (account_id, target_id, comment)
    SELECT n.account_id, $2, n.comment
    FROM account_notes n
    WHERE n.target_id = $1 AND n.account_id <> $2
    ON CONFLICT (account_id, target_id) DO NOTHING
)sql";
constexpr auto insert_list_accounts = R"sql(
    WITH added AS (
        INSERT INTO list_accounts (list_id, account_id, follow_id)
        SELECT la.list_id, $3, f.id
        FROM list_accounts la
        JOIN lists l ON l.id = la.list_id
        JOIN follows f ON f.follower_id = $1 AND f.followed_id = $3
        WHERE l.account_id = $1 AND la.account_id = $2
        ON CONFLICT (list_id, account_id) DO NOTHING
        RETURNING list_id)
    SELECT 1 FROM added a JOIN lists l ON l.id = a.list_id WHERE l.exclusive LIMIT 1
)sql";

constexpr auto select_blockers = R"sql(
    SELECT b.account_id FROM blocks b JOIN accounts a ON a.id = b.account_id
    WHERE b.target_id = $1 AND a.host = '' AND a.deleted_at IS NULL
    ORDER BY b.account_id
)sql";
constexpr auto select_followers = R"sql(
    SELECT f.follower_id FROM follows f JOIN accounts a ON a.id = f.follower_id
    WHERE f.followed_id = $1 AND f.follower_id > $2 AND a.host = '' AND a.deleted_at IS NULL
    ORDER BY f.follower_id LIMIT $3
)sql";

} // namespace

bool claim(Tx& tx, AccountId id, std::string_view target_uri, Time at, Time not_since) {
    return exec(tx, claim_move, id, target_uri, at, not_since).affected_rows() == 1;
}

void cancel(Tx& tx, AccountId id) {
    exec(tx, cancel_move, id);
}

bool add_alias(Tx& tx, AccountId id, std::string_view uri, int most) {
    return exec(tx, append_alias, id, uri, most).affected_rows() == 1;
}

bool remove_alias(Tx& tx, AccountId id, std::string_view uri) {
    return exec(tx, delete_alias, id, uri).affected_rows() == 1;
}

void copy_mutes(Tx& tx, AccountId from, AccountId to) {
    exec(tx, insert_mutes, from, to);
}

void copy_notes(Tx& tx, AccountId from, AccountId to) {
    exec(tx, insert_notes, from, to);
}

bool copy_lists(Tx& tx, AccountId member, AccountId from, AccountId to) {
    return !exec(tx, insert_list_accounts, member, from, to).empty();
}

std::vector<AccountId> local_blockers(Tx& tx, AccountId account) {
    return ids_of<AccountId>(exec(tx, select_blockers, account));
}

std::vector<AccountId> local_followers(Tx& tx, AccountId account, AccountId after, int most) {
    return ids_of<AccountId>(exec(tx, select_followers, account, after, most));
}

} // namespace db::moves
