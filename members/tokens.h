#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/pool.h"
#include "db/tx.h"
#include "http/router.h"

#include <string>
#include <string_view>

/// Access tokens: 32 random bytes, of which the database has the SHA-256.
namespace members {

/// How a token, code or secret stands in the database: its SHA-256, hex.
std::string stored_form(std::string_view secret);

/// Who holds this token. Not cached: revoking a token, suspending or removing its member takes
/// effect with the next request in every process. `admin:*` scopes are left out unless the
/// member's role allows them now. Notes the use, at most once an hour.
/// Errors: Unauthorized; Forbidden, with a text to show, for a member who waits to be let in.
Result<http::Caller> recognise_token(db::Tx& tx, std::string_view bearer, Time now);
/// In a transaction of its own; for http::Recognise.
Result<http::Caller> recognise_token(db::Pool& pool, std::string_view bearer, Time now);

/// The one who waits to be let in and holds this token, and the app that asked for them; for asking
/// for the letter again. Errors: Unauthorized; Forbidden for everybody else.
Result<http::Caller> recognise_newcomer(db::Pool& pool, std::string_view bearer);

} // namespace members
