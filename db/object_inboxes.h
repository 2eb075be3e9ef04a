#pragma once

#include "base/time.h"
#include "db/deliveries.h"
#include "db/tx.h"

#include <string>
#include <string_view>
#include <vector>

/// Every inbox that an object was ever sent to: Delete and Update go there too.
namespace db::object_inboxes {

void insert(Tx& tx, std::string_view object_uri, const std::vector<Inbox>& inboxes);
/// A host that fetched the object: it learns of changes by its shared inbox.
void insert_host(Tx& tx, std::string_view object_uri, std::string_view host);
std::vector<Inbox> list(Tx& tx, std::string_view object_uri);
/// Those of our objects that were deleted before `limit`: their Delete has long arrived.
void remove_of_buried(Tx& tx, Time limit);

} // namespace db::object_inboxes
