#pragma once

#include "base/json.h"

/// The JSON-LD contexts of what we send. Many servers match the IRIs as text, and strict ones drop
/// every term that is missing here (PROTOCOL section 20).
namespace federation {

const Json& note_context();
const Json& actor_context();        ///< Without the Ed25519 key.
const Json& signed_actor_context(); ///< With the contexts of assertionMethod and Multikey.
const Json& leave_context();        ///< A boost with its stamp.
const Json& quote_context();        ///< QuoteRequest, QuoteAuthorization and their parts.
const Json& activity_context();     ///< ActivityStreams alone.

} // namespace federation
