#pragma once

#include "http/router.h"
#include "web/routes.h"

#include <optional>
#include <string>

namespace web {

struct WrongPassword {
    std::string text{}; ///< To show.
    int status = 403;
};
/// Whether the form's field "password" is the password of whoever is signed in; nothing when it is.
/// A browser left open, or a stolen session, must not be enough for what cannot be undone; guesses
/// count (ATTACKS O12).
std::optional<WrongPassword> check_own_password(const WebDeps& deps, const http::Call& call);

} // namespace web
