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
constexpr auto select_all = R"sql(
    SELECT account_id, duty, given_by, given_at FROM member_duties ORDER BY duty, account_id
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

std::vector<MemberDuty> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

} // namespace db::member_duties
