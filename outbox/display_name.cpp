#include "outbox/display_name.h"

#include "base/names.h"
#include "base/text.h"
#include "db/attestations.h"
#include "db/member_duties.h"
#include "db/roster_people.h"
#include "db/users.h"
#include "federation/attested_field.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <vector>

namespace outbox {
namespace {

using Words = std::vector<std::string>;

// Of whom looks after the house; also as a part of other words ("SiteModerator").
constexpr std::array<std::string_view, 6> house_words = {
    "moderator", "moderation", "sysadmin", "webmaster", "helpdesk", "supportteam"};
// Too short for that: an Ann Adminton is no administrator.
constexpr std::array<std::string_view, 6> whole_house_words = {
    "mod", "mods", "owner", "official", "staffroom", "admins"};
// Of a school, too: the roster's leaders may say so.
constexpr std::array<std::string_view, 3> leader_words = {
    "administrator", "superintendent", "headteacher"};
constexpr std::array<std::string_view, 5> whole_leader_words = {
    "admin", "principal", "headmaster", "headmistress", "administration"};

std::string join(const Words& words) {
    return std::accumulate(words.begin(), words.end(), std::string{});
}

std::string seen(std::string_view word) {
    return join(seen_words(word));
}

/// A name as it is read letter by letter, and as its capitals are: a Cyrillic М looks like M, its
/// small form like no Latin letter.
std::array<Words, 2> readings_of(std::string_view name) {
    return {seen_words(name), seen_words(confusable_skeleton(name))};
}

/// As a word of its own, or as the whole name with blanks and signs between the letters.
template <std::size_t N>
bool has_whole(const Words& words, const std::array<std::string_view, N>& sought) {
    const auto all = join(words);
    return std::ranges::any_of(sought, [&](std::string_view one) {
        const auto word = seen(one);
        return all == word || std::ranges::find(words, word) != words.end();
    });
}

template <std::size_t N>
bool has_within(const Words& words, const std::array<std::string_view, N>& sought) {
    const auto all = join(words);
    return std::ranges::any_of(
        sought, [&](std::string_view one) { return all.find(seen(one)) != std::string::npos; });
}

bool is_leader(db::Tx& tx, AccountId member, Time now) {
    const auto standing = db::attestations::find_standing(tx, member);
    return standing && standing->is_good(now) && standing->kind == "leader";
}

/// The roster proves that it is their own.
bool is_roster_name(db::Tx& tx, AccountId member, std::string_view name) {
    const auto person = db::roster_people::find_by_account(tx, member);
    return person && fold(trim(name)) == fold(person->given_name + " " + person->family_name);
}

/// Somebody with a role or duty who is seen by one of those.
bool is_name_of_staff(db::Tx& tx, AccountId member, const std::array<Words, 2>& readings) {
    const auto staff = db::accounts::find_all(tx, db::member_duties::list_staff(tx));
    const auto is_read = [&](std::string_view name) {
        const auto letters = seen(name);
        return std::ranges::any_of(readings,
                                   [&](const Words& words) { return join(words) == letters; });
    };
    return std::ranges::any_of(staff, [&](const db::Account& one) {
        return one.id != member && (is_read(one.display_name) || is_read(one.username));
    });
}

Error refused(std::string_view why) {
    return {.kind = Error::Kind::Unprocessable,
            .detail = "display name",
            .shown = "Validation failed: " + std::string(why)};
}

} // namespace

Result<Done> check_display_name(db::Tx& tx,
                                const Instance& instance,
                                const db::Account& member,
                                std::string_view name,
                                Time now) {
    if (federation::imitates_badge(name))
        return refused("A display name cannot say that you are verified; your district's badge "
                       "stands beside it");
    const auto readings = readings_of(name);
    if (readings.front().empty()) return Done{};
    const auto user = db::users::find(tx, member.id);
    // Who has a role says nothing untrue with any of this.
    if (user && user->role != db::Role::Member) return Done{};
    for (const auto& words : readings) {
        const auto letters = join(words);
        if (has_whole(words, whole_house_words) || has_within(words, house_words))
            return refused("A display name cannot say that you look after this site");
        if ((has_whole(words, whole_leader_words) || has_within(words, leader_words)) &&
            !is_leader(tx, member.id, now))
            return refused("Only members whom the roster lists as leaders can call themselves so "
                           "in their display name");
        if (letters == seen(instance.title) || letters == seen(instance.handle_host))
            return refused("A display name cannot be that of this site");
    }
    if (is_name_of_staff(tx, member.id, readings) && !is_roster_name(tx, member.id, name))
        return refused("Somebody who looks after this site has that name. Please add what tells "
                       "you apart, such as a middle name or your subject");
    return Done{};
}

} // namespace outbox
