#include "db/member_duties.h"

#include "db/query.h"

namespace db::member_duties {
namespace {

MemberDuty read(Columns c) {
    MemberDuty duty;
    duty.account = c.id<AccountId>();
    duty.duty = c.text();
    duty.given_by = c.text();
    duty.given_at = c.time();
    return duty;
}

constexpr auto insert_one = R"sql(
    INSERT INTO member_duties (account_id, duty, given_by) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING
)sql";
constexpr auto delete_one = "DELETE FROM member_duties WHERE account_id = $1 AND duty = $2";
constexpr auto select_one = "SELECT 1 FROM member_duties WHERE account_id = $1 AND duty = $2";
constexpr auto select_of = "SELECT duty FROM member_duties WHERE account_id = $1 ORDER BY duty";
constexpr auto select_all = R"sql(
    SELECT account_id, duty, given_by, given_at FROM member_duties ORDER BY duty, account_id
)sql";
constexpr auto select_staff = R"sql(
    SELECT u.account_id FROM users u
    WHERE u.state = 'active'
      AND (u.role <> '' OR EXISTS (SELECT 1 FROM member_duties d WHERE d.account_id = u.account_id))
    ORDER BY u.account_id
)sql";
constexpr auto select_holders = R"sql(
    SELECT u.account_id FROM users u
    WHERE u.state = 'active' AND u.confirmed_at IS NOT NULL AND u.approved_at IS NOT NULL
      AND ((u.role = $2 AND $2 <> '')
           OR EXISTS (SELECT 1 FROM member_duties d
                      WHERE d.account_id = u.account_id AND d.duty = $1))
    ORDER BY u.account_id
)sql";

} // namespace

bool insert(Tx& tx, const MemberDuty& duty) {
    return exec(tx, insert_one, duty.account, duty.duty, duty.given_by).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, std::string_view duty) {
    return exec(tx, delete_one, account, duty).affected_rows() == 1;
}

bool has(Tx& tx, AccountId account, std::string_view duty) {
    return !exec(tx, select_one, account, duty).empty();
}

std::vector<std::string> list_of(Tx& tx, AccountId account) {
    return rows_of(
        exec(tx, select_of, account), +[](Columns c) { return c.text(); });
}

std::vector<MemberDuty> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

std::vector<AccountId> list_staff(Tx& tx) {
    return ids_of<AccountId>(exec(tx, select_staff));
}

std::vector<AccountId> list_holders(Tx& tx, std::string_view duty, std::string_view or_role) {
    return ids_of<AccountId>(exec(tx, select_holders, duty, or_role));
}

} // namespace db::member_duties
