#include "moderation/draft.h"

#include "moderation/facts.h"
#include "moderation/guest.h"
#include "moderation/partners.h"
#include "moderation/record.h"

namespace moderation {
namespace {

Subject subject_of(const db::Account& author, const Outgoing& outgoing) {
    Subject subject{
        .direction = Direction::Out,
        .type = outgoing.type,
        .actor = author.uri,
        .signer = author.uri,
        .is_post = outgoing.type == "Create" || outgoing.type == "Update",
        .visibility = outgoing.visibility,
        .local_only = outgoing.local_only,
        .addressed = outgoing.addressed,
        .body_bytes = outgoing.body_bytes,
        .post = outgoing.edited,
        .html = outgoing.html,
        .spoiler_text = outgoing.spoiler_text,
        .media_types = outgoing.media_types,
        .has_undescribed_media = outgoing.has_undescribed_media,
        .more_text = outgoing.more_text,
        .no_student_seen = outgoing.no_student_seen,
    };
    if (outgoing.about) subject.object = outgoing.about->uri;
    if (outgoing.whom) {
        subject.speaks_for.push_back(outgoing.whom->uri);
        if (!outgoing.about) subject.object = outgoing.whom->uri;
    }
    for (const auto& account : outgoing.mentioned)
        subject.mentions.push_back(account.uri);
    return subject;
}

} // namespace

Decision check_draft(
    db::Tx& tx, Peers& peers, const db::Account& author, const Outgoing& outgoing, Time now) {
    const Subject subjects[] = {subject_of(author, outgoing)};
    Decision refused{.verdict = Verdict::Reject};
    if (const auto guest_fault = find_guest_fault(tx, author.id, outgoing, now)) {
        refused.filter = "actor gate";
        refused.reason = *guest_fault;
    } else if (const auto fault = find_partner_fault(tx, author, outgoing, now)) {
        refused.filter = "partner";
        refused.reason = *fault;
    }
    if (!refused.reason.empty()) {
        record_verdict(tx, subjects[0], refused, now);
        return refused;
    }
    const auto sheet = load_facts(tx, peers, subjects, now);
    const auto decision = decide(subjects[0], sheet.facts.front());
    record_verdict(tx, subjects[0], decision, now);
    if (decision.passes()) note_partner_post(tx, author, outgoing, now);
    return decision;
}

std::string_view find_student_named(
    db::Tx& tx, Peers& peers, const db::Account& author, const Outgoing& outgoing, Time now) {
    const Subject subjects[] = {subject_of(author, outgoing)};
    const auto sheet = load_facts(tx, peers, subjects, now);
    return decide(subjects[0], sheet.facts.front()).effects.about_students;
}

Error::Kind kind_of_refusal(const Decision& decision) {
    const auto begins = [&](std::string_view prefix) {
        return decision.reason.starts_with(prefix);
    };
    const bool can_be_mended = begins("guest-") || begins("partner-") || begins("student-");
    return can_be_mended ? Error::Kind::Unprocessable : Error::Kind::Forbidden;
}

HeldId hold_draft(db::Tx& tx,
                  const db::Account& author,
                  const Decision& decision,
                  std::string payload,
                  Time now) {
    const Subject subject{.direction = Direction::Out, .actor = author.uri};
    return hold(tx, subject, decision, author.id, std::move(payload), now);
}

} // namespace moderation
