#include "members/leaving.h"

#include "base/crypto.h"
#include "base/text.h"
#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/roster_people.h"
#include "db/users.h"
#include "members/email.h"
#include "members/links.h"
#include "members/sessions.h"
#include "members/tokens.h"

#include <fmt/format.h>

namespace members {
namespace {

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "private address refused", std::move(shown)};
}

/// "school.example" is within "school.example", "mail.school.example" too.
bool is_within(std::string_view host, std::string_view domain) {
    if (domain.empty() || !host.ends_with(domain)) return false;
    return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

/// The district's own: the site's hosts, and where the roster has this member or anybody's mailbox.
bool is_of_district(db::Tx& tx,
                    const Instance& instance,
                    AccountId account,
                    const std::string& email) {
    const auto host = host_of_email(email);
    if (is_within(host, instance.host) || is_within(host, instance.handle_host)) return true;
    if (!db::roster_people::list_by_email(tx, email).empty()) return true;
    const auto person = db::roster_people::find_by_account(tx, account);
    return person && is_within(host, host_of_email(person->email));
}

std::string subject_of(const db::LeaverKeys& keys) {
    return "private address|" + keys.wanted_email;
}

std::string subject_of(const db::Leaving& leaving, const db::LeaverKeys& keys) {
    const auto at = std::chrono::floor<std::chrono::seconds>(leaving.left_at).time_since_epoch();
    return fmt::format("leaver|{}|{}", at.count(), keys.email);
}

std::optional<db::Leaving> find_open(db::Tx& tx, AccountId account, Time now) {
    auto leaving = db::leavings::find(tx, account);
    if (!leaving || now >= leaving->left_at + leaver_page_lifetime) return std::nullopt;
    const auto user = db::users::find(tx, account);
    const auto row = db::accounts::find(tx, account);
    if (!user || user->state != db::MemberState::Left || !row || !row->is_visible())
        return std::nullopt;
    return leaving;
}

/// As it was printed, whatever was typed around it.
std::string normal_code(std::string_view typed) {
    constexpr std::size_t max_bytes = 64;
    std::string code;
    for (const char c : ascii_lower(typed.substr(0, max_bytes))) {
        // Base32 has neither 0 nor 1: who typed one saw another letter.
        if (c == '0')
            code += 'o';
        else if (c == '1')
            code += 'l';
        else if ((c >= 'a' && c <= 'z') || (c >= '2' && c <= '9'))
            code += c;
    }
    return code;
}

std::string cookie_name(const Instance& instance) {
    const auto session = session_cookie_name(instance);
    constexpr std::string_view host_only = "__Host-";
    return session.starts_with(host_only) ? "__Host-leaver" : "leaver-" + session;
}

std::string cookie_line(const Instance& instance, std::string_view value, long long max_age_s) {
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}",
                       cookie_name(instance),
                       value,
                       max_age_s,
                       instance.origin.starts_with("https://") ? "; Secure" : "");
}

} // namespace

Result<Done> want_private_address(db::Tx& tx,
                                  const Instance& instance,
                                  AccountId account,
                                  const std::string& email) {
    if (!is_plain_email(email)) return refused("That is no plain e-mail address.");
    if (is_of_district(tx, instance, account, email)) {
        return refused("That is an address of your district, which is closed when you leave. "
                       "Please give a private one.");
    }
    const auto user = db::users::find(tx, account);
    if (!user || ascii_lower(user->email) == ascii_lower(email))
        return refused("That is the address of your account. Please give another one.");
    db::leaver_keys::set_wanted_email(tx, account, email);
    return Done{};
}

std::string private_address_link(std::string_view origin,
                                 std::string_view key,
                                 const db::LeaverKeys& keys,
                                 Time now) {
    return fmt::format(
        "{}/confirm-private-address?token={}",
        origin,
        seal_link(key, keys.account, subject_of(keys), now + private_address_lifetime));
}

