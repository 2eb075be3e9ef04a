#pragma once

#include "api/api.h"
#include "db/page.h"
#include "db/tx.h"
#include "http/message.h"
#include "http/router.h"

#include <vector>

/// A page of statuses as the answer, with the Link header.
namespace api {

/// Paged by the ids of the statuses.
http::Response status_page(const Api& api,
                           db::Tx& tx,
                           const http::Call& call,
                           const db::Page& page,
                           const std::vector<StatusId>& ids);
/// Paged by keys that clients see in the Link header only.
http::Response keyed_status_page(const Api& api,
                                 db::Tx& tx,
                                 const http::Call& call,
                                 const db::Page& page,
                                 const std::vector<db::Keyed<StatusId>>& entries);

} // namespace api
