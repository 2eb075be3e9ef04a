#pragma once

#include "api/api.h"
#include "base/json.h"
#include "db/tags.h"
#include "db/tx.h"

#include <vector>

namespace api {

/// https://docs.joinmastodon.org/entities/Tag/ whole, for one reader, in the order of `tags`.
Json render_tags(const Api& api, db::Tx& tx, const std::vector<db::Tag>& tags, AccountId reader);

} // namespace api
