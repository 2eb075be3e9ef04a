#include "outbox/partners.h"

#include "actors/local.h"
#include "base/html.h"
#include "base/names.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/audit_log.h"
#include "db/guests.h"
#include "db/partner_strikes.h"
#include "db/users.h"
#include "federation/attested_field.h"
#include "members/accounts.h"
#include "outbox/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace outbox {
namespace {

constexpr std::size_t most_name = 60;
constexpr int most_per_week = 1'000;
constexpr std::chrono::hours longest{2 * 366 * 24};

Error refused(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = "partner: " + text, .shown = text};
}

Error no_such(const std::string& name) {
    return {.kind = Error::Kind::NotFound,
            .detail = "no such partner",
            .shown = fmt::format("There is no commercial partner named {}.", name)};
}

void audit(db::Tx& tx,
           const std::string& by,
           std::string_view act,
           const std::string& subject,
           const std::string& reason,
           Time now) {
    db::audit_log::insert(
        tx,
        {.at = now, .actor = by, .act = std::string(act), .subject = subject, .reason = reason});
}

/// What a reader takes the name for: without what companies put behind theirs, in every script.
std::string seen_name(std::string_view name) {
    static constexpr std::array<std::string_view, 9> suffixes = {
        " inc", " llc", " ltd", " gmbh", " corp", " co", " company", " limited", " incorporated"};
    std::string plain = fold(drop_invisible(name));
    std::erase_if(plain, [](char c) { return c == '.' || c == ','; });
    plain = std::string(trim(plain));
    for (const auto suffix : suffixes)
        if (plain.ends_with(suffix)) plain.resize(plain.size() - suffix.size());
    plain = fold(confusable_skeleton(plain));
    std::erase_if(plain, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x80 && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9');
    });
    return plain;
}

bool look_alike(const std::string& one, const std::string& other) {
    constexpr std::size_t telling = 5;
    const auto& [shorter, longer] =
        std::minmax(one, other, [](const auto& a, const auto& b) { return a.size() < b.size(); });
    if (shorter.empty()) return false;
    return shorter == longer ||
           (shorter.size() >= telling && longer.find(shorter) != std::string::npos);
}

/// The host of an address; nothing when there is none.
std::optional<std::string> website_of(std::string_view text) {
    text = trim(text);
    if (text.empty()) return "";
    for (const std::string_view scheme : {"https://", "http://"})
        if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
    const auto host = parse_authority(text.substr(0, text.find_first_of("/?#")));
    if (!host) return std::nullopt;
    constexpr std::string_view www = "www.";
    return host->starts_with(www) ? host->substr(www.size()) : *host;
}

Result<AccountId> find_sponsor(db::Tx& tx, const std::string& name) {
    if (name.empty()) return AccountId{};
    const auto account = db::accounts::find_by_handle(tx, name, "");
    const auto user = account ? db::users::find(tx, account->id) : std::nullopt;
    if (!user || user->state != db::MemberState::Active || db::mark_of(*account) ||
        db::guests::find(tx, account->id))
        return refused(fmt::format("{} is no active member who could answer for it.", name));
    return account->id;
}

Result<Done> check_terms(const PartnerWish& wish, Time now) {
    if (!wish.until || *wish.until <= now || *wish.until > now + longest)
        return refused("A partner is carried until a day, at most two years from now.");
    const auto fits = [](int number) { return number >= 0 && number <= most_per_week; };
    if (!fits(wish.weekly_posts) || !fits(wish.weekly_mentions))
        return refused(fmt::format("The weekly caps are 0 to {}.", most_per_week));
    return Done{};
}

Result<std::string> checked_name(const PartnerWish& wish) {
    auto name = clean_text(wish.name, most_name + 1);
    if (name.empty() || count_code_points(name) > most_name)
        return refused(fmt::format("The organisation's name has 1 to {} characters.", most_name));
    if (federation::imitates_badge(name))
        return refused("The name cannot say that it is verified.");
    return name;
}

Result<db::Account> find_organisation(db::Tx& tx, const std::string& username) {
    auto account = db::accounts::find_by_handle(tx, username, "");
    if (!account || !db::partners::find(tx, account->id)) return no_such(username);
    return std::move(*account);
}

/// No refusal is a surprise: it names whom the newcomer could be taken for.
std::optional<Error> alike_fault(db::Tx& tx,
                                 const PartnerWish& wish,
                                 const std::string& name,
                                 const std::string& website) {
    const auto alike = find_look_alike(tx, name, website);
    if (!alike) return std::nullopt;
    const auto state = alike->is_stopped ? ", which was stopped" : "";
    if (alike->is_same) {
        return refused(fmt::format("{} has the website of {} (@{}){}. Renew that one: its strikes "
                                   "stand.",
                                   name,
                                   alike->name,
                                   alike->username,
                                   state));
    }
    if (wish.is_another) return std::nullopt;
    return refused(fmt::format("{} could be taken for {}{}. If it is the same, renew that one; if "
                               "you have seen to it that it is another, say so.",
                               name,
                               alike->name,
                               state));
}

