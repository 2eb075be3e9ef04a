#include "members/duties.h"

#include "db/audit_log.h"
#include "members/permissions.h"

#include <algorithm>
#include <array>

namespace members {
namespace {

constexpr std::array<std::string_view, 3> names{
    "roster officer", "privacy officer", "records officer"};

void note(db::Tx& tx, const char* act, AccountId account, Duty duty, const std::string& by) {
    db::audit_log::insert(tx,
                          {.actor = by,
                           .act = act,
                           .subject = to_string(account),
                           .details = {{"duty", std::string(to_string(duty))}}});
}

} // namespace

std::string_view to_string(Duty duty) {
    return names[static_cast<std::size_t>(duty)];
}

std::optional<Duty> parse_duty(std::string_view text) {
    const auto* const found = std::ranges::find(names, text);
    if (found == names.end()) return std::nullopt;
    return static_cast<Duty>(found - names.begin());
}

bool holds(db::Tx& tx, const db::User& user, Duty duty) {
    if (user.state != db::MemberState::Active || user.is_waiting()) return false;
    if (duty == Duty::RosterOfficer && user.role == db::Role::Owner) return true;
    return db::member_duties::has(tx, user.account, to_string(duty));
}

std::vector<std::string> list_charges(db::Tx& tx, const db::User& user) {
    if (user.state != db::MemberState::Active || user.is_waiting()) return {};
    auto charges = db::member_duties::list_of(tx, user.account);
    const bool is_owner = may(user.role, Permission::Own);
    const auto tends_roster = to_string(Duty::RosterOfficer);
    if (is_owner && std::ranges::find(charges, tends_roster) == charges.end())
        charges.emplace_back(tends_roster);
    if (is_owner) charges.emplace_back("owner");
    if (may(user.role, Permission::Moderate)) charges.emplace_back("moderator");
    return charges;
}

std::vector<AccountId> list_holders(db::Tx& tx, Duty duty) {
    const auto owners = duty == Duty::RosterOfficer ? db::to_string(db::Role::Owner) : "";
    return db::member_duties::list_holders(tx, to_string(duty), owners);
}

bool give_duty(db::Tx& tx, AccountId account, Duty duty, const std::string& by) {
    const bool is_new = db::member_duties::insert(
        tx, {.account = account, .duty = std::string(to_string(duty)), .given_by = by});
    if (is_new) note(tx, "duty.give", account, duty, by);
    return is_new;
}

bool take_duty(db::Tx& tx, AccountId account, Duty duty, const std::string& by) {
    const bool had = db::member_duties::remove(tx, account, to_string(duty));
    if (had) note(tx, "duty.take", account, duty, by);
    return had;
}

} // namespace members
