#include "federation/attestation.h"

#include "base/json_reader.h"
#include "base/uri.h"
#include "federation/values.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace federation {
namespace {

constexpr std::size_t max_attestation_bytes = 8 * 1024;
constexpr std::size_t max_attachments = 100;
constexpr std::size_t whole_seconds = 19;
constexpr std::string_view credentials = "https://www.w3.org/ns/credentials/v2";
constexpr std::string_view data_integrity = "https://w3id.org/security/data-integrity/v2";
constexpr std::string_view credential_type = "VerifiableCredential";
constexpr std::string_view attestation_type = "EducatorAttestation";
constexpr std::string_view list_type = "BitstringStatusListCredential";

constexpr std::string_view terms = R"json({
    "EducatorAttestation": "https://staffroom.example/ns/v1#EducatorAttestation",
    "educatorKind": "https://staffroom.example/ns/v1#educatorKind",
    "assurance": "https://staffroom.example/ns/v1#assurance",
    "sector": "https://staffroom.example/ns/v1#sector",
    "region": "https://staffroom.example/ns/v1#region"
})json";

Error invalid(std::string_view why) {
    return {.kind = Error::Kind::Invalid, .detail = fmt::format("attestation: {}", why)};
}

/// Credentials give whole seconds.
std::string time_text(Time at) {
    return format_iso8601(at).substr(0, whole_seconds) + 'Z';
}

Result<Time> required_time(JsonReader& json, std::string_view key) {
    const auto at = time_in(json, key);
    if (!at) return invalid(key);
    return *at;
}

const Json* object_in(JsonReader& json, std::string_view key) {
    const Json* value = json.find(key);
    return value != nullptr && value->is_object() ? value : nullptr;
}

/// Text by the standard, a number with some.
Result<std::int64_t> index_in(JsonReader& json) {
    constexpr std::int64_t most = 1LL << 40;
    if (const auto number = json.find("statusListIndex"); number && number->is_number_integer()) {
        const auto value = number->get<std::int64_t>();
        if (value < 0 || value > most) return invalid("statusListIndex");
        return value;
    }
    const auto text = json.lenient_text("statusListIndex");
    std::int64_t value = -1;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value < 0 || value > most) {
        return invalid("statusListIndex");
    }
    return value;
}

Result<Done> read_status(Attestation& attestation, JsonReader& json) {
    const Json* entry = object_in(json, "credentialStatus");
    if (entry == nullptr || !has_type(*entry, "BitstringStatusListEntry"))
        return invalid("credentialStatus");
    JsonReader status(*entry);
    if (status.lenient_text("statusPurpose") != "revocation") return invalid("statusPurpose");
    attestation.status_list = first_id_in(status, "statusListCredential");
    if (attestation.status_list.empty()) return invalid("statusListCredential");
    const auto index = index_in(status);
    if (!index) return index.error();
    attestation.status_index = *index;
    return Done{};
}

} // namespace

Json render_attestation(const Attestation& attestation) {
    Json subject = {{"id", attestation.subject},
                    {"educatorKind", attestation.kind},
                    {"assurance", attestation.assurance},
                    {"sector", "K12"}};
    if (!attestation.region.empty()) subject["region"] = attestation.region;
    const auto index = std::to_string(attestation.status_index);
    return {
        {"@context",
         Json::array({std::string(credentials), std::string(data_integrity), Json::parse(terms)})},
        {"type", Json::array({std::string(credential_type), std::string(attestation_type)})},
        {"id", attestation.id},
        {"issuer", attestation.issuer},
        {"validFrom", time_text(attestation.valid_from)},
        {"validUntil", time_text(attestation.valid_until)},
        {"credentialSubject", std::move(subject)},
        {"credentialStatus",
         {{"id", attestation.status_list + "#" + index},
          {"type", "BitstringStatusListEntry"},
          {"statusPurpose", "revocation"},
          {"statusListIndex", index},
          {"statusListCredential", attestation.status_list}}},
    };
}

Result<Attestation> parse_attestation(const Json& document) {
    if (!document.is_object()) return invalid("no object");
    if (!has_type(document, credential_type) || !has_type(document, attestation_type))
        return invalid("type");
    JsonReader json(document);
    Attestation attestation{.id = id_of(document), .issuer = first_id_in(json, "issuer")};
    if (attestation.issuer.empty()) return invalid("issuer");
    const auto from = required_time(json, "validFrom");
    if (!from) return from.error();
    const auto until = required_time(json, "validUntil");
    if (!until) return until.error();
    attestation.valid_from = *from;
    attestation.valid_until = *until;
    const Json* about = object_in(json, "credentialSubject");
    if (about == nullptr) return invalid("credentialSubject");
    JsonReader subject(*about);
    attestation.subject = id_of(*about);
    if (attestation.subject.empty()) return invalid("credentialSubject.id");
    attestation.kind = subject.lenient_text("educatorKind");
    attestation.assurance = subject.lenient_text("assurance");
    attestation.region = plain_text(subject.lenient_text("region"), 20);
    if (const auto status = read_status(attestation, json); !status) return status.error();
    return attestation;
}

std::string find_attestation(const Json& actor_document) {
    if (!actor_document.is_object()) return {};
    JsonReader json(actor_document);
    for (const Json* entry : json.list("attachment", max_attachments)) {
        if (!has_type(*entry, attestation_type)) continue;
        auto text = dump_json(*entry);
        return text.size() <= max_attestation_bytes ? text : std::string();
    }
    return {};
}

Json render_status_list(const StatusList& list) {
    constexpr std::chrono::milliseconds good_for = std::chrono::minutes{15};
    return {
        {"@context", Json::array({std::string(credentials), std::string(data_integrity)})},
        {"type", Json::array({std::string(credential_type), std::string(list_type)})},
        {"id", list.id},
        {"issuer", list.issuer},
        {"validFrom", time_text(list.valid_from)},
        {"validUntil", time_text(list.valid_until)},
        {"credentialSubject",
         {{"id", list.id + "#list"},
          {"type", "BitstringStatusList"},
          {"statusPurpose", "revocation"},
          {"ttl", good_for.count()},
          {"encodedList", list.encoded_list}}},
    };
}

Result<StatusList> parse_status_list(const Json& document) {
    if (!document.is_object() || !has_type(document, list_type)) return invalid("no status list");
    JsonReader json(document);
    StatusList list{.id = id_of(document), .issuer = first_id_in(json, "issuer")};
    const auto from = required_time(json, "validFrom");
    if (!from) return from.error();
    const auto until = required_time(json, "validUntil");
    if (!until) return until.error();
    list.valid_from = *from;
    list.valid_until = *until;
    const Json* about = object_in(json, "credentialSubject");
    if (about == nullptr || !has_type(*about, "BitstringStatusList"))
        return invalid("credentialSubject");
    JsonReader subject(*about);
    if (subject.lenient_text("statusPurpose") != "revocation") return invalid("statusPurpose");
    list.encoded_list = subject.lenient_text("encodedList");
    if (list.encoded_list.empty()) return invalid("encodedList");
    return list;
}

} // namespace federation
