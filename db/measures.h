#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the dashboards of moderators count, from the rows themselves. Days are UTC; a span begins
/// with its first day and ends before `end`.
namespace db::measures {

struct Span {
    Time start{};
    Time end{};
};

/// What a measure is about, where it is about something.
struct About {
    std::string host{};
    std::int64_t tag = 0;
};

struct DayCount {
    Time day{};
    std::int64_t value = 0;
};
/// One entry for each day with something to count. Keys are those of admin/measures:
/// "active_users", "new_users", "interactions", "opened_reports", "resolved_reports",
/// "tag_accounts", "tag_uses", "tag_servers", "instance_accounts", "instance_statuses",
/// "instance_reports", "instance_follows", "instance_followers". Nothing for any other.
std::optional<std::vector<DayCount>> count(Tx& tx,
                                           std::string_view key,
                                           const Span& span,
                                           const About& about);
/// The sum of days, but whoever was here on two of them is one user.
std::int64_t count_active_users(Tx& tx, const Span& span);

struct Share {
    std::string key{};
    std::int64_t value = 0;
};
/// The biggest shares first. Keys are those of admin/dimensions: "languages" (our members'),
/// "sources" (apps by which they joined), "servers" (posts of the span), "tag_servers",
/// "tag_languages", "instance_accounts", "instance_languages". Nothing for any other.
std::optional<std::vector<Share>> divide(
    Tx& tx, std::string_view key, const Span& span, const About& about, int limit);

/// Bytes of the database.
std::int64_t database_bytes(Tx& tx);
std::string database_version(Tx& tx);

struct Retention {
    Time cohort{}; ///< When these members joined.
    Time period{}; ///< When those of them were here.
    std::int64_t joined = 0;
    std::int64_t active = 0;
};
/// `unit` is "day" or "month". Every cohort of the span with every period from it on.
std::vector<Retention> retention(Tx& tx, const Span& span, std::string_view unit);

} // namespace db::measures
