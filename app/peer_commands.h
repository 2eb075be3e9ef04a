#pragma once

#include "base/instance.h"

#include <string>

namespace CLI {
class App;
}

namespace app {

struct Start;

/// The host that an administrator typed. Throws CommandFailed (no host name; this instance).
std::string canonical_host(const std::string& text, const Instance& instance);

/// The subcommands of `peer` for peering with two sides: compare, ask, accept, reject, leave,
/// lower, restore.
void add_peering(CLI::App& peer, const Start& start);

} // namespace app
