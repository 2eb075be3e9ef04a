#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/time.h"
#include "db/pool.h"
#include "db/sessions.h"
#include "db/tx.h"
#include "http/message.h"
#include "http/router.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// Browser sessions. The cookie holds 32 random bytes, the database their SHA-256.
namespace members {

constexpr std::chrono::hours session_idle{24 * 14};
constexpr std::chrono::hours session_lifetime{24 * 60};

/// "__Host-session" on https: such a cookie cannot be set by a neighbouring host. On plain http
/// (loopback only) "session", with the port, since cookies do not tell ports apart and two
/// districts may run on one machine.
std::string session_cookie_name(const Instance& instance);

/// A new session; returns the Set-Cookie value: HttpOnly, SameSite=Lax, for the browser's lifetime
/// or `session_lifetime`. Always a new token, so that nobody can prepare one for a victim.
std::string open_session(
    db::Tx& tx, const Instance& instance, AccountId account, std::string_view agent, Time now);
/// The Set-Cookie value that takes the cookie away.
std::string closed_session_cookie(const Instance& instance);

/// The session of the request's cookie, also of a member who must change the password first.
/// Notes that it was seen, at most once an hour.
std::optional<db::sessions::Live> find_session(db::Tx& tx,
                                               const Instance& instance,
                                               const http::Request& request,
                                               Time now);
std::vector<db::Session> list_sessions(db::Tx& tx, AccountId account, Time now);

/// For http::Recognise. Whoever must change the password first is nobody yet. In place of scopes,
/// which only tokens have, stands what the member is charged with (list_charges): it decides which
/// links a page shows, and nothing else.
std::optional<http::Caller> recognise_session(db::Pool& pool,
                                              const Instance& instance,
                                              const http::Request& request,
                                              Time now);

/// What a form of this session carries in `form_token`; made from the cookie, which other sites
/// cannot read (ATTACKS O06). "" without a cookie.
std::string form_token(const Instance& instance, const http::Request& request);
/// Whether a form carries it; never without a cookie.
bool is_own_form(const Instance& instance,
                 const http::Request& request,
                 std::string_view form_token);

/// The value of a cookie of the request. When two have that name, nothing: one was planted.
std::optional<std::string> find_cookie(const http::Request& request, std::string_view name);

} // namespace members
