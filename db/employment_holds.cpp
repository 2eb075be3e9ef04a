#include "db/employment_holds.h"

#include "db/query.h"

namespace db::employment_holds {
namespace {

EmploymentHold read(Columns c) {
    EmploymentHold hold;
    hold.source = c.text();
    hold.was_open = c.flag();
    hold.reason = c.text();
    return hold;
}

constexpr auto insert_one = R"sql(
    INSERT INTO employment_holds (account_id, source, was_open, reason, since)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account_id, source) DO NOTHING
)sql";
constexpr auto select_of_account = R"sql(
    SELECT source, was_open, reason FROM employment_holds WHERE account_id = $1 ORDER BY source
)sql";
constexpr auto update_was_open =
    "UPDATE employment_holds SET was_open = true WHERE account_id = $1";
constexpr auto delete_one = R"sql(
    DELETE FROM employment_holds WHERE account_id = $1 AND source = $2
    RETURNING source, was_open, reason
)sql";

} // namespace

bool insert(Tx& tx, AccountId account, const EmploymentHold& hold, Time now) {
    return exec(tx, insert_one, account, hold.source, hold.was_open, hold.reason, now)
               .affected_rows() == 1;
}

std::vector<EmploymentHold> list_of(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_of_account, account), read);
}

void set_was_open(Tx& tx, AccountId account) {
    exec(tx, update_was_open, account);
}

std::optional<EmploymentHold> remove(Tx& tx, AccountId account, std::string_view source) {
    return first_of(exec(tx, delete_one, account, source), read);
}

} // namespace db::employment_holds
