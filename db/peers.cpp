#include "db/peers.h"

#include "db/query.h"

#include <array>

namespace db {
namespace {

constexpr std::array<std::pair<PeerLevel, std::string_view>, 6> level_names = {{
    {PeerLevel::Blocked, "blocked"},
    {PeerLevel::Unknown, "unknown"},
    {PeerLevel::Pending, "pending"},
    {PeerLevel::Guest, "guest"},
    {PeerLevel::Partner, "partner"},
    {PeerLevel::Member, "member"},
}};

} // namespace

std::string_view to_string(PeerLevel level) {
    for (const auto& [value, name] : level_names)
        if (value == level) return name;
    return "unknown";
}

std::optional<PeerLevel> parse_peer_level(std::string_view text) {
    for (const auto& [value, name] : level_names)
        if (name == text) return value;
    return std::nullopt;
}

} // namespace db

namespace db::peers {
namespace {

Peer read(Columns c) {
    Peer peer;
    peer.host = c.text();
    peer.level = parse_peer_level(c.text()).value_or(PeerLevel::Unknown);
    peer.note = c.text();
    peer.added_at = c.time();
    peer.server_actor_uri = c.text();
    peer.our_follow_uri = c.text();
    peer.our_follow_state = c.text();
    peer.their_follow_uri = c.text();
    peer.scheme = c.text();
    peer.scheme_at = c.maybe_time();
    peer.failures = c.small();
    peer.failing_since = c.maybe_time();
    peer.open_until = c.maybe_time();
    peer.unavailable_at = c.maybe_time();
    peer.last_success_at = c.maybe_time();
    peer.last_seen_at = c.maybe_time();
    return peer;
}

std::pair<std::string, PeerLevel> read_level(Columns c) {
    std::string host = c.text();
    return {std::move(host), parse_peer_level(c.text()).value_or(PeerLevel::Unknown)};
}

constexpr auto select_one = R"sql(
    SELECT host, level, note, added_at, server_actor_uri, our_follow_uri, our_follow_state,
        their_follow_uri, scheme, scheme_at, failures, failing_since, open_until, unavailable_at,
        last_success_at, last_seen_at
    FROM peers WHERE host = $1
)sql";

constexpr auto select_all = R"sql(
    SELECT host, level, note, added_at, server_actor_uri, our_follow_uri, our_follow_state,
        their_follow_uri, scheme, scheme_at, failures, failing_since, open_until, unavailable_at,
        last_success_at, last_seen_at
    FROM peers ORDER BY host
)sql";

constexpr auto select_levels = "SELECT host, level FROM peers";

constexpr auto upsert_level = R"sql(
    INSERT INTO peers (host, level, note) VALUES ($1, $2, $3)
    ON CONFLICT (host) DO UPDATE SET level = excluded.level, note = excluded.note
)sql";

constexpr auto update_our_follow =
    "UPDATE peers SET our_follow_uri = $2, our_follow_state = $3 WHERE host = $1";
constexpr auto update_their_follow =
    "UPDATE peers SET server_actor_uri = $2, their_follow_uri = $3 WHERE host = $1";
constexpr auto update_scheme = "UPDATE peers SET scheme = $2, scheme_at = $3 WHERE host = $1";

// Written at most once a minute: a busy peer would otherwise rewrite its row with every request.
// What waited for the host to come back is ready then.
constexpr auto update_seen = R"sql(
    WITH was_away AS (
        SELECT host FROM peers
        WHERE host = $1 AND (open_until IS NOT NULL OR unavailable_at IS NOT NULL)
    ), seen AS (
        UPDATE peers SET last_seen_at = $2, failures = 0, failing_since = NULL, open_until = NULL,
            unavailable_at = NULL
        WHERE host = $1 AND (failures > 0 OR open_until IS NOT NULL OR unavailable_at IS NOT NULL
            OR last_seen_at IS NULL OR last_seen_at < $2::timestamptz - interval '1 minute')
    )
    UPDATE deliveries SET run_at = $2
    FROM was_away WHERE deliveries.host = was_away.host AND run_at > $2
)sql";

constexpr auto notify = "SELECT pg_notify('staffroom_peers', '')";

} // namespace

std::optional<Peer> find(Tx& tx, std::string_view host) {
    return first_of(exec(tx, select_one, host), read);
}

std::vector<Peer> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

std::vector<std::pair<std::string, PeerLevel>> list_levels(Tx& tx) {
    return rows_of(exec(tx, select_levels), read_level);
}

void set_level(Tx& tx, std::string_view host, PeerLevel level, std::string_view note) {
    exec(tx, upsert_level, host, to_string(level), note);
}

void set_our_follow(Tx& tx, std::string_view host, std::string_view uri, std::string_view state) {
    exec(tx, update_our_follow, host, uri, state);
}

void set_their_follow(Tx& tx,
                      std::string_view host,
                      std::string_view server_actor,
                      std::string_view follow_uri) {
    exec(tx, update_their_follow, host, server_actor, follow_uri);
}

void remember_scheme(Tx& tx, std::string_view host, std::string_view scheme, Time at) {
    exec(tx, update_scheme, host, scheme, at);
}

void note_seen(Tx& tx, std::string_view host, Time at) {
    exec(tx, update_seen, host, at);
}

void notify_changed(Tx& tx) {
    exec(tx, notify);
}

} // namespace db::peers
