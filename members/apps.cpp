#include "members/apps.h"

#include "base/crypto.h"
#include "base/text.h"
#include "base/uri.h"
#include "members/scopes.h"
#include "members/tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace members {
namespace {

constexpr std::size_t max_name_characters = 60;
constexpr std::size_t max_website_bytes = 2'000;
constexpr std::size_t max_redirect_uris = 20;
constexpr std::size_t max_redirect_bytes = 2'000;

/// Schemes that a browser runs or opens itself, or that carry something other than an app.
constexpr std::array<std::string_view, 25> foreign_schemes{
    "about", "acct",          "blob",        "chrome", "chrome-extension",
    "cid",   "content",       "data",        "file",   "filesystem",
    "ftp",   "geo",           "intent",      "jar",    "mailto",
    "mid",   "moz-extension", "resource",    "sms",    "tel",
    "urn",   "vbscript",      "view-source", "ws",     "wss",
};

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "app refused", std::move(shown)};
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || host == "::1" || host == "127.0.0.1" ||
           host.ends_with(".localhost");
}

bool is_safe_text(std::string_view uri) {
    return std::ranges::all_of(uri, [](char c) {
        return c > ' ' && c < 0x7f &&
               std::string_view("\"'<>\\^`{|}#").find(c) == std::string_view::npos;
    });
}

bool is_scheme(std::string_view scheme) {
    return !scheme.empty() && scheme.front() >= 'a' && scheme.front() <= 'z' &&
           std::ranges::all_of(scheme, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
                      c == '.';
           });
}

} // namespace

bool may_redirect_to(std::string_view uri) {
    if (uri == out_of_band) return true;
    if (uri.empty() || uri.size() > max_redirect_bytes || !is_safe_text(uri)) return false;
    const auto colon = uri.find(':');
    if (colon == std::string_view::npos) return false;
    const auto scheme = ascii_lower(uri.substr(0, colon));
    if (scheme == "https" || scheme == "http") {
        const auto parsed = parse_uri(uri);
        return parsed && (scheme == "https" || is_loopback(parsed->host));
    }
    // "javascript" and whatever else a browser takes for a script.
    if (!is_scheme(scheme) || scheme.ends_with("script")) return false;
    return std::ranges::find(foreign_schemes, scheme) == foreign_schemes.end();
}

Result<NewApp> register_app(db::Tx& tx, const AppDraft& draft) {
    const auto name = std::string(trim(clean_text(draft.name, max_name_characters)));
    if (name.empty()) return refused("Validation failed: Application name can't be blank");
    if (!draft.website.empty() &&
        (draft.website.size() > max_website_bytes || !parse_uri(draft.website))) {
        return refused("Validation failed: Website must be a valid URI");
    }
    if (draft.redirect_uris.empty() || draft.redirect_uris.size() > max_redirect_uris ||
        !std::ranges::all_of(draft.redirect_uris, may_redirect_to)) {
        return refused("Validation failed: Redirect URI must be an absolute URI that apps may use");
    }
    const auto scopes = draft.scopes.empty() ? std::vector<std::string>{"read"} : draft.scopes;
    if (!std::ranges::all_of(scopes, is_scope)) {
        return refused("Validation failed: Scopes doesn't match configured on the server");
    }
    NewApp made{.app = {.client_id = crypto::random_token(),
                        .name = name,
                        .website = draft.website,
                        .redirect_uris = draft.redirect_uris,
                        .scopes = scopes,
                        .confidential = draft.kind == ClientKind::Confidential}};
    if (made.app.confidential) {
        made.secret = crypto::random_token();
        made.app.secret_hash = stored_form(made.secret);
    }
    made.app.id = db::oauth_apps::insert(tx, made.app);
    return made;
}

Result<db::OauthApp> authenticate_client(db::Tx& tx,
                                         std::string_view client_id,
                                         const std::optional<std::string>& secret) {
    const auto refusal = [](std::string detail) {
        return Error{.kind = Error::Kind::Unauthorized,
                     .detail = std::move(detail),
                     .shown = "Client authentication failed.",
                     .reason = "invalid_client"};
    };
    auto app = db::oauth_apps::find_by_client_id(tx, client_id);
    if (!app) return refusal("no such client");
    if (!app->confidential) {
        if (secret && !secret->empty()) return refusal("a public client with a secret");
        return std::move(*app);
    }
    if (!secret || !crypto::equal_constant_time(stored_form(*secret), app->secret_hash)) {
        return refusal("wrong client secret");
    }
    return std::move(*app);
}

} // namespace members
