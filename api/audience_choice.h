#pragma once

#include "api/preferences.h"
#include "base/result.h"
#include "db/tx.h"
#include "http/router.h"
#include "outbox/publish.h"

#include <string_view>

/// For whom a client says that a post is (docs/audiences.md).
namespace api {

/// Reads it into the draft: from `audience` (and `circle_id`) of the form; else from a mark that is
/// the first line of the text, which is taken out; else, for a followers-only post, what the member
/// prefers. Errors: Unprocessable (no such audience; a mark that we do not know, which might
/// otherwise be posted to everybody).
Result<Done> choose_audience(db::Tx& tx,
                             const http::Call& call,
                             const Preferences& preferences,
                             outbox::Draft& draft);

/// "educators", "outside-district" or "outside-region": what can stand without more words.
bool is_plain_audience(std::string_view text);

} // namespace api
