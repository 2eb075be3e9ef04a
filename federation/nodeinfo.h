#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace federation {

struct NodeinfoUsage {
    std::int64_t users = 0;
    std::int64_t active_month = 0;
    std::int64_t active_half_year = 0;
    std::int64_t posts = 0;
    std::int64_t comments = 0;
};

enum class NodeinfoVersion { V20, V21 };

Json render_nodeinfo_links(const Instance& instance);
Json render_nodeinfo(const Instance& instance,
                     NodeinfoVersion version,
                     const NodeinfoUsage& usage,
                     bool open_registrations);
/// application/json with the schema as profile.
std::string nodeinfo_media_type(NodeinfoVersion version);

/// Statistics about a peer; its software's name is never a reason for trust.
struct Nodeinfo {
    std::string software{};
    std::string version{};
    NodeinfoUsage usage{};
};

/// Of a peer's links the newest schema we know, on `host` and https (or the origin's own scheme).
/// Errors: Invalid.
Result<std::string> parse_nodeinfo_links(const Json& document, std::string_view origin);
/// The server actor that the links name (FEP-2677), on the same origin; "" when none.
std::string parse_server_actor_link(const Json& document, std::string_view origin);
/// Errors: Invalid.
Result<Nodeinfo> parse_nodeinfo(const Json& document);

} // namespace federation
