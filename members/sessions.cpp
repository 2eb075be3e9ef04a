#include "members/sessions.h"

#include "base/crypto.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/users.h"
#include "members/duties.h"
#include "members/tokens.h"

#include <fmt/format.h>

namespace members {
namespace {

constexpr std::chrono::hours noted_every{1};
constexpr std::size_t max_agent_characters = 200;

bool is_https(const Instance& instance) {
    return instance.origin.starts_with("https://");
}

std::string cookie_line(const Instance& instance, std::string_view value, long long max_age_s) {
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}",
                       session_cookie_name(instance),
                       value,
                       max_age_s,
                       is_https(instance) ? "; Secure" : "");
}

struct Found {
    db::sessions::Live live;
    bool has_written = false;
};

std::optional<Found> find(db::Tx& tx,
                          const Instance& instance,
                          const http::Request& request,
                          Time now) {
    const auto cookie = find_cookie(request, session_cookie_name(instance));
    if (!cookie) return std::nullopt;
    auto live = db::sessions::find_live(tx, stored_form(*cookie), now, now - session_idle);
    if (!live) return std::nullopt;
    Found found{std::move(*live)};
    if (now - found.live.session.seen_at >= noted_every) {
        db::sessions::set_seen(tx, found.live.session.token_hash, now);
        db::users::set_active(tx, found.live.session.account, now);
        found.has_written = true;
    }
    return found;
}

} // namespace

std::string session_cookie_name(const Instance& instance) {
    if (is_https(instance)) return "__Host-session";
    const auto uri = parse_uri(instance.origin);
    if (!uri || uri->port == 80) return "session";
    return fmt::format("session-{}", uri->port);
}

std::string open_session(
    db::Tx& tx, const Instance& instance, AccountId account, std::string_view agent, Time now) {
    const auto token = crypto::random_token();
    db::sessions::insert(tx,
                         {.token_hash = stored_form(token),
                          .account = account,
                          .created_at = now,
                          .seen_at = now,
                          .expires_at = now + session_lifetime,
                          .agent = clean_text(agent, max_agent_characters)});
    return cookie_line(instance, token, std::chrono::seconds(session_lifetime).count());
}

std::string closed_session_cookie(const Instance& instance) {
    return cookie_line(instance, "", 0);
}

std::optional<db::sessions::Live> find_session(db::Tx& tx,
                                               const Instance& instance,
                                               const http::Request& request,
                                               Time now) {
    auto found = find(tx, instance, request, now);
    if (!found) return std::nullopt;
    return std::move(found->live);
}

std::vector<db::Session> list_sessions(db::Tx& tx, AccountId account, Time now) {
    return db::sessions::list_of(tx, account, now, now - session_idle);
}

std::optional<http::Caller> recognise_session(db::Pool& pool,
                                              const Instance& instance,
                                              const http::Request& request,
                                              Time now) {
    if (!request.headers.find("Cookie")) return std::nullopt;
    db::Tx tx(pool, db::Durability::Lazy);
    const auto found = find(tx, instance, request, now);
    if (!found) return std::nullopt;
    if (found->has_written) tx.commit();
    if (found->live.must_change_password) return std::nullopt;
    const auto user = db::users::find(tx, found->live.session.account);
    return http::Caller{.account = found->live.session.account,
                        .scopes = user ? list_charges(tx, *user) : std::vector<std::string>(),
                        .session = found->live.session.token_hash};
}

std::string form_token(const Instance& instance, const http::Request& request) {
    const auto cookie = find_cookie(request, session_cookie_name(instance));
    if (!cookie) return "";
    return crypto::base64url(crypto::hmac_sha256(*cookie, "form"));
}

bool is_own_form(const Instance& instance,
                 const http::Request& request,
                 std::string_view form_token) {
    const auto expected = members::form_token(instance, request);
    return !expected.empty() && crypto::equal_constant_time(expected, form_token);
}

std::optional<std::string> find_cookie(const http::Request& request, std::string_view name) {
    constexpr std::size_t max_value_bytes = 128;
    std::optional<std::string> found;
    for (const auto line : request.headers.all("Cookie")) {
        for (std::size_t start = 0; start < line.size();) {
            const auto end = std::min(line.find(';', start), line.size());
            const auto pair = trim(line.substr(start, end - start));
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
                if (found) return std::nullopt;
                found = std::string(pair.substr(equals + 1));
            }
            start = end + 1;
        }
    }
    if (!found || found->empty() || found->size() > max_value_bytes) return std::nullopt;
    return found;
}

} // namespace members