std::optional<db::LeaverKeys> find_private_address(db::Tx& tx,
                                                   std::string_view key,
                                                   std::string_view token,
                                                   Time now) {
    const auto account = named_in_link(token, now);
    if (!account) return std::nullopt;
    auto keys = db::leaver_keys::find(tx, *account);
    if (keys.wanted_email.empty() || !is_sealed(key, token, subject_of(keys))) return std::nullopt;
    return keys;
}

std::string make_leaver_code(db::Tx& tx, AccountId account, const std::string& by, Time now) {
    constexpr std::size_t random_bytes = 10;
    constexpr std::size_t group = 4;
    const auto code = ascii_lower(crypto::base32(crypto::random_bytes(random_bytes)));
    db::leaver_keys::set_code(tx, account, stored_form(code), now);
    db::audit_log::insert(
        tx, {.at = now, .actor = by, .act = "leaver.code", .subject = to_string(account)});
    std::string shown;
    for (std::size_t at = 0; at < code.size(); at += group)
        shown += (at == 0 ? "" : "-") + code.substr(at, group);
    return shown;
}

std::optional<Time> leaver_page_end(db::Tx& tx, AccountId account, Time now) {
    const auto leaving = find_open(tx, account, now);
    if (!leaving) return std::nullopt;
    return leaving->left_at + leaver_page_lifetime;
}

std::optional<LeaverLink> leaver_link(
    db::Tx& tx, std::string_view origin, std::string_view key, AccountId account, Time now) {
    const auto leaving = find_open(tx, account, now);
    const auto keys = db::leaver_keys::find(tx, account);
    if (!leaving || keys.email.empty()) return std::nullopt;
    const auto until = leaving->left_at + leaver_page_lifetime;
    const auto token = seal_link(key, account, subject_of(*leaving, keys), until);
    return LeaverLink{.url = fmt::format("{}/leaver?token={}", origin, token), .until = until};
}

std::optional<AccountId> find_leaver_by_link(db::Tx& tx,
                                             std::string_view key,
                                             std::string_view token,
                                             Time now) {
    const auto account = named_in_link(token, now);
    if (!account) return std::nullopt;
    const auto leaving = find_open(tx, *account, now);
    const auto keys = db::leaver_keys::find(tx, *account);
    if (!leaving || keys.email.empty() || !is_sealed(key, token, subject_of(*leaving, keys)))
        return std::nullopt;
    return account;
}

std::optional<AccountId> find_leaver_by_code(db::Tx& tx,
                                             std::string_view name,
                                             std::string_view code,
                                             Time now) {
    auto handle = trim(name);
    if (handle.starts_with('@')) handle.remove_prefix(1);
    handle = handle.substr(0, handle.find('@'));
    const auto account = db::accounts::find_by_handle(tx, std::string(handle), "");
    if (!account) return std::nullopt;
    const auto keys = db::leaver_keys::find(tx, account->id);
    if (keys.code_hash.empty() ||
        !crypto::equal_constant_time(keys.code_hash, stored_form(normal_code(code))) ||
        !find_open(tx, account->id, now))
        return std::nullopt;
    return account->id;
}

std::string open_leaver_session(db::Tx& tx, const Instance& instance, AccountId account, Time now) {
    const auto token = crypto::random_token();
    const auto hash = stored_form(token);
    db::leavings::insert_session(
        tx, {.token_hash = hash, .account = account, .expires_at = now + leaver_session_lifetime});
    return cookie_line(instance, token, std::chrono::seconds(leaver_session_lifetime).count());
}

std::optional<AccountId> find_leaver(db::Tx& tx,
                                     const Instance& instance,
                                     const http::Request& request,
                                     Time now) {
    const auto cookie = find_cookie(request, cookie_name(instance));
    if (!cookie) return std::nullopt;
    return db::leavings::find_session(tx, stored_form(*cookie), now, now - leaver_page_lifetime);
}

std::string close_leaver_session(db::Tx& tx,
                                 const Instance& instance,
                                 const http::Request& request) {
    if (const auto cookie = find_cookie(request, cookie_name(instance)))
        db::leavings::remove_session(tx, stored_form(*cookie));
    return cookie_line(instance, "", 0);
}

} // namespace members
