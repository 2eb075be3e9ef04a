#include "outbox/profile.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "api/pictures.h"
#include "api/preferences.h"
#include "api/render.h"
#include "api/roles.h"
#include "db/account_views.h"
#include "db/users.h"

#include <array>

/// The member's own account and how they like to post and read.
namespace api {
namespace {

// What the member wrote, not what was made of it.
Json source_fields(const db::Account& account) {
    Json fields = Json::array();
    for (const auto& field : account.fields) {
        if (field.contains("attested") || field.contains("guest") || field.contains("commercial"))
            continue; // Not theirs to edit.
        const auto verified = field.find("verified_at");
        fields.push_back({{"name", field.value("name", "")},
                          {"value", field.value("source", field.value("value", ""))},
                          {"verified_at", verified == field.end() ? Json() : *verified}});
    }
    return fields;
}

/// https://docs.joinmastodon.org/entities/Account/#CredentialAccount
Json credential_entity(const Api& api,
                       db::Tx& tx,
                       const db::Account& account,
                       const db::User& user) {
    auto entity = render_account(api, tx, account);
    const auto preferences = read_preferences(user.settings);
    entity["source"] = {
        {"privacy", preferences.privacy},
        {"sensitive", preferences.sensitive},
        {"language", preferences.language.empty() ? Json() : Json(preferences.language)},
        {"quote_policy", preferences.quote_policy},
        {"note", account.note_source},
        {"fields", source_fields(account)},
        {"follow_requests_count", db::account_views::count_follow_requests(tx, account.id)},
        {"hide_collections", account.hide_collections},
        {"discoverable", account.discoverable},
        {"indexable", account.indexable},
        {"attribution_domains", account.attribution_domains},
    };
    entity["role"] = role_entity(user.role);
    return entity;
}

Result<http::Response> credentials(const Api& api, db::Tx& tx, AccountId me) {
    const auto account = db::accounts::find(tx, me);
    const auto user = db::users::find(tx, me);
    if (!account || !user) return not_found("a token without a member");
    return http::json_response(credential_entity(api, tx, *account, *user));
}

// GET /api/v1/accounts/verify_credentials
Result<http::Response> verify(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    return credentials(api, tx, call.me());
}

outbox::ProfileDraft draft_of(const http::Form& form) {
    outbox::ProfileDraft draft{
        .display_name = form.maybe_text("display_name"),
        .note = form.maybe_text("note"),
        .locked = form.flag("locked"),
        .bot = form.flag("bot"),
        .discoverable = form.flag("discoverable"),
        .indexable = form.flag("indexable"),
        .hide_collections = form.flag("hide_collections"),
        .show_media = form.flag("show_media"),
        .show_media_replies = form.flag("show_media_replies"),
        .show_featured = form.flag("show_featured"),
    };
    if (form.has("fields_attributes")) {
        draft.fields.emplace();
        for (const auto& field : form.children("fields_attributes")) {
            outbox::FieldDraft written{.name = field.text("name"), .value = field.text("value")};
            if (!written.name.empty() || !written.value.empty())
                draft.fields->push_back(std::move(written));
        }
    }
    if (form.has("attribution_domains"))
        draft.attribution_domains = form.list("attribution_domains");
    return draft;
}

Result<db::Account> apply(const Api& api,
                          db::Tx& tx,
                          const http::Call& call,
                          const Pictures& pictures) {
    const auto user = db::users::find(tx, call.me());
    if (!user) return not_found("a token without a member");
    const auto settings = change_preferences(user->settings, call.form.child("source"));
    if (!settings) return settings.error();
    if (*settings != user->settings) db::users::set_settings(tx, call.me(), *settings);
    auto draft = draft_of(call.form);
    put_pictures(api, tx, call.me(), call.form, pictures, draft);
    return outbox::update_profile(tx, api.acting(call), draft);
}

// PATCH /api/v1/accounts/update_credentials
Result<http::Response> update(const Api& api, const http::Call& call) {
    const auto pictures = store_pictures(api, call.form);
    if (!pictures) return pictures.error();
    db::Tx tx(api.deps.pool);
    if (const auto account = apply(api, tx, call, *pictures); !account) return account.error();
    auto answer = credentials(api, tx, call.me());
    if (answer) tx.commit();
    return answer;
}

/// https://docs.joinmastodon.org/entities/Profile/: what the member wrote, and no picture where
/// there is none.
Json profile_entity(const Api& api, db::Tx& tx, const db::Account& account) {
    const auto shown = render_account(api, tx, account);
    const auto avatar = account.avatar_url.empty() ? Json() : shown.at("avatar");
    const auto header = account.header_url.empty() ? Json() : shown.at("header");
    return {
        {"id", to_string(account.id)},
        {"display_name", account.display_name},
        {"note", account.note_source},
        {"fields", source_fields(account)},
        {"avatar", avatar},
        {"avatar_static", avatar},
        {"avatar_description", shown.at("avatar_description")},
        {"header", header},
        {"header_static", header},
        {"header_description", shown.at("header_description")},
        {"locked", account.locked},
        {"bot", account.is_bot()},
        {"hide_collections", account.hide_collections},
        {"discoverable", account.discoverable},
        {"indexable", account.indexable},
        {"show_media", account.show_media},
        {"show_media_replies", account.show_media_replies},
        {"show_featured", account.show_featured},
        {"attribution_domains", account.attribution_domains},
        {"featured_tags",
         featured_tag_entities(api.instance(), db::featured_tags::list(tx, account.id))},
    };
}

// GET /api/v1/profile, docs.joinmastodon.org/methods/profile/
Result<http::Response> show_profile(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto account = db::accounts::find(tx, call.me());
    if (!account) return not_found("a token without a member");
    return http::json_response(profile_entity(api, tx, *account));
}

// PATCH /api/v1/profile
Result<http::Response> update_profile(const Api& api, const http::Call& call) {
    const auto pictures = store_pictures(api, call.form);
    if (!pictures) return pictures.error();
    db::Tx tx(api.deps.pool);
    const auto account = apply(api, tx, call, *pictures);
    if (!account) return account.error();
    const auto entity = profile_entity(api, tx, *account);
    tx.commit();
    return http::json_response(entity);
}

Result<http::Response> remove_picture(const Api& api,
                                      const http::Call& call,
                                      const outbox::ProfileDraft& draft) {
    db::Tx tx(api.deps.pool);
    const auto account = outbox::update_profile(tx, api.acting(call), draft);
    if (!account) return account.error();
    auto answer = credentials(api, tx, call.me());
    if (answer) tx.commit();
    return answer;
}

// DELETE /api/v1/profile/avatar
Result<http::Response> remove_avatar(const Api& api, const http::Call& call) {
    return remove_picture(api, call, {.avatar_url = ""});
}

// DELETE /api/v1/profile/header
Result<http::Response> remove_header(const Api& api, const http::Call& call) {
    return remove_picture(api, call, {.header_url = ""});
}

// GET /api/v1/preferences
Result<http::Response> show_preferences(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto user = db::users::find(tx, call.me());
    if (!user) return not_found("a token without a member");
    const auto preferences = read_preferences(user->settings);
    return http::json_response({
        {"posting:default:visibility", preferences.privacy},
        {"posting:default:sensitive", preferences.sensitive},
        {"posting:default:language",
         preferences.language.empty() ? Json() : Json(preferences.language)},
        {"posting:default:quote_policy", preferences.quote_policy},
        {"reading:expand:media", preferences.expand_media},
        {"reading:expand:spoilers", preferences.expand_spoilers},
        {"reading:autoplay:gifs", preferences.autoplay_gifs},
    });
}

} // namespace

std::span<const Row> profile_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/accounts/verify_credentials", Token, "profile read:accounts", verify},
        Row{"PATCH", "/api/v1/accounts/update_credentials", Token, "write:accounts", update},
        Row{"GET", "/api/v1/profile", Token, "profile read:accounts", show_profile},
        Row{"PATCH", "/api/v1/profile", Token, "write:accounts", update_profile},
        Row{"PUT", "/api/v1/profile", Token, "write:accounts", update_profile}, // masto
        Row{"DELETE", "/api/v1/profile/avatar", Token, "write:accounts", remove_avatar},
        Row{"DELETE", "/api/v1/profile/header", Token, "write:accounts", remove_header},
        Row{"GET", "/api/v1/preferences", Token, "read:accounts", show_preferences},
    };
    return rows;
}

} // namespace api
