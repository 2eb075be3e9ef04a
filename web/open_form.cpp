#include "web/open_form.h"

#include "base/crypto.h"
#include "members/sessions.h"

#include <fmt/format.h>

namespace web {
namespace {

std::string form_cookie_name(const Instance& instance) {
    const auto session = members::session_cookie_name(instance);
    constexpr std::string_view host_only = "__Host-";
    return session.starts_with(host_only) ? "__Host-form" : "form-" + session;
}

std::string form_token_of(const std::string& cookie) {
    return crypto::base64url(crypto::hmac_sha256(cookie, "sign-in form"));
}

} // namespace

const char* const no_cookie_text = "Your browser did not send this page's cookie back. "
                                   "Please allow cookies for this site and try again.";

http::Response render_open_form(const Instance& instance, const http::Call& call, Page page) {
    const auto name = form_cookie_name(instance);
    auto cookie = members::find_cookie(call.request, name);
    const bool is_new = !cookie;
    if (is_new) cookie = crypto::random_token();
    page.data["open_token"] = form_token_of(*cookie);
    auto response = render_page(instance, call, page);
    if (is_new) {
        const bool is_https = instance.origin.starts_with("https://");
        response.headers.add("Set-Cookie",
                             fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}",
                                         name,
                                         *cookie,
                                         is_https ? "; Secure" : ""));
    }
    return response;
}

bool is_own_open_form(const Instance& instance, const http::Call& call) {
    const auto cookie = members::find_cookie(call.request, form_cookie_name(instance));
    return cookie &&
           crypto::equal_constant_time(form_token_of(*cookie), call.form.text("form_token"));
}

} // namespace web
