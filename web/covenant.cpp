#include "moderation/covenant.h"

#include "educators/kinds.h"
#include "moderation/policy_comparison.h"
#include "outbox/hard_acts.h"
#include "web/acting.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/peering.h"

#include <algorithm>
#include <array>
#include <limits>

/// What the district promises: for everybody to read, and for the owner to write.
namespace web {
namespace {

constexpr auto own_page = "/admin/covenant";
constexpr std::array<std::string_view, 4> ways_to_know{"roster", "idp", "staff-check", "vouched"};

Json paragraphs_of(std::string_view text) {
    Json paragraphs = Json::array();
    std::string paragraph;
    const auto end = [&] {
        if (!paragraph.empty()) paragraphs.push_back(paragraph);
        paragraph.clear();
    };
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            end();
        else
            paragraph += (paragraph.empty() ? "" : " ") + std::string(line);
    }
    end();
    return paragraphs;
}

Json changes_of(db::Tx& tx, const WebDeps& deps, const db::Covenant& covenant) {
    Json rows = Json::array();
    const auto before = db::covenants::find(tx, covenant.version - 1);
    if (!before) return rows;
    for (const auto& change : moderation::compare(moderation::promises_of(deps.instance, *before),
                                                  moderation::promises_of(deps.instance, covenant),
                                                  moderation::Beside::Earlier))
        rows.push_back({{"text", change.text}, {"weaker", change.weaker}});
    return rows;
}

Json clauses_of(const federation::Policy& promises) {
    Json clauses = Json::array();
    for (const auto& id : promises.clauses)
        clauses.push_back({{"id", id}, {"text", moderation::clause_text(id)}});
    return clauses;
}

http::Response show_version(const WebDeps& deps,
                            const http::Call& call,
                            db::Tx& tx,
                            const db::Covenant& covenant) {
    const auto promises = moderation::promises_of(deps.instance, covenant);
    const auto changes = changes_of(tx, deps, covenant);
    Json versions = Json::array();
    for (const auto& other : db::covenants::list(tx))
        versions.push_back({{"version", std::to_string(other.version)},
                            {"day", format_date(other.made_at)},
                            {"reason", other.reason}});
    return render_page(deps.instance,
                       call,
                       {.view = "covenant",
                        .title = "Covenant",
                        .data = {{"version", std::to_string(covenant.version)},
                                 {"day", format_date(covenant.made_at)},
                                 {"paragraphs", paragraphs_of(covenant.text)},
                                 {"clauses", clauses_of(promises)},
                                 {"acknowledge", std::to_string(promises.acknowledge_hours)},
                                 {"decide", std::to_string(promises.decide_school_days)},
                                 {"urgent", std::to_string(promises.urgent_hours)},
                                 {"contact", promises.report_contact},
                                 {"has_changes", !changes.empty()},
                                 {"changes", changes},
                                 {"versions", versions}},
                        .is_private = false});
}

// GET /covenant
Result<http::Response> show(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool);
    const auto covenant = moderation::ensure_covenant(tx, deps.instance, deps.now());
    auto response = show_version(deps, call, tx, covenant);
    tx.commit();
    return response;
}

// GET /covenant/{version}
Result<http::Response> show_older(const WebDeps& deps, const http::Call& call) {
    const auto version = parse_id(call.param("version"));
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto covenant = version && *version <= std::numeric_limits<int>::max()
                              ? db::covenants::find(tx, static_cast<int>(*version))
                              : std::nullopt;
    if (!covenant) return Error{Error::Kind::NotFound, "no such version of the covenant"};
    return show_version(deps, call, tx, *covenant);
}

bool has(const std::vector<std::string>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

Json choices_of(std::span<const std::string_view> all, const std::vector<std::string>& chosen) {
    Json rows = Json::array();
    for (const auto word : all)
        rows.push_back({{"word", word}, {"is_chosen", has(chosen, word)}});
    return rows;
}

Json clause_choices(const std::vector<std::string>& chosen) {
    Json rows = Json::array();
    for (const auto& clause : moderation::known_clauses())
        rows.push_back(
            {{"word", clause.id}, {"text", clause.text}, {"is_chosen", has(chosen, clause.id)}});
    return rows;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

/// Those that the software does not know by id.
std::string own_clauses(const std::vector<std::string>& chosen) {
    std::vector<std::string> own;
    for (const auto& id : chosen)
        if (std::ranges::find(moderation::known_clauses(), id, &moderation::Clause::id) ==
            moderation::known_clauses().end())
            own.push_back(id);
    return joined(own);
}

struct NumberField {
    const char* name;
    const char* label;
    std::int64_t federation::Policy::*value;
};
constexpr std::array<NumberField, 7> number_fields{{
    {"roster_check_hours",
     "The roster is checked every … hours (0: never)",
     &federation::Policy::roster_check_hours},
    {"partner_posts_per_week",
     "A partner's posts in a week, at most",
     &federation::Policy::partner_posts_per_week},
    {"acknowledge_hours",
     "Reports are acknowledged within … hours",
     &federation::Policy::acknowledge_hours},
    {"decide_school_days",
     "and decided within … school days",
     &federation::Policy::decide_school_days},
    {"urgent_hours", "Threats and students: within … hours", &federation::Policy::urgent_hours},
    {"record_days", "Moderators' acts stay on record for … days", &federation::Policy::record_days},
    {"removed_days",
     "What was removed is kept as evidence for … days",
     &federation::Policy::removed_days},
}};

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text + " ") {
        const bool is_between = c == ' ' || c == ',' || c == '\n' || c == '\r' || c == '\t';
        if (!is_between) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(word);
            word.clear();
        }
    }
    return words;
}