void end_account(db::Tx& tx, AccountId account, Time now) {
    db::partners::set_removed(tx, account, now);
    const auto user = db::users::find(tx, account);
    if (user && user->state != db::MemberState::Deleted)
        (void)members::set_state(tx, account, db::MemberState::Disabled, now);
}

void end_organisation(db::Tx& tx, const Instance& instance, AccountId organisation, Time now) {
    db::partners::set_ended(tx, organisation, now);
    for (const auto& person : db::partners::list_people(tx, organisation))
        if (!person.removed_at) end_account(tx, person.account, now);
    refresh_partner(tx, instance, organisation, now);
}

std::string carried_by(db::Tx& tx, const Instance& instance, AccountId sponsor) {
    const auto account = sponsor ? db::accounts::find(tx, sponsor) : std::nullopt;
    if (!account || account->deleted_at) return instance.handle_host;
    return fmt::format("@{} of {}", account->username, instance.handle_host);
}

/// On the organisation's page: nobody reads what is written to it, its people do.
std::string note_of(db::Tx& tx, AccountId organisation) {
    std::string names;
    for (const auto& person : db::partners::list_people(tx, organisation)) {
        const auto account = db::accounts::find(tx, person.account);
        if (person.removed_at || !account || account->deleted_at) continue;
        names += (names.empty() ? "@" : ", @") + account->username;
    }
    return names.empty() ? "Nobody speaks for this organisation here at present."
                         : fmt::format("Nobody reads messages to this address. For this "
                                       "organisation speak: {}.",
                                       names);
}

} // namespace

std::optional<LookAlike> find_look_alike(db::Tx& tx,
                                         const std::string& name,
                                         const std::string& website) {
    const auto key = seen_name(name);
    std::optional<LookAlike> found;
    for (const auto& partner : db::partners::list(tx)) {
        const bool is_same = !website.empty() && partner.website == website;
        if (!is_same && (found || !look_alike(partner.name_key, key))) continue;
        const auto account = db::accounts::find(tx, partner.account);
        if (!account) continue;
        found = LookAlike{.name = partner.name,
                          .username = account->username,
                          .is_same = is_same,
                          .is_stopped = db::partner_strikes::is_stopped(tx, account->uri)};
        if (is_same) return found;
    }
    if (found) return found;
    for (const auto& stop : db::partner_strikes::list_stopped(tx))
        if (look_alike(seen_name(stop.name), key))
            return LookAlike{.name = stop.name, .is_stopped = true};
    return std::nullopt;
}

Result<db::Account> add_partner(db::Tx& tx,
                                const Instance& instance,
                                const PartnerWish& wish,
                                Time now) {
    const auto name = checked_name(wish);
    if (!name) return name.error();
    if (const auto terms = check_terms(wish, now); !terms) return terms.error();
    const auto website = website_of(wish.website);
    if (!website) return refused("The website is no address.");
    const auto sponsor = find_sponsor(tx, wish.sponsor);
    if (!sponsor) return sponsor.error();
    if (auto fault = alike_fault(tx, wish, *name, *website)) return std::move(*fault);

    const auto account = actors::create_local_account(
        tx,
        instance,
        {.name = wish.username, .display_name = *name, .actor_type = "Organization"},
        now);
    if (!account) return account;
    db::partners::insert(tx,
                         {.account = account->id,
                          .name = *name,
                          .name_key = seen_name(*name),
                          .website = *website,
                          .sponsor = *sponsor,
                          .until = *wish.until,
                          .weekly_posts = wish.weekly_posts,
                          .weekly_mentions = wish.weekly_mentions,
                          .added_by = wish.by});
    audit(
        tx, wish.by, "partner.add", account->uri, wish.is_another ? "looks like another" : "", now);
    refresh_partner(tx, instance, account->id, now);
    return account;
}

Result<Done> renew_partner(db::Tx& tx,
                           const Instance& instance,
                           const PartnerWish& wish,
                           Time now) {
    const auto account = find_organisation(tx, wish.username);
    if (!account) return account.error();
    if (const auto terms = check_terms(wish, now); !terms) return terms.error();
    const auto sponsor = find_sponsor(tx, wish.sponsor);
    if (!sponsor) return sponsor.error();
    db::partners::renew(tx,
                        {.account = account->id,
                         .sponsor = *sponsor,
                         .until = *wish.until,
                         .weekly_posts = wish.weekly_posts,
                         .weekly_mentions = wish.weekly_mentions});
    audit(tx, wish.by, "partner.renew", account->uri, "", now);
    refresh_partner(tx, instance, account->id, now);
    return Done{};
}

