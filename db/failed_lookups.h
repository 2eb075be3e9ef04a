#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>

namespace db::failed_lookups {

/// The reason why `uri` could not be had, while it is not to be asked for again.
std::optional<std::string> find(Tx& tx, std::string_view uri, Time now);
void put(Tx& tx, std::string_view uri, std::string_view reason, Time until);
void remove(Tx& tx, std::string_view uri);
/// Everything on that host: it was just let in, or is back.
void remove_of_host(Tx& tx, std::string_view host);
void remove_expired(Tx& tx, Time now);

} // namespace db::failed_lookups
