#pragma once

#include "base/json.h"
#include "moderation/filters.h"
#include "outbox/edit.h"

#include <optional>

/// An edit that waits in a row, for its author's answer or for the privacy officer, as a post does
/// (outbox/asking.h, outbox/held_posts.h).
namespace outbox {

struct WaitingEdit {
    StatusId status{};
    Edit changes{};
};
/// A draft of the post as it would be (outbox/draft_json.h), and what only an edit has.
Json write_edit(const db::Status& status, const Edit& changes);
/// What write_edit() wrote; nothing when it is the draft of a new post.
std::optional<WaitingEdit> read_edit(const Json& draft);

/// Asks the author, or holds the edit when they said why it is to go out.
Error ask_or_hold_edit(db::Tx& tx,
                       const Acting& acting,
                       const db::Account& author,
                       const Json& draft,
                       const moderation::Decision& decision);

/// Goes on with one that was released. Errors: NotFound (the post is gone); Unprocessable (it was
/// edited again since `held_at`: the newer one stays); those of edit().
Result<db::Status> edit_released(db::Tx& tx,
                                 const Acting& acting,
                                 const WaitingEdit& edit,
                                 Time held_at);

} // namespace outbox
