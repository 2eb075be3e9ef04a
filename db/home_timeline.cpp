#include "db/home_timeline.h"

#include "db/query.h"

namespace db::home_timeline {
namespace {

constexpr auto insert_status = R"sql(
    INSERT INTO home_timeline (account_id, status_id)
    SELECT d.account_id, d.status_id
    FROM home_definition d JOIN users u ON u.account_id = d.account_id AND u.home_kept
    WHERE d.status_id = $1
    ORDER BY d.account_id
    ON CONFLICT DO NOTHING
)sql";
constexpr auto insert_author = R"sql(
    INSERT INTO home_timeline (account_id, status_id)
    SELECT d.account_id, d.status_id
    FROM home_definition d JOIN users u ON u.account_id = d.account_id AND u.home_kept
    WHERE d.account_id = $1 AND d.author_id = $2
    GROUP BY d.account_id, d.status_id ORDER BY d.status_id DESC LIMIT $3
    ON CONFLICT DO NOTHING
)sql";
// Also replies of others to the author, which stood there because the author was followed. The
// definition is asked for each of these few rows: as NOT EXISTS it may be planned as one hash of the
// whole home.
constexpr auto delete_author = R"sql(
    DELETE FROM home_timeline h USING statuses s
    WHERE h.account_id = $1 AND s.id = h.status_id
      AND (s.account_id = $2 OR s.in_reply_to_account_id = $2)
      AND (SELECT true FROM home_definition d
           WHERE d.account_id = $1 AND d.status_id = h.status_id LIMIT 1) IS NOT TRUE
)sql";

constexpr auto insert_tag = R"sql(
    INSERT INTO home_timeline (account_id, status_id)
    SELECT d.account_id, d.status_id
    FROM home_definition d
    JOIN users u ON u.account_id = d.account_id AND u.home_kept
    JOIN status_tags st ON st.status_id = d.status_id AND st.tag_id = $2
    WHERE d.account_id = $1
    GROUP BY d.account_id, d.status_id ORDER BY d.status_id DESC LIMIT $3
    ON CONFLICT DO NOTHING
)sql";
constexpr auto delete_tag = R"sql(
    DELETE FROM home_timeline h USING status_tags st
    WHERE h.account_id = $1 AND st.status_id = h.status_id AND st.tag_id = $2
      AND (SELECT true FROM home_definition d
           WHERE d.account_id = $1 AND d.status_id = h.status_id LIMIT 1) IS NOT TRUE
)sql";

constexpr auto select_row = "SELECT 1 FROM home_timeline WHERE account_id = $1 AND status_id = $2";
constexpr auto select_kept = "SELECT home_kept FROM users WHERE account_id = $1";
constexpr auto update_kept = "UPDATE users SET home_kept = $2 WHERE account_id = $1";

constexpr auto insert_missing = R"sql(
    INSERT INTO home_timeline (account_id, status_id)
    SELECT account_id, status_id FROM (
        SELECT d.account_id, d.status_id FROM home_definition d
        WHERE d.account_id = $1
        GROUP BY d.account_id, d.status_id ORDER BY d.status_id DESC LIMIT $2
    ) AS newest
    ON CONFLICT DO NOTHING
)sql";
constexpr auto delete_excess = R"sql(
    DELETE FROM home_timeline h
    WHERE h.account_id = $1 AND h.status_id NOT IN (
        SELECT d.status_id FROM home_definition d
        WHERE d.account_id = $1 GROUP BY d.status_id ORDER BY d.status_id DESC LIMIT $2
    )
)sql";
constexpr auto delete_all = "DELETE FROM home_timeline WHERE account_id = $1";

constexpr auto select_kept_members = R"sql(
    SELECT account_id FROM users WHERE home_kept AND account_id > $1 ORDER BY account_id LIMIT $2
)sql";
constexpr auto update_inactive = R"sql(
    UPDATE users SET home_kept = false WHERE home_kept AND last_active_at < $1 RETURNING account_id
)sql";

} // namespace

void add_status(Tx& tx, StatusId status) {
    exec(tx, insert_status, status);
}

bool holds(Tx& tx, AccountId member, StatusId status) {
    return !exec(tx, select_row, member, status).empty();
}

void add_author(Tx& tx, AccountId member, AccountId author) {
    exec(tx, insert_author, member, author, max_rows);
}

void remove_author(Tx& tx, AccountId member, AccountId author) {
    exec(tx, delete_author, member, author);
}

void add_tag(Tx& tx, AccountId member, TagId tag) {
    exec(tx, insert_tag, member, tag, max_rows);
}

void remove_tag(Tx& tx, AccountId member, TagId tag) {
    exec(tx, delete_tag, member, tag);
}

bool is_kept(Tx& tx, AccountId member) {
    const auto rows = exec(tx, select_kept, member);
    return !rows.empty() && Columns(rows.front()).flag();
}

void set_kept(Tx& tx, AccountId member, bool kept) {
    exec(tx, update_kept, member, kept);
}

int add_missing(Tx& tx, AccountId member) {
    return static_cast<int>(exec(tx, insert_missing, member, max_rows).affected_rows());
}

int remove_excess(Tx& tx, AccountId member) {
    return static_cast<int>(exec(tx, delete_excess, member, max_rows).affected_rows());
}

void remove_all(Tx& tx, AccountId member) {
    exec(tx, delete_all, member);
}

std::vector<AccountId> list_kept(Tx& tx, AccountId after, int limit) {
    return ids_of<AccountId>(exec(tx, select_kept_members, after, limit));
}

std::vector<AccountId> forget_inactive(Tx& tx, Time active_since) {
    return ids_of<AccountId>(exec(tx, update_inactive, active_since));
}

} // namespace db::home_timeline
