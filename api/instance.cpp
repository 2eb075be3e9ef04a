#include "api/answer.h"
#include "api/api.h"
#include "api/render.h"
#include "base/html.h"
#include "base/text.h"
#include "db/custom_emojis.h"
#include "db/featured_tags.h"
#include "db/peers.h"
#include "db/pins.h"
#include "db/usage.h"
#include "db/users.h"
#include "media/emojis.h"
#include "outbox/profile.h"
#include "outbox/publish.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace api {
namespace {

constexpr std::chrono::minutes document_lifetime{1};

// Clients switch features on by this number, and some by the version: 10 has collections (4.6).
// What of 4.7 is left out is named in docs/client-api.md.
constexpr int mastodon_api_version = 10;
std::string version_text(const Instance& instance) {
    return fmt::format("4.7.0 (compatible; Staffroom {})", instance.version);
}

// What a picture is replaced by: 96 by 96 pixels of grey, as PNG.
constexpr std::array<unsigned char, 90> grey_square{
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44,
    0x52, 0x00, 0x00, 0x00, 0x60, 0x00, 0x00, 0x00, 0x60, 0x01, 0x03, 0x00, 0x00, 0x00, 0xd8,
    0x56, 0xe5, 0x7b, 0x00, 0x00, 0x00, 0x03, 0x50, 0x4c, 0x54, 0x45, 0xb8, 0xc2, 0xcc, 0x07,
    0x29, 0xa9, 0x25, 0x00, 0x00, 0x00, 0x12, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60,
    0x18, 0x05, 0xa3, 0x60, 0x14, 0x8c, 0x82, 0xe1, 0x09, 0x00, 0x04, 0xe0, 0x00, 0x01, 0xf8,
    0x8d, 0xcc, 0x2a, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

std::string streaming_url(const Instance& instance) {
    return "ws" + instance.origin.substr(4);
}

Json configuration(const Instance& instance, const std::string& vapid_key) {
    using namespace std::chrono;
    return {
        {"urls",
         {{"streaming", streaming_url(instance)},
          {"status", nullptr},
          {"about", instance.origin + "/about"},
          {"privacy_policy", instance.origin + "/privacy-policy"},
          {"terms_of_service", nullptr}}},
        {"vapid", {{"public_key", vapid_key}}},
        {"accounts",
         {{"max_featured_tags", db::featured_tags::most},
          {"max_pinned_statuses", db::pins::max_pins},
          {"max_display_name_length", outbox::max_display_name},
          {"max_avatar_description_length", media::max_description},
          {"max_header_description_length", media::max_description},
          {"max_note_length", outbox::max_note},
          {"max_profile_fields", outbox::max_fields},
          {"profile_field_name_limit", outbox::max_field_text},
          {"profile_field_value_limit", outbox::max_field_text}}},
        {"statuses",
         {{"max_characters", outbox::max_characters},
          {"max_media_attachments", outbox::max_attachments},
          {"characters_reserved_per_url", 23},
          {"supported_mime_types", {"text/plain"}}}},
        {"media_attachments",
         {{"supported_mime_types", media::taken_media_types()},
          {"description_limit", media::max_description},
          {"image_size_limit", media::max_image_bytes},
          {"image_matrix_limit", media::max_image_pixels},
          {"video_size_limit", media::max_film_bytes},
          {"video_frame_rate_limit", media::max_frame_rate},
          {"video_matrix_limit", media::max_film_pixels}}},
        {"polls",
         {{"max_options", outbox::max_poll_options},
          {"max_characters_per_option", outbox::max_poll_option_characters},
          {"min_expiration", seconds(outbox::min_poll_time).count()},
          {"max_expiration", seconds(outbox::max_poll_time).count()}}},
        {"translation", {{"enabled", false}}},
        {"limited_federation", true},
        {"timelines_access",
         {{"live_feeds", {{"local", "authenticated"}, {"remote", "authenticated"}}},
          {"hashtag_feeds", {{"local", "authenticated"}, {"remote", "authenticated"}}}}},
    };
}

/// The first owner answers for the instance.
Json contact_account(const Api& api, db::Tx& tx) {
    for (const auto& user : db::users::list(tx)) {
        if (user.role != db::Role::Owner || user.state != db::MemberState::Active) continue;
        const auto account = db::accounts::find(tx, user.account);
        if (account && account->is_visible()) return render_account(api, tx, *account);
    }
    return nullptr;
}

std::string picture_url(const Instance& instance) {
    return instance.origin + "/headers/original/missing.png";
}

Json instance_v1(const Api& api, const db::Usage& usage, const Json& contact) {
    const auto& instance = api.instance();
    const auto& rules = api.deps.sign_ups;
    auto limits = configuration(instance, "");
    for (const auto* newer : {"urls", "vapid", "limited_federation", "timelines_access"})
        limits.erase(newer);
    return {
        {"uri", instance.handle_host},
        {"title", instance.title},
        {"short_description", instance.description},
        {"description", instance.description},
        {"email", instance.contact_email},
        {"version", version_text(instance)},
        {"urls", {{"streaming_api", streaming_url(instance)}}},
        {"stats",
         {{"user_count", usage.members},
          {"status_count", usage.statuses},
          {"domain_count", usage.peers}}},
        {"thumbnail", picture_url(instance)},
        {"languages", {"en"}},
        {"registrations", rules.mode != outbox::SignUps::Closed},
        {"approval_required", rules.mode != outbox::SignUps::Open},
        {"invites_enabled", false},
        {"configuration", std::move(limits)},
        {"contact_account", contact},
        {"rules", Json::array()},
    };
}

Json instance_v2(const Api& api, const db::Usage& usage, const Json& contact) {
    const auto& instance = api.instance();
    const auto& rules = api.deps.sign_ups;
    auto limits = configuration(instance, api.deps.vapid_key);
    if (!api.deps.papers.terms.empty())
        limits["urls"]["terms_of_service"] = instance.origin + "/terms-of-service";
    return {
        {"domain", instance.handle_host},
        {"title", instance.title},
        {"version", version_text(instance)},
        {"source_url", instance.origin + "/source"},
        {"description", instance.description},
        {"usage", {{"users", {{"active_month", usage.active_month}}}}},
        {"thumbnail",
         {{"url", picture_url(instance)}, {"blurhash", nullptr}, {"versions", Json::object()}}},
        {"icon", Json::array()},
        {"languages", {"en"}},
        {"configuration", std::move(limits)},
        {"registrations",
         {{"enabled", rules.mode != outbox::SignUps::Closed},
          {"approval_required", rules.mode != outbox::SignUps::Open},
          {"reason_required", rules.mode == outbox::SignUps::Approval && rules.reason_required},
          {"message", rules.message.empty() ? Json() : Json(rules.message)},
          {"min_age", rules.min_age == 0 ? Json() : Json(rules.min_age)},
          {"url", nullptr}}},
        {"api_versions", {{"mastodon", mastodon_api_version}}},
        {"contact", {{"email", instance.contact_email}, {"account", contact}}},
        {"rules", Json::array()},
    };
}

void make_texts(const Api& api, InstanceTexts& texts, Time now) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto usage = db::usage::load(tx);
    const auto contact = contact_account(api, tx);
    texts = {.made_at = now,
             .v1 = dump_json(instance_v1(api, usage, contact)),
             .v2 = dump_json(instance_v2(api, usage, contact))};
}

/// A copy of the text that `which` points to, made anew when it is old.
http::Response ready_text(const Api& api, std::string InstanceTexts::*which) {
    const auto now = api.now();
    auto text = api.instance_texts.with([&](const InstanceTexts& texts) {
        return now - texts.made_at < document_lifetime ? texts.*which : std::string();
    });
    if (text.empty()) {
        // Two threads may make it at the same time; no lock is held while the database answers.
        InstanceTexts made;
        make_texts(api, made, now);
        text = made.*which;
        api.instance_texts.with([&](InstanceTexts& texts) { texts = std::move(made); });
    }
    return json_text_response(std::move(text));
}

// GET /api/v1/instance, docs.joinmastodon.org/methods/instance/#v1
Result<http::Response> show_v1(const Api& api, const http::Call&) {
    return ready_text(api, &InstanceTexts::v1);
}

// GET /api/v2/instance, docs.joinmastodon.org/methods/instance/#v2
Result<http::Response> show_v2(const Api& api, const http::Call&) {
    return ready_text(api, &InstanceTexts::v2);
}

// GET /api/v1/instance/peers: whom we speak with is for members to know.
Result<http::Response> list_peers(const Api& api, const http::Call&) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    Json hosts = Json::array();
    for (const auto& [host, level] : db::peers::list_levels(tx)) {
        if (level >= db::PeerLevel::Guest) hosts.push_back(host);
    }
    return http::json_response(hosts);
}

