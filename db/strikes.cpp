#include "db/strikes.h"

#include "db/paged.h"
#include "db/query.h"

namespace db {
namespace {

constexpr Sql strike_columns = R"sql(
    SELECT id, account_id, act, status_id, status_uri, reason, made_by, created_at, undone_at,
        appeal, appealed_at, decision, answer, decided_by, decided_at
    FROM strikes
)sql";
constexpr auto select_one = strike_columns + Sql("WHERE id = $1");
constexpr auto select_locked = strike_columns + Sql("WHERE id = $1 FOR UPDATE");
constexpr auto select_of_account =
    strike_columns + Sql("WHERE account_id = $1 ORDER BY id DESC LIMIT 200");
constexpr auto select_appealed = strike_columns + Sql(R"sql(
    WHERE appealed_at IS NOT NULL AND decided_at IS NULL ORDER BY appealed_at LIMIT $1
)sql");
constexpr auto insert_strike = R"sql(
    INSERT INTO strikes (account_id, act, status_id, status_uri, reason, made_by, created_at)
    VALUES ($1, $2, NULLIF($3::bigint, 0), $4, $5, $6, $7)
    RETURNING id
)sql";
constexpr auto update_undone = R"sql(
    UPDATE strikes SET undone_at = $4
    WHERE account_id = $1 AND act = $2 AND undone_at IS NULL
        AND ($3::bigint = 0 OR status_id = $3::bigint)
)sql";
constexpr auto update_appeal =
    "UPDATE strikes SET appeal = $2, appealed_at = $3 WHERE id = $1 AND appealed_at IS NULL";
constexpr auto update_decision = R"sql(
    UPDATE strikes SET decision = $2, answer = $3, decided_by = $4, decided_at = $5
    WHERE id = $1 AND appealed_at IS NOT NULL AND decided_at IS NULL
)sql";

constexpr auto insert_notification = R"sql(
    INSERT INTO notifications (account_id, type, from_id, strike_id, created_at)
    SELECT s.account_id, 'moderation_warning', s.account_id, s.id, s.created_at
    FROM strikes s JOIN users u ON u.account_id = s.account_id AND u.state = 'active'
    WHERE s.id = $1
    RETURNING id, account_id
)sql";
constexpr auto select_told = R"sql(
    SELECT n.id, s.id, s.account_id, s.act, s.status_id, s.status_uri, s.reason, s.made_by,
        s.created_at, s.undone_at, s.appeal, s.appealed_at, s.decision, s.answer, s.decided_by,
        s.decided_at
    FROM notifications n JOIN strikes s ON s.id = n.strike_id
    WHERE n.account_id = $1 AND n.id = ANY ($2::bigint[])
)sql";

constexpr auto select_marks =
    "SELECT forced_sensitive, forced_label, media_removed FROM statuses WHERE id = $1";
// What the author said themselves is in no column; a post that was marked by us alone is unmarked.
constexpr auto force_sensitive = R"sql(
    UPDATE statuses SET forced_sensitive = true, made_sensitive = made_sensitive OR NOT sensitive,
        sensitive = true
    WHERE id = $1 AND NOT forced_sensitive
)sql";
constexpr auto unforce_sensitive = R"sql(
    UPDATE statuses s SET forced_sensitive = false,
        sensitive = sensitive AND (NOT made_sensitive OR a.sensitized_at IS NOT NULL),
        made_sensitive = made_sensitive AND a.sensitized_at IS NOT NULL
    FROM accounts a
    WHERE s.id = $1 AND s.forced_sensitive AND a.id = s.account_id
)sql";
constexpr auto force_label = R"sql(
    UPDATE statuses SET forced_label = $2 WHERE id = $1 AND forced_label = ''
)sql";
constexpr auto unforce_label = R"sql(
    UPDATE statuses SET forced_label = '',
        spoiler_text = CASE
            WHEN spoiler_text = forced_label THEN ''
            WHEN starts_with(spoiler_text, forced_label || ' · ')
                THEN substr(spoiler_text, length(forced_label || ' · ') + 1)
            ELSE spoiler_text END
    WHERE id = $1 AND forced_label <> ''
)sql";
constexpr auto flag_media = "UPDATE statuses SET media_removed = $2 WHERE id = $1";
constexpr auto take_media = R"sql(
    UPDATE media_attachments SET removed_from = status_id, status_id = NULL WHERE status_id = $1
)sql";
constexpr auto give_media = R"sql(
    UPDATE media_attachments SET status_id = removed_from, removed_from = NULL
    WHERE removed_from = $1
)sql";

