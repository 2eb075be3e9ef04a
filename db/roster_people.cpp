#include "db/roster_people.h"

#include "db/paged.h"

#include <unordered_map>

namespace db::roster_people {
namespace {

std::optional<Day> day_of(const std::optional<Time>& at) {
    if (!at) return std::nullopt;
    return std::chrono::floor<std::chrono::days>(*at);
}

RosterRole read_role(Columns& c) {
    RosterRole role;
    role.sourced_id = c.text();
    role.role = c.text();
    role.is_primary = c.flag();
    role.org = c.text();
    role.begins = day_of(c.maybe_time());
    role.ends = day_of(c.maybe_time());
    role.deleted = c.flag();
    role.modified_at = c.maybe_time();
    return role;
}

RosterPerson read(Columns c) {
    RosterPerson person;
    person.id = c.id<PersonId>();
    person.sourced_id = c.text();
    person.id_hash = c.text();
    person.username = c.text();
    person.email = c.text();
    person.given_name = c.text();
    person.family_name = c.text();
    person.name_hash = c.text();
    person.enabled = c.flag();
    person.has_grades = c.flag();
    person.was = c.text();
    person.is_twice = c.flag();
    person.is_gone = c.flag();
    person.state = c.text();
    person.kind = c.text();
    person.leader = c.flag();
    person.reasons = c.texts();
    person.decision = c.text();
    person.decided_reasons = c.texts();
    person.modified_at = c.maybe_time();
    person.closed_account = c.flag();
    person.account = c.id<AccountId>();
    return person;
}

constexpr auto take_lock = "SELECT pg_advisory_xact_lock(hashtext('roster'))";

constexpr Sql select_people = R"sql(
    SELECT id, sourced_id, id_hash, username, email, given_name, family_name, name_hash, enabled,
           has_grades, was, is_twice, is_gone, state, kind, leader, reasons, decision,
         decided_reasons,
           modified_at, closed_account, account_id
    FROM roster_people )sql";
constexpr auto select_all = select_people + Sql("ORDER BY id");
constexpr auto select_in_state = select_people + Sql("WHERE state = $1 ORDER BY id LIMIT $2");
constexpr auto select_bound =
    select_people + Sql("WHERE state = 'educator' AND account_id IS NOT NULL ORDER BY id");
constexpr auto select_one = select_people + Sql("WHERE id = $1");
constexpr auto select_by_sourced_id = select_people + Sql("WHERE sourced_id = $1");
constexpr auto select_by_account = select_people + Sql("WHERE account_id = $1");
constexpr auto select_by_email =
    select_people + Sql("WHERE lower(email) = lower($1) AND email <> '' ORDER BY id LIMIT 100");

constexpr Sql select_roles = R"sql(
    SELECT person_id, sourced_id, role, is_primary, org_id, begins::timestamptz, ends::timestamptz,
           deleted, modified_at
    FROM roster_roles )sql";
constexpr auto select_all_roles = select_roles + Sql("ORDER BY person_id, sourced_id");
constexpr auto select_roles_of =
    select_roles + Sql("WHERE person_id = $1 ORDER BY person_id, sourced_id");

// Many at once: a first import writes a whole district.
constexpr auto upsert_people = R"sql(
    INSERT INTO roster_people AS old
        (sourced_id, id_hash, username, email, given_name, family_name, name_hash, enabled,
         has_grades, was, is_twice, is_gone, state, kind, leader, reasons, decision,
         decided_reasons,
         modified_at, closed_account, state_since)
    SELECT sourced_id, id_hash, username, email, given_name, family_name, name_hash, enabled,
           has_grades, was, is_twice, is_gone, state, kind, leader, reasons, decision,
         decided_reasons,
           modified_at, closed_account, $2
    FROM jsonb_to_recordset($1::jsonb) AS new (
        sourced_id text, id_hash text, username text, email text, given_name text,
        family_name text, name_hash text, enabled boolean, has_grades boolean, was text,
        is_twice boolean, is_gone boolean, state text, kind text, leader boolean, reasons text[], decision text,
        decided_reasons text[], modified_at timestamptz, closed_account boolean)
    ON CONFLICT (sourced_id) DO UPDATE SET
        username = excluded.username, email = excluded.email, given_name = excluded.given_name,
        family_name = excluded.family_name, name_hash = excluded.name_hash,
        enabled = excluded.enabled, has_grades = excluded.has_grades, was = excluded.was,
        is_twice = excluded.is_twice, is_gone = excluded.is_gone, state = excluded.state, kind = excluded.kind,
        leader = excluded.leader, reasons = excluded.reasons, decision = excluded.decision,
        decided_reasons = excluded.decided_reasons, modified_at = excluded.modified_at,
        closed_account = excluded.closed_account,
        state_since = CASE WHEN old.state = excluded.state THEN old.state_since
                           ELSE excluded.state_since END
)sql";
constexpr auto delete_roles = R"sql(
    DELETE FROM roster_roles USING roster_people
    WHERE person_id = id AND roster_people.sourced_id = ANY ($1::text[])
)sql";
constexpr auto insert_roles = R"sql(
    INSERT INTO roster_roles
        (person_id, sourced_id, role, is_primary, org_id, begins, ends, deleted, modified_at)
    SELECT id, new.sourced_id, role, is_primary, org_id, begins, ends, deleted, new.modified_at
    FROM jsonb_to_recordset($1::jsonb) AS new (
        person text, sourced_id text, role text, is_primary boolean, org_id text, begins date,
        ends date, deleted boolean, modified_at timestamptz)
    JOIN roster_people ON roster_people.sourced_id = new.person
    ON CONFLICT DO NOTHING
)sql";
constexpr auto update_account =
    "UPDATE roster_people SET account_id = $2, bound_at = $3 WHERE id = $1";
