#pragma once

#include "base/id.h"
#include "base/result.h"
#include "db/strikes.h"
#include "outbox/acting.h"

#include <optional>
#include <string>
#include <string_view>

/// What moderators do to single posts, ours and copies of others'. Of a post of ours everybody who
/// got it is sent an Update, and its author gets a strike. Stands against edits (ATTACKS H13).
namespace outbox {

enum class PostMeasure { RemoveMedia, MarkSensitive, Label };
std::optional<PostMeasure> parse_post_measure(std::string_view text); ///< "remove-media", ...
std::string_view to_string(PostMeasure measure);

struct PostMeasureDraft {
    StatusId status{};
    PostMeasure measure = PostMeasure::MarkSensitive;
    std::string label{}; ///< Of Label: the content warning, 1 to 100 characters.
    std::string text{};  ///< The reason: for the audit log and the author.
    ReportId report{};   ///< Shows the post to a moderator who could not read it else; 0: none.
};

/// Errors: NotFound (no such post, or one that is neither readable for the moderator nor in that
/// report; no media to remove); Forbidden (an author of equal or higher role, or oneself);
/// Unprocessable (label, text).
Result<Done> measure_post(db::Tx& tx, const Acting& acting, const PostMeasureDraft& draft);
/// Nothing changes when it does not stand. Errors: NotFound, Forbidden.
Result<Done> undo_post_measure(db::Tx& tx,
                               const Acting& acting,
                               StatusId status,
                               PostMeasure measure);

/// The same, whoever acts: for what two other districts decided (outbox/appeal_reviews.h).
/// Errors: NotFound.
Result<Done> take_back_measure(db::Tx& tx,
                               const Acting& acting,
                               StatusId status,
                               PostMeasure measure);

} // namespace outbox
