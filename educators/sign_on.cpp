#include "educators/sign_on.h"

#include "base/crypto.h"
#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/sign_on_identities.h"
#include "db/sign_on_requests.h"
#include "db/users.h"
#include "educators/attestation.h"
#include "educators/employment.h"
#include "educators/scim.h"
#include "educators/sign_on_ticket.h"
#include "members/invitations.h"
#include "members/tokens.h"

#include <fmt/format.h>

namespace educators {
namespace {

using Outcome = SignOnOutcome;

std::string uri_of(db::Tx& tx, AccountId account) {
    const auto row = db::accounts::find(tx, account);
    return row ? row->uri : "";
}

void audit(db::Tx& tx, const std::string& actor, std::string act, AccountId account) {
    db::audit_log::insert(tx,
                          {.actor = actor, .act = std::move(act), .subject = uri_of(tx, account)});
}

bool may_come_in(db::Tx& tx, AccountId id) {
    const auto user = db::users::find(tx, id);
    const auto account = db::accounts::find(tx, id);
    return user && user->state == db::MemberState::Active && account && !account->suspended_at &&
           !account->deleted_at;
}

bool store(db::Tx& tx,
           const SignOnIdentity& identity,
           AccountId account,
           const std::string& by,
           Time now) {
    const bool is_new =
        db::sign_on_identities::insert(tx,
                                       {.account = account,
                                        .issuer = identity.issuer,
                                        .subject = identity.subject,
                                        .bound_by = by,
                                        .role = std::string(to_string(identity.role))},
                                       now);
    if (is_new) audit(tx, by, "sign-on.bind", account);
    return is_new;
}

/// Who may stay out by what the provider said; nothing for who may go on.
std::optional<Outcome> refuse_by_role(db::Tx& tx,
                                      const SignOnDesk& desk,
                                      const std::optional<db::SignOnIdentity>& held,
                                      SignOnRole role,
                                      Time now) {
    if (!tells_roles(desk.provider.terms()) || role == SignOnRole::Staff) return std::nullopt;
    if (role == SignOnRole::Unsaid) {
        constexpr auto reason = "the district's sign-on did not tell the role";
        if (held && revoke(tx, held->account, {.reason = reason}, now))
            audit(tx, "sign-on", "sign-on.role-unsaid", held->account);
        return Outcome{.end = SignOnEnd::RoleUnsaid};
    }
    if (held) {
        constexpr auto reason = "no longer staff at the district's sign-on";
        end_employment(tx, held->account, EmploymentSource::SignOn, reason, now);
    }
    return Outcome{.end = SignOnEnd::NotStaff};
}

Outcome come_in(db::Tx& tx, const SignOnDesk& desk, AccountId account, Time now) {
    if (!may_come_in(tx, account)) return {.end = SignOnEnd::Closed};
    attest_bound(tx, desk.roster.accounts, account, now);
    return {.end = SignOnEnd::Member, .account = account};
}

std::string make_newcomer_ticket(const SignOnDesk& desk,
                                 const Arrival& arrival,
                                 const std::string& browser,
                                 Time now) {
    return make_ticket(desk.key,
                       TicketPurpose::Newcomer,
                       {.identity = arrival.identity,
                        .invitation = arrival.invitation,
                        .return_to = arrival.return_to,
                        .browser = members::stored_form(browser),
                        .until = now + sign_on_lifetime});
}

/// What the roster, or else the directory, knows of the person that the provider names.
struct Known {
    bool is_there = false; ///< Somebody has that id.
    bool works_here = false;
    AccountId account{};
    const char* by = "roster";
};
Known look_up_person(db::Tx& tx, const std::string& person) {
    if (person.empty()) return {};
    if (const auto row = db::roster_people::find_by_sourced_id(tx, person))
        return {.is_there = true, .works_here = row->state == "educator", .account = row->account};
    if (const auto user = db::scim_users::find_by_external_id(tx, person)) {
        return {.is_there = true,
                .works_here = user->active && !user->is_removed,
                .account = user->account,
                .by = "scim"};
    }
    return {};
}

Outcome welcome(db::Tx& tx,
                const SignOnDesk& desk,
                const Arrival& arrival,
                const std::string& browser,
                Time now) {
    const auto& identity = arrival.identity;
    const auto known = look_up_person(tx, identity.person);
    if (known.is_there && !known.works_here) return {.end = SignOnEnd::Closed};
    if (known.account) {
        if (!may_come_in(tx, known.account)) return {.end = SignOnEnd::Closed};
        store(tx, identity, known.account, known.by, now);
        return come_in(tx, desk, known.account, now);
    }
    const bool is_invited = !arrival.invitation.empty() &&
                            members::find_invitation(tx, arrival.invitation, now).has_value();
    if (known.works_here || is_invited) {
        return {.end = SignOnEnd::Newcomer,
                .ticket = make_newcomer_ticket(desk, arrival, browser, now)};
    }
    return {.end = SignOnEnd::Unknown,
            .ticket =
                make_ticket(desk.key,
                            TicketPurpose::Reference,
                            {.identity = identity, .until = now + sign_on_reference_lifetime})};
}

/// A member links the identity to their account.
Outcome link(db::Tx& tx,
             const SignOnDesk& desk,
             const Arrival& arrival,
             const std::optional<db::SignOnIdentity>& held,
             Time now) {
    const auto me = arrival.linking;
    if (!may_come_in(tx, me)) return {.end = SignOnEnd::Closed};
    if (held) {
        return held->account == me ? Outcome{.end = SignOnEnd::Linked, .account = me}
                                   : Outcome{.end = SignOnEnd::Taken};
    }
    const auto known = look_up_person(tx, arrival.identity.person);
    if (known.is_there && !known.works_here) return {.end = SignOnEnd::Closed};
    if (known.account && known.account != me) return {.end = SignOnEnd::Taken};
    if (!store(tx, arrival.identity, me, "member", now)) return {.end = SignOnEnd::Taken};
    if (known.works_here && !known.account &&
        db::roster_people::find_by_sourced_id(tx, arrival.identity.person)) {
        const auto bound =
            educators::bind(tx, desk.roster, arrival.identity.person, me, "sign-on", now);
        if (!bound) return {.end = SignOnEnd::Taken};
    }
    return {.end = SignOnEnd::Linked, .account = me};
}

} // namespace

Result<std::string> begin_sign_on(const SignOnDesk& desk, const SignOnStart& start, Time now) {
    const auto state = crypto::random_token();
    const db::SignOnRequest request{.browser_hash = members::stored_form(start.browser),
                                    .nonce = crypto::random_token(),
                                    .verifier = crypto::random_token(),
                                    .return_to = start.return_to,
                                    .invitation = start.invitation,
                                    .linking = start.linking};
    auto url = desk.provider.authorization_url(
        {.state = state,
         .nonce = request.nonce,
         .code_challenge = crypto::base64url(crypto::sha256(request.verifier))},
        now);
    if (!url) return url;
    db::Tx tx(desk.pool);
    db::sign_on_requests::remove_before(tx, now - sign_on_lifetime);
    db::sign_on_requests::insert(tx, members::stored_form(state), request, now);
    tx.commit();
    return url;
}

Result<Arrival> finish_sign_on(const SignOnDesk& desk, const SignOnReturn& back, Time now) {
    std::optional<db::SignOnRequest> request;
    {
        // Spent before anything else is looked at: whatever comes of it, it is answered once.
        db::Tx tx(desk.pool);
        request = db::sign_on_requests::take(
            tx, members::stored_form(back.state), now - sign_on_lifetime);
        tx.commit();
    }
    if (!request || back.browser.empty() ||
        !crypto::equal_constant_time(request->browser_hash, members::stored_form(back.browser)))
        return Error{Error::Kind::Unauthorized, "sign-on: not begun here, or over"};
    if (!back.error.empty() || back.code.empty())
        return Error{Error::Kind::Forbidden, "sign-on: refused at the provider"};
    auto identity = desk.provider.identify({.code = back.code,
                                            .verifier = request->verifier,
                                            .nonce = request->nonce,
                                            .issuer = back.issuer},
                                           now);
    if (!identity) return identity.error();
    return Arrival{.identity = std::move(*identity),
                   .return_to = request->return_to,
                   .invitation = request->invitation,
                   .linking = request->linking};
}

SignOnOutcome settle_sign_on(db::Tx& tx,
                             const SignOnDesk& desk,
                             const Arrival& arrival,
                             const std::string& browser,
                             Time now) {
    db::roster_people::lock(tx);
    const auto& identity = arrival.identity;
    const auto held = db::sign_on_identities::find(tx, identity.issuer, identity.subject);
    if (held) db::sign_on_identities::set_seen(tx, held->id, to_string(identity.role), now);
    if (const auto refused = refuse_by_role(tx, desk, held, identity.role, now)) return *refused;
    if (held) {
        resume_employment(tx, desk.roster.accounts, held->account, EmploymentSource::SignOn, now);
    }
    if (arrival.linking) return link(tx, desk, arrival, held, now);
    if (held) return come_in(tx, desk, held->account, now);
    return welcome(tx, desk, arrival, browser, now);
}

Result<Done> bind_reference(db::Tx& tx,
                            std::string_view key,
                            std::string_view reference,
                            AccountId account,
                            const std::string& by,
                            Time now) {
    const auto ticket = read_ticket(key, TicketPurpose::Reference, reference, now);
    if (!ticket)
        return Error{Error::Kind::Unprocessable,
                     "sign-on: no reference",
                     "This reference is cut, was changed, or is older than two weeks."};
    if (!db::users::find(tx, account))
        return Error{Error::Kind::NotFound, "sign-on: no such member", "There is no such member."};
    if (!store(tx, ticket->identity, account, by, now))
        return Error{Error::Kind::Unprocessable,
                     "sign-on: identity is taken",
                     "This identity is a member's already."};
    return Done{};
}

} // namespace educators
