#include "educators/sign_on_terms.h"

#include "base/uri.h"

#include <fmt/format.h>

#include <algorithm>

namespace educators {
namespace {

/// What is known of a provider. `user` and `tenant` are the claims that make the key.
struct PresetFacts {
    Preset preset;
    std::string_view name;
    std::string_view label;
    std::string_view issuer;
    std::string_view user;
    std::string_view tenant;
    std::string_view role;
    std::string_view person;
    std::vector<std::string> staff{};
    std::vector<std::string> students{};
    std::vector<std::string> scopes{};
};

const std::vector<PresetFacts>& all_facts() {
    static const std::vector<PresetFacts> facts{
        {.preset = Preset::Clever,
         .name = "clever",
         .label = "Clever",
         .issuer = "https://clever.com",
         .user = "sub",
         .tenant = "district_id",
         .role = "user_type",
         .person = "",
         .staff = {"teacher", "staff", "district_admin"},
         .students = {"student"}},
        {.preset = Preset::ClassLink,
         .name = "classlink",
         .label = "ClassLink",
         .issuer = "https://launchpad.classlink.com",
         .user = "UserId",
         .tenant = "TenantId",
         .role = "Role",
         .person = "SourcedId",
         .staff = {"Teacher", "Tenant Administrator"},
         .students = {"Student"},
         .scopes = {"profile", "oneroster"}},
        {.preset = Preset::Google,
         .name = "google",
         .label = "Google",
         .issuer = "https://accounts.google.com",
         .user = "sub",
         .tenant = "hd",
         .role = "",
         .person = ""},
        {.preset = Preset::Entra,
         .name = "entra",
         .label = "Microsoft",
         .issuer = "",
         .user = "oid",
         .tenant = "tid",
         .role = "roles",
         .person = "",
         .scopes = {"profile"}},
        {.preset = Preset::Generic,
         .name = "generic",
         .label = "your school's account",
         .issuer = "",
         .user = "sub",
         .tenant = "",
         .role = "",
         .person = ""},
    };
    return facts;
}

const PresetFacts& facts_of(Preset preset) {
    return *std::ranges::find(all_facts(), preset, &PresetFacts::preset);
}

/// Providers write ids as text or as numbers.
std::string scalar_of(const Json* value) {
    if (value == nullptr) return "";
    if (value->is_string()) return value->get<std::string>();
    if (value->is_number_integer()) return value->dump();
    return "";
}

/// Clever has called the claim by both names.
std::string tenant_in(const PresetFacts& facts, const Json& claims) {
    auto tenant = scalar_of(find_claim(claims, facts.tenant));
    if (tenant.empty() && facts.preset == Preset::Clever)
        tenant = scalar_of(find_claim(claims, "district"));
    return tenant;
}

bool names_one_of(const Json& value, const std::vector<std::string>& wanted) {
    const auto is_wanted = [&](const Json& one) {
        return one.is_string() &&
               std::ranges::find(wanted, one.get_ref<const std::string&>()) != wanted.end();
    };
    if (value.is_array()) return std::ranges::any_of(value, is_wanted);
    return is_wanted(value);
}

SignOnRole role_in(const SignOnTerms& terms, const Json& claims) {
    if (terms.role_claim.empty()) return SignOnRole::Unsaid;
    const auto* value = find_claim(claims, terms.role_claim);
    if (value == nullptr || value->is_null()) {
        // A list that may be left out when it is long is not an empty one. The presets' claims are
        // always there, and Entra leaves `roles` out for who has none.
        return terms.preset == Preset::Generic ? SignOnRole::Unsaid : SignOnRole::Other;
    }
    // Whoever is both is treated as the one who must be kept out.
    if (names_one_of(*value, terms.student_values)) return SignOnRole::Student;
    return names_one_of(*value, terms.staff_values) ? SignOnRole::Staff : SignOnRole::Other;
}

} // namespace

std::optional<Preset> parse_preset(std::string_view name) {
    const auto found = std::ranges::find(all_facts(), name, &PresetFacts::name);
    if (found == all_facts().end()) return std::nullopt;
    return found->preset;
}

std::string_view label_of(Preset preset) {
    return facts_of(preset).label;
}

std::string_view issuer_of(Preset preset) {
    return facts_of(preset).issuer;
}

std::string_view to_string(SignOnRole role) {
    constexpr std::string_view names[] = {"staff", "student", "other", "unsaid"};
    return names[static_cast<std::size_t>(role)];
}

SignOnTerms with_preset(SignOnTerms terms) {
    const auto& facts = facts_of(terms.preset);
    if (terms.issuer.empty()) terms.issuer = facts.issuer;
    if (terms.issuer.empty() && terms.preset == Preset::Entra && terms.tenants.size() == 1)
        terms.issuer =
            fmt::format("https://login.microsoftonline.com/{}/v2.0", terms.tenants.front());
    if (terms.label.empty()) terms.label = facts.label;
    if (terms.scopes.empty()) terms.scopes = facts.scopes;
    if (terms.role_claim.empty()) terms.role_claim = facts.role;
    if (terms.person_claim.empty()) terms.person_claim = facts.person;
    if (terms.staff_values.empty()) terms.staff_values = facts.staff;
    if (terms.student_values.empty()) terms.student_values = facts.students;
    return terms;
}

std::vector<std::string> faults_of(const SignOnTerms& terms) {
    std::vector<std::string> faults;
    const auto issuer = parse_uri(terms.issuer);
    if (!issuer || (issuer->scheme != "https" && !terms.allow_http))
        faults.emplace_back("issuer must be the https URL that the provider gives");
    if (terms.client_id.empty()) faults.emplace_back("client_id is missing");
    const auto& facts = facts_of(terms.preset);
    if (!facts.tenant.empty() && terms.tenants.empty())
        faults.push_back(
            fmt::format("tenants must name your district ({} of {})", facts.tenant, facts.label));
    if (facts.tenant.empty() && !terms.tenants.empty())
        faults.emplace_back("tenants are for the other presets");
    for (const auto& tenant : terms.tenants) {
        if (tenant.empty() || tenant.find('|') != std::string::npos)
            faults.emplace_back("a tenant is a plain id or a domain");
    }
    if (terms.role_claim.empty() != terms.staff_values.empty())
        faults.emplace_back("role_claim and staff_values are set together or not at all");
    if (terms.role_claim.empty() && terms.preset == Preset::Generic)
        faults.emplace_back("role_claim must name the claim that tells staff from students");
    return faults;
}

const Json* find_claim(const Json& claims, std::string_view path) {
    if (path.empty() || !claims.is_object()) return nullptr;
    if (const auto whole = claims.find(std::string(path)); whole != claims.end()) return &*whole;
    const Json* at = &claims;
    while (!path.empty()) {
        const auto dot = std::min(path.find('.'), path.size());
        if (!at->is_object()) return nullptr;
        const auto found = at->find(std::string(path.substr(0, dot)));
        if (found == at->end()) return nullptr;
        at = &*found;
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return at;
}

bool tells_roles(const SignOnTerms& terms) {
    return !terms.role_claim.empty();
}

bool needs_userinfo(const SignOnTerms& terms, const Json& claims) {
    const auto& facts = facts_of(terms.preset);
    const auto lacks = [&](std::string_view path) {
        return !path.empty() && find_claim(claims, path) == nullptr;
    };
    if (terms.preset == Preset::Google && terms.role_claim.empty() && terms.person_claim.empty())
        return false;
    return lacks(facts.user) || lacks(terms.role_claim) || lacks(terms.person_claim) ||
           (!facts.tenant.empty() && tenant_in(facts, claims).empty());
}

Result<SignOnIdentity> read_identity(const SignOnTerms& terms, const Json& claims) {
    const auto& facts = facts_of(terms.preset);
    const auto user = scalar_of(find_claim(claims, facts.user));
    if (user.empty())
        return Error{Error::Kind::Invalid, fmt::format("sign-on: no {} in the claims", facts.user)};
    SignOnIdentity identity{.issuer = terms.issuer,
                            .subject = user,
                            .role = role_in(terms, claims),
                            .person = scalar_of(find_claim(claims, terms.person_claim))};
    if (facts.tenant.empty()) return identity;
    const auto tenant = tenant_in(facts, claims);
    if (std::ranges::find(terms.tenants, tenant) == terms.tenants.end()) {
        return Error{Error::Kind::Forbidden,
                     "sign-on: another tenant",
                     "That account belongs to another district, or to no district. Please choose "
                     "the account that your school gave you."};
    }
    identity.subject = fmt::format("{}|{}", tenant, user);
    return identity;
}

} // namespace educators
