#include "moderation/record.h"

#include "base/uri.h"
#include "db/audit_log.h"

#include <utility>

namespace moderation {

void record_verdict(db::Tx& tx, const Subject& subject, const Decision& decision, Time now) {
    if (decision.verdict == Verdict::Accept) return;
    db::audit_log::insert(
        tx,
        {
            .at = now,
            .actor = "filter",
            .act = "verdict",
            .subject = subject.actor,
            .verdict = std::string(to_string(decision.verdict)),
            .filter = std::string(decision.filter),
            .reason = std::string(decision.reason),
            .rule_version = rule_version,
            .details = {{"type", subject.type},
                        {"id", subject.id},
                        {"object", subject.object},
                        {"direction", subject.direction == Direction::In ? "in" : "out"}},
        });
}

HeldId hold(db::Tx& tx,
            const Subject& subject,
            const Decision& decision,
            AccountId sender,
            std::string payload,
            Time now) {
    const HoldTerms terms = hold_terms(decision.reason);
    return db::held_items::insert(tx,
                                  {
                                      .direction = subject.direction == Direction::In
                                                       ? db::HeldDirection::In
                                                       : db::HeldDirection::Out,
                                      .account = sender,
                                      .host = host_of(subject.actor),
                                      .payload = std::move(payload),
                                      .filter = std::string(decision.filter),
                                      .reason = std::string(decision.reason),
                                      .rule_version = rule_version,
                                      .release_at_deadline = terms.release,
                                      .deadline = now + terms.deadline,
                                      .created_at = now,
                                  });
}

} // namespace moderation
