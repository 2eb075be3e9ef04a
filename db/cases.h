#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/reports.h"
#include "db/tx.h"
#include "db/waiting.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `cases`: all open reports about one account.
struct Case {
    CaseId id{};
    AccountId target{};
    bool urgent = false;
    Time opened_at{};
    Time acknowledge_by{};
    Time decide_by{};
    std::optional<Time> acknowledged_at{};
    AccountId assigned{};
    std::string outcome{}; ///< "no-breach", ...; "" while it is open.
    std::string note{};    ///< For who reported.
    std::optional<Time> closed_at{};
    AccountId closed_by{};
    std::optional<Time> forwarded_at{};
    std::string flag_uri{};
    std::string peer_host{};
    AccountId peer_actor{};
    std::string peer_case_uri{};
    std::string peer_outcome{};
    std::string peer_note{};
    std::optional<Time> peer_decided_at{};
    std::optional<Time> peer_acknowledge_by{}; ///< As that server promised; nothing: it did not.
    std::optional<Time> peer_decide_by{};
    std::optional<Time> peer_accepted_at{};
    std::int64_t reporters = 0; ///< Members and servers, each once.

    bool is_late(Time now) const {
        return !closed_at && (decide_by < now || (!acknowledged_at && acknowledge_by < now));
    }
    /// The server asked did not do in time what its own policy promises.
    bool is_peer_late(Time now) const {
        const auto has_missed = [now](const std::optional<Time>& due,
                                      const std::optional<Time>& done) {
            return due && *due < done.value_or(now);
        };
        const auto taken_up = peer_accepted_at ? peer_accepted_at : peer_decided_at;
        return has_missed(peer_acknowledge_by, taken_up) ||
               has_missed(peer_decide_by, peer_decided_at);
    }
};

/// A reported post as it was when it was reported.
struct CasePost {
    StatusId status{};
    std::string uri{};
    std::string spoiler_text{};
    std::string content{}; ///< Clean HTML.
    std::string visibility{};
    int media = 0;
    Time written_at{};
    bool is_gone = false;   ///< Its author deleted it since.
    bool is_edited = false; ///< Its author changed it since.
};

struct CaseNote {
    AccountId author{};
    std::string text{};
    Time created_at{};
};

struct SchoolBreak {
    std::string first_day{}; ///< "2026-12-21"
    std::string last_day{};
};

} // namespace db

namespace db::cases {

/// What the shipped covenant promises; each version says its own (outbox/case_times.h).
struct Times {
    int acknowledge_hours = 24;
    int decide_school_days = 5;
    int urgent_hours = 2;
};
/// False: one about that account is open already.
bool insert(Tx& tx, AccountId target, Time at, const Times& times);
std::optional<Case> find(Tx& tx, CaseId id);
std::optional<Case> find_open(Tx& tx, AccountId target);
std::optional<Case> find_by_flag(Tx& tx, std::string_view flag_uri);
std::optional<Case> find_by_peer_case(Tx& tx, std::string_view peer_case_uri);

enum class State { Open, Late, Forwarded, Closed };
/// Open ones by deadline, closed ones newest first.
std::vector<Case> list(Tx& tx, State state, Time now, int limit, int offset);
/// Others about that account, newest first.
std::vector<Case> list_about(Tx& tx, AccountId target, CaseId except, int limit);
/// Open ones whose time is over and of which nobody was told; they count as told from now on.
std::vector<CaseId> claim_late(Tx& tx, Time now, int most);
/// How many were decided, or are still open, after their time was over, since then.
std::int64_t count_late_since(Tx& tx, Time since, Time now);
Waiting waiting(Tx& tx, AccountId me, Time now);

void make_urgent(Tx& tx, CaseId id, Time decide_by);
/// A person took it up.
void acknowledge(Tx& tx, CaseId id, Time at);
void assign(Tx& tx, CaseId id, AccountId moderator); ///< 0: nobody.
/// False: it was closed already.
bool close(
    Tx& tx, CaseId id, std::string_view outcome, std::string_view note, AccountId by, Time at);
void reopen(Tx& tx, CaseId id);
/// False: it was sent on already.
bool set_forwarded(Tx& tx, CaseId id, std::string_view flag_uri, std::string_view host, Time at);
/// By when that server is to answer, after what it promised.
void set_peer_times(Tx& tx, CaseId id, Time sent, const Times& promised);
void set_accepted(Tx& tx, CaseId id, AccountId peer_actor, std::string_view peer_case_uri, Time at);
/// Servers that missed their own times at least once since then, and how often; most first.
struct PeerMisses {
    std::string host{};
    std::int64_t count = 0;
};
std::vector<PeerMisses> list_peer_misses(Tx& tx, Time since, Time now, int most);
void set_peer_outcome(Tx& tx, CaseId id, std::string_view outcome, std::string_view note, Time at);

/// Copies of posts; what is there stays as it was.
void keep_posts(Tx& tx, CaseId id, const std::vector<StatusId>& posts);
std::vector<CasePost> list_posts(Tx& tx, CaseId id);
/// Of cases that were closed before `limit`, but for those about whom a legal hold stands.
void forget_posts(Tx& tx, Time limit);

void add_note(Tx& tx, CaseId id, AccountId author, std::string_view text, Time at);
std::vector<CaseNote> list_notes(Tx& tx, CaseId id);

/// Marks the case's posts as no breach, for as long as they are not edited.
void clear_posts(Tx& tx, CaseId id, Time at);
struct Cleared {
    StatusId status{};
    CaseId by{};
};
std::vector<Cleared> cleared_among(Tx& tx, const std::vector<StatusId>& posts);

void insert_break(Tx& tx, const SchoolBreak& days);
void remove_break(Tx& tx, std::string_view first_day);
std::vector<SchoolBreak> list_breaks(Tx& tx);

} // namespace db::cases