constexpr auto update_closed = "UPDATE roster_people SET closed_account = true WHERE id = $1";
constexpr auto count_states = R"sql(
    SELECT count(*) FILTER (WHERE state = 'educator'), count(*) FILTER (WHERE state = 'disabled'),
           count(*) FILTER (WHERE state = 'review' AND decision = ''),
           count(*) FILTER (WHERE state = 'removed'), count(*) FILTER (WHERE account_id IS NOT NULL)
    FROM roster_people
)sql";
constexpr auto delete_removed = R"sql(
    DELETE FROM roster_people WHERE state = 'removed' AND account_id IS NULL AND state_since < $1
)sql";

std::optional<RosterPerson> with_roles(Tx& tx, std::optional<RosterPerson> person) {
    if (!person) return person;
    for (const auto& row : exec(tx, select_roles_of.text, person->id)) {
        Columns c(row);
        c.skip();
        person->roles.push_back(read_role(c));
    }
    return person;
}

Json optional_time(const std::optional<Time>& at) {
    return at ? Json(format_iso8601(*at)) : Json(nullptr);
}

Json optional_day(const std::optional<Day>& day) {
    return day ? Json(format_date(*day)) : Json(nullptr);
}

Json to_json(const RosterPerson& person) {
    return {{"sourced_id", person.sourced_id},
            {"id_hash", person.id_hash},
            {"username", person.username},
            {"email", person.email},
            {"given_name", person.given_name},
            {"family_name", person.family_name},
            {"name_hash", person.name_hash},
            {"enabled", person.enabled},
            {"has_grades", person.has_grades},
            {"was", person.was},
            {"is_twice", person.is_twice},
            {"is_gone", person.is_gone},
            {"state", person.state},
            {"kind", person.kind},
            {"leader", person.leader},
            {"reasons", person.reasons},
            {"decision", person.decision},
            {"decided_reasons", person.decided_reasons},
            {"modified_at", optional_time(person.modified_at)},
            {"closed_account", person.closed_account}};
}

Json to_json(const RosterPerson& person, const RosterRole& role) {
    return {{"person", person.sourced_id},
            {"sourced_id", role.sourced_id},
            {"role", role.role},
            {"is_primary", role.is_primary},
            {"org_id", role.org},
            {"begins", optional_day(role.begins)},
            {"ends", optional_day(role.ends)},
            {"deleted", role.deleted},
            {"modified_at", optional_time(role.modified_at)}};
}

} // namespace

void lock(Tx& tx) {
    exec(tx, take_lock);
}

std::vector<RosterPerson> list(Tx& tx) {
    auto people = rows_of(exec(tx, select_all.text), read);
    std::size_t at = 0;
    // Both lists are ordered by the person's id.
    for (const auto& row : exec(tx, select_all_roles.text)) {
        Columns c(row);
        const auto owner = c.id<PersonId>();
        while (at < people.size() && people[at].id < owner)
            ++at;
        if (at < people.size() && people[at].id == owner) people[at].roles.push_back(read_role(c));
    }
    return people;
}

std::vector<RosterPerson> list_in_state(Tx& tx, std::string_view state, int most) {
    return rows_of(exec(tx, select_in_state.text, state, most), read);
}

std::vector<RosterPerson> list_bound_educators(Tx& tx) {
    return rows_of(exec(tx, select_bound.text), read);
}

std::optional<RosterPerson> find(Tx& tx, PersonId id) {
    return with_roles(tx, first_of(exec(tx, select_one.text, id), read));
}

std::optional<RosterPerson> find_by_sourced_id(Tx& tx, std::string_view sourced_id) {
    return with_roles(tx, first_of(exec(tx, select_by_sourced_id.text, sourced_id), read));
}

std::optional<RosterPerson> find_by_account(Tx& tx, AccountId account) {
    return with_roles(tx, first_of(exec(tx, select_by_account.text, account), read));
}

std::vector<RosterPerson> list_by_email(Tx& tx, std::string_view email) {
    return rows_of(exec(tx, select_by_email.text, email), read);
}

void store(Tx& tx, std::span<const RosterPerson> people, Time now) {
    if (people.empty()) return;
    Json rows = Json::array();
    Json roles = Json::array();
    std::vector<std::string> ids;
    for (const auto& person : people) {
        rows.push_back(to_json(person));
        ids.push_back(person.sourced_id);
        for (const auto& role : person.roles)
            roles.push_back(to_json(person, role));
    }
    exec(tx, upsert_people, rows, now);
    exec(tx, delete_roles, ids);
    exec(tx, insert_roles, roles);
}

void bind_account(Tx& tx, PersonId person, AccountId account, Time now) {
    exec(tx, update_account, person, or_null(account), now);
}

void set_closed_account(Tx& tx, PersonId person) {
    exec(tx, update_closed, person);
}

Counts count(Tx& tx) {
    Columns c(exec(tx, count_states).front());
    Counts counts;
    counts.educators = c.number();
    counts.disabled = c.number();
    counts.in_review = c.number();
    counts.removed = c.number();
    counts.bound = c.number();
    return counts;
}

void forget_removed(Tx& tx, Time before) {
    exec(tx, delete_removed, before);
}

} // namespace db::roster_people
