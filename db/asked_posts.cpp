#include "db/asked_posts.h"

#include "db/query.h"

namespace db::asked_posts {
namespace {

AskedPost read(Columns c) {
    AskedPost asked;
    asked.id = c.id<AskedPostId>();
    asked.account = c.id<AccountId>();
    asked.draft = c.json();
    asked.reason = c.text();
    asked.scheduled_at = c.maybe_time();
    asked.asked_at = c.time();
    return asked;
}

constexpr auto upsert = R"sql(
    INSERT INTO asked_posts (account_id, draft, digest, reason, scheduled_at, asked_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (account_id, digest) DO UPDATE SET
        reason = excluded.reason, scheduled_at = excluded.scheduled_at,
        asked_at = excluded.asked_at
    RETURNING id
)sql";
constexpr auto select_own = R"sql(
    SELECT id, account_id, draft, reason, scheduled_at, asked_at
    FROM asked_posts WHERE account_id = $1 ORDER BY asked_at DESC, id DESC
)sql";
constexpr auto delete_one = R"sql(
    DELETE FROM asked_posts WHERE account_id = $1 AND id = $2
    RETURNING id, account_id, draft, reason, scheduled_at, asked_at
)sql";
constexpr auto delete_oldest = R"sql(
    DELETE FROM asked_posts WHERE id = ANY (ARRAY(
        SELECT id FROM asked_posts WHERE account_id = $1
        ORDER BY asked_at DESC, id DESC OFFSET $2))
)sql";
constexpr auto delete_old = "DELETE FROM asked_posts WHERE asked_at < $1";

} // namespace

AskedPostId put(Tx& tx, const AskedPost& asked, std::string_view digest) {
    const auto rows = exec(tx,
                           upsert,
                           asked.account,
                           asked.draft,
                           digest,
                           asked.reason,
                           asked.scheduled_at,
                           asked.asked_at);
    return Columns(rows.front()).id<AskedPostId>();
}

std::vector<AskedPost> list(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_own, account), read);
}

std::optional<AskedPost> take(Tx& tx, AccountId account, AskedPostId id) {
    return first_of(exec(tx, delete_one, account, id), read);
}

void trim(Tx& tx, AccountId account, int most) {
    exec(tx, delete_oldest, account, most);
}

void remove_older_than(Tx& tx, Time limit) {
    exec(tx, delete_old, limit);
}

} // namespace db::asked_posts
