#pragma once

#include "base/json.h"
#include "db/status_views.h"
#include "media/links.h"

#include <string>

/// Entities that stand inside a status alone. Pure.
namespace api {

/// https://docs.joinmastodon.org/entities/PreviewCard/; null for a card whose page was
/// not read, or had nothing to say. `author`: an account entity, or null.
Json card_entity(const media::Links& links, const Json& card, const Json& author);

/// https://docs.joinmastodon.org/entities/QuoteApproval/, as JSON text.
std::string quote_approval_text(const db::StatusHead& head);

} // namespace api
