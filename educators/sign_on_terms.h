#pragma once

#include "base/json.h"
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the providers of schools say of a person, and how we read it. Pure.
namespace educators {

enum class Preset { Clever, ClassLink, Google, Entra, Generic };
std::optional<Preset> parse_preset(std::string_view name); ///< "clever", "classlink", ...
std::string_view label_of(Preset preset);                  ///< "Clever", ...: for the button.
/// Where there is only one; "" where every district has its own.
std::string_view issuer_of(Preset preset);

/// The [sign_on] part of the configuration.
struct SignOnTerms {
    Preset preset = Preset::Generic;
    std::string issuer{};
    std::string client_id{};
    std::string client_secret{}; ///< "": a public client, PKCE alone.
    std::string label{};
    std::vector<std::string> scopes{}; ///< Besides openid.
    /// The districts that may sign on here: Clever's district_id, ClassLink's TenantId, Google's
    /// hd, Entra's tid. The generic preset has none.
    std::vector<std::string> tenants{};
    std::string role_claim{}; ///< "": the preset's.
    std::vector<std::string> staff_values{};
    std::vector<std::string> student_values{};
    std::string person_claim{}; ///< Holds the roster's sourcedId; "": none does.
    bool allow_http = false;    ///< Tests only: a provider on loopback.
};

/// What the preset knows is filled in where the configuration says nothing.
SignOnTerms with_preset(SignOnTerms terms);
/// What cannot work, for the administrator, a sentence each.
std::vector<std::string> faults_of(const SignOnTerms& terms);

/// Unsaid: the provider does not tell roles, or did not tell this one's. Other: it told, and it is
/// no member of staff's.
enum class SignOnRole { Staff, Student, Other, Unsaid };
std::string_view to_string(SignOnRole role); ///< "staff", ...

/// Somebody at the provider. Mail addresses are never looked at: they change, and are given anew.
struct SignOnIdentity {
    std::string issuer{};
    std::string
        subject{}; ///< What never changes: of Entra tid and oid, of Clever district and sub.
    SignOnRole role = SignOnRole::Unsaid;
    std::string person{}; ///< The roster's sourcedId, or "".
};

/// Whether the provider tells roles at all; where it does, an unsaid one lets nobody in.
bool tells_roles(const SignOnTerms& terms);
/// Whether what is needed is missing in the ID token, so that /userinfo must be asked.
bool needs_userinfo(const SignOnTerms& terms, const Json& claims);

/// Reads verified claims.
/// Errors: Forbidden (another district's, with a text to show); Invalid (the claims that make the
/// key are missing).
Result<SignOnIdentity> read_identity(const SignOnTerms& terms, const Json& claims);

/// The value at "a.b.c"; a claim whose whole name is the path comes first. Null when there is none.
const Json* find_claim(const Json& claims, std::string_view path);

} // namespace educators
