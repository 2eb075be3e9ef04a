#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace db {

/// What one member did in one year, as it was when it was made.
struct AnnualReport {
    AccountId account{};
    int year = 0;
    int schema_version = 0;
    Json data{};
    Time generated_at{};
    std::optional<Time> viewed_at{};
};

/// A year in UTC: from `begin` up to, not including, `end`.
struct YearSpan {
    Time begin{};
    Time end{};
};

/// Of what the member posted publicly or unlisted.
struct YearCounts {
    std::int64_t boosts = 0;
    std::int64_t answers = 0; ///< To others.
    std::int64_t own = 0;     ///< Neither boost nor answer.
    std::int64_t polls = 0;
    std::int64_t total() const { return boosts + answers + own; }
};

struct YearTag {
    std::string name{};
    std::int64_t count = 0;
};

} // namespace db

namespace db::annual_reports {

/// Off: no new ones are made. On until somebody switches it off.
bool is_on(Tx& tx);
void set_on(Tx& tx, bool on);

std::optional<AnnualReport> find(Tx& tx, AccountId account, int year);
/// Those that were not viewed yet, the newest year first.
std::vector<AnnualReport> list_unseen(Tx& tx, AccountId account);
/// In place of the one before of that year; nobody viewed it yet.
void put(Tx& tx, const AnnualReport& report);
void set_viewed(Tx& tx, AccountId account, int year, Time at);
/// Of a member who left.
void remove_of(Tx& tx, AccountId account);

// What a report is made of.
using Months = std::array<std::int64_t, 12>;
YearCounts count_posts(Tx& tx, AccountId account, const YearSpan& year);
Months posts_per_month(Tx& tx, AccountId account, const YearSpan& year);
/// Of those who follow now, when they began.
Months followers_per_month(Tx& tx, AccountId account, const YearSpan& year);
std::optional<YearTag> top_hashtag(Tx& tx, AccountId account, const YearSpan& year);
/// 0: nothing was boosted.
StatusId most_boosted(Tx& tx, AccountId account, const YearSpan& year);

} // namespace db::annual_reports
