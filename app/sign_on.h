#pragma once

#include "app/config.h"
#include "educators/scim.h"
#include "educators/sign_on.h"

#include <optional>
#include <string>

namespace app {

/// Of a configuration whose sign_on.preset is one.
educators::SignOnTerms sign_on_terms(const Config& config);
educators::ScimTerms scim_terms(const Config& config);
/// Where the provider sends browsers back to: what its console must know, to the letter.
std::string sign_on_redirect_uri(const Instance& instance);

/// The provider and what stands behind it, as long as the server lives. `client` is the open one.
struct SignOnParts {
    SignOnParts(db::Pool& pool,
                http::Client& client,
                const Instance& instance,
                const Config& config,
                const educators::RosterDesk& roster,
                const std::string& key);

    educators::Provider provider;
    educators::SignOnDesk desk;
};

} // namespace app
