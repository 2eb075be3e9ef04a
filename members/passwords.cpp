#include "members/passwords.h"

#include "base/crypto.h"
#include "base/text.h"

#include <argon2.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <stdexcept>

namespace members {
namespace {

constexpr std::uint32_t passes = 2;
constexpr std::uint32_t memory_kib = 19 * 1024;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;

constexpr std::size_t min_characters = 12;
constexpr std::size_t max_characters = 256;
constexpr std::size_t min_different_characters = 5;

/// What guessers of long passwords try first, blanks and signs left out. Part of a longer
/// password they do no harm; most of it they are refused for.
constexpr std::array<std::string_view, 44> first_guesses{
    "123456789012",     "1234567890123",
    "12345678901234",   "1234567890qwerty",
    "qwertyuiopas",     "qwertyuiopasdf",
    "qwertyuiop123",    "qwertyuiop12",
    "qwerty123456",     "qwertz123456",
    "asdfghjklqwe",     "1q2w3e4r5t6y",
    "1qaz2wsx3edc",     "zaq12wsxcde3",
    "q1w2e3r4t5y6",     "abcdefghijkl",
    "abcdefghijklm",    "abc123abc123",
    "password1234",     "password12345",
    "password123456",   "passwordpassword",
    "mypassword123",    "letmein12345",
    "letmeinplease",    "welcome12345",
    "welcome123456",    "iloveyou1234",
    "iloveyouforever",  "administrator",
    "administrator1",   "changeme1234",
    "changemeplease",   "correcthorsebatterystaple",
    "trustno1trustno1", "teacher12345",
    "teacherteacher",   "school123456",
    "schoolschool",     "staffroom123",
    "staffroom1234",    "staffroomstaffroom",
    "classroom123",     "education123",
};

/// Base32 without vowels and look-alikes: no word arises, nothing is mistyped.
constexpr std::string_view clear_letters = "23456789bcdfghjkmnpqrstvwxyzBCDF";

std::string without_signs(std::string_view text) {
    std::string plain;
    for (const char c : fold(text)) {
        const bool is_sign = static_cast<unsigned char>(c) < 0x80 && !(c >= 'a' && c <= 'z') &&
                             !(c >= '0' && c <= '9');
        if (!is_sign) plain += c;
    }
    return plain;
}

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "password refused by a rule", std::move(shown)};
}

// A password that is little more than the own name is the first thing a colleague tries.
bool is_mostly(std::string_view password, std::string_view name) {
    constexpr std::size_t least_beside_it = 8;
    if (name.size() < 3) return false;
    std::string rest(password);
    for (auto at = rest.find(name); at != std::string::npos; at = rest.find(name)) {
        rest.erase(at, name.size());
    }
    return rest.size() < password.size() && rest.size() < least_beside_it;
}

class Turn {
  public:
    explicit Turn(std::counting_semaphore<2>& turns)
        : turns_(turns), is_mine_(turns.try_acquire_for(Passwords::max_wait)) {}
    ~Turn() {
        if (is_mine_) turns_.release();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return is_mine_; }

  private:
    std::counting_semaphore<2>& turns_;
    bool is_mine_;
};

Error too_busy() {
    return {.kind = Error::Kind::Unavailable,
            .detail = "no turn for a password hash",
            .shown = "Too many people are signing in right now. Please try again in a moment.",
            .retry_after_s = 5};
}

void must(int code) {
    if (code != ARGON2_OK) throw std::runtime_error(argon2_error_message(code));
}

} // namespace

Result<std::string> Passwords::hash(std::string_view password) {
    const Turn turn(turns_);
    if (!turn) return too_busy();
    const auto salt = crypto::random_bytes(salt_bytes);
    std::string encoded(
        argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, hash_bytes, Argon2_id), '\0');
    must(argon2id_hash_encoded(passes,
                               memory_kib,
                               lanes,
                               password.data(),
                               password.size(),
                               salt.data(),
                               salt.size(),
                               hash_bytes,
                               encoded.data(),
                               encoded.size()));
    encoded.resize(encoded.find('\0'));
    return encoded;
}

Result<bool> Passwords::fits(std::string_view hash, std::string_view password) {
    const Turn turn(turns_);
    if (!turn) return too_busy();
    if (hash.empty()) {
        const std::string salt(salt_bytes, 's');
        std::array<char, hash_bytes> unused{};
        must(argon2id_hash_raw(passes,
                               memory_kib,
                               lanes,
                               password.data(),
                               password.size(),
                               salt.data(),
                               salt.size(),
                               unused.data(),
                               unused.size()));
        return false;
    }
    const int code = argon2id_verify(std::string(hash).c_str(), password.data(), password.size());
    if (code == ARGON2_VERIFY_MISMATCH) return false;
    must(code);
    return true;
}

Result<Done> check_password(std::string_view password,
                            std::string_view username,
                            std::string_view host) {
    if (!is_valid_utf8(password)) return refused("The new password has characters we cannot read.");
    const auto length = count_code_points(password);
    if (length < min_characters) {
        return refused(fmt::format("Please choose a password of at least {} characters. "
                                   "A few words in a row are easy to remember.",
                                   min_characters));
    }
    if (length > max_characters) {
        return refused(
            fmt::format("Please keep the password below {} characters.", max_characters));
    }
    if (std::set<char>(password.begin(), password.end()).size() < min_different_characters) {
        return refused("That password repeats very few characters. Please choose another one.");
    }
    const auto plain = without_signs(password);
    const bool is_first_guess = std::ranges::any_of(first_guesses, [&](std::string_view guess) {
        return plain == guess || is_mostly(plain, guess);
    });
    if (is_first_guess) {
        return refused("That password is one that others try first. Please choose another one.");
    }
    if (is_mostly(plain, without_signs(username)) || is_mostly(plain, without_signs(host))) {
        return refused("That password is mostly your name or the name of this site. "
                       "Please choose another one.");
    }
    return Done{};
}

std::string make_one_time_password() {
    constexpr std::size_t groups = 4;
    constexpr std::size_t letters = 5;
    std::string password;
    const auto random = crypto::random_bytes(groups * letters);
    for (std::size_t i = 0; i < random.size(); ++i) {
        if (i > 0 && i % letters == 0) password += '-';
        // 32 letters: the five low bits choose evenly.
        password += clear_letters[static_cast<unsigned char>(random[i]) & 31U];
    }
    return password;
}

} // namespace members
