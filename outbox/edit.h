#pragma once

#include "base/result.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"
#include "outbox/publish.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace outbox {

struct MediaEdit {
    MediaId id{};
    std::optional<std::string> description{}; ///< Nothing: as it was.
    std::optional<std::array<double, 2>> focus{};
};

/// The whole new content; who may read it never changes.
struct Edit {
    std::string text{};
    std::string spoiler_text{};
    bool sensitive = false;
    std::string language{};
    std::vector<MediaId> media{};
    std::vector<MediaEdit> media_descriptions{};
    std::optional<PollDraft> poll{}; ///< Other options begin the vote anew.
    bool no_student_seen = false;    ///< On its pictures, as the author says (filter 9).
    std::string students_reason{};   ///< Why it is to go out though it may name a student.
};

enum class Reviewed { No, Yes }; ///< Yes: the privacy officer let it pass.

/// Keeps the old version in the history, and sends an Update to everybody who ever got the post.
/// Errors: as publish(), also that it is held or asked about; NotFound when it is not the author's
/// own post.
Result<db::Status> edit(db::Tx& tx,
                        const Acting& acting,
                        StatusId id,
                        const Edit& changes,
                        Reviewed reviewed = Reviewed::No);

/// Renders a post of ours anew, stores the document, and sends it as an Update to everybody who
/// ever got the post.
void send_update(
    db::Tx& tx, const Instance& instance, const db::Account& author, db::Status& status, Time now);

} // namespace outbox