moderation::CovenantDraft draft_of(const http::Call& call, const std::string& by) {
    const auto& form = call.form;
    moderation::CovenantDraft draft{
        .text = form.text("text"), .by = by, .reason = form.text("reason")};
    std::erase(draft.text, '\r'); // Browsers send CR LF.
    auto& promises = draft.promises;
    promises.clauses = form.list("clauses");
    for (auto& own : words_of(form.text("own_clauses")))
        promises.clauses.push_back(std::move(own));
    promises.kinds = form.list("kinds");
    promises.assurance = form.list("assurance");
    promises.languages = words_of(form.text("languages"));
    promises.takes_partners = form.flag_or("takes_partners", false);
    promises.report_contact = form.text("report_contact");
    promises.report_group = form.text("report_group");
    for (const auto& field : number_fields)
        promises.*field.value = form.number(field.name).value_or(-1);
    return draft;
}

http::Response show_form(const WebDeps& deps,
                         const http::Call& call,
                         const moderation::CovenantDraft& draft,
                         const Problem& problem = {}) {
    const auto& promises = draft.promises;
    Json numbers = Json::array();
    for (const auto& field : number_fields)
        numbers.push_back({{"name", field.name},
                           {"label", field.label},
                           {"value", std::to_string(promises.*field.value)}});
    return render_page(deps.instance,
                       call,
                       {.view = "covenant_form",
                        .title = problem.text.empty() ? "Covenant" : "Error: Covenant",
                        .data = {{"problem", problem.text},
                                 {"problem_field", problem.field},
                                 {"text", draft.text},
                                 {"reason", draft.reason},
                                 {"clauses", clause_choices(promises.clauses)},
                                 {"own_clauses", own_clauses(promises.clauses)},
                                 {"kinds", choices_of(educators::kind_names(), promises.kinds)},
                                 {"assurance", choices_of(ways_to_know, promises.assurance)},
                                 {"languages", joined(promises.languages)},
                                 {"takes_partners", promises.takes_partners},
                                 {"report_contact", promises.report_contact},
                                 {"report_group", promises.report_group},
                                 {"numbers", numbers}},
                        .status = problem.status});
}

// GET /admin/covenant
Result<http::Response> edit(const WebDeps& deps, const http::Call& call) {
    if (const auto owner = at_desk(deps, call, own_page); !owner) return owner.error();
    db::Tx tx(deps.pool);
    const auto covenant = moderation::ensure_covenant(tx, deps.instance, deps.now());
    tx.commit();
    return show_form(
        deps,
        call,
        {.text = covenant.text, .promises = moderation::promises_of(deps.instance, covenant)});
}

// POST /admin/covenant
Result<http::Response> change(const WebDeps& deps, const http::Call& call) {
    const auto owner = acting_at_desk(deps, call, own_page);
    if (!owner) return owner.error();
    const auto draft = draft_of(call, owner->uri);
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show_form(deps, call, draft, problem_of(confirmed.error(), "password"));
    bool is_asked = false;
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const auto done = outbox::write_covenant(tx, acting_for(deps, call), draft);
        if (done) {
            is_asked = *done == outbox::CovenantEnd::Asked;
            tx.commit();
        } else {
            failure = done.error();
        }
    }
    if (failure) return show_form(deps, call, draft, {failure->shown, "text", 422});
    return http::redirect_response(is_asked ? "/admin/approvals" : "/covenant");
}

} // namespace

void add_covenant_pages(http::Router& router, const WebDeps& deps) {
    router.add(page_route("GET", "/covenant", http::Access::OptionalSession, deps, show));
    router.add(
        page_route("GET", "/covenant/{version}", http::Access::OptionalSession, deps, show_older));
    add_member_pages(router, deps, {{"GET", own_page, edit}, {"POST", own_page, change}});
}

} // namespace web
