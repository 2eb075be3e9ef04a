#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace db {

/// How far a host is trusted (POLICY section 1). In this order a lower one counts for less;
/// `Pending`: we asked it, and read only its server actor and its policy.
enum class PeerLevel { Blocked, Unknown, Pending, Guest, Partner, Member };

std::string_view to_string(PeerLevel level); ///< "member", ...
std::optional<PeerLevel> parse_peer_level(std::string_view text);

/// A row of `peers`.
struct Peer {
    std::string host{};
    PeerLevel level = PeerLevel::Unknown;
    std::string note{};
    Time added_at{};
    std::string server_actor_uri{};
    std::string our_follow_uri{};
    std::string our_follow_state{}; ///< "", "pending", "accepted", "rejected".
    std::string their_follow_uri{};
    std::string scheme{}; ///< "", "cavage", "rfc9421": what worked last.
    std::optional<Time> scheme_at{};
    int failures = 0; ///< Deliveries in a row.
    std::optional<Time> failing_since{};
    std::optional<Time> open_until{}; ///< The breaker: nothing is sent before.
    std::optional<Time> unavailable_at{};
    std::optional<Time> last_success_at{};
    std::optional<Time> last_seen_at{};
};

} // namespace db

namespace db::peers {

std::optional<Peer> find(Tx& tx, std::string_view host);
std::vector<Peer> list(Tx& tx);
std::vector<std::pair<std::string, PeerLevel>> list_levels(Tx& tx);

/// Adds the host when it has no row.
void set_level(Tx& tx, std::string_view host, PeerLevel level, std::string_view note);
void set_our_follow(Tx& tx, std::string_view host, std::string_view uri, std::string_view state);
void set_their_follow(Tx& tx,
                      std::string_view host,
                      std::string_view server_actor,
                      std::string_view follow_uri);

/// The scheme that a host took last; changes nothing for hosts without a row.
void remember_scheme(Tx& tx, std::string_view host, std::string_view scheme, Time at);
/// A verified request came from the host: its breaker closes.
void note_seen(Tx& tx, std::string_view host, Time at);

/// Tells every process, after the commit, to read the list anew.
void notify_changed(Tx& tx);

} // namespace db::peers
