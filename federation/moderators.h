#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"

#include <string>
#include <string_view>

/// The Group actor to which a server wants its reports sent, found from the server itself (SWICG
/// trust and safety #24, FEP-d556): a link of its WebFinger answer about https://host/.
namespace federation {

std::string moderators_uri(const Instance& instance); ///< origin/actor/moderators

/// The document of ours. It never signs and can be followed by nobody: its inbox takes Flags, and
/// the server actor answers them.
Json render_moderators(const Instance& instance);
/// Its link in our answer about the server.
Json render_moderators_link(const Instance& instance);

/// The address that a server's answer names as its moderators'; "" when it names none on `origin`.
std::string parse_moderators_link(const Json& jrd, std::string_view origin);

/// The inbox of the Group `uri`, as its document says.
/// Errors: Invalid (another id, no Group, an inbox on another origin).
Result<std::string> parse_moderators_inbox(const Json& document, std::string_view uri);

} // namespace federation
