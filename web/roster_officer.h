#pragma once

#include "web/routes.h"

#include <optional>
#include <string>

/// Who opens the pages about the roster, its leavers and what is attested.
namespace web {

/// Who asks, when they are the owner or a roster officer: as the audit log names them. To others
/// the pages do not exist: no_roster_officer (NotFound).
std::optional<std::string> find_roster_officer(const WebDeps& deps, const http::Call& call);
extern const Error no_roster_officer;

/// The same for what a form changes.
/// Errors: Forbidden (the form is not of our page); NotFound.
Result<std::string> acting_roster_officer(const WebDeps& deps, const http::Call& call);

} // namespace web
