#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// PROTOCOL section 10. `Limited`: addressed to people of whom some are not mentioned; same readers
/// as direct.
enum class Visibility { Public, Unlisted, Private, Direct, Limited };

std::string_view to_string(Visibility visibility); ///< "public", ...
std::optional<Visibility> parse_visibility(std::string_view text);
/// Public or unlisted: for everybody who passes our doors.
bool is_open(Visibility visibility);

/// A row of `statuses`: a post, ours or theirs, or a boost (then `reblog_of` is set).
struct Status {
    StatusId id{};
    std::string uri{};
    std::string url{};
    AccountId author{};
    bool local = false;
    std::string object_type = "Note"; ///< "Announce" for a boost.
    std::string activity_uri{};
    StatusId reblog_of{};
    StatusId in_reply_to{};
    std::string in_reply_to_uri{};
    AccountId in_reply_to_account{};
    std::int64_t thread = 0; ///< Id of the first known post of the thread; 0 on insert: its own.
    std::string context_uri{};
    std::string conversation{};
    std::string title{};
    std::string content{}; ///< Clean HTML.
    std::string text{};    ///< What a member wrote.
    std::string spoiler_text{};
    bool sensitive = false;
    std::string language{};
    Visibility visibility = Visibility::Public;
    bool local_only = false;
    bool muted_reach = false; ///< A `limit` verdict: no timelines, no notifications.
    AppId app{};
    PollId poll{};
    Json emojis = Json::array();
    Json card{};
    Json interaction_policy{};
    std::string quote_uri{};
    StatusId quote{};
    std::string quote_state{};
    std::string quote_authorization_uri{};
    std::string group_uri{};
    std::string replies_uri{};
    std::string document{}; ///< Ours: the object as it is served and sent.
    std::int64_t replies_count = 0;
    std::int64_t reblogs_count = 0;
    std::int64_t favourites_count = 0;
    Time created_at{};
    std::optional<Time> edited_at{};
    std::optional<Time> fetched_at{};

    bool is_boost() const { return static_cast<bool>(reblog_of); }
};

} // namespace db

namespace db::statuses {

/// A new id whose order is that of `at` (a post that arrives late sorts where it belongs).
StatusId new_id(Tx& tx, Time at);

/// What must be known before a post is stored, in one statement.
struct Arrival {
    StatusId new_id{};
    std::optional<std::string> buried_by{}; ///< A tombstone stands for its uri: who deleted it.
    bool has_orphans = false; ///< Answers to it are here already.
    StatusId existing{};      ///< It is here; 0: it is not.
    AccountId existing_author{};
    std::optional<Status> parent{}; ///< Never a boost.
    std::optional<Status> quoted{};
};
/// Empty `parent_uri` and `quoted_uri`: none. `at`: of the post.
Arrival find_arrival(Tx& tx,
                     std::string_view uri,
                     std::string_view parent_uri,
                     std::string_view quoted_uri,
                     Time at);

/// Inserts with `status.id` (must be set). False, and nothing written, when the uri or the author's
/// boost exists already.
bool insert(Tx& tx, const Status& status);
/// Writes what an edit may change: title, content, text, spoiler_text, sensitive, language, emojis,
/// card, url, poll, interaction_policy, document, quote fields, edited_at, fetched_at.
void update_content(Tx& tx, const Status& status);
void set_document(Tx& tx, StatusId id, std::string_view document);
/// The row, its boosts, mentions, notifications and timeline rows go; replies stay.
void remove(Tx& tx, StatusId id);

std::optional<Status> find(Tx& tx, StatusId id);
std::optional<Status> find_by_uri(Tx& tx, std::string_view uri);
std::optional<Status> find_by_url(Tx& tx, std::string_view url);
std::vector<Status> find_all(Tx& tx, const std::vector<StatusId>& ids);
std::vector<Status> find_all_by_uri(Tx& tx, const std::vector<std::string>& uris);
std::optional<Status> find_boost(Tx& tx, AccountId account, StatusId of);
/// Our members who boosted it.
std::vector<AccountId> local_boosters(Tx& tx, StatusId of);
/// The author's own public and unlisted answers to it, oldest first.
std::vector<std::string> own_answer_uris(Tx& tx, StatusId id, int limit);
/// Ids of what an account posted and boosted, oldest first.
std::vector<StatusId> ids_of_account(Tx& tx, AccountId account, int limit);

void add_replies_count(Tx& tx, StatusId id, int change);
void add_reblogs_count(Tx& tx, StatusId id, int change);
void add_favourites_count(Tx& tx, StatusId id, int change);

void set_quote(Tx& tx, const Status& status); ///< quote, quote_state, authorization; checked now.
void set_fetched(Tx& tx, StatusId id, Time at);
/// Claims the thread of a status for a backfill: false when it was asked for after `not_since`.
bool claim_backfill(Tx& tx, StatusId id, Time now, Time not_since);

/// Which of these quote with a stamp, or wait for an answer, and were not checked since
/// `not_since`; those that stand, not since `stamps_since`. Marks them as checked now.
std::vector<StatusId> claim_quote_checks(
    Tx& tx, const std::vector<StatusId>& ids, Time now, Time not_since, Time stamps_since);

/// Before posts are removed: takes them, and boosts of them, out of the counters of authors,
/// parents and boosted posts, and marks posts that quote them. The counterpart of statuses::store.
void discount(Tx& tx, const std::vector<StatusId>& ids);
void mark_quotes_deleted(Tx& tx, const std::vector<StatusId>& ids);
void remove_all(Tx& tx, const std::vector<StatusId>& ids);

/// Posts that waited for this parent get their link to it and its thread; those that everybody may
/// read are counted on it.
void adopt_orphans(Tx& tx, const Status& parent);

} // namespace db::statuses
