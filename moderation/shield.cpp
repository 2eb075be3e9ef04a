#include "moderation/shield.h"

#include "db/accounts.h"
#include "db/audit_log.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

namespace moderation {
namespace {

constexpr auto by_itself = "burst";

void record(db::Tx& tx, std::string act, AccountId account, std::string_view by, Time now) {
    const auto member = db::accounts::find(tx, account);
    db::audit_log::insert(tx,
                          {
                              .at = now,
                              .actor = std::string(by),
                              .act = std::move(act),
                              .subject = member ? member->uri : to_string(account),
                              .filter = "burst",
                              .rule_version = rule_version,
                          });
}

} // namespace

bool is_pile(const db::Approaches& approaches) {
    const auto normal = approaches.normal_6_hours;
    const auto followers = static_cast<double>(approaches.followers);
    const double at_once = std::max({8.0, 2 * normal, followers / 500});
    const double in_hours = std::max({25.0, 6 * normal, followers / 100});
    return static_cast<double>(approaches.in_10_minutes) >= at_once ||
           static_cast<double>(approaches.in_6_hours) >= in_hours;
}

std::vector<Approached> approached(const Subject& subject, const Facts& facts) {
    std::vector<Approached> members;
    const bool comes_near =
        subject.type == "Create" || subject.type == "Announce" || subject.type == "QuoteRequest";
    if (!comes_near || subject.direction == Direction::Out) return members;
    for (const auto& [uri, target] : facts.targets) {
        if (!target.is_local || target.knows_sender || target.blocks_sender) continue;
        members.push_back(
            {.member = target.account, .uri = uri, .is_shielded = target.is_shielded});
    }
    return members;
}

void note_approaches(db::Tx& tx,
                     const std::vector<Approached>& approached,
                     AccountId sender,
                     Time now) {
    for (const auto& [member, uri, is_shielded] : approached) {
        db::shields::note_approach(tx, member, sender, now);
        if (is_shielded || !is_pile(db::shields::approaches(tx, member, now))) continue;
        const bool is_raised = db::shields::raise(tx,
                                                  {.account = member,
                                                   .raised_at = now,
                                                   .until = now + shield_lasts,
                                                   .raised_by = by_itself});
        if (!is_raised) continue;
        spdlog::warn("moderation: a shield went up for {}", uri);
        record(tx, "shield.raise", member, by_itself, now);
    }
}

void raise_shield(db::Tx& tx, AccountId account, std::string_view by, Time now) {
    db::shields::raise(tx,
                       {.account = account,
                        .raised_at = now,
                        .until = now + shield_lasts,
                        .raised_by = std::string(by)});
    record(tx, "shield.raise", account, by, now);
}

Result<Done> lower_shield(db::Tx& tx, AccountId account, std::string_view by, Time now) {
    if (!db::shields::lower(tx, account, now))
        return Error{Error::Kind::NotFound, "no shield is up", "There is no shield up."};
    record(tx, "shield.lower", account, by, now);
    return Done{};
}

} // namespace moderation
