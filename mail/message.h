#pragma once

#include "base/result.h"
#include "base/time.h"

#include <string>
#include <string_view>

/// What we write to people: plain text, as a mail (RFC 5322, RFC 2045 to 2047).
namespace mail {

struct Message {
    std::string from_name{};
    std::string from{}; ///< "no-reply@maple.example".
    std::string to{};
    std::string subject{};
    std::string text{}; ///< UTF-8, lines end with "\n".
    std::string id{};   ///< Left part and host of the Message-ID; the same when sent again.
    Time date{};
};

/// The bytes that travel; lines end with CRLF and are short.
/// Errors: Invalid when a name, an address or the subject would open a header of its own, or hold a
/// control character (ATTACKS H15).
Result<std::string> render_message(const Message& message);

} // namespace mail
