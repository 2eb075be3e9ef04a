#pragma once

#include "web/routes.h"

#include <string>

namespace web {

/// What went wrong with a form, and where on the page.
struct Problem {
    std::string text{};
    std::string field{}; ///< The id of an input.
    int status = 200;
};
Problem problem_of(const Error& error, std::string field);

/// Whether the form's field "password" holds the password of the member who sends it: asked again
/// before what a stolen session must not do. Counted like sign-ins (ATTACKS O12).
/// Errors, with texts to show: Forbidden (wrong), RateLimited, Unavailable, Unauthorized.
Result<Done> confirm_password(const WebDeps& deps, const http::Call& call);

} // namespace web
