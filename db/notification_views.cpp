#include "db/notification_views.h"

#include "db/paged.h"

namespace db::notification_views {
namespace {

constexpr Sql of_member = R"sql(
    SELECT n.id, n.type, n.from_id, n.status_id, n.created_at
    FROM notifications n JOIN accounts a ON a.id = n.from_id
    WHERE n.account_id = $1 AND n.id < $2 AND n.id > $3
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $1 AND b.target_id = n.from_id)
      AND (n.status_id IS NULL OR status_visible(n.status_id, $1))
)sql";
constexpr auto select_page = paged(of_member + Sql(R"sql(
      AND (cardinality($5::text[]) = 0 OR n.type = ANY ($5::text[]))
      AND n.type <> ALL ($6::text[])
      AND ($7::bigint IS NULL OR n.from_id = $7)
)sql"));
constexpr auto select_one = paged(of_member);

constexpr auto count_above_marker = R"sql(
    SELECT count(*) FROM (
        SELECT 1 FROM notifications n JOIN accounts a ON a.id = n.from_id
        WHERE n.account_id = $1
          AND n.id > COALESCE((SELECT last_read_id FROM markers
                               WHERE account_id = $1 AND timeline = 'notifications'), 0)
          AND (cardinality($2::text[]) = 0 OR n.type = ANY ($2::text[]))
          AND n.type <> ALL ($3::text[])
          AND ($4::bigint IS NULL OR n.from_id = $4)
          AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM blocks b
                          WHERE b.account_id = $1 AND b.target_id = n.from_id)
          AND (n.status_id IS NULL OR status_visible(n.status_id, $1))
        LIMIT $5) AS unread
)sql";

NotificationView read(Columns c) {
    NotificationView notification;
    notification.id = c.id<NotificationId>();
    notification.type = c.text();
    notification.from = c.id<AccountId>();
    notification.status = c.id<StatusId>();
    notification.created_at = c.time();
    return notification;
}

} // namespace

std::vector<NotificationView> list(Tx& tx,
                                   AccountId account,
                                   const Filter& filter,
                                   const Page& page) {
    return page_of(tx,
                   select_page,
                   read,
                   page,
                   account,
                   filter.types,
                   filter.exclude_types,
                   or_null(filter.from));
}

std::optional<NotificationView> find(Tx& tx, AccountId account, NotificationId id) {
    const Page just_it{.before = id.value + 1, .after = id.value - 1, .limit = 1};
    const auto found = page_of(tx, select_one, read, just_it, account);
    if (found.empty()) return std::nullopt;
    return found.front();
}

std::int64_t count_unread(Tx& tx, AccountId account, const Filter& filter, int most) {
    return Columns(exec(tx,
                        count_above_marker,
                        account,
                        filter.types,
                        filter.exclude_types,
                        or_null(filter.from),
                        most)
                       .front())
        .number();
}

} // namespace db::notification_views
