#pragma once

#include "http/message.h"

namespace http {

/// Whether the Accept lines ask for ActivityPub: application/activity+json or application/ld+json
/// (with or without a profile) is acceptable and not less wanted than text/html.
/// PROTOCOL section 2, RFC 9110 section 12.5.1.
bool wants_activity_pub(const Headers& headers);

/// Whether text/html is named at all: a browser asks.
bool names_html(const Headers& headers);

} // namespace http
