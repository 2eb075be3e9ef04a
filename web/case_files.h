#pragma once

#include "http/router.h"
#include "media/store.h"
#include "web/routes.h"

namespace web {

struct CaseFilePages {
    const WebDeps& pages;
    media::Store& store;
};

/// GET /admin/reports/{id}/files/{file}: a file of a reported post, for moderators who may decide
/// that case and for nobody else. `deps` must outlive the router.
void add_case_file_routes(http::Router& router, const CaseFilePages& deps);

} // namespace web
