#include "actors/local.h"
#include "actors/names.h"
#include "base/crypto.h"
#include "db/audit_log.h"
#include "db/sign_on_identities.h"
#include "db/users.h"
#include "educators/scim.h"
#include "educators/sign_on.h"
#include "educators/sign_on_ticket.h"
#include "members/invitations.h"
#include "members/tokens.h"

namespace educators {
namespace {

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "sign-on: joining refused", std::move(shown)};
}

Error too_late() {
    return {Error::Kind::Forbidden,
            "sign-on: cannot join any more",
            "You cannot join with this account any more. Please sign in again to see why."};
}

Result<Done> check_name(db::Tx& tx, const std::string& name) {
    switch (actors::judge_name(tx, name)) {
    case actors::NameVerdict::Fine:
        return Done{};
    case actors::NameVerdict::Malformed:
        return refused("The name must contain only letters, numbers and underscores.");
    case actors::NameVerdict::Reserved:
        return refused("That name is reserved.");
    case actors::NameVerdict::Taken:
        return refused("That name has already been taken.");
    }
    return refused("That name cannot be had.");
}

/// By what somebody joins. None of it: nothing any more.
struct Way {
    std::optional<db::RosterPerson> person{};
    std::optional<db::ScimUser> directory{};
    std::optional<db::InvitationId> invitation{};
};
std::optional<Way> find_way(db::Tx& tx, const SignOnTicket& ticket, Time now) {
    const auto& id = ticket.identity.person;
    if (!id.empty()) {
        if (auto person = db::roster_people::find_by_sourced_id(tx, id)) {
            if (person->state != "educator" || person->account) return std::nullopt;
            return Way{.person = std::move(person)};
        }
        if (auto user = db::scim_users::find_by_external_id(tx, id)) {
            if (!user->active || user->is_removed || user->account) return std::nullopt;
            return Way{.directory = std::move(user)};
        }
    }
    const auto used = members::use_invitation(tx, ticket.invitation, now);
    if (!used) return std::nullopt;
    return Way{.invitation = used};
}

/// The roster's address of the person, for our letters; proves nothing, and nothing is found by it.
std::string free_email(db::Tx& tx, const Way& way) {
    if (!way.person || way.person->email.empty()) return "";
    return db::users::find_by_email(tx, way.person->email) ? "" : way.person->email;
}

std::string name_of(const Way& way) {
    return way.person ? "roster" : way.directory ? "scim" : "invitation";
}

} // namespace

Result<SignOnJoined> join_by_sign_on(db::Tx& tx,
                                     const SignOnDesk& desk,
                                     const SignOnJoining& wanted,
                                     Time now) {
    const auto ticket = read_ticket(desk.key, TicketPurpose::Newcomer, wanted.ticket, now);
    if (!ticket || wanted.browser.empty() ||
        !crypto::equal_constant_time(ticket->browser, members::stored_form(wanted.browser)))
        return Error{Error::Kind::Unauthorized,
                     "sign-on: no ticket",
                     "This took too long. Please sign in again."};
    db::roster_people::lock(tx);
    const auto& identity = ticket->identity;
    if (db::sign_on_identities::find(tx, identity.issuer, identity.subject)) return too_late();
    if (const auto fine = check_name(tx, wanted.username); !fine) return fine.error();
    if (!wanted.agreement) return refused("The terms and rules must be accepted.");
    const auto way = find_way(tx, *ticket, now);
    if (!way) return too_late();
    const auto account = actors::create_local_account(
        tx, *desk.roster.accounts.instance, {.name = wanted.username}, now);
    if (!account) return account.error();
    db::users::insert(tx, {.account = account->id, .email = free_email(tx, *way)});
    db::invitations::note_joining(
        tx, account->id, way->invitation.value_or(db::InvitationId{}), wanted.terms_version, now);
    db::sign_on_identities::insert(tx,
                                   {.account = account->id,
                                    .issuer = identity.issuer,
                                    .subject = identity.subject,
                                    .bound_by = name_of(*way),
                                    .role = std::string(to_string(identity.role))},
                                   now);
    db::audit_log::insert(tx,
                          {.actor = "sign-on",
                           .act = "sign-on.join",
                           .subject = account->uri,
                           .reason = name_of(*way)});
    if (way->person) {
        const auto bound =
            educators::bind(tx, desk.roster, way->person->sourced_id, account->id, "sign-on", now);
        if (!bound) return bound.error();
    } else if (way->directory) {
        claim_scim_user(tx, desk.roster.accounts, desk.scim, *way->directory, account->id, now);
    }
    return SignOnJoined{.account = account->id, .return_to = ticket->return_to};
}

} // namespace educators
