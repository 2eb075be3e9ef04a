#pragma once

#include "http/router.h"
#include "web/page.h"

/// Forms for visitors who have no session yet: sign-in, forgotten password. Such a form carries
/// what a cookie of its own proves, so that another site cannot send it in a visitor's name
/// (ATTACKS O06).
namespace web {

/// The page with the form; its template writes {{open_token}} into the hidden field "form_token".
http::Response render_open_form(const Instance& instance, const http::Call& call, Page page);

/// Whether the form came from such a page in this browser.
bool is_own_open_form(const Instance& instance, const http::Call& call);
/// What to tell when it did not.
extern const char* const no_cookie_text;

} // namespace web
