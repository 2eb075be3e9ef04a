#include "api/status_page.h"

#include "api/answer.h"
#include "api/paging.h"
#include "api/render.h"

namespace api {

http::Response status_page(const Api& api,
                           db::Tx& tx,
                           const http::Call& call,
                           const db::Page& page,
                           const std::vector<StatusId>& ids) {
    auto response = array_response(render_status_list(api, tx, ids, call.me()));
    add_links(
        response, api.instance(), call, page, keys_of(ids, [](StatusId id) { return id.value; }));
    return response;
}

http::Response keyed_status_page(const Api& api,
                                 db::Tx& tx,
                                 const http::Call& call,
                                 const db::Page& page,
                                 const std::vector<db::Keyed<StatusId>>& entries) {
    std::vector<StatusId> ids;
    for (const auto& entry : entries)
        ids.push_back(entry.id);
    auto response = array_response(render_status_list(api, tx, ids, call.me()));
    add_links(response, api.instance(), call, page, keys_of(entries, [](const auto& entry) {
                  return entry.key;
              }));
    return response;
}

} // namespace api
