#include "db/accounts.h"
#include "db/audiences.h"
#include "db/lists.h"
#include "db/users.h"
#include "members/sessions.h"
#include "outbox/asking.h"
#include "outbox/publish.h"
#include "web/confirm_password.h"
#include "web/page.h"
#include "web/pages.h"

#include <array>
#include <string>

/// Where a member writes to a chosen audience whatever the app offers, and says whom the app's
/// followers-only posts are for (docs/audiences.md).
namespace web {
namespace {

struct Choice {
    std::string_view value{};
    std::string_view text{};
};
/// As in the page's select; what follows "circle-" is a list's id.
constexpr std::array audiences{
    Choice{"outside-region", "Verified educators outside my region"},
    Choice{"outside-district", "Verified educators outside my district"},
    Choice{"educators", "Verified educators"},
};
constexpr std::array others{
    Choice{"followers", "My followers"},
    Choice{"local", "Everybody on this server, and nobody elsewhere"},
    Choice{"public", "Everybody, here and elsewhere"},
};
constexpr std::string_view circle_prefix = "circle-";

Json option(std::string_view value, std::string_view text, std::string_view chosen) {
    return {{"value", value}, {"text", text}, {"is_chosen", value == chosen}};
}

Json audience_options(db::Tx& tx, AccountId me, std::string_view chosen) {
    Json options = Json::array();
    for (const auto& choice : audiences)
        options.push_back(option(choice.value, choice.text, chosen));
    for (const auto& list : db::lists::list(tx, me)) {
        options.push_back(option(
            std::string(circle_prefix) + to_string(list.id), "My circle: " + list.title, chosen));
    }
    for (const auto& choice : others)
        options.push_back(option(choice.value, choice.text, chosen));
    return options;
}

Json default_options(std::string_view chosen) {
    Json options = Json::array({option("", "All my followers", chosen)});
    for (const auto& choice : audiences)
        options.push_back(option(choice.value, choice.text, chosen));
    return options;
}

std::string default_of(const db::User& user) {
    return user.settings.is_object() ? user.settings.value("audience", "") : std::string{};
}

http::Response show(const WebDeps& deps, const http::Call& call, const Problem& problem = {}) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto user = db::users::find(tx, call.me());
    const auto chosen = call.form.maybe_text("audience").value_or("outside-district");
    return render_page(
        deps.instance,
        call,
        {.view = "compose",
         .title = problem.text.empty() ? "Write a post" : "Error: Write a post",
         .data = {{"problem", problem.text},
                  {"problem_field", problem.field},
                  {"text", call.form.text("text")},
                  {"warning", call.form.text("warning")},
                  {"most", outbox::max_characters},
                  {"audiences", audience_options(tx, call.me(), chosen)},
                  {"defaults", default_options(user ? default_of(*user) : std::string{})}},
         .status = problem.status});
}

// GET /compose
Result<http::Response> compose(const WebDeps& deps, const http::Call& call) {
    return show(deps, call);
}

/// Nothing for a word that the page does not offer.
std::optional<outbox::Draft> draft_of(const http::Form& form) {
    outbox::Draft draft{.text = form.text("text"),
                        .spoiler_text = form.text("warning"),
                        .visibility = db::Visibility::Private};
    const auto word = form.text("audience");
    if (word == "followers") return draft;
    if (word == "public" || word == "local") {
        draft.visibility = db::Visibility::Public;
        draft.local_only = word == "local";
        return draft;
    }
    if (word.starts_with(circle_prefix)) {
        const auto list = parse_id(word.substr(circle_prefix.size()));
        if (!list) return std::nullopt;
        draft.audience =
            outbox::AudienceChoice{.kind = db::AudienceKind::Circle, .circle = db::ListId{*list}};
        return draft;
    }
    const auto kind = db::parse_audience(word);
    if (!kind || *kind == db::AudienceKind::Circle) return std::nullopt;
    draft.audience = outbox::AudienceChoice{.kind = *kind};
    return draft;
}

Error foreign_form() {
    return {Error::Kind::Forbidden, "compose form of another page"};
}

std::string told(const Error& error) {
    constexpr std::string_view prefix = "Validation failed: ";
    if (error.shown.empty()) return "This cannot be posted.";
    return error.shown.starts_with(prefix) ? error.shown.substr(prefix.size()) : error.shown;
}

// POST /compose
Result<http::Response> publish(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return foreign_form();
    const auto draft = draft_of(call.form);
    if (!draft) return show(deps, call, {"Choose whom the post is for.", "audience", 422});
    db::Tx tx(deps.pool);
    const outbox::Acting acting{
        .instance = deps.instance, .peers = deps.peers, .account = call.me(), .now = deps.now()};
    const auto status = outbox::publish(tx, acting, *draft);
    if (!status) {
        // A filter's verdict, and a draft that it holds for review, are rows.
        if (outbox::has_left_rows(status.error())) tx.commit();
        return show(deps, call, {told(status.error()), "text", 422});
    }
    const auto author = db::accounts::find(tx, call.me());
    tx.commit();
    const auto name = author ? author->username : std::string{};
    return http::redirect_response("/@" + name + "/" + to_string(status->id));
}

// POST /settings/audience
Result<http::Response> set_default(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return foreign_form();
    const auto wanted = call.form.text("default_audience");
    const auto kind = db::parse_audience(wanted);
    const bool is_offered = wanted.empty() || (kind && *kind != db::AudienceKind::Circle);
    if (!is_offered) return show(deps, call, {"Choose one of the list.", "default_audience", 422});
    db::Tx tx(deps.pool);
    const auto user = db::users::find(tx, call.me());
    if (!user) return Error{Error::Kind::Unauthorized, "member is gone"};
    auto settings = user->settings.is_object() ? user->settings : Json::object();
    settings["audience"] = wanted;
    db::users::set_settings(tx, call.me(), settings);
    tx.commit();
    return http::redirect_response("/compose");
}

} // namespace

void add_compose_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", "/compose", compose},
                      {"POST", "/compose", publish},
                      {"POST", "/settings/audience", set_default}});
}

} // namespace web
