#pragma once

#include "base/json.h"
#include "db/accounts.h"
#include "db/media_attachments.h"
#include "db/mentions.h"
#include "db/polls.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "moderation/filters.h"

#include <string>
#include <vector>

namespace federation {
struct Note;
}

/// How the parts of a note stand in rows; ingest and edit write them alike. Pure,
/// but for media_rows.
namespace statuses {

db::Visibility visibility_row(const federation::Note& note);
/// What an edit may change: text, warning, title, language, emojis, card, policy, url.
void copy_content(db::Status& status, const federation::Note& note, const db::Account& author);
/// None of a host whose media moderators reject.
std::vector<db::MediaAttachment> media_rows(db::Tx& tx,
                                            const db::Account& author,
                                            const federation::Note& note);
/// The note must have a poll.
db::Poll poll_row(const federation::Note& note, StatusId status);

/// Mentioned by a tag, and addressed; addressed only (with too many mentions, everybody); and, in
/// open posts, tagged only: a mention that is shown, but tells nobody (PROTOCOL section 10).
db::mentions::ByUri addressed_uris(const federation::Note& note);

/// What the verdict Strip takes out of a note: people, who are neither told nor given it to read,
/// and media.
void strip(federation::Note& note, const moderation::Effects& effects);

/// What the filters look at in a post: its id, text, media and time.
void describe_post(moderation::Subject& subject, const federation::Note& note);

struct TagNames {
    std::vector<std::string> names{};
    std::vector<std::string> displays{};
};
TagNames tag_names(const federation::Note& note);

/// Sets quote, quote_uri, quote_state and authorization from the note's claim. A quote counts when
/// the author quotes themselves; a claim with a stamp is pending until the stamp was read; any
/// other is shown as a link. `quoted`: the stored post, if the author may see it.
void copy_quote(db::Status& status,
                const federation::Note& note,
                const std::optional<db::Status>& quoted);

} // namespace statuses
