#pragma once

#include "base/time.h"
#include "educators/sign_on_terms.h"

#include <optional>
#include <string>
#include <string_view>

/// What a browser, or a person, carries between two steps of a sign-on: an identity that was
/// checked, signed by us. Nothing is stored of who is not a member.
namespace educators {

/// Newcomer: in a hidden field, for the browser that signed on. Reference: read out to an officer.
enum class TicketPurpose { Newcomer, Reference };

struct SignOnTicket {
    SignOnIdentity identity{};
    std::string invitation{};
    std::string return_to{};
    std::string browser{}; ///< "": any.
    Time until{};
};

std::string make_ticket(std::string_view key, TicketPurpose purpose, const SignOnTicket& ticket);

/// Nothing when it is forged, for something else, or over.
std::optional<SignOnTicket> read_ticket(std::string_view key,
                                        TicketPurpose purpose,
                                        std::string_view text,
                                        Time now);

} // namespace educators
