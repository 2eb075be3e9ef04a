#include "app/sign_on.h"

namespace app {

educators::SignOnTerms sign_on_terms(const Config& config) {
    const auto& from = config.sign_on;
    educators::SignOnTerms terms{.issuer = from.issuer,
                                 .client_id = from.client_id,
                                 .client_secret = from.client_secret,
                                 .label = from.label,
                                 .scopes = from.scopes,
                                 .tenants = from.tenants,
                                 .role_claim = from.role_claim,
                                 .staff_values = from.staff_values,
                                 .student_values = from.student_values,
                                 .person_claim = from.person_claim,
                                 .allow_http = !config.testing.http_peers.empty()};
    terms.preset = educators::parse_preset(from.preset).value();
    return educators::with_preset(std::move(terms));
}

educators::ScimTerms scim_terms(const Config& config) {
    educators::ScimTerms terms;
    for (const auto& [type, kind] : config.scim.user_types)
        terms.user_types.emplace(type, educators::parse_kind(kind).value());
    return terms;
}

std::string sign_on_redirect_uri(const Instance& instance) {
    return instance.origin + "/sign-on/return";
}

SignOnParts::SignOnParts(db::Pool& pool,
                         http::Client& client,
                         const Instance& instance,
                         const Config& config,
                         const educators::RosterDesk& roster,
                         const std::string& key)
    : provider(client, sign_on_terms(config), sign_on_redirect_uri(instance)),
      desk{.pool = pool,
           .provider = provider,
           .roster = roster,
           .scim = scim_terms(config),
           .key = key} {}

} // namespace app
