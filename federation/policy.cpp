#include "federation/policy.h"

#include "base/json_reader.h"
#include "base/uri.h"
#include "federation/actor.h"
#include "federation/keys.h"
#include "federation/proof.h"
#include "federation/values.h"

#include <fmt/format.h>

#include <algorithm>

namespace federation {
namespace {

constexpr std::string_view type = "PolicyDocument";
constexpr std::size_t most_words = 100;
constexpr std::size_t longest_word = 64;
constexpr std::size_t longest_address = 200;
constexpr std::int64_t largest_number = 1'000'000;

// The policy itself is one JSON value: whoever reads JSON-LD keeps it as it is.
constexpr std::string_view terms = R"json({
    "PolicyDocument": "https://staffroom.example/ns/v1#PolicyDocument",
    "policy": {"@id": "https://staffroom.example/ns/v1#policy", "@type": "@json"}
})json";

Json context() {
    return Json::array({"https://www.w3.org/ns/activitystreams",
                        "https://w3id.org/security/data-integrity/v2",
                        Json::parse(terms)});
}

Error invalid(std::string_view what) {
    return {.kind = Error::Kind::Invalid, .detail = fmt::format("policy: {}", what)};
}

Error unproven(std::string_view what) {
    return {.kind = Error::Kind::Unauthorized, .detail = fmt::format("policy: {}", what)};
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= longest_word && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

// Shown to people before anybody trusts the sender: no spaces, nothing that reads as a sentence.
bool is_address(std::string_view text) {
    const bool is_plain = text.size() <= longest_address && std::ranges::all_of(text, [](char c) {
                              return c > ' ' && c < '\x7f' && c != '"' && c != '<' && c != '>';
                          });
    if (!is_plain) return false;
    if (text.starts_with("mailto:")) return text.find('@') != std::string_view::npos;
    return static_cast<bool>(parse_uri(text));
}

/// Remembers the first thing that is wrong.
class PolicyReader {
  public:
    explicit PolicyReader(const Json& object) : object_(object) {}

    std::int64_t number(const char* key) {
        const Json* value = find(key);
        if (value == nullptr || !value->is_number_integer()) return fail(key), 0;
        const auto number = value->is_number_unsigned()
                                ? static_cast<std::int64_t>(std::min<std::uint64_t>(
                                      value->get<std::uint64_t>(), largest_number + 1))
                                : value->get<std::int64_t>();
        if (number < 0 || number > largest_number) return fail(key), 0;
        return number;
    }
    bool flag(const char* key) {
        const Json* value = find(key);
        if (value == nullptr || !value->is_boolean()) return fail(key), false;
        return value->get<bool>();
    }
    std::vector<std::string> words(const char* key) {
        const Json* value = find(key);
        if (value == nullptr || !value->is_array() || value->size() > most_words)
            return fail(key), std::vector<std::string>{};
        std::vector<std::string> words;
        for (const auto& word : *value) {
            if (!word.is_string() || !is_word(word.get_ref<const std::string&>()))
                return fail(key), std::vector<std::string>{};
            words.push_back(word.get<std::string>());
        }
        std::ranges::sort(words);
        if (std::ranges::adjacent_find(words) != words.end()) fail(key);
        return words;
    }
    std::string address(const char* key) {
        const Json* value = find(key);
        if (value == nullptr) return {};
        if (!value->is_string() || !is_address(value->get_ref<const std::string&>()))
            return fail(key), std::string{};
        return value->get<std::string>();
    }
    std::string word(const char* key) {
        const Json* value = find(key);
        if (value == nullptr || !value->is_string() ||
            !is_word(value->get_ref<const std::string&>()))
            return fail(key), std::string{};
        return value->get<std::string>();
    }
    std::optional<Time> maybe_time(const char* key) {
        const Json* value = find(key);
        if (value == nullptr) return std::nullopt;
        const auto at =
            value->is_string() ? parse_iso8601(value->get_ref<const std::string&>()) : std::nullopt;
        if (!at) fail(key);
        return at;
    }
    /// An empty one when it is missing or wrong.
    PolicyReader part(const char* key) {
        const Json* value = find(key);
        if (value == nullptr || !value->is_object()) {
            fail(key);
            static const Json empty = Json::object();
            return PolicyReader(empty);
        }
        return PolicyReader(*value);
    }
    const Json* find(const char* key) const {
        const auto entry = object_.find(key);
        return entry == object_.end() || entry->is_null() ? nullptr : &*entry;
    }
    void fail(std::string_view key) {
        if (wrong_.empty()) wrong_ = key;
    }
    const std::string& wrong() const { return wrong_; }

  private:
    const Json& object_;
    std::string wrong_;
};

Result<Done> read_keys(Policy& policy, PolicyReader& json) {
    const Json* keys = json.find("keys");
    if (keys == nullptr || !keys->is_array() || keys->size() > most_words) return invalid("keys");
    for (const auto& entry : *keys) {
        if (!entry.is_object()) return invalid("keys");
        PolicyReader key(entry);
        PolicyKey read{.id = key.address("id"), .multikey = key.word("publicKeyMultibase")};
        const auto from = key.maybe_time("from");
        read.until = key.maybe_time("until");
        if (!key.wrong().empty() || !from) return invalid("keys");
        if (!same_origin(read.id, policy.actor)) return invalid("keys");
        read.from = *from;
        policy.keys.push_back(std::move(read));
    }
    return Done{};
}

Result<Done> check_proof(const Json& document, const Json& actor_document, const Policy& policy) {
    const auto actor = parse_actor(actor_document);
    if (!actor) return actor.error();
    if (actor->id != policy.actor) return unproven("of another actor");
    const auto proof = parse_proof(document);
    if (!proof) return unproven(proof.error().detail);
    const auto key = find_key(actor->keys, actor->id, proof->verification_method);
    if (!key) return unproven(key.error().detail);
    return verify_proof(*proof, actor->id, proof->verification_method, *key);
}

Json render_keys(const std::vector<PolicyKey>& keys) {
    Json list = Json::array();
    for (const auto& key : keys) {
        Json entry = {{"id", key.id},
                      {"publicKeyMultibase", key.multikey},
                      {"from", format_iso8601(key.from)}};
        if (key.until) entry["until"] = format_iso8601(*key.until);
        list.push_back(std::move(entry));
    }
    return list;
}

} // namespace

