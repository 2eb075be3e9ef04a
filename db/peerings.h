#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// How it stands with a host as a peer, beside its row in `peers`.
struct Peering {
    std::string host{};
    std::string wanted_level{};  ///< "", "member", "partner": once both have accepted.
    std::string restore_level{}; ///< The same, of a host whose level is down for a while,
    std::string hold{};          ///< for this: "weaker", "lowered"; "": it is not.
    std::optional<Time> hold_since{};
    std::int64_t reviewed_version = 0; ///< Of its policy, that a person has looked at; 0: none.
    std::string actor_uri{};           ///< Its server actor; "" until it was read.
    std::string inbox_uri{};
    std::string policy_uri{};
    std::optional<Time> checked_at{};
    std::string problem{}; ///< Of the last check; "": there was none.
};

/// A version of what a peer promises, verified.
struct PeerPolicy {
    std::string host{};
    std::int64_t version = 0;
    std::string document{}; ///< As it came.
    Time read_at{};
};

} // namespace db

namespace db::peerings {

std::optional<Peering> find(Tx& tx, std::string_view host);
std::vector<Peering> list(Tx& tx);
/// The whole row, new or over the old one.
void put(Tx& tx, const Peering& peering);
void remove(Tx& tx, std::string_view host);
/// Its policy is to be read again as soon as may be; nothing for a host without a row.
void ask_for_check(Tx& tx, std::string_view host);
/// Members and partners, and hosts on hold, that were checked before `before` or never.
std::vector<std::string> list_due(Tx& tx, Time before, int most);

/// False when that version is there.
bool insert_policy(Tx& tx, const PeerPolicy& policy);
std::optional<PeerPolicy> find_policy(Tx& tx, std::string_view host, std::int64_t version);
std::optional<PeerPolicy> newest_policy(Tx& tx, std::string_view host);
/// Versions older than the newest `kept`, but for one.
void forget_policies(Tx& tx, std::string_view host, int kept, std::int64_t but);
/// All of them.
void remove_policies(Tx& tx, std::string_view host);

} // namespace db::peerings