Strike read_on(Columns& c) {
    Strike strike;
    strike.id = c.id<StrikeId>();
    strike.account = c.id<AccountId>();
    strike.act = c.text();
    strike.status = c.id<StatusId>();
    strike.status_uri = c.text();
    strike.reason = c.text();
    strike.made_by = c.text();
    strike.created_at = c.time();
    strike.undone_at = c.maybe_time();
    strike.appeal = c.text();
    strike.appealed_at = c.maybe_time();
    strike.decision = c.text();
    strike.answer = c.text();
    strike.decided_by = c.text();
    strike.decided_at = c.maybe_time();
    return strike;
}

Strike read(Columns c) {
    return read_on(c);
}

strikes::Told read_told(Columns c) {
    const auto notification = c.id<NotificationId>();
    return {.notification = notification, .strike = read_on(c)};
}

NotificationKey read_key(Columns c) {
    NotificationKey key;
    key.id = c.id<NotificationId>();
    key.account = c.id<AccountId>();
    return key;
}

post_marks::PostMarks read_marks(Columns c) {
    post_marks::PostMarks marks;
    marks.sensitive = c.flag();
    marks.label = c.text();
    marks.media_removed = c.flag();
    return marks;
}

} // namespace

namespace strikes {

StrikeId insert(Tx& tx, const Strike& strike) {
    return ids_of<StrikeId>(exec(tx,
                                 insert_strike,
                                 strike.account,
                                 strike.act,
                                 strike.status,
                                 strike.status_uri,
                                 strike.reason,
                                 strike.made_by,
                                 strike.created_at))
        .front();
}

std::optional<Strike> find(Tx& tx, StrikeId id) {
    return first_of(exec(tx, select_one.text, id), read);
}

std::optional<Strike> find_for_update(Tx& tx, StrikeId id) {
    return first_of(exec(tx, select_locked.text, id), read);
}

std::vector<Strike> list(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_of_account.text, account), read);
}

std::vector<Strike> list_appealed(Tx& tx, int most) {
    return rows_of(exec(tx, select_appealed.text, most), read);
}

void set_undone(Tx& tx, AccountId account, std::string_view act, StatusId status, Time at) {
    exec(tx, update_undone, account, act, status, at);
}

bool set_appeal(Tx& tx, StrikeId id, std::string_view text, Time at) {
    return exec(tx, update_appeal, id, text, at).affected_rows() == 1;
}

bool set_decision(Tx& tx, const Strike& decided) {
    return exec(tx,
                update_decision,
                decided.id,
                decided.decision,
                decided.answer,
                decided.decided_by,
                decided.decided_at)
               .affected_rows() == 1;
}

std::vector<NotificationKey> notify(Tx& tx, StrikeId id) {
    return rows_of(exec(tx, insert_notification, id), read_key);
}

std::vector<Told> of_notifications(Tx& tx,
                                   AccountId account,
                                   const std::vector<NotificationId>& ids) {
    if (ids.empty()) return {};
    return rows_of(exec(tx, select_told, account, ids), read_told);
}

} // namespace strikes

namespace post_marks {

PostMarks find(Tx& tx, StatusId status) {
    return first_of(exec(tx, select_marks, status), read_marks).value_or(PostMarks{});
}

void set_sensitive(Tx& tx, StatusId status, bool forced) {
    exec(tx, forced ? force_sensitive : unforce_sensitive, status);
}

void set_label(Tx& tx, StatusId status, std::string_view label) {
    if (label.empty())
        exec(tx, unforce_label, status);
    else
        exec(tx, force_label, status, label);
}

void set_media_removed(Tx& tx, StatusId status, bool removed) {
    exec(tx, flag_media, status, removed);
    exec(tx, removed ? take_media : give_media, status);
}

} // namespace post_marks
} // namespace db
