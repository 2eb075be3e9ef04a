#include "db/mutes.h"

#include "db/paging.h"
#include "db/query.h"

namespace db::mutes {
namespace {

constexpr auto upsert_mute = R"sql(
    INSERT INTO mutes (account_id, target_id, hide_notifications, expires_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id, target_id) DO UPDATE
    SET hide_notifications = excluded.hide_notifications, expires_at = excluded.expires_at
)sql";
constexpr auto delete_mute = "DELETE FROM mutes WHERE account_id = $1 AND target_id = $2";
constexpr auto select_mutes = R"sql(
    SELECT id, account_id, target_id, hide_notifications, expires_at, created_at FROM mutes
    WHERE account_id = $1 AND target_id = ANY ($2::bigint[]) AND (expires_at IS NULL OR expires_at > $3)
)sql";
constexpr auto select_page = R"sql(
    SELECT id, account_id, target_id, hide_notifications, expires_at, created_at FROM mutes
    WHERE account_id = $1 AND (expires_at IS NULL OR expires_at > $2) AND id > $3 AND id < $4
    ORDER BY id DESC LIMIT $5
)sql";
constexpr auto select_page_upwards = R"sql(
    SELECT id, account_id, target_id, hide_notifications, expires_at, created_at FROM mutes
    WHERE account_id = $1 AND (expires_at IS NULL OR expires_at > $2) AND id > $3 AND id < $4
    ORDER BY id LIMIT $5
)sql";
constexpr auto delete_expired = "DELETE FROM mutes WHERE expires_at <= $1";

Mute read(Columns c) {
    Mute mute;
    mute.id = c.number();
    mute.account = c.id<AccountId>();
    mute.target = c.id<AccountId>();
    mute.hide_notifications = c.flag();
    mute.expires_at = c.maybe_time();
    mute.created_at = c.time();
    return mute;
}

} // namespace

void put(Tx& tx, const Mute& mute) {
    exec(tx, upsert_mute, mute.account, mute.target, mute.hide_notifications, mute.expires_at);
}

bool remove(Tx& tx, AccountId account, AccountId target) {
    return exec(tx, delete_mute, account, target).affected_rows() == 1;
}

std::optional<Mute> find(Tx& tx, AccountId account, AccountId target, Time now) {
    return first_of(exec(tx, select_mutes, account, std::vector{target}, now), read);
}

std::vector<Mute> find_all(Tx& tx,
                           AccountId account,
                           const std::vector<AccountId>& targets,
                           Time now) {
    return rows_of(exec(tx, select_mutes, account, targets, now), read);
}

std::vector<Mute> list(Tx& tx, AccountId account, const Page& page, Time now) {
    return page_of(tx, {select_page, select_page_upwards}, read, page, account, now);
}

void remove_expired(Tx& tx, Time now) {
    exec(tx, delete_expired, now);
}

} // namespace db::mutes
