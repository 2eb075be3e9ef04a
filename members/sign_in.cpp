#include "members/sign_in.h"

#include "base/crypto.h"
#include "base/text.h"
#include "db/accounts.h"
#include "db/throttles.h"
#include "db/users.h"
#include "http/rate_limiter.h"

#include <fmt/format.h>

#include <optional>

namespace members {
namespace {

constexpr std::size_t max_name_bytes = 320;
/// argon2 takes any length; nobody types this much.
constexpr std::size_t max_password_bytes = 1024;

/// "Ada", " @ada ", "ADA@maple.example" are all "ada"; an e-mail address stays one.
std::string normal_name(const Instance& instance, std::string_view written) {
    std::string name = fold(trim(written.substr(0, max_name_bytes)));
    if (name.starts_with('@')) name.erase(0, 1);
    for (const auto& host : {instance.host, instance.handle_host}) {
        const auto ending = "@" + ascii_lower(host);
        if (name.size() > ending.size() && name.ends_with(ending)) {
            name.resize(name.size() - ending.size());
            break;
        }
    }
    return name;
}

std::optional<db::User> find_user(db::Tx& tx, const std::string& name) {
    if (const auto account = db::accounts::find_by_handle(tx, name, "");
        account && account->is_local()) {
        return db::users::find(tx, account->id);
    }
    return db::users::find_by_email(tx, name);
}

bool may_come_in(db::Tx& tx, const db::User& user) {
    const auto account = db::accounts::find(tx, user.account);
    return user.state == db::MemberState::Active && account && !account->suspended_at &&
           !account->deleted_at;
}

bool may_use_password(db::Tx& tx, const std::string& only_for, const db::User& user) {
    if (only_for.empty()) return true;
    const auto account = db::accounts::find(tx, user.account);
    return user.role == db::Role::Owner && account && iequals(account->username, only_for);
}

struct Keys {
    std::string name;
    std::string address;
    Time window_start;
};

Keys keys_of(const SignIn& sign_in, std::string_view name, std::string_view address, Time now) {
    const auto keyed = [&](const std::string& text) {
        return crypto::hex(crypto::hmac_sha256(sign_in.throttle_key, text));
    };
    const auto past = now.time_since_epoch() % std::chrono::milliseconds(sign_in.limits.window);
    return {keyed(fmt::format("sign-in name {}", name)),
            keyed(fmt::format("sign-in address {}", http::address_key(address))),
            now - past};
}

// A member who is known by an e-mail address too has one counter, not two.
std::string counted_name(const std::string& name, const std::optional<db::User>& user) {
    return user ? "#" + to_string(user->account) : name;
}

} // namespace

Result<AccountId> SignIn::check(const Attempt& attempt) const {
    const Error refused{Error::Kind::Unauthorized,
                        "sign-in refused",
                        "That name and password do not fit together. Please check both."};
    if (attempt.name.size() > max_name_bytes || !is_valid_utf8(attempt.name) ||
        attempt.password.size() > max_password_bytes) {
        return refused;
    }
    if (const auto counted = count(attempt.name, attempt.address, attempt.now); !counted) {
        return counted.error();
    }
    std::optional<db::User> user;
    bool is_welcome = false;
    {
        db::Tx tx(pool);
        user = find_user(tx, normal_name(instance, attempt.name));
        is_welcome = user && may_come_in(tx, *user) && may_use_password(tx, only_for, *user);
    }
    // No transaction is open while the hash is made: it takes longer than any query.
    const auto fits = passwords.fits(is_welcome ? user->password_hash : "", attempt.password);
    if (!fits) return fits.error();
    if (!*fits) return refused;
    forgive(attempt.name, attempt.address, attempt.now);
    return user->account;
}

Result<Done> SignIn::count(std::string_view name, std::string_view address, Time now) const {
    db::Tx tx(pool, db::Durability::Lazy);
    const auto normal = normal_name(instance, name);
    const auto keys = keys_of(*this, counted_name(normal, find_user(tx, normal)), address, now);
    // Both are counted, in one order for all, so that two attempts never wait for each other.
    const int by_address = db::throttles::count(tx, keys.address, keys.window_start);
    const int by_name = db::throttles::count(tx, keys.name, keys.window_start);
    tx.commit();
    if (by_address <= limits.per_address && by_name <= limits.per_name) return Done{};
    const auto left = keys.window_start + limits.window - now;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
    return Error{.kind = Error::Kind::RateLimited,
                 .detail = "too many sign-in attempts",
                 .shown = "There were too many attempts. Please wait a few minutes and try again.",
                 .retry_after_s = static_cast<int>(seconds)};
}

void SignIn::forgive(std::string_view name, std::string_view address, Time now) const {
    db::Tx tx(pool, db::Durability::Lazy);
    const auto normal = normal_name(instance, name);
    const auto keys = keys_of(*this, counted_name(normal, find_user(tx, normal)), address, now);
    db::throttles::take_back(tx, keys.address, keys.window_start);
    db::throttles::forget(tx, keys.name);
    tx.commit();
}

} // namespace members
