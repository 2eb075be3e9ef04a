#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <string_view>

namespace timelines {

/// Writes down which follows with that host end now, and tells our members who lose some
/// ("severed_relationships"); they can take the list away. Before the follows are removed.
void sever_follows_with(db::Tx& tx, std::string_view host, Time now);

} // namespace timelines
