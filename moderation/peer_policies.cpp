#include "moderation/peer_policies.h"

#include "db/attestation_claims.h"
#include "db/attestations.h"
#include "db/audit_log.h"
#include "db/failed_lookups.h"
#include "educators/standing.h"
#include "moderation/policy_comparison.h"

namespace moderation {
namespace {

constexpr int most_kept = 20;
constexpr auto by_the_check = "policy check";

Error refused(std::string shown) {
    return {Error::Kind::Invalid, "peer policy: " + shown, shown};
}

Json without_proof(const std::string& document) {
    auto json = parse_json(document);
    if (!json) return nullptr;
    json->erase("proof");
    return std::move(*json);
}

bool is_trusted(db::PeerLevel level) {
    return level == db::PeerLevel::Member || level == db::PeerLevel::Partner;
}

std::optional<db::PeerLevel> level_now(db::Tx& tx, std::string_view host) {
    const auto peer = db::peers::find(tx, host);
    if (!peer) return std::nullopt;
    return peer->level;
}

void write_level(db::Tx& tx, std::string_view host, db::PeerLevel level, Time now) {
    const auto peer = db::peers::find(tx, host);
    db::peers::set_level(tx, host, level, peer ? peer->note : "");
    db::failed_lookups::remove_of_host(tx, std::string(host));
    const auto attested = db::attestation_claims::list_of_host(tx, host);
    db::attestations::refresh_marks(tx, attested, now, now - educators::status_lost_after);
    db::peers::notify_changed(tx);
}

db::Peering peering_of(db::Tx& tx, std::string_view host) {
    auto peering = db::peerings::find(tx, host);
    return peering ? std::move(*peering) : db::Peering{.host = std::string(host)};
}

void begin_hold(db::Peering& peering, db::PeerLevel level, Hold why, Time now) {
    peering.restore_level = to_string(level);
    peering.hold = why == Hold::Weaker ? "weaker" : "lowered";
    peering.hold_since = now;
}

void tell(db::Tx& tx, const db::Peering& peering, std::string act, Json details, Time now) {
    db::audit_log::insert(tx,
                          {.at = now,
                           .actor = by_the_check,
                           .act = std::move(act),
                           .subject = peering.host,
                           .details = std::move(details)});
}

Json sentences(const std::vector<PolicyChange>& changes) {
    Json texts = Json::array();
    for (const auto& change : changes)
        if (change.weaker) texts.push_back(change.text);
    return texts;
}

Result<bool> store(db::Tx& tx, const ReadPolicy& read, Time now) {
    const auto newest = db::peerings::newest_policy(tx, read.host);
    if (newest && read.policy.version < newest->version)
        return refused("Its policy went back to an older version.");
    if (newest && read.policy.version == newest->version) {
        if (without_proof(newest->document) != without_proof(read.document))
            return refused("Its policy says something else under the same version.");
        return false;
    }
    return db::peerings::insert_policy(tx,
                                       {.host = read.host,
                                        .version = read.policy.version,
                                        .document = read.document,
                                        .read_at = now});
}

/// Whether the newest policy promises less than the one that a person looked at; raises what was
/// looked at when it does not.
std::vector<PolicyChange> look_again(db::Tx& tx,
                                     db::Peering& peering,
                                     const federation::Policy& policy) {
    const auto reviewed = reviewed_policy(tx, peering);
    auto changes =
        reviewed ? compare(*reviewed, policy, Beside::Earlier) : std::vector<PolicyChange>{};
    if (!is_weaker(changes)) peering.reviewed_version = policy.version;
    return changes;
}

} // namespace

std::optional<federation::Policy> reviewed_policy(db::Tx& tx, const db::Peering& peering) {
    const auto row = db::peerings::find_policy(tx, peering.host, peering.reviewed_version);
    const auto document = row ? parse_json(row->document) : Result<Json>(Json());
    if (!row || !document) return std::nullopt;
    auto policy = federation::parse_policy(*document);
    if (!policy) return std::nullopt;
    return std::move(*policy);
}

Result<Taken> take_policy(db::Tx& tx, const ReadPolicy& read, Time now) {
    auto peering = peering_of(tx, read.host);
    const auto is_new = store(tx, read, now);
    if (!is_new) {
        note_problem(tx, read.host, is_new.error().shown, now);
        return is_new.error();
    }
    peering.actor_uri = read.actor_uri;
    peering.inbox_uri = read.inbox_uri;
    peering.policy_uri = read.policy_uri;
    peering.checked_at = now;
    peering.problem.clear();
    auto taken = *is_new ? Taken::Stored : Taken::Known;
    const auto level = level_now(tx, read.host).value_or(db::PeerLevel::Unknown);
    if (!peering.hold.empty()) {
        taken = Taken::Held;
    } else if (is_trusted(level)) {
        const auto changes = look_again(tx, peering, read.policy);
        if (is_weaker(changes)) {
            begin_hold(peering, level, Hold::Weaker, now);
            write_level(tx, read.host, db::PeerLevel::Guest, now);
            tell(tx,
                 peering,
                 "peer.hold",
                 {{"version", read.policy.version}, {"weaker", sentences(changes)}},
                 now);
            taken = Taken::Held;
        }
    }
    db::peerings::put(tx, peering);
    db::peerings::forget_policies(tx, read.host, most_kept, peering.reviewed_version);
    return taken;
}

void note_problem(db::Tx& tx, std::string_view host, std::string_view problem, Time now) {
    auto peering = peering_of(tx, host);
    peering.problem = problem;
    peering.checked_at = now;
    db::peerings::put(tx, peering);
}

bool hold(db::Tx& tx, std::string_view host, Hold why, Time now) {
    const auto level = level_now(tx, host);
    if (!level || !is_trusted(*level)) return false;
    auto peering = peering_of(tx, host);
    begin_hold(peering, *level, why, now);
    db::peerings::put(tx, peering);
    write_level(tx, host, db::PeerLevel::Guest, now);
    return true;
}

bool restore(db::Tx& tx, std::string_view host, Time now) {
    auto peering = db::peerings::find(tx, host);
    if (!peering || peering->hold.empty()) return false;
    const auto level = db::parse_peer_level(peering->restore_level);
    peering->restore_level.clear();
    peering->hold.clear();
    peering->hold_since.reset();
    if (const auto newest = db::peerings::newest_policy(tx, host))
        peering->reviewed_version = newest->version;
    db::peerings::put(tx, *peering);
    write_level(tx, host, level.value_or(db::PeerLevel::Guest), now);
    return true;
}

bool is_on_hold(db::Tx& tx, std::string_view host) {
    const auto peering = db::peerings::find(tx, host);
    return peering && !peering->hold.empty();
}

void set_level(db::Tx& tx, std::string_view host, db::PeerLevel level, Time now) {
    if (auto peering = db::peerings::find(tx, host); peering && !peering->hold.empty()) {
        peering->restore_level.clear();
        peering->hold.clear();
        peering->hold_since.reset();
        db::peerings::put(tx, *peering);
    }
    write_level(tx, host, level, now);
}

} // namespace moderation
