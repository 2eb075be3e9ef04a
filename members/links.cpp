#include "members/links.h"

#include "base/crypto.h"

#include <fmt/format.h>

#include <charconv>

namespace members {
namespace {

std::int64_t seconds_of(Time at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

// What the link is about: when it changes, the link was used or is out of date.
std::string subject_of(LinkPurpose purpose, const db::User& user) {
    switch (purpose) {
    case LinkPurpose::Confirm:
        return fmt::format("confirm|{}|{}", user.email, user.is_confirmed);
    case LinkPurpose::ResetPassword:
        return fmt::format("reset|{}|{}", user.email, user.password_hash);
    case LinkPurpose::SecondFactor:
        return fmt::format("second factor|{}", user.password_hash);
    }
    return {};
}

std::chrono::seconds lifetime_of(LinkPurpose purpose) {
    switch (purpose) {
    case LinkPurpose::Confirm:
        return confirm_lifetime;
    case LinkPurpose::ResetPassword:
        return reset_lifetime;
    case LinkPurpose::SecondFactor:
        return code_entry_lifetime;
    }
    return {};
}

std::string mac_of(std::string_view key,
                   AccountId account,
                   std::int64_t until,
                   std::string_view subject) {
    return crypto::base64url(
        crypto::hmac_sha256(key, fmt::format("{}|{}|{}", to_string(account), until, subject)));
}

struct Token {
    AccountId account{};
    std::int64_t until = 0;
    std::string_view mac{};
};

std::optional<Token> parse_token(std::string_view token) {
    constexpr std::size_t max_token_bytes = 128;
    if (token.size() > max_token_bytes) return std::nullopt;
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const auto account = parse_id(token.substr(0, first));
    std::int64_t until = 0;
    const auto* const end = token.data() + second;
    const auto [stopped, failure] = std::from_chars(token.data() + first + 1, end, until);
    if (!account || failure != std::errc{} || stopped != end) return std::nullopt;
    return Token{AccountId{*account}, until, token.substr(second + 1)};
}

} // namespace

std::string make_link_token(std::string_view key,
                            LinkPurpose purpose,
                            const db::User& user,
                            Time now) {
    return seal_link(key, user.account, subject_of(purpose, user), now + lifetime_of(purpose));
}

std::optional<db::User> find_by_link(
    db::Tx& tx, std::string_view key, LinkPurpose purpose, std::string_view token, Time now) {
    const auto account = named_in_link(token, now);
    if (!account) return std::nullopt;
    auto user = db::users::find(tx, *account);
    if (!user || user->state != db::MemberState::Active) return std::nullopt;
    if (!is_sealed(key, token, subject_of(purpose, *user))) return std::nullopt;
    return user;
}

std::string seal_link(std::string_view key,
                      AccountId account,
                      std::string_view subject,
                      Time until) {
    const auto end = seconds_of(until);
    return fmt::format("{}.{}.{}", to_string(account), end, mac_of(key, account, end, subject));
}

std::optional<AccountId> named_in_link(std::string_view token, Time now) {
    const auto parsed = parse_token(token);
    if (!parsed || parsed->until < seconds_of(now)) return std::nullopt;
    return parsed->account;
}

bool is_sealed(std::string_view key, std::string_view token, std::string_view subject) {
    const auto parsed = parse_token(token);
    return parsed && crypto::equal_constant_time(
                         mac_of(key, parsed->account, parsed->until, subject), parsed->mac);
}

std::string appeal_link(std::string_view origin,
                        std::string_view key,
                        AccountId account,
                        std::string_view strike,
                        Time now) {
    constexpr std::chrono::hours lifetime{20 * 24};
    return fmt::format("{}/appeal/{}?token={}",
                       origin,
                       strike,
                       seal_link(key, account, fmt::format("appeal|{}", strike), now + lifetime));
}

std::optional<AccountId> find_appellant(std::string_view key,
                                        std::string_view token,
                                        std::string_view strike,
                                        Time now) {
    const auto account = named_in_link(token, now);
    if (!account || !is_sealed(key, token, fmt::format("appeal|{}", strike))) return std::nullopt;
    return account;
}

} // namespace members
