#pragma once

#include "api/preferences.h"
#include "base/id.h"
#include "base/result.h"
#include "http/router.h"
#include "outbox/publish.h"

#include <optional>
#include <vector>

/// What clients write about a post, read into drafts.
namespace api {

/// `poll[...]`; nothing when it has no options.
std::optional<outbox::PollDraft> poll_of(const http::Form& form);
/// `media_ids[]`; what is no id is left out.
std::vector<MediaId> media_of(const http::Form& form);

/// The form of POST /api/v1/statuses; what it does not say is as the member prefers.
/// Errors: NotFound (what it answers or quotes is no id), Unprocessable.
Result<outbox::Draft> draft_of(const http::Call& call, const Preferences& preferences);

} // namespace api
