#include "db/guests.h"

#include "db/query.h"

namespace db::guests {
namespace {

constexpr auto insert_one = R"sql(
    INSERT INTO guests (account_id, until, invited_by)
    SELECT $1, guest_until, made_by FROM invitations WHERE id = $2 AND guest_until IS NOT NULL
)sql";
constexpr auto insert_circle = R"sql(
    INSERT INTO guest_circles (guest_id, member_id)
    SELECT $1, u.account_id FROM invitations i JOIN users u ON u.account_id = ANY (i.circle)
    WHERE i.id = $2
)sql";
constexpr auto update_mark = R"sql(
    UPDATE accounts SET guest_until = (SELECT until AT TIME ZONE 'UTC' FROM guests
                                       WHERE account_id = $1)::date,
        discoverable = false, indexable = false
    WHERE id = $1
)sql";
constexpr auto select_one =
    "SELECT account_id, until, invited_by, ended_at FROM guests WHERE account_id = $1";
constexpr auto select_due = R"sql(
    SELECT account_id FROM guests WHERE ended_at IS NULL AND until <= $1 ORDER BY account_id
)sql";
constexpr auto update_ended = "UPDATE guests SET ended_at = $2 WHERE account_id = $1";
constexpr auto select_reached = "SELECT reached_by_guest($1, $2::bigint[])";

Guest read(Columns c) {
    Guest guest;
    guest.account = c.id<AccountId>();
    guest.until = c.time();
    guest.invited_by = c.text();
    guest.ended_at = c.maybe_time();
    return guest;
}

} // namespace

bool insert_by(Tx& tx, AccountId account, InvitationId invitation) {
    if (exec(tx, insert_one, account, invitation).affected_rows() == 0) return false;
    exec(tx, insert_circle, account, invitation);
    exec(tx, update_mark, account);
    return true;
}

std::optional<Guest> find(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_one, account), read);
}

std::vector<AccountId> list_due(Tx& tx, Time now) {
    return ids_of<AccountId>(exec(tx, select_due, now));
}

void set_ended(Tx& tx, AccountId account, Time now) {
    exec(tx, update_ended, account, now);
}

std::vector<AccountId> reached(Tx& tx, AccountId guest, const std::vector<AccountId>& targets) {
    if (targets.empty()) return {};
    return ids_of<AccountId>(exec(tx, select_reached, guest, targets));
}

} // namespace db::guests