// GET /api/v1/custom_emojis
Result<http::Response> list_emojis(const Api& api, const http::Call&) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    Json entities = Json::array();
    for (const auto& emoji : db::custom_emojis::list(tx)) {
        if (!emoji.listed) continue;
        const auto url = media::custom_emoji_url(api.instance(), emoji);
        Json entity = {{"shortcode", emoji.shortcode},
                       {"url", url},
                       {"static_url", url},
                       {"visible_in_picker", true},
                       {"category", nullptr}};
        if (!emoji.category.empty()) entity["category"] = emoji.category;
        entities.push_back(std::move(entity));
    }
    return http::json_response(entities);
}

// GET /api/v1/instance/rules
Result<http::Response> list_nothing(const Api&, const http::Call&) {
    return array_response({});
}

// GET /api/v1/instance/extended_description
Result<http::Response> show_description(const Api& api, const http::Call&) {
    return http::json_response(
        {{"updated_at", format_iso8601(api.started_at)},
         {"content", "<p>" + escape_html(api.instance().description) + "</p>"}});
}

// The picture of whoever has none. Clients know it by its name, and show their own instead.
Result<http::Response> missing_picture(const Api&, const http::Call&) {
    http::Response response;
    response.headers.add("Content-Type", "image/png");
    response.headers.add("Cache-Control", "public, max-age=604800");
    response.body.assign(grey_square.begin(), grey_square.end());
    return response;
}

} // namespace

std::span<const Row> instance_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/instance", Anyone, "", show_v1},
        Row{"GET", "/api/v2/instance", Anyone, "", show_v2},
        Row{"GET", "/api/v1/instance/peers", Token, "", list_peers},
        Row{"GET", "/api/v1/instance/rules", Anyone, "", list_nothing},
        Row{"GET", "/api/v1/instance/extended_description", Anyone, "", show_description},
        Row{"GET", "/api/v1/custom_emojis", Anyone, "", list_emojis},
        Row{"GET", "/avatars/original/missing.png", Anyone, "", missing_picture},
        Row{"GET", "/headers/original/missing.png", Anyone, "", missing_picture},
    };
    return rows;
}

} // namespace api