Result<Done> end_partner(db::Tx& tx,
                         const Instance& instance,
                         const std::string& username,
                         const std::string& reason,
                         const std::string& by,
                         Time now) {
    const auto account = find_organisation(tx, username);
    if (!account) return account.error();
    audit(tx, by, "partner.end", account->uri, reason, now);
    end_organisation(tx, instance, account->id, now);
    return Done{};
}

int end_due_partners(db::Tx& tx, const Instance& instance, Time now) {
    int ended = 0;
    for (const auto id : db::partners::list_due(tx, now)) {
        const auto account = db::accounts::find(tx, id);
        if (!account) continue;
        audit(tx, "partners", "partner.end", account->uri, "the day has come", now);
        end_organisation(tx, instance, id, now);
        ++ended;
    }
    return ended;
}

Result<std::string> add_partner_person(db::Tx& tx,
                                       const Instance& instance,
                                       members::Passwords& passwords,
                                       const PartnerPersonWish& wish,
                                       Time now) {
    const auto organisation = find_organisation(tx, wish.organisation);
    if (!organisation) return organisation.error();
    const auto partner = db::partners::find(tx, organisation->id);
    if (!partner || partner->is_over(now))
        return refused("The organisation is no longer carried; renew it first.");
    auto display_name = clean_text(wish.display_name, max_display_name);
    if (federation::imitates_badge(display_name))
        return refused("The name cannot say that somebody is verified.");
    const auto account = actors::create_local_account(
        tx, instance, {.name = wish.username, .display_name = std::move(display_name)}, now);
    if (!account) return account.error();
    auto password =
        members::create_member(tx, passwords, {.account = account->id, .email = wish.email});
    if (!password) return password;
    db::partners::insert_person(tx, account->id, organisation->id);
    audit(tx, wish.by, "partner.person.add", account->uri, organisation->uri, now);
    refresh_partner(tx, instance, organisation->id, now);
    return password;
}

Result<Done> remove_partner_person(db::Tx& tx,
                                   const Instance& instance,
                                   const std::string& username,
                                   const std::string& by,
                                   Time now) {
    const auto account = db::accounts::find_by_handle(tx, username, "");
    const auto person = account ? db::partners::find_person(tx, account->id) : std::nullopt;
    if (!person) return no_such(username);
    if (person->removed_at) return Done{};
    audit(tx, by, "partner.person.remove", account->uri, "", now);
    end_account(tx, account->id, now);
    refresh_partner(tx, instance, person->partner, now);
    return Done{};
}

Result<Done> allow_partner(db::Tx& tx,
                           const Instance& instance,
                           const std::string& named,
                           const std::string& reason,
                           const std::string& by,
                           Time now) {
    const auto ours = db::accounts::find_by_handle(tx, named, "");
    const std::string organisation = ours ? ours->uri : named;
    if (!db::partner_strikes::lift(tx, organisation, now)) {
        return Error{.kind = Error::Kind::NotFound,
                     .detail = "not stopped",
                     .shown = fmt::format("{} is not stopped.", named)};
    }
    audit(tx, by, "partner.allow", organisation, reason, now);
    if (ours) refresh_partner(tx, instance, ours->id, now);
    return Done{};
}

void refresh_partner(db::Tx& tx, const Instance& instance, AccountId organisation, Time now) {
    const auto partner = db::partners::find(tx, organisation);
    auto account = db::accounts::find(tx, organisation);
    if (!partner || !account) return;
    const auto until =
        partner->is_over(now)
            ? fmt::format("no longer carried by {}", carried_by(tx, instance, partner->sponsor))
            : fmt::format("carried by {} until {}",
                          carried_by(tx, instance, partner->sponsor),
                          format_date(partner->until));
    const db::CommercialMark mark{
        .organisation = account->uri,
        .name = partner->name,
        .text = escape_html(fmt::format("{}. No educator; {}", partner->name, until)),
        .stopped = db::partner_strikes::is_stopped(tx, account->uri)};
    account->note_source = note_of(tx, organisation);
    account->note = "<p>" + escape_html(account->note_source) + "</p>";
    db::accounts::update_profile(tx, *account);
    std::vector<AccountId> marked{organisation};
    for (const auto& person : db::partners::list_people(tx, organisation))
        marked.push_back(person.account);
    for (const auto id : marked) {
        db::partners::set_mark(tx, id, mark);
        const auto fresh = db::accounts::find(tx, id);
        if (fresh && !fresh->deleted_at) send_profile(tx, instance, *fresh, now);
    }
}

} // namespace outbox
