#include "moderation/rules.h"

#include "db/audit_log.h"
#include "db/filter_modes.h"
#include "db/held_items.h"
#include "moderation/chain_settings.h"
#include "moderation/filters.h"
#include "moderation/held.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace moderation {
namespace {

constexpr int trial_posts = 10'000;
constexpr std::size_t trial_examples = 5;

void record(db::Tx& tx,
            std::string act,
            const db::ContentRule& rule,
            db::RuleId id,
            std::string_view by,
            Time now) {
    db::audit_log::insert(tx,
                          {
                              .at = now,
                              .actor = std::string(by),
                              .act = std::move(act),
                              .subject = rule.kind + " " + rule.value,
                              .verdict = rule.verdict,
                              .filter = "content",
                              .rule_version = rule_version,
                              .details = {{"rule", to_string(id)}, {"note", rule.note}},
                          });
}

} // namespace

Result<db::RuleId> add_rule(db::Tx& tx, db::ContentRule rule, std::string_view by, Time now) {
    const auto checked = ContentRules::check(rule);
    if (!checked) return checked.error();
    rule.created_by = by;
    rule.created_at = now;
    const auto id = db::content_rules::insert(tx, rule);
    if (!id) {
        return Error{Error::Kind::Unprocessable,
                     "content rule exists",
                     "There is a rule for that already; withdraw it first."};
    }
    record(tx, "rule.add", rule, *id, by, now);
    return *id;
}

Result<int> withdraw_rule(db::Tx& tx, db::RuleId id, std::string_view by, Time now) {
    const auto rule = db::content_rules::find(tx, id);
    if (!rule || !db::content_rules::withdraw(tx, id, now))
        return Error{Error::Kind::NotFound, "no rule in force of that id"};
    record(tx, "rule.withdraw", *rule, id, by, now);
    int released = 0;
    for (const auto& item : db::held_items::list_of_rule(tx, id)) {
        if (decide_held(tx, item.id, db::HeldDecision::Released, by, now)) ++released;
    }
    return released;
}

Result<Trial> try_rule(db::Tx& tx, db::ContentRule rule) {
    const auto checked = ContentRules::check(rule);
    if (!checked) return checked.error();
    const ContentRules rules({std::move(rule)});
    Trial trial;
    try {
        for (const auto& sample : db::content_rules::newest_posts(tx, trial_posts)) {
            ++trial.posts;
            auto post = post_text(sample.content, sample.spoiler_text);
            post.media_types = sample.media_types;
            post.has_undescribed_media = sample.has_undescribed_media;
            if (rules.hits(post).empty()) continue;
            ++trial.hits;
            if (trial.examples.size() < trial_examples) trial.examples.push_back(sample.uri);
        }
    } catch (const std::exception& error) {
        return Error{Error::Kind::Invalid,
                     error.what(),
                     "The pattern takes too long on some posts; write it more simply."};
    }
    return trial;
}

Result<Done> set_mode(
    db::Tx& tx, std::string_view filter, bool observes, std::string_view by, Time now) {
    const auto row = std::ranges::find(filters(), filter, &FilterRow::name);
    if (row == filters().end())
        return Error{Error::Kind::NotFound, "no filter of that name", "There is no such filter."};
    if (observes && !may_observe(filter)) {
        return Error{Error::Kind::Unprocessable,
                     "filter cannot observe",
                     "This filter keeps what the door, the authors and the members decided; it "
                     "cannot be switched off."};
    }
    db::filter_modes::set(tx, filter, observes);
    db::audit_log::insert(tx,
                          {
                              .at = now,
                              .actor = std::string(by),
                              .act = observes ? "filter.observe" : "filter.enforce",
                              .subject = std::string(filter),
                              .filter = std::string(filter),
                              .rule_version = rule_version,
                          });
    return Done{};
}

} // namespace moderation
