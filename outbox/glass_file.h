#pragma once

#include "base/json.h"
#include "outbox/break_glass.h"

#include <string>

namespace outbox {

/// The SHA-256, in hex, of these lines, each ended by LF: uri, published, edited (or empty),
/// visibility, recipients with "," between, warning, content; in UTF-8.
std::string hash_of(const db::PrivatePost& post);

/// A line per post, newest first; cells that spreadsheets would take for formulas are guarded
/// (base/csv.h).
std::string render_glass_csv(const GlassPosts& read);
/// The same with the request and, in "object", each post as it was sent.
Json render_glass_json(const GlassPosts& read);

} // namespace outbox
