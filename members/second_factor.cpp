#include "members/second_factor.h"

#include "base/crypto.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/second_factors.h"
#include "members/passwords.h"
#include "members/tokens.h"

#include <fmt/format.h>

#include <algorithm>

namespace members {
namespace {

constexpr std::int64_t step_seconds = 30;
constexpr std::int64_t forgiven_steps = 1;
constexpr std::size_t secret_bytes = 20; ///< RFC 4226 section 4, R6.
constexpr int recovery_codes = 10;

std::int64_t step_of(Time now) {
    return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() / step_seconds;
}

std::string unhex(std::string_view text) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(digit(text[i]) * 16 + digit(text[i + 1]));
    return bytes;
}

Enrolment enrolment_of(const Instance& instance,
                       std::string_view username,
                       const std::string& secret) {
    const auto text = crypto::base32(secret);
    return {.secret = text,
            .uri = fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}",
                               percent_encode(instance.handle_host),
                               percent_encode(username),
                               text,
                               percent_encode(instance.handle_host))};
}

// People type blanks and dashes as they read them.
std::string plain(std::string_view code) {
    constexpr std::size_t longest = 64;
    std::string text = ascii_lower(code.substr(0, longest));
    std::erase_if(text, [](char c) { return c == ' ' || c == '-'; });
    return text;
}

std::optional<std::int64_t> matching_step(const std::string& secret,
                                          const std::string& code,
                                          std::int64_t now) {
    std::optional<std::int64_t> found;
    for (auto step = now - forgiven_steps; step <= now + forgiven_steps; ++step) {
        if (crypto::equal_constant_time(totp_code(secret, step), code)) found = step;
    }
    return found;
}

} // namespace

std::string totp_code(std::string_view secret, std::int64_t step) {
    std::string counter(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        counter[i] = static_cast<char>((step >> (56 - 8 * i)) & 0xff);
    const auto mac = crypto::hmac_sha1(secret, counter);
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(mac[at]); };
    const std::size_t at = byte(mac.size() - 1) & 15U;
    const unsigned number = ((byte(at) & 0x7fU) << 24U) |
                            (static_cast<unsigned>(byte(at + 1)) << 16U) |
                            (static_cast<unsigned>(byte(at + 2)) << 8U) | byte(at + 3);
    return fmt::format("{:06}", number % 1'000'000);
}

bool has_second_factor(db::Tx& tx, AccountId account) {
    const auto factor = db::second_factors::find(tx, account);
    return factor && factor->is_confirmed;
}

std::int64_t count_recovery_codes(db::Tx& tx, AccountId account) {
    return db::second_factors::count_recovery_codes(tx, account);
}

Result<Enrolment> begin_second_factor(db::Tx& tx,
                                      const Instance& instance,
                                      AccountId account,
                                      std::string_view username) {
    const auto secret = crypto::random_bytes(secret_bytes);
    if (!db::second_factors::begin(tx, account, crypto::hex(secret))) {
        return Error{Error::Kind::Forbidden, "a second factor stands already"};
    }
    return enrolment_of(instance, username, secret);
}

std::optional<Enrolment> find_enrolment(db::Tx& tx,
                                        const Instance& instance,
                                        AccountId account,
                                        std::string_view username) {
    const auto factor = db::second_factors::find(tx, account);
    if (!factor || factor->is_confirmed) return std::nullopt;
    return enrolment_of(instance, username, unhex(factor->secret));
}

Result<std::vector<std::string>> confirm_second_factor(db::Tx& tx,
                                                       AccountId account,
                                                       std::string_view code,
                                                       Time now) {
    const auto factor = db::second_factors::find(tx, account);
    if (!factor || factor->is_confirmed) return Error{Error::Kind::NotFound, "nothing was begun"};
    const auto step = matching_step(unhex(factor->secret), plain(code), step_of(now));
    if (!step || !db::second_factors::use_step(tx, account, *step)) {
        return Error{Error::Kind::Forbidden,
                     "wrong one-time code",
                     "That code is not right. Is the clock of your device?"};
    }
    db::second_factors::confirm(tx, account, now);
    std::vector<std::string> codes;
    std::vector<std::string> hashes;
    for (int i = 0; i < recovery_codes; ++i) {
        codes.push_back(make_one_time_password());
        hashes.push_back(stored_form(plain(codes.back())));
    }
    db::second_factors::insert_recovery_codes(tx, account, hashes);
    return codes;
}

bool use_second_factor(db::Tx& tx, AccountId account, std::string_view written, Time now) {
    const auto factor = db::second_factors::find(tx, account);
    if (!factor || !factor->is_confirmed) return false;
    const auto code = plain(written);
    const auto step = matching_step(unhex(factor->secret), code, step_of(now));
    if (step) return db::second_factors::use_step(tx, account, *step);
    return db::second_factors::use_recovery_code(tx, account, stored_form(code));
}

bool remove_second_factor(db::Tx& tx, AccountId account) {
    return db::second_factors::remove(tx, account);
}

} // namespace members
