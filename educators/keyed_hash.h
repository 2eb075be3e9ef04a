#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// What is kept of students and families: HMAC-SHA-256 with a key of this instance, cut to 128
/// bits, in hex. Whoever has the rows without the key cannot try out names.
namespace educators {

class KeyedHash {
  public:
    explicit KeyedHash(std::string key) : key_(std::move(key)) {}

    std::string of_id(std::string_view sourced_id) const;
    /// Compared without case and compatibility forms; "" for "".
    std::string of_email(std::string_view email) const;
    /// Given and family name, in this order, without case, compatibility forms and double blanks;
    /// "" when either is missing, since a single word would hit too much.
    std::string of_name(std::string_view given, std::string_view family) const;

    /// 64 bits of the same, for what is asked of every post (educators/student_marks.h).
    std::int64_t mark_of(std::string_view purpose, std::string_view text) const;

  private:
    std::string digest(std::string_view purpose, std::string_view text) const;
    std::string of(std::string_view purpose, std::string_view text) const;
    std::string key_;
};

} // namespace educators
