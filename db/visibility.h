#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <string_view>
#include <vector>

/// Runs the one rule of who may read a post, which migration 0021 states as `visible_statuses`.
/// List queries of db/ join the function itself.
namespace db::visibility {

/// Those of `statuses` that the reader may see; in no order.
std::vector<StatusId> visible_among(Tx& tx,
                                    AccountId reader,
                                    const std::vector<StatusId>& statuses);
bool is_visible(Tx& tx, AccountId reader, StatusId status);
/// Some account of `host` is an accepted follower of `author`.
bool has_follower_on_host(Tx& tx, AccountId author, std::string_view host);
/// Some account of `host` is addressed by the status.
bool addresses_host(Tx& tx, StatusId status, std::string_view host);

} // namespace db::visibility
