#pragma once

#include "api/admin.h"
#include "base/id.h"

#include <vector>

namespace api {

/// https://docs.joinmastodon.org/entities/Tag/#admin, in the order of `ids`.
Json render_admin_tags(const AdminCall& admin, const std::vector<TagId>& ids);

} // namespace api
