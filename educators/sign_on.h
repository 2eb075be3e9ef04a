#pragma once

#include "educators/claims.h"
#include "educators/provider.h"
#include "educators/scim_terms.h"

#include <optional>
#include <string>
#include <string_view>

/// Single sign-on with the database: the provider says who somebody is, the roster decides whether
/// that is a member. Nothing is ever matched by a mail address.
namespace educators {

struct SignOnDesk {
    db::Pool& pool;
    Provider& provider;
    const RosterDesk& roster;
    ScimTerms scim{};
    std::string key{}; ///< Secret: signs what a browser carries from page to page.
};

/// How long a browser may take at the provider, and to choose a name afterwards.
constexpr std::chrono::minutes sign_on_lifetime{15};
/// How long an officer may use the reference that somebody unknown was shown.
constexpr std::chrono::hours sign_on_reference_lifetime{24 * 14};

struct SignOnStart {
    std::string browser{};   ///< The secret cookie of this browser.
    std::string return_to{}; ///< A path of ours.
    std::string invitation{};
    AccountId linking{}; ///< A member who gave the password and links an identity; else 0.
};
/// Where the browser is sent. Errors: Unavailable, Invalid (the provider's documents).
Result<std::string> begin_sign_on(const SignOnDesk& desk, const SignOnStart& start, Time now);

struct SignOnReturn {
    std::string browser{};
    std::string state{};
    std::string code{};
    std::string issuer{};
    std::string error{}; ///< The provider's: "access_denied".
};
/// Who came back, and what they began with. Works once for a `state`, in the browser that began.
struct Arrival {
    SignOnIdentity identity{};
    std::string return_to{};
    std::string invitation{};
    AccountId linking{};
};
/// Errors: Unauthorized (not begun here, too late, twice; the token does not hold), Forbidden
/// (refused at the provider, another district), Invalid, Unavailable.
Result<Arrival> finish_sign_on(const SignOnDesk& desk, const SignOnReturn& back, Time now);

enum class SignOnEnd {
    Member,     ///< `account` comes in.
    Linked,     ///< The identity is `account`'s from now on.
    Newcomer,   ///< May choose a name: in the roster or directory without an account, or invited.
    Unknown,    ///< Nobody's identity, and the provider names nobody of the roster.
    Closed,     ///< The account is closed, or the roster says that they do not work here.
    NotStaff,   ///< The provider says so. A member's account is `left` now.
    RoleUnsaid, ///< The provider did not tell the role; a member's attestation has ended.
    Taken,      ///< To link: the identity, or its person of the roster, is another member's.
};
struct SignOnOutcome {
    SignOnEnd end = SignOnEnd::Unknown;
    AccountId account{};
    std::string ticket{}; ///< Of a newcomer: for `join_by_sign_on`. Of who is unknown: a reference.
};
/// What becomes of an arrival; writes it, and audit rows. Students leave nothing behind.
SignOnOutcome settle_sign_on(db::Tx& tx,
                             const SignOnDesk& desk,
                             const Arrival& arrival,
                             const std::string& browser,
                             Time now);

struct SignOnJoining {
    std::string ticket{};
    std::string browser{};
    std::string username{};
    bool agreement = false;
    std::string terms_version{};
};
struct SignOnJoined {
    AccountId account{};
    std::string return_to{};
};
/// Makes the member: no password, bound to the identity, and to the person of the roster, which
/// attests them.
/// Errors: Unauthorized (the ticket is too old or another browser's), Forbidden (somebody was
/// quicker, the invitation is used up, the roster changed), Unprocessable (the name, the rules);
/// all with a text to show.
Result<SignOnJoined> join_by_sign_on(db::Tx& tx,
                                     const SignOnDesk& desk,
                                     const SignOnJoining& wanted,
                                     Time now);

/// An officer binds who is unknown, by the reference that they were shown.
/// Errors: Unprocessable (the reference is none of ours, or too old; the identity is another
/// member's), NotFound.
Result<Done> bind_reference(db::Tx& tx,
                            std::string_view key,
                            std::string_view reference,
                            AccountId account,
                            const std::string& by,
                            Time now);

} // namespace educators
