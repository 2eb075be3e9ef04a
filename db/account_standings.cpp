#include "db/account_standings.h"

#include "db/paged.h"
#include "db/query.h"

namespace db::account_standings {
namespace {

Standing read(Columns c) {
    Standing standing;
    standing.account = c.id<AccountId>();
    standing.is_member = c.flag();
    standing.email = c.text();
    standing.locale = c.text();
    standing.sign_up_reason = c.text();
    standing.sign_up_app = c.id<AppId>();
    standing.role = parse_role(c.text());
    standing.state = parse_member_state(c.text());
    standing.confirmed = c.flag();
    standing.approved = c.flag();
    standing.suspended = c.flag();
    standing.silenced = c.flag();
    standing.sensitized = c.flag();
    return standing;
}

AccountId read_id(Columns c) {
    return c.id<AccountId>();
}

// Whoever waits to be let in is hidden by `suspended_at`, too, and is "pending" alone.
constexpr auto of_filter = paged(Sql(R"sql(
    SELECT a.id
    FROM accounts a LEFT JOIN users u ON u.account_id = a.id
    WHERE a.deleted_at IS NULL AND NOT a.is_server_actor
      AND ($1 = '' OR ($1 = 'local') = (a.host = ''))
      AND CASE $5
            WHEN '' THEN true
            WHEN 'pending' THEN u.approved_at IS NULL AND u.account_id IS NOT NULL
            WHEN 'active' THEN a.suspended_at IS NULL AND coalesce(u.state, 'active') = 'active'
            WHEN 'disabled' THEN u.state = 'disabled'
            WHEN 'silenced' THEN a.limited_at IS NOT NULL
            WHEN 'sensitized' THEN a.sensitized_at IS NOT NULL
            WHEN 'suspended' THEN a.suspended_at IS NOT NULL
                AND (u.account_id IS NULL OR u.suspended_waiting
                     OR (u.approved_at IS NOT NULL AND u.confirmed_at IS NOT NULL))
            ELSE false
          END
      AND (NOT $6::boolean OR u.role <> '')
      AND starts_with(lower(a.username), lower($7))
      AND ($8 = '' OR position(lower($8) IN lower(a.display_name)) > 0)
      AND ($9 = '' OR a.domain = lower($9))
      AND ($10 = '' OR starts_with(lower(u.email), lower($10)))
      AND a.id < $2 AND a.id > $3
      AND ($11::bigint = 0
           OR looks_after($11, a.id, ($12::timestamptz AT TIME ZONE 'UTC')::date))
)sql"));

constexpr auto select_standings = R"sql(
    SELECT a.id, u.account_id IS NOT NULL, u.email, u.locale, u.sign_up_reason, u.sign_up_app_id,
        coalesce(u.role, ''), coalesce(u.state, 'active'),
        u.account_id IS NULL OR u.confirmed_at IS NOT NULL,
        u.account_id IS NULL OR u.approved_at IS NOT NULL,
        a.suspended_at IS NOT NULL
            AND (u.account_id IS NULL OR u.suspended_waiting
                     OR (u.approved_at IS NOT NULL AND u.confirmed_at IS NOT NULL)),
        a.limited_at IS NOT NULL, a.sensitized_at IS NOT NULL
    FROM accounts a LEFT JOIN users u ON u.account_id = a.id
    WHERE a.id = ANY ($1::bigint[]) AND a.deleted_at IS NULL AND NOT a.is_server_actor
)sql";

constexpr auto update_sensitized = "UPDATE accounts SET sensitized_at = $2 WHERE id = $1";
constexpr auto mark_sensitive = R"sql(
    UPDATE statuses SET sensitive = true, made_sensitive = true
    WHERE account_id = $1 AND NOT sensitive AND reblog_of_id IS NULL
)sql";
constexpr auto unmark_sensitive = R"sql(
    UPDATE statuses SET sensitive = false, made_sensitive = false
    WHERE account_id = $1 AND made_sensitive
)sql";
constexpr auto count_live_owners = R"sql(
    SELECT count(*) FROM users u JOIN accounts a ON a.id = u.account_id
    WHERE u.role = 'owner' AND u.state = 'active' AND a.suspended_at IS NULL
        AND a.deleted_at IS NULL
)sql";

} // namespace

std::vector<AccountId> list(Tx& tx, const Filter& filter, const Page& page) {
    return page_of(tx,
                   of_filter,
                   read_id,
                   page,
                   filter.origin,
                   filter.status,
                   filter.staff_only,
                   filter.username,
                   filter.display_name,
                   filter.domain,
                   filter.email,
                   filter.looked_after_by,
                   filter.today);
}

std::optional<Standing> find(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_standings, std::vector{account}), read);
}

std::vector<Standing> find_all(Tx& tx, const std::vector<AccountId>& accounts) {
    return rows_of(exec(tx, select_standings, accounts), read);
}

void set_sensitized(Tx& tx, AccountId account, std::optional<Time> at) {
    exec(tx, update_sensitized, account, at);
}

void mark_statuses(Tx& tx, AccountId account) {
    exec(tx, mark_sensitive, account);
}

void unmark_statuses(Tx& tx, AccountId account) {
    exec(tx, unmark_sensitive, account);
}

std::int64_t count_owners(Tx& tx) {
    return Columns(exec(tx, count_live_owners).front()).number();
}

} // namespace db::account_standings
