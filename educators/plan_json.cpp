#include "educators/plan_json.h"

#include <sstream>

namespace educators {
namespace {

Json write_time(const std::optional<Time>& at) {
    return at ? Json(format_iso8601(*at)) : Json(nullptr);
}
std::optional<Time> read_time(const Json& json) {
    return json.is_null() ? std::nullopt : parse_iso8601(json.get<std::string>());
}
Json write_day(const std::optional<db::Day>& day) {
    return day ? Json(format_date(*day)) : Json(nullptr);
}
std::optional<db::Day> read_day(const Json& json) {
    const auto at = read_time(json);
    if (!at) return std::nullopt;
    return std::chrono::floor<std::chrono::days>(*at);
}

Json write_role(const db::RosterRole& role) {
    return {role.sourced_id,
            role.role,
            role.is_primary,
            role.org,
            write_day(role.begins),
            write_day(role.ends),
            role.deleted,
            write_time(role.modified_at)};
}

db::RosterRole read_role(const Json& json) {
    return {.sourced_id = json.at(0),
            .role = json.at(1),
            .is_primary = json.at(2),
            .org = json.at(3),
            .begins = read_day(json.at(4)),
            .ends = read_day(json.at(5)),
            .deleted = json.at(6),
            .modified_at = read_time(json.at(7))};
}

Json write_person(const db::RosterPerson& person) {
    Json roles = Json::array();
    for (const auto& role : person.roles)
        roles.push_back(write_role(role));
    return {{"id", person.id.value},
            {"sourced_id", person.sourced_id},
            {"id_hash", person.id_hash},
            {"username", person.username},
            {"email", person.email},
            {"given", person.given_name},
            {"family", person.family_name},
            {"name_hash", person.name_hash},
            {"enabled", person.enabled},
            {"grades", person.has_grades},
            {"was", person.was},
            {"twice", person.is_twice},
            {"gone", person.is_gone},
            {"state", person.state},
            {"kind", person.kind},
            {"leader", person.leader},
            {"reasons", person.reasons},
            {"decision", person.decision},
            {"decided", person.decided_reasons},
            {"modified", write_time(person.modified_at)},
            {"roles", std::move(roles)}};
}

db::RosterPerson read_person(const Json& json) {
    db::RosterPerson person{.id = {json.at("id").get<std::int64_t>()},
                            .sourced_id = json.at("sourced_id"),
                            .id_hash = json.at("id_hash"),
                            .username = json.at("username"),
                            .email = json.at("email"),
                            .given_name = json.at("given"),
                            .family_name = json.at("family"),
                            .name_hash = json.at("name_hash"),
                            .enabled = json.at("enabled"),
                            .has_grades = json.at("grades"),
                            .was = json.at("was"),
                            .is_twice = json.at("twice"),
                            .is_gone = json.at("gone"),
                            .state = json.at("state"),
                            .kind = json.at("kind"),
                            .leader = json.at("leader"),
                            .reasons = json.at("reasons"),
                            .decision = json.at("decision"),
                            .decided_reasons = json.at("decided"),
                            .modified_at = read_time(json.at("modified"))};
    for (const auto& role : json.at("roles"))
        person.roles.push_back(read_role(role));
    return person;
}

Json write_org(const db::RosterOrg& org) {
    return {org.sourced_id,
            org.name,
            org.type,
            org.identifier,
            org.parent,
            write_time(org.modified_at)};
}

// A district has many: one text is a tenth of a tree of JSON.
std::string write_others(const std::vector<db::RosterOther>& others) {
    std::string text;
    for (const auto& other : others) {
        const auto part = [](const std::string& hash) { return hash.empty() ? "-" : hash; };
        text += other.kind;
        text += ' ' + other.id_hash + ' ' + part(other.email_hash) + ' ' + part(other.name_hash);
        for (const auto mark : other.marks)
            text += ' ' + std::to_string(mark);
        text += '\n';
    }
    return text;
}

std::vector<db::RosterOther> read_others(const std::string& text) {
    std::vector<db::RosterOther> others;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream in(line);
        db::RosterOther other;
        in >> other.kind >> other.id_hash >> other.email_hash >> other.name_hash;
        if (other.email_hash == "-") other.email_hash.clear();
        if (other.name_hash == "-") other.name_hash.clear();
        for (std::int64_t mark = 0; in >> mark;)
            other.marks.push_back(mark);
        others.push_back(std::move(other));
    }
    return others;
}

} // namespace

Json write_plan(const Plan& plan) {
    Json people = Json::array();
    for (const auto& change : plan.changes)
        people.push_back({{"was", change.before.state}, {"is", write_person(change.after)}});
    Json orgs = Json::array();
    for (const auto& org : plan.orgs)
        orgs.push_back(write_org(org));
    return {{"bulk", plan.is_bulk},
            {"knows_others", plan.knows_others},
            {"people", std::move(people)},
            {"orgs", std::move(orgs)},
            {"orgs_removed", plan.orgs_removed},
            {"others", write_others(plan.others)},
            {"others_removed", plan.others_removed},
            {"staff_emails", plan.staff_emails},
            {"staff_names", plan.staff_names},
            {"staff_marks", plan.staff_marks},
            {"held", plan.educators_held},
            {"lost", plan.educators_lost}};
}

Plan read_plan(const Json& json) {
    Plan plan;
    plan.is_bulk = json.at("bulk");
    plan.knows_others = json.value("knows_others", true);
    for (const auto& entry : json.at("people")) {
        Change change{.after = read_person(entry.at("is"))};
        change.before = change.after;
        change.before.state = entry.at("was");
        plan.changes.push_back(std::move(change));
    }
    for (const auto& org : json.at("orgs")) {
        plan.orgs.push_back({.sourced_id = org.at(0),
                             .name = org.at(1),
                             .type = org.at(2),
                             .identifier = org.at(3),
                             .parent = org.at(4),
                             .modified_at = read_time(org.at(5))});
    }
    plan.orgs_removed = json.at("orgs_removed");
    plan.others = read_others(json.at("others").get<std::string>());
    plan.others_removed = json.at("others_removed");
    plan.staff_emails = json.at("staff_emails");
    plan.staff_names = json.at("staff_names");
    plan.staff_marks = json.value("staff_marks", std::vector<std::int64_t>{});
    plan.educators_held = json.at("held");
    plan.educators_lost = json.at("lost");
    return plan;
}

} // namespace educators
