#include "educators/shown.h"

#include "federation/attested_field.h"

namespace educators {

std::optional<Shown> show_attested_field(const Json& field) {
    if (!field.is_object()) return std::nullopt;
    const auto attested = field.find("attested");
    if (attested == field.end() || !attested->is_object()) return std::nullopt;
    return Shown{.name = std::string(federation::attested_field_name),
                 .text = federation::attested_text({.kind = attested->value("kind", ""),
                                                    .assurance = attested->value("assurance", ""),
                                                    .issuer = attested->value("issuer", ""),
                                                    .until = attested->value("until", "")}),
                 .since = attested->value("since", "")};
}

std::optional<Shown> show_attestation(const db::Account& account) {
    if (account.fields.empty()) return std::nullopt;
    return show_attested_field(account.fields.front());
}

std::optional<std::string> show_guest(const db::Account& account) {
    if (account.fields.empty() || !account.fields.front().is_object()) return std::nullopt;
    const auto guest = account.fields.front().find("guest");
    if (guest == account.fields.front().end() || !guest->is_string()) return std::nullopt;
    return guest->get<std::string>();
}

} // namespace educators
