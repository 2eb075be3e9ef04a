#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "http/message.h"
#include "web/routes.h"

#include <string>
#include <string_view>

/// What somebody may take elsewhere: of a member, and of who left and has only the leaver's page.
/// The caller has made sure whose it is.
namespace web {

/// What the templates of such pages are told: tables, and how the archive stands.
Json describe_exports(const WebDeps& deps, AccountId account);
/// Errors: NotFound.
Result<http::Response> serve_table(const WebDeps& deps, AccountId account, std::string_view name);
/// Errors: NotFound.
Result<http::Response> serve_archive(const WebDeps& deps, AccountId account);

/// What may be told of why outbox::fetch_named did not find an account.
std::string explain_not_found(const Error& error);
/// What may be told of why outbox::move_to refused.
std::string explain_refusal(const Error& error);

} // namespace web
