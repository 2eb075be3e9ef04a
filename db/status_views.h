#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a client's list of statuses is made from, read as sets: the number of statements does not
/// depend on the number of statuses.
namespace db {

/// Bits of StatusHead::quote_policy.
namespace quote_policy {
constexpr int automatic_public = 1;
constexpr int automatic_followers = 2;
constexpr int automatic_following = 4;
constexpr int manual_public = 8;
constexpr int manual_followers = 16;
constexpr int manual_following = 32;
} // namespace quote_policy

/// The small, changing part of a status as one reader sees it. The versions are those of the
/// rows (xmin): a text that was made from them is good as long as they stay.
struct StatusHead {
    StatusId id{};
    std::int64_t version = 0;
    AccountId author{};
    std::int64_t author_version = 0;
    StatusId reblog_of{}; ///< 0: no boost, and then `shown` is the status itself.
    StatusId shown{};     ///< What is read: the boosted status or the status itself.
    std::int64_t shown_version = 0;
    AccountId shown_author{};
    std::int64_t shown_author_version = 0;
    PollId poll{};
    StatusId quote{};
    std::string quote_state{};
    int quote_policy = 0;          ///< QuotePolicy bits: whom the author lets quote it.
    std::string quote_answer{};    ///< For the reader: automatic, manual or denied.
    std::int64_t quotes_count = 0; ///< Quotes that stand, in posts that everybody may read.
    bool favourited = false;
    bool reblogged = false;
    bool bookmarked = false;
    bool pinned = false;
    bool muted = false;
    bool reader_filters = false; ///< The reader has filters: the same in every row.
};

struct MentionView {
    StatusId status{};
    AccountId account{};
    std::string username{};
    std::string domain{};
    std::string url{};
};

struct TagView {
    StatusId status{};
    std::string name{};
};

struct AppView {
    StatusId status{};
    std::string name{};
    std::string website{};
};

struct PollView {
    PollId id{};
    AccountId author{};
    std::vector<std::string> options{};
    std::vector<std::int64_t> tallies{};
    bool multiple = false;
    bool hide_totals = false;
    std::optional<std::int64_t> voters_count{};
    std::optional<Time> expires_at{};
    std::optional<Time> closed_at{};
    std::vector<std::int64_t> own_votes{};
};

} // namespace db

namespace db::status_views {

/// In no order; ids that do not exist are left out. Does not ask who may see them.
std::vector<StatusHead> heads(Tx& tx, const std::vector<StatusId>& ids, AccountId reader);
/// Those alone that the reader may see (statuses/may_see.h).
std::vector<StatusHead> visible_heads(Tx& tx, const std::vector<StatusId>& ids, AccountId reader);

std::vector<MentionView> mentions(Tx& tx, const std::vector<StatusId>& ids);
std::vector<TagView> tags(Tx& tx, const std::vector<StatusId>& ids);
std::vector<AppView> apps(Tx& tx, const std::vector<StatusId>& ids);
std::vector<PollView> polls(Tx& tx, const std::vector<PollId>& ids, AccountId reader);

} // namespace db::status_views
