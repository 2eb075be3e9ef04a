#include "educators/sign_on_ticket.h"

#include "base/crypto.h"
#include "base/json_reader.h"

#include <fmt/format.h>

namespace educators {
namespace {

constexpr std::size_t max_ticket_bytes = 8 * 1024;

std::string mac_of(std::string_view key, TicketPurpose purpose, std::string_view content) {
    const auto name = purpose == TicketPurpose::Newcomer ? "newcomer" : "reference";
    return crypto::base64url(crypto::hmac_sha256(key, fmt::format("sign-on {}|{}", name, content)));
}

std::int64_t seconds_of(Time at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

} // namespace

std::string make_ticket(std::string_view key, TicketPurpose purpose, const SignOnTicket& ticket) {
    const Json content{{"issuer", ticket.identity.issuer},
                       {"subject", ticket.identity.subject},
                       {"is_staff", ticket.identity.role == SignOnRole::Staff},
                       {"person", ticket.identity.person},
                       {"invitation", ticket.invitation},
                       {"return_to", ticket.return_to},
                       {"browser", ticket.browser},
                       {"until", seconds_of(ticket.until)}};
    const auto encoded = crypto::base64url(dump_json(content));
    return encoded + "." + mac_of(key, purpose, encoded);
}

std::optional<SignOnTicket> read_ticket(std::string_view key,
                                        TicketPurpose purpose,
                                        std::string_view text,
                                        Time now) {
    const auto dot = text.find('.');
    if (text.size() > max_ticket_bytes || dot == std::string_view::npos) return std::nullopt;
    const auto encoded = text.substr(0, dot);
    if (!crypto::equal_constant_time(mac_of(key, purpose, encoded), text.substr(dot + 1)))
        return std::nullopt;
    const auto decoded = crypto::base64url_decode(encoded);
    const auto content = parse_json(decoded.value_or(""));
    if (!content) return std::nullopt;
    JsonReader json(*content);
    SignOnTicket ticket{.identity = {.issuer = json.text("issuer"),
                                     .subject = json.text("subject"),
                                     .role = json.flag_or("is_staff", false) ? SignOnRole::Staff
                                                                             : SignOnRole::Unsaid,
                                     .person = json.text_or("person", "")},
                        .invitation = json.text_or("invitation", ""),
                        .return_to = json.text_or("return_to", ""),
                        .browser = json.text_or("browser", ""),
                        .until = Time{} + std::chrono::seconds(json.number("until").value_or(0))};
    const auto read = json.finish(ticket);
    if (!read || ticket.until <= now) return std::nullopt;
    return ticket;
}

} // namespace educators
