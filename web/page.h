#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"
#include "http/message.h"
#include "http/router.h"

#include <string>
#include <string_view>

/// Pages from templates; mustache's home. Every value is escaped but those in triple braces, which
/// are only HTML that base/html.h has cleaned, and what web/qr_code.h draws.
namespace web {

struct Page {
    std::string_view view{}; ///< "sign_in": web/templates/sign_in.mustache.
    std::string title{};     ///< Plain text, without the instance's name.
    Json data = Json::object();
    int status = 200;
    std::string alternate{};   ///< The ActivityPub id of what the page shows, or "".
    std::string form_target{}; ///< Where a form of the page may end besides here: an origin or
                               ///< "scheme:". Browsers check redirects after a form, too.
    bool is_private = true;    ///< Made for one person: no cache keeps it.
};

/// The page in the frame of all pages, with the headers that keep others out: no scripts, no
/// frames, no foreign forms (ATTACKS O06, O07, O09, O17).
http::Response render_page(const Instance& instance, const http::Call& call, const Page& page);

/// A heading, a sentence and perhaps a link.
struct Notice {
    std::string title{};
    std::string text{};
    std::string link{};
    std::string link_text{};
    int status = 200;
};
http::Response render_notice(const Instance& instance,
                             const http::Call& call,
                             const Notice& notice);

/// GET /assets/{name}: the only stylesheet, the icon. Errors: NotFound.
Result<http::Response> serve_asset(const http::Call& call);

/// A text if it is a path of our own, else `fallback`: what follows a sign-in never leads away
/// (ATTACKS O08).
std::string local_path(std::string_view wanted, std::string_view fallback);

} // namespace web
