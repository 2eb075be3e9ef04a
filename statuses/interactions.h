#pragma once

#include "base/json.h"
#include "base/result.h"
#include "db/statuses.h"
#include "http/form.h"

/// Who may answer, like and boost a post, in the words of GoToSocial's apps: can_reply,
/// can_favourite and can_reblog, each with automatic_approval (once "always") and manual_approval
/// (once "with_approval"). Source: https://docs.gotosocial.org/en/latest/api/swagger/
namespace statuses {

/// {"reply", "like", "announce"} as `statuses.interaction_policy` has them beside the policy on
/// quotes; null when the form states nothing.
///
/// Taken are public, followers and following; who is mentioned may always answer, and the author
/// everything, so these words add nothing. Errors: Unprocessable: other words, and approval of each
/// interaction, which nobody here could give.
Result<Json> parse_interactions(const http::Form& form);

/// The other way round. What is not stated is what anybody who sees the post can do.
Json render_interactions(const Json& policy, db::Visibility visibility);

} // namespace statuses
