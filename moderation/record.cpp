#include "moderation/record.h"

#include "base/school_time.h"
#include "base/uri.h"
#include "db/audit_log.h"
#include "db/cases.h"

#include <utility>
#include <vector>

namespace moderation {
namespace {

void write(
    db::Tx& tx, std::string act, const Subject& subject, const Decision& decision, Time now) {
    Json details{{"type", subject.type},
                 {"id", subject.id},
                 {"object", subject.object},
                 {"direction", subject.direction == Direction::In ? "in" : "out"}};
    if (!subject.post.empty()) details["post"] = subject.post;
    if (decision.rule) details["rule"] = to_string(decision.rule);
    db::audit_log::insert(tx,
                          {
                              .at = now,
                              .actor = "filter",
                              .act = std::move(act),
                              .subject = subject.actor,
                              .verdict = std::string(to_string(decision.verdict)),
                              .filter = std::string(decision.filter),
                              .reason = std::string(decision.reason),
                              .rule_version = rule_version,
                              .details = std::move(details),
                          });
}

/// What the district set at the desk.
std::vector<DaysOff> days_off(db::Tx& tx) {
    std::vector<DaysOff> off;
    for (const auto& days : db::cases::list_breaks(tx)) {
        const auto first = parse_iso8601(days.first_day + "T00:00:00Z");
        const auto last = parse_iso8601(days.last_day + "T00:00:00Z");
        if (first && last)
            off.push_back({.first = std::chrono::floor<std::chrono::days>(*first),
                           .last = std::chrono::floor<std::chrono::days>(*last)});
    }
    return off;
}

} // namespace

void record_verdict(db::Tx& tx, const Subject& subject, const Decision& decision, Time now) {
    for (const auto& [filter, verdict, reason] : decision.observed)
        write(
            tx, "observed", subject, {.verdict = verdict, .filter = filter, .reason = reason}, now);
    if (decision.verdict != Verdict::Accept) write(tx, "verdict", subject, decision, now);
}

HeldId hold(db::Tx& tx,
            const Subject& subject,
            const Decision& decision,
            AccountId sender,
            std::string payload,
            Time now) {
    // Whatever else holds it: where a student may be named, the privacy officer decides.
    const bool is_private = !decision.effects.about_students.empty();
    const auto reason = is_private ? decision.effects.about_students : decision.reason;
    const HoldTerms terms = hold_terms(reason);
    return db::held_items::insert(
        tx,
        {
            .direction =
                subject.direction == Direction::In ? db::HeldDirection::In : db::HeldDirection::Out,
            .account = sender,
            .host = host_of(subject.actor),
            .payload = std::move(payload),
            .filter = std::string(is_private ? student_filter : decision.filter),
            .reason = std::string(reason),
            .rule_version = rule_version,
            .rule = decision.rule,
            .release_at_deadline = terms.release,
            .deadline = after_school_hours(now, terms.deadline, days_off(tx)),
            .created_at = now,
        });
}

} // namespace moderation
