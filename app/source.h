#pragma once

#include "http/router.h"

#include <string>

/// The source of the running program (AGPL-3.0, section 13; docs/decisions/0018).
namespace app {

/// The archive that the build put beside this program, or that was installed with it; "" when
/// neither is there.
std::string find_source_archive();

/// GET /source: the archive, or where `url` says the source is.
void add_source_route(http::Router& router, const std::string& archive, const std::string& url);

} // namespace app
