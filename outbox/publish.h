#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "db/audiences.h"
#include "db/lists.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moderation {
struct Outgoing;
}

namespace outbox {

constexpr std::size_t max_characters = 5'000; ///< Counted by outbox::count_characters().
constexpr std::size_t max_poll_options = 8;
constexpr std::size_t max_poll_option_characters = 100;
constexpr std::size_t max_attachments = 4;
constexpr std::chrono::seconds min_poll_time{5 * 60};
constexpr std::chrono::seconds max_poll_time{30 * 24 * 3600};

struct PollDraft {
    std::vector<std::string> options{};
    bool multiple = false;
    bool hide_totals = false;
    std::chrono::seconds expires_in{24 * 3600};
};

/// Whom an author writes to, more narrowly than by visibility (outbox/narrow.h).
struct AudienceChoice {
    db::AudienceKind kind = db::AudienceKind::Educators;
    db::ListId circle{}; ///< Of a circle: the author's list of its people.
};

/// A post before it is one.
struct Draft {
    std::string text{};
    std::string spoiler_text{};
    bool sensitive = false;
    std::string language{}; ///< "" unknown.
    db::Visibility visibility = db::Visibility::Public;
    bool local_only = false; ///< Never leaves this server.
    /// Not where it answers a narrow post, whose audience it has.
    std::optional<AudienceChoice> audience{};
    StatusId in_reply_to{};
    StatusId quoted{};
    std::string quote_policy{};   ///< public, followers, nobody or ask; "" as the visibility says.
    Json interactions{};          ///< Of statuses/interactions.h; null: the author's default.
    std::vector<MediaId> media{}; ///< Uploaded by the author, not yet attached.
    std::optional<PollDraft> poll{};
    AppId app{};
    /// Of the student-privacy guard: why it is to go out though it may name a student, or that none
    /// is seen on its pictures.
    std::string students_reason{};
    bool no_student_seen = false;
};

/// What publish() would refuse as things are now, but for the filters; what is to be published at
/// `at` is asked about students now (outbox/asking.h), which is all that is written.
Result<Done> check_draft(db::Tx& tx, const Acting& acting, const Draft& draft, Time at);

/// Writes the post, shows it to everybody here whom it concerns, and queues it for everybody else.
/// Mentions of remote people count when they are known: resolve find_mentions(text) before, outside
/// of the transaction.
///
/// Errors: Unprocessable (empty, too long, poll or media out of bounds: `shown` says which),
/// NotFound (the parent is not there for the author, or the quoted post may not be quoted),
/// Forbidden (the author may not post, or a filter refuses it or holds it for review), or a
/// question about students (outbox/asking.h): commit what has_left_rows().
Result<db::Status> publish(db::Tx& tx, const Acting& acting, const Draft& draft);
/// The same for a draft that a person let pass: filters that hold are asked no more, the others
/// are.
Result<db::Status> publish_released(db::Tx& tx, const Acting& acting, const Draft& draft);
/// Queues the Create of a post for everybody whom it is for. `object`: as it is rendered.
void send_post(db::Tx& tx, const Json& object, const db::Status& status);
/// Whether publish() kept the draft for review instead of refusing it.
bool is_held(const Error& error);

/// What the filters look at in the author's uploads.
void describe_media(db::Tx& tx,
                    AccountId author,
                    const std::vector<MediaId>& media,
                    moderation::Outgoing& outgoing);

/// Whether these uploads can stand in a post: the author's, ready, and in no other post than `post`
/// (0: in none). Errors: Unprocessable.
Result<Done> check_media(db::Tx& tx,
                         AccountId author,
                         const std::vector<MediaId>& media,
                         StatusId post);
/// Puts them into the post, after all checks. Errors: Unprocessable (used meanwhile).
Result<Done> attach_media(db::Tx& tx,
                          AccountId author,
                          StatusId post,
                          const std::vector<MediaId>& media);

} // namespace outbox
