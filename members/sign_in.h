#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/pool.h"
#include "members/passwords.h"

#include <chrono>
#include <string>
#include <string_view>

namespace members {

/// Failed attempts that are let through in one window, per member and per address. A school stands
/// behind one address, so that limit is wide.
struct SignInLimits {
    int per_name = 10;
    int per_address = 100;
    std::chrono::minutes window{15};
};

/// What an attempt is known by. `name` is a user name, "@name", "name@our.host" or an e-mail
/// address, in any case, with blanks around it: all spellings of one member count together (O12).
struct Attempt {
    std::string_view name{};
    std::string_view password{};
    std::string_view address{}; ///< As http::Request has it; IPv6 counts by its /64.
    Time now{};
};

/// Checks a sign-in. Counts before it checks, so that parallel guesses do not get through; a
/// success is not held against anybody. Names that do not exist count and take time like others.
struct SignIn {
    db::Pool& pool;
    const Instance& instance;
    Passwords& passwords;
    std::string throttle_key; ///< Secret: keeps names and addresses out of the counters' table.
    SignInLimits limits{};
    /// The one name that may come in by a password, if it is an owner's: where everybody else comes
    /// by the district's sign-on. "": everybody may.
    std::string only_for{};

    /// Errors: Unauthorized (one text for every reason), RateLimited (with retry_after_s),
    /// Unavailable.
    Result<AccountId> check(const Attempt& attempt) const;

    /// The same limits for a member who repeats the password in a form: count, then `forgive`.
    /// Errors: RateLimited.
    Result<Done> count(std::string_view name, std::string_view address, Time now) const;
    void forgive(std::string_view name, std::string_view address, Time now) const;
};

} // namespace members
