#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <string>

namespace federation {

/// What a server says of its audit log, signed with an object proof, for others to keep: up to this
/// line it has this hash (POLICY section 3, Record). Own term, so that nobody takes it for a post.
struct AuditCheckpoint {
    std::string id{};
    std::string actor{}; ///< The server actor.
    std::int64_t line = 0;
    std::string hash{}; ///< 64 hexadecimal digits.
    Time at{};
};

/// Without its proof (federation::add_proof).
Json render_checkpoint(const AuditCheckpoint& checkpoint);

/// Errors: NotFound (something else); Invalid (one that cannot be used). The proof is not looked
/// at.
Result<AuditCheckpoint> parse_checkpoint(const Json& document);

/// By the server actor, to another one.
Json render_offer(std::string_view id,
                  std::string_view actor,
                  std::string_view to,
                  Json checkpoint);

} // namespace federation
