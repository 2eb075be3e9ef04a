#pragma once

#include <string_view>

namespace federation {

/// Whether a Content-Type names an ActivityPub document: application/activity+json, or
/// application/ld+json whose `profile` parameter lists the ActivityStreams IRI; both only as UTF-8.
/// Anything that a server gives to uploaded files must not pass (PROTOCOL section 2, ATTACKS A08,
/// A09), so what is malformed does not pass either.
bool is_activity_media_type(std::string_view content_type);

} // namespace federation
