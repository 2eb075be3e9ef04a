#include "db/school_moderators.h"

#include "db/query.h"

namespace db::school_moderators {
namespace {

constexpr auto insert_one = R"sql(
    INSERT INTO school_moderators (account_id, org_id, given_by, given_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING
)sql";
constexpr auto delete_one = "DELETE FROM school_moderators WHERE account_id = $1 AND org_id = $2";
constexpr auto delete_all = "DELETE FROM school_moderators WHERE account_id = $1";
constexpr auto select_some = R"sql(
    SELECT s.account_id, s.org_id, o.name, s.given_by, s.given_at
    FROM school_moderators s LEFT JOIN roster_orgs o ON o.sourced_id = s.org_id
    WHERE $1::bigint = 0 OR s.account_id = $1 ORDER BY s.account_id, o.name, s.org_id
)sql";
constexpr auto select_looks_after =
    "SELECT looks_after($1, $2, ($3::timestamptz AT TIME ZONE 'UTC')::date)";

ModeratedSchool read(Columns c) {
    ModeratedSchool school;
    school.account = c.id<AccountId>();
    school.org = c.text();
    school.name = c.text();
    school.given_by = c.text();
    school.given_at = c.time();
    return school;
}

} // namespace

bool insert(Tx& tx, const ModeratedSchool& school) {
    return exec(tx, insert_one, school.account, school.org, school.given_by, school.given_at)
               .affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, std::string_view org) {
    return exec(tx, delete_one, account, org).affected_rows() == 1;
}

void remove_all(Tx& tx, AccountId account) {
    exec(tx, delete_all, account);
}

std::vector<ModeratedSchool> list(Tx& tx) {
    return list_of(tx, {});
}

std::vector<ModeratedSchool> list_of(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_some, account), read);
}

bool looks_after(Tx& tx, AccountId moderator, AccountId account, Time at) {
    return Columns(exec(tx, select_looks_after, moderator, account, at).front()).flag();
}

} // namespace db::school_moderators
