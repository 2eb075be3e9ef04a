#include "moderation/policy_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace moderation {
namespace {

using federation::Policy;

// What the default text of the covenant says at length.
constexpr std::array<Clause, 9> clauses{{
    {"verified-educators", "Only verified educators get an account; others are marked as others."},
    {"no-students", "No students have accounts, and posts identify none."},
    {"no-employer-view", "Supervisors get no view into private posts, groups and votes."},
    {"named-moderators", "Named people answer for what happens here."},
    {"reports-answered", "Reports from peers are answered within the deadlines."},
    {"leavers-end", "Who leaves the job loses the attestation within one roster check."},
    {"no-tracking", "No advertising, no tracking, no sale of data, no training of models."},
    {"partners-labelled", "Commercial partners are labelled and limited."},
    {"log-kept", "Acts of moderators are written to a log that shows tampering."},
}};

/// Words for the two sides.
struct Sides {
    std::string_view other; ///< "now", "there".
    std::string_view base;  ///< "before", "here".
};

Sides sides_of(Beside beside) {
    return beside == Beside::Earlier ? Sides{"now", "before"} : Sides{"there", "here"};
}

/// What one more entry of a list makes of a policy.
enum class More { Weaker, Stronger, Other };

class Comparison {
  public:
    explicit Comparison(Sides sides) : sides_(sides) {}

    void say(bool weaker, std::string text) { changes_.push_back({std::move(text), weaker}); }

    void lists(std::string_view what,
               const std::vector<std::string>& base,
               const std::vector<std::string>& other,
               More more) {
        tell_missing(what, sides_.other, sides_.base, other, base, more == More::Weaker);
        tell_missing(what, sides_.base, sides_.other, base, other, more == More::Stronger);
    }

    void numbers(std::string_view what,
                 std::int64_t base,
                 std::int64_t other,
                 bool weaker,
                 std::string_view unit) {
        if (base == other) return;
        say(weaker,
            fmt::format("{}: {} {} {}, {} {} {}",
                        what,
                        amount(other),
                        unit,
                        sides_.other,
                        amount(base),
                        unit,
                        sides_.base));
    }

    /// Of a time within which something happens; 0: nobody promises when.
    void deadlines(std::string_view what,
                   std::int64_t base,
                   std::int64_t other,
                   std::string_view unit) {
        numbers(what, base, other, base != 0 && (other == 0 || other > base), unit);
    }

    Sides sides() const { return sides_; }
    std::vector<PolicyChange> take() { return std::move(changes_); }

  private:
    void tell_missing(std::string_view what,
                      std::string_view with,
                      std::string_view without,
                      const std::vector<std::string>& has,
                      const std::vector<std::string>& lacks,
                      bool weaker) {
        for (const auto& word : has)
            if (std::ranges::find(lacks, word) == lacks.end())
                say(weaker,
                    fmt::format("{} {}, not {}: {}", what, with, without, clause_text(word)));
    }
    static std::string amount(std::int64_t number) {
        return number == 0 ? std::string("no") : std::to_string(number);
    }

    Sides sides_;
    std::vector<PolicyChange> changes_;
};

void compare_people(Comparison& out, const Policy& base, const Policy& other) {
    out.lists("Promised", base.clauses, other.clauses, More::Stronger);
    out.lists("Accepted as members", base.kinds, other.kinds, More::Weaker);
    out.lists("Known by", base.assurance, other.assurance, More::Weaker);
    out.deadlines(
        "The roster is checked every", base.roster_check_hours, other.roster_check_hours, "hours");
}

void compare_partners(Comparison& out, const Policy& base, const Policy& other) {
    if (base.takes_partners != other.takes_partners) {
        const auto& [with, without] = other.takes_partners
                                          ? std::pair(out.sides().other, out.sides().base)
                                          : std::pair(out.sides().base, out.sides().other);
        out.say(other.takes_partners,
                fmt::format("Commercial partners are accepted {}, not {}", with, without));
        return;
    }
    if (other.takes_partners)
        out.numbers("A partner's posts in a week, at most",
                    base.partner_posts_per_week,
                    other.partner_posts_per_week,
                    other.partner_posts_per_week > base.partner_posts_per_week,
                    "posts");
}

void compare_contacts(Comparison& out,
                      std::string_view what,
                      const std::string& base,
                      const std::string& other,
                      Beside beside) {
    if (base == other) return;
    if (other.empty())
        out.say(true, fmt::format("{}: none {}", what, out.sides().other));
    else if (base.empty())
        out.say(false, fmt::format("{}: {}", what, other));
    else if (beside == Beside::Earlier)
        out.say(false, fmt::format("{}: {} now, {} before", what, other, base));
}

void compare_reports(Comparison& out, const Policy& base, const Policy& other, Beside beside) {
    out.deadlines("A report is acknowledged within",
                  base.acknowledge_hours,
                  other.acknowledge_hours,
                  "hours");
    out.deadlines(
        "It is decided within", base.decide_school_days, other.decide_school_days, "school days");
    out.deadlines("Threats, and what concerns students, within",
                  base.urgent_hours,
                  other.urgent_hours,
                  "hours");
    compare_contacts(out, "Contact for reports", base.report_contact, other.report_contact, beside);
    // A neighbour without such actors is reached all the same, as before there were any.
    if (beside == Beside::Neighbour) return;
    compare_contacts(out, "Moderators' group", base.report_group, other.report_group, beside);
    compare_contacts(
        out, "Contact for students' privacy", base.privacy_contact, other.privacy_contact, beside);
}

void compare_kept(Comparison& out, const Policy& base, const Policy& other) {
    out.numbers("Moderators' acts stay on record for",
                base.record_days,
                other.record_days,
                other.record_days < base.record_days,
                "days");
    out.numbers("What was removed is kept as evidence for",
                base.removed_days,
                other.removed_days,
                other.removed_days < base.removed_days,
                "days");
}

void compare_keys(Comparison& out, const Policy& base, const Policy& other) {
    const auto has = [](const Policy& policy, const federation::PolicyKey& key) {
        return std::ranges::any_of(policy.keys, [&](const auto& one) {
            return one.id == key.id && one.multikey == key.multikey;
        });
    };
    for (const auto& key : other.keys)
        if (!has(base, key)) out.say(false, "A new key signs: " + key.id);
    for (const auto& key : base.keys)
        if (!has(other, key)) out.say(true, "A key is missing from the history: " + key.id);
}

} // namespace

std::vector<PolicyChange> compare(const Policy& base, const Policy& other, Beside beside) {
    Comparison out(sides_of(beside));
    if (beside == Beside::Earlier && base.covenant_version != other.covenant_version)
        out.say(false, "The text of the covenant is another one");
    compare_people(out, base, other);
    compare_partners(out, base, other);
    compare_reports(out, base, other, beside);
    compare_kept(out, base, other);
    out.lists("A moderators' language", base.languages, other.languages, More::Other);
    if (beside == Beside::Earlier) compare_keys(out, base, other);
    return out.take();
}

bool is_weaker(const std::vector<PolicyChange>& changes) {
    return std::ranges::any_of(changes, &PolicyChange::weaker);
}

std::span<const Clause> known_clauses() {
    return clauses;
}

std::string clause_text(std::string_view id) {
    const auto* const known = std::ranges::find(clauses, id, &Clause::id);
    return std::string(known == clauses.end() ? id : known->text);
}

} // namespace moderation
