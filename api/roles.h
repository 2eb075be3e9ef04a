#pragma once

#include "base/json.h"
#include "db/users.h"

namespace api {

/// https://docs.joinmastodon.org/entities/Role/. The bits say what the member may really do here.
Json role_entity(db::Role role);

} // namespace api
