#pragma once

#include "web/routes.h"

namespace web {

void add_report_routes(http::Router& router, const WebDeps& deps);
void add_own_report_routes(http::Router& router, const WebDeps& deps);

} // namespace web
