#pragma once

#include "web/pages.h"

/// Groups of the desk's pages, a file each.
namespace web {

void add_house_routes(http::Router& router, const WebDeps& deps);
void add_approval_routes(http::Router& router, const WebDeps& deps);
void add_list_routes(http::Router& router, const WebDeps& deps);
void add_record_routes(http::Router& router, const WebDeps& deps);

} // namespace web
