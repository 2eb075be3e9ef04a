#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/oauth_apps.h"
#include "db/pool.h"
#include "members/address_blocks.h"
#include "members/authorization.h"
#include "members/passwords.h"
#include "members/throttle.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// How strangers become members, where the instance lets them ask.
namespace outbox {

enum class SignUps { Closed, Approval, Open };

struct SignUpRules {
    SignUps mode = SignUps::Closed;
    bool reason_required = true; ///< With Approval.
    int min_age = 0;             ///< In years; 0: nobody is asked.
    std::string message{};       ///< What people read while it is closed.
};

struct SignUpDesk {
    db::Pool& pool;
    const Instance& instance;
    members::Passwords& passwords;
    members::AddressBlocks& addresses;
    const members::Throttle& throttle;
    SignUpRules rules{};
};

struct SignUp {
    std::string username{};
    std::string email{};
    std::string password{};
    std::string reason{};
    std::string locale{};
    bool agreement = false;
    std::optional<Time> date_of_birth{}; ///< Looked at, never stored.
    std::string address{};               ///< As http::Request has it; looked at, never stored.
};

/// What is wrong with one field: Mastodon's code ("ERR_TAKEN") and a text.
struct SignUpProblem {
    std::string field{};
    std::string code{};
    std::string text{};
};
using SignUpAnswer = std::variant<members::Grant, std::vector<SignUpProblem>>;

/// Makes a member who waits: for the proof that the address is theirs (a letter goes out) and,
/// unless sign-ups are open, for a moderator. Nobody sees the account until then. The grant is the
/// app's token for it, which opens nothing before that, either. Errors: Forbidden (closed, or not
/// from that address), RateLimited, Unavailable.
Result<SignUpAnswer> sign_up(const SignUpDesk& desk,
                             const db::OauthApp& app,
                             const SignUp& wanted,
                             Time now);

/// Sends the letter again, to another address if one is given.
/// Errors: Forbidden (confirmed already), Unprocessable (the address), RateLimited.
Result<Done> confirm_again(const SignUpDesk& desk,
                           AccountId account,
                           const std::string& email,
                           const std::string& address,
                           Time now);

} // namespace outbox
