#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/peers.h"
#include "db/registers.h"
#include "db/tx.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What follows here from what a register says (decision 341): "filter" and "reject" become
/// advisories of its list, limit and hold; "accept" names a candidate, and the issuer that may
/// attest its people; "drop" is the draft of a block that a person may carry out.
namespace moderation {

/// What the entries say in the end, by kind and subject. Pure.
std::vector<db::RegisterStatement> fold_register(const std::vector<db::RegisterRow>& entries);

/// A subject of which something else is said than before.
struct RegisterChange {
    std::optional<db::RegisterStatement> before{};
    std::optional<db::RegisterStatement> after{};

    const db::RegisterStatement& either() const { return after ? *after : *before; }
};
/// Both sorted as fold_register sorts. A reason in other words is no change. Pure.
std::vector<RegisterChange> compare_statements(const std::vector<db::RegisterStatement>& before,
                                               const std::vector<db::RegisterStatement>& after);

/// So much of what a register says may change within the window before a person looks at it: more
/// than a tenth of it, but never less than a few. The window keeps a poisoner from going slowly.
constexpr std::int64_t small_change = 5;
constexpr std::chrono::days change_window{7};
bool is_too_much(const db::Register& row, std::int64_t said_now, std::int64_t moved, Time now);

/// What is between us and a host that a register or list speaks of.
struct Between {
    std::int64_t follows = 0;
    std::int64_t members = 0;
    std::optional<db::PeerLevel> level{}; ///< The highest of a peer that is meant.

    /// Only a person, by name, lets a list speak against these.
    bool is_friend() const {
        return level == db::PeerLevel::Member || level == db::PeerLevel::Partner;
    }
};
class Neighbours {
  public:
    explicit Neighbours(db::Tx& tx);
    /// What the name means: the host, and what is below it.
    Between about(std::string_view subject) const;

  private:
    std::map<std::string, Between, std::less<>> by_name_{};
};

struct RegisterReview {
    RegisterChange change{};
    Between between{};
};
/// What waits for a person, with what it would touch. Empty when nothing waits.
std::vector<RegisterReview> review_waiting(db::Tx& tx, const db::Register& row);

/// Whether what was verified before has had its effect, or still waits (or was refused).
enum class Earlier { Settled, Waits };
/// Counts what was verified: applies it, or leaves it for a person when it is too much, or when
/// something waits already, so that patience gains nothing. Changes `row`, which the caller locked
/// and writes. True when it waits.
bool settle_register(
    db::Tx& tx, const Instance& instance, db::Register& row, Earlier earlier, Time now);
/// The same when a person looked at it: everything that is verified has its effect. Entries against
/// members and partners stay drafts nevertheless.
void apply_register(db::Tx& tx, const Instance& instance, db::Register& row, Time now);
/// As if it had never said anything; what others say stays.
void clear_register(db::Tx& tx, const Instance& instance, const db::Register& row, Time now);

/// Who is attested by another issuer than their own host's: looks at the people of that host anew.
void recheck_issuers(db::Tx& tx, std::string_view host, Time now);

} // namespace moderation
