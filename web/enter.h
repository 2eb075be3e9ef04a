#pragma once

#include "web/routes.h"

#include <string>

/// What follows a right password.
namespace web {

/// Opens the session, ends the one that the browser had, and goes on to `return_to` of the form. A
/// browser that was not seen before is told to the member by mail.
Result<http::Response> enter(const WebDeps& deps, const http::Call& call, AccountId account);

/// Off to the page that asks for the one-time code; a cookie remembers for five minutes whose
/// password was right. It opens nothing by itself (ATTACKS O19).
Result<http::Response> ask_for_code(const WebDeps& deps, const http::Call& call, AccountId account);

/// Where a member who owes us a new password may go.
std::string password_page(const std::string& return_to);

} // namespace web
