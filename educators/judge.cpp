#include "educators/judge.h"

#include <algorithm>

namespace educators {
namespace {

bool counts(const db::RosterRole& role, db::Day today) {
    return !role.deleted && (!role.begins || *role.begins <= today) &&
           (!role.ends || today <= *role.ends);
}

/// As a student somebody counts wherever the role is.
bool has_role(const db::RosterPerson& person, RoleClass wanted, const JudgeOptions& options) {
    return std::ranges::any_of(person.roles, [&](const db::RosterRole& role) {
        return counts(role, options.today) && class_of(role.role) == wanted &&
               (wanted == RoleClass::Student || options.orgs.contains(role.org));
    });
}

/// POLICY section 1: the kinds that an attestation may say.
std::string_view kind_of_role(std::string_view role) {
    if (role == "systemAdministrator") return "technology";
    if (role == "principal" || role == "administrator" || role == "siteAdministrator" ||
        role == "districtAdministrator")
        return "leader";
    if (role == "proctor") return "aide"; // Where a person decided that they are one of us.
    return role;
}

void choose_kind(db::RosterPerson& person, const JudgeOptions& options) {
    const db::RosterRole* best = nullptr;
    person.leader = false;
    for (const auto& role : person.roles) {
        const auto role_class = class_of(role.role);
        if (!counts(role, options.today) || !options.orgs.contains(role.org) ||
            (role_class != RoleClass::Staff && role_class != RoleClass::Proctor))
            continue;
        person.leader = person.leader || kind_of_role(role.role) == "leader";
        const auto rank = [](const db::RosterRole& one) {
            return (class_of(one.role) == RoleClass::Staff ? 2 : 0) + (one.is_primary ? 1 : 0);
        };
        if (best == nullptr || rank(role) > rank(*best)) best = &role;
    }
    person.kind = best == nullptr ? "" : kind_of_role(best->role);
}

std::vector<std::string> reasons_of(const db::RosterPerson& person,
                                    bool shares_email,
                                    const JudgeOptions& options) {
    std::vector<std::string> reasons;
    if (!has_role(person, RoleClass::Staff, options)) reasons.emplace_back("proctor");
    if (has_role(person, RoleClass::Student, options)) reasons.emplace_back("student_role");
    if (person.has_grades) reasons.emplace_back("grades");
    if (is_student_email(person.email, options.student_domains))
        reasons.emplace_back("student_domain");
    if (person.was == "s") reasons.emplace_back("was_student");
    if (person.was == "f") reasons.emplace_back("was_family");
    if (person.is_twice) reasons.emplace_back("id_twice");
    if (shares_email) reasons.emplace_back("email_shared");
    return reasons;
}

bool is_decided(const db::RosterPerson& person) {
    return std::ranges::all_of(person.reasons, [&person](const std::string& reason) {
        return std::ranges::find(person.decided_reasons, reason) != person.decided_reasons.end();
    });
}

} // namespace

bool is_staff(const db::RosterPerson& person, const JudgeOptions& options) {
    return !person.is_gone && (has_role(person, RoleClass::Staff, options) ||
                               has_role(person, RoleClass::Proctor, options));
}

bool begins_later(const db::RosterPerson& person, const JudgeOptions& options) {
    return !person.is_gone &&
           std::ranges::any_of(person.roles, [&options](const db::RosterRole& role) {
               return !role.deleted && class_of(role.role) == RoleClass::Staff && role.begins &&
                      *role.begins > options.today && (!role.ends || *role.begins <= *role.ends);
           });
}

std::optional<char> other_kind(const db::RosterPerson& person, const JudgeOptions& options) {
    if (has_role(person, RoleClass::Student, options) || person.has_grades ||
        is_student_email(person.email, options.student_domains))
        return 's';
    const bool is_family = std::ranges::any_of(person.roles, [](const db::RosterRole& role) {
        return !role.deleted && class_of(role.role) == RoleClass::Family;
    });
    return is_family ? std::optional('f') : std::nullopt;
}

void judge_staff(db::RosterPerson& person, bool shares_email, const JudgeOptions& options) {
    choose_kind(person, options);
    person.reasons = reasons_of(person, shares_email, options);
    // A decision was about what was known then; with something new, a person looks again.
    if (!person.decision.empty() && !is_decided(person)) {
        person.decision.clear();
        person.decided_reasons.clear();
    }
    if (!person.enabled)
        person.state = "disabled";
    else if (person.decision == "accepted" || (person.reasons.empty() && person.decision.empty()))
        person.state = "educator";
    else
        person.state = "review";
}

} // namespace educators