Json render_promises(const Policy& policy) {
    Json reports = {{"acknowledgeHours", policy.acknowledge_hours},
                    {"decideSchoolDays", policy.decide_school_days},
                    {"urgentHours", policy.urgent_hours}};
    if (!policy.report_contact.empty()) reports["contact"] = policy.report_contact;
    if (!policy.report_group.empty()) reports["group"] = policy.report_group;
    if (!policy.privacy_contact.empty()) reports["privacyContact"] = policy.privacy_contact;
    return {
        {"version", policy.version},
        {"covenant", {{"version", policy.covenant_version}, {"url", policy.covenant_url}}},
        {"clauses", policy.clauses},
        {"kinds", policy.kinds},
        {"assurance", policy.assurance},
        {"rosterCheckHours", policy.roster_check_hours},
        {"partners",
         {{"accepted", policy.takes_partners}, {"postsPerWeek", policy.partner_posts_per_week}}},
        {"reports", std::move(reports)},
        {"retention", {{"recordDays", policy.record_days}, {"removedDays", policy.removed_days}}},
        {"languages", policy.languages},
        {"keys", render_keys(policy.keys)},
    };
}

Json render_policy(const Policy& policy) {
    return {{"@context", context()},
            {"id", policy.id},
            {"type", type},
            {"attributedTo", policy.actor},
            {"published", format_iso8601(policy.at)},
            {"policy", render_promises(policy)}};
}

Result<Policy> parse_promises(const Json& promises, std::string_view actor) {
    if (!promises.is_object()) return invalid("no object");
    PolicyReader json(promises);
    auto covenant = json.part("covenant");
    auto partners = json.part("partners");
    auto reports = json.part("reports");
    auto retention = json.part("retention");
    Policy policy{.actor = std::string(actor),
                  .version = json.number("version"),
                  .covenant_version = covenant.number("version"),
                  .covenant_url = covenant.address("url"),
                  .clauses = json.words("clauses"),
                  .kinds = json.words("kinds"),
                  .assurance = json.words("assurance"),
                  .roster_check_hours = json.number("rosterCheckHours"),
                  .takes_partners = partners.flag("accepted"),
                  .partner_posts_per_week = partners.number("postsPerWeek"),
                  .report_contact = reports.address("contact"),
                  .report_group = reports.address("group"),
                  .privacy_contact = reports.address("privacyContact"),
                  .acknowledge_hours = reports.number("acknowledgeHours"),
                  .decide_school_days = reports.number("decideSchoolDays"),
                  .urgent_hours = reports.number("urgentHours"),
                  .record_days = retention.number("recordDays"),
                  .removed_days = retention.number("removedDays"),
                  .languages = json.words("languages")};
    for (const auto* part : {&json, &covenant, &partners, &reports, &retention})
        if (!part->wrong().empty()) return invalid(part->wrong());
    for (const auto& address : {policy.covenant_url, policy.report_group, policy.privacy_contact})
        if (!address.empty() && !same_origin(address, actor))
            return unproven("an address on another origin");
    if (const auto keys = read_keys(policy, json); !keys) return keys.error();
    return policy;
}

Result<Policy> parse_policy(const Json& document) {
    if (!document.is_object() || !has_type(document, type)) return invalid("not one");
    if (dump_json(document).size() > max_policy_bytes) return invalid("too large");
    JsonReader json(document);
    const auto id = id_of(document);
    const auto actor = first_id_in(json, "attributedTo");
    const auto at = time_in(json, "published");
    const Json* promises = json.find("policy");
    if (!at || promises == nullptr) return invalid("published or policy");
    if (actor.empty() || !same_origin(id, actor))
        return unproven("id and author are on different origins");
    auto policy = parse_promises(*promises, actor);
    if (!policy) return policy;
    if (policy->version == 0) return invalid("version");
    policy->id = id;
    policy->at = *at;
    return policy;
}

Result<Policy> read_policy(const Json& document, const Json& actor_document) {
    auto policy = parse_policy(document);
    if (!policy) return policy;
    if (const auto proven = check_proof(document, actor_document, *policy); !proven)
        return proven.error();
    return policy;
}

std::string policy_link(const Json& actor_document) {
    if (!actor_document.is_object()) return {};
    JsonReader json(actor_document);
    const auto link = first_id_in(json, "policyDocument");
    return same_origin(link, id_of(actor_document)) ? link : std::string();
}

} // namespace federation
