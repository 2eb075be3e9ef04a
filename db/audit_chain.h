#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The audit log as a chain of lines, and the checkpoints of ours and of peers' logs.
namespace db::audit_chain {

/// A row of `audit_log`, each column in the text form that is hashed.
struct Line {
    std::int64_t id = 0;
    std::int64_t number = 0; ///< 0: not chained yet.
    std::string hash{};
    std::string at{}; ///< "2026-11-22T20:47:34.123456Z".
    std::string actor{};
    std::string act{};
    std::string subject{};
    std::string verdict{};
    std::string filter{};
    std::string reason{};
    std::string rule_version{};
    std::string details{}; ///< As PostgreSQL writes a jsonb.
};

struct Head {
    std::int64_t number = 0; ///< 0: nothing is chained.
    std::string hash{};
};

/// Until the end of the transaction nobody else chains.
void lock(Tx& tx);
Head head(Tx& tx);
/// Committed lines that have no number, oldest first.
std::vector<Line> list_unchained(Tx& tx, int limit);
/// Gives each its number and hash.
void write(Tx& tx, const std::vector<Line>& lines);

/// Lines with numbers above `after`, in order.
std::vector<Line> list_after(Tx& tx, std::int64_t after, int limit);
std::optional<Line> find(Tx& tx, std::int64_t number);
/// How many were written before `before` and have no number.
std::int64_t count_unchained_before(Tx& tx, Time before);

/// Which lines are wanted; what is empty does not count. At most `limit`, newest first.
struct Search {
    std::string actor{};
    std::string act{}; ///< Or its beginning, with a "*" at the end.
    std::string subject{};
    std::optional<Time> since{};
    std::optional<Time> until{};
    std::int64_t below = 0; ///< Only lines with lower ids; 0: from the newest.
    int limit = 100;
};
std::vector<Line> search(Tx& tx, const Search& search);

struct Checkpoint {
    std::string host{}; ///< Whose log; "" for ours.
    std::int64_t number = 0;
    std::string hash{};
    std::string document{}; ///< Signed.
    Time at{};              ///< Made, or received.
    std::vector<std::string> sent_to{};
};

/// One of ours; the second one about a line changes nothing.
void insert_own(Tx& tx, const Checkpoint& checkpoint);
/// Newest first.
std::vector<Checkpoint> list_own(Tx& tx, int limit);

/// Of peers. False: it was there.
bool keep(Tx& tx, const Checkpoint& checkpoint);
/// Of one host, or of all with ""; newest first.
std::vector<Checkpoint> list_kept(Tx& tx, std::string_view host, int limit);
std::int64_t count_kept_since(Tx& tx, std::string_view host, Time since);

/// The server actor's inbox of members who are well, at most `limit`: those who had the last
/// checkpoint first, so that one place has the whole row of them.
struct Keeper {
    AccountId account{};
    std::string host{};
};
std::vector<Keeper> find_keepers(Tx& tx, int limit);

} // namespace db::audit_chain
