#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/covenants.h"
#include "db/tx.h"
#include "federation/policy.h"
#include "moderation/policy_comparison.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What this district promises: a text for people, and a policy document for machines that is made
/// of the owner's settings and of our keys (POLICY section 1, decision 300).
namespace moderation {

constexpr std::size_t max_covenant_characters = 20'000;

/// What the owner writes. Of the promises only what can be set counts: versions, addresses of ours
/// and keys are filled in.
struct CovenantDraft {
    std::string text{};
    federation::Policy promises{};
    std::string by{}; ///< As in the audit log.
    std::string reason{};
};

/// The covenant that stands; the one that is shipped becomes version 1 when nobody wrote one.
db::Covenant ensure_covenant(db::Tx& tx, const Instance& instance, Time now);
/// What it sets, for a form.
federation::Policy promises_of(const Instance& instance, const db::Covenant& covenant);

/// What a draft would make of the covenant that stands.
struct CovenantPreview {
    int standing = 0;                    ///< The version that stands.
    Json settings = Json::object();      ///< Of the draft, as promises_of reads them.
    std::vector<PolicyChange> changes{}; ///< Of its promises; the text is another matter.
    bool changes_text = false;
};
/// Writes nothing but version 1, where there is none. Errors: as change_covenant.
Result<CovenantPreview> preview_covenant(db::Tx& tx,
                                         const Instance& instance,
                                         const CovenantDraft& draft,
                                         Time now);

/// Writes a new version, and the policy made of it. Nothing is written when nothing changes.
/// Errors: Unprocessable, with a text to show: something is out of bounds or unknown.
Result<Done> change_covenant(db::Tx& tx,
                             const Instance& instance,
                             const CovenantDraft& draft,
                             Time now);

/// Makes and signs a new version of the policy when settings or keys are no longer what the newest
/// one says. Returns whether it did: then peers are to be told. For starts, changes and a task.
bool publish_policy(db::Tx& tx, const Instance& instance, Time now);

/// Ours, as published; the first one is made when there is none.
federation::Policy own_policy(db::Tx& tx, const Instance& instance, Time now);

/// What a peer promises, by its newest verified document: deadlines, contact and group for reports,
/// clauses. Ours for our own host is own_policy. Nothing when none was read.
std::optional<federation::Policy> policy_of(db::Tx& tx, std::string_view host);

std::string policy_uri(const Instance& instance); ///< The fixed address: origin/actor/policy

} // namespace moderation
