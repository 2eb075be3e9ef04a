#include "moderation/filters.h"

#include "moderation/advice.h"
#include "moderation/chain_settings.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace moderation {
namespace {

constexpr std::array<FilterRow, 12> rows = {{
    {1, "transport", transport},
    {2, "peer gate", peer_gate},
    {3, "actor gate", actor_gate},
    {4, "audience", audience},
    {5, "consent", consent},
    {6, "first contact", first_contact},
    {7, "partner", partner},
    {8, "burst", burst},
    {9, student_filter, student_privacy},
    {10, "content", content},
    {11, "advisories", advisories},
    {12, "ageing", ageing},
}};

constexpr std::array<std::string_view, 6> verdict_names = {
    "accept", "strip", "limit", "hold", "reject", "drop"};

struct Explanation {
    std::string_view reason;
    std::string_view text;
};
constexpr auto explanations = std::to_array<Explanation>({
    {"signer-is-not-actor", "It was signed by somebody else than it says it is from."},
    {"foreign-id", "Its id is on another server than its sender."},
    {"foreign-author", "It claims to be by an author of another server."},
    {"too-large", "It is larger than we take."},
    {"peer-blocked", "Its server is blocked here."},
    {"read-refused", "It asked for documents that it may not read here."},
    {"read-unsigned", "It asked for documents without saying who asks."},
    {"actor-not-authorized", "Its server is not on the list of servers that we speak with."},
    {"principal-not-authorized",
     "It carries something of a server that is not on the list of servers that we speak with."},
    {"guest-stranger",
     "It comes from a guest server and from an account that nobody here follows, so it is kept out "
     "of timelines and notifications."},
    {"actor-limited", "A moderator limited its author here, so that only followers are shown it."},
    {"author-limited",
     "A moderator limited your account: you write to people who follow you, and to nobody else."},
    {"not-attested",
     "Its author's district confirms who its educators are, and does not confirm this one. Nobody "
     "here follows the author, so it is kept out of timelines and notifications."},
    {"attestation-expired",
     "What the author's district confirmed of the author has expired, so it is kept out of "
     "timelines and notifications."},
    {"status-stale",
     "For three days the author's district could not be asked whether it still stands by the "
     "author, so it is kept out of timelines and notifications."},
    {"status-lost",
     "For two weeks the author's district could not be asked whether it still stands by the "
     "author."},
    {"attestation-revoked", "The author's district took back that the author is an educator."},
    {"attestation-false",
     "The author shows a confirmation that does not hold: it was changed, is somebody else's, or "
     "comes from somebody who may not give it."},
    {"mentions-non-follower",
     "It is for followers only, and mentions somebody who does not follow its author."},
    {"local-only", "A post that stays on this server cannot be addressed to people elsewhere."},
    {"recipient-not-authorized",
     "It is addressed to somebody on a server that is not on the list of servers that we speak "
     "with."},
    {"blocked", "One of the two has blocked the other."},
    {"many-mentions",
     "It mentions many people and is by an account that nobody here follows, so nobody is "
     "notified."},
    {"mention-flood", "It mentions more people than a stranger may address at once."},
    {"vouched-first-contact",
     "Its author is attested by two sponsors and not by a roster, and is not the first to write to "
     "somebody: it mentions people who neither follow the author nor ever wrote to them."},
    {"partner-follow",
     "A commercial partner follows only whom it is known to, so that nobody is made to follow "
     "back."},
    {"partner-mention",
     "A commercial partner mentions people who neither follow it nor ever wrote to it; these were "
     "not told."},
    {"partner-cap", "A commercial partner has mentioned people here too often this week."},
    {"partner-tracking",
     "A commercial partner's link says whom it was shown to, so the post is kept out of timelines "
     "and notifications."},
    {"partner-label",
     "It is by a commercial partner and does not say so in its first lines, so it is kept out of "
     "timelines and notifications."},
    {"partner-stopped",
     "Three members within a month did not want what this commercial partner sends, so it sends "
     "no more."},
    {"partner-over", "The day until which the district carries this commercial partner has come."},
    {"partner-follows",
     "Commercial partners follow nobody, so that nobody is made to follow back."},
    {"partner-contact",
     "Commercial partners write only to people who follow them or wrote to them first, and like, "
     "boost and quote nobody else."},
    {"partner-link",
     "A link in it says whom it was shown to (such as utm_source). Take that part of the address "
     "out."},
    {"partner-posts", "The organisation has posted as much as it may in a week."},
    {"partner-mentions", "The organisation has mentioned as many people as it may in a week."},
    {"partner-move",
     "A commercial partner does not move to another server; the other district may carry it "
     "itself."},
    {"shielded",
     "It is addressed to somebody whom a shield keeps strangers away from for a while."},
    {"content-words", "It has words that a rule of this server is about."},
    {"content-link", "It links to a site that a rule of this server is about."},
    {"content-media", "It carries media of a kind that a rule of this server is about."},
    {"content-description", "It carries media without a description."},
    {"listed-host",
     "A list that this server follows warns of a server that it comes from or speaks for."},
    {"listed-link", "It links to a site that a list which this server follows warns of."},
    {"very-old",
     "It was written more than two years ago by an account that nobody here follows, so it is kept "
     "out of timelines and notifications."},
    {"edit-turns-around",
     "It is an edit that leaves little of a post that many people had liked or boosted."},
    {"guest-over", "The day until which its author was invited as a guest has come."},
    {"guest-audience",
     "Guests write to single people only: mention members of your circle, and choose that only "
     "mentioned people can read it."},
    {"guest-circle",
     "Guests write only to the members of their circle, and to those who wrote to them first."},
    {"student-name",
     "It may name a student: two words of it stand beside each other in the name of one."},
    {"student-number", "It has a number or an address that is a student's, or looks like one."},
    {"student-mail", "It has a mail address of a student."},
    {"student-list", "It looks like a list of students."},
    {"student-record",
     "It has a student's given name next to a word of students' records, such as IEP or 504."},
    {"student-seen", "It shows a picture and speaks of students: one may be seen."},
    {"filter-failed", "A filter could not judge it; a moderator will look at it."},
});

void add_effects(Effects& to, const Effects& more) {
    to.quiet = to.quiet || more.quiet;
    to.strips_media = to.strips_media || more.strips_media;
    if (to.about_students.empty()) to.about_students = more.about_students;
    to.stripped_mentions.insert(
        to.stripped_mentions.end(), more.stripped_mentions.begin(), more.stripped_mentions.end());
}

} // namespace

std::string_view to_string(Verdict verdict) {
    return verdict_names.at(static_cast<std::size_t>(verdict));
}

std::span<const FilterRow> filters() {
    return rows;
}

Decision decide(const Subject& subject, const Facts& facts, std::span<const FilterRow> chain) {
    Decision decision;
    for (const FilterRow& row : chain) {
        if (row.filter == nullptr) continue;
        std::optional<Finding> finding;
        try {
            finding = row.filter(subject, facts);
        } catch (const std::exception&) {
            // A broken filter must not let through what it was made to stop.
            finding = Finding{.verdict = Verdict::Hold, .reason = "filter-failed"};
        }
        if (!finding) continue;
        if (facts.settings && facts.settings->observes(row.name) && may_observe(row.name)) {
            decision.observed.push_back(
                {.filter = row.name, .verdict = finding->verdict, .reason = finding->reason});
            continue;
        }
        add_effects(decision.effects, finding->effects);
        if (finding->verdict <= decision.verdict) continue;
        decision.verdict = finding->verdict;
        decision.filter = row.name;
        decision.reason = finding->reason;
        decision.rule = finding->rule;
        if (decision.verdict == Verdict::Drop) break;
    }
    return decision;
}

Decision decide(const Subject& subject, const Facts& facts) {
    return decide(subject, facts, rows);
}

// The same for all: what nobody looked at in time does not go on. School days, POLICY section 3.
HoldTerms hold_terms(std::string_view) {
    return {.deadline = std::chrono::hours{24}, .release = false};
}

std::string_view explain(std::string_view reason) {
    const auto row = std::ranges::find(explanations, reason, &Explanation::reason);
    return row == explanations.end() ? std::string_view{} : row->text;
}

} // namespace moderation
