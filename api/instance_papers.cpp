#include "api/answer.h"
#include "api/api.h"
#include "base/crypto.h"
#include "db/peers.h"
#include "db/usage.h"
#include "members/papers.h"

#include <array>

/// What an instance says about itself beside the instance documents.
namespace api {
namespace {

constexpr int weeks_shown = 12;
constexpr std::chrono::hours activity_lifetime{1};

std::string activity_json(const Api& api) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    Json weeks = Json::array();
    for (const auto& week : db::usage::weekly(tx, weeks_shown)) {
        weeks.push_back({{"week", std::to_string(week.begins)},
                         {"statuses", std::to_string(week.statuses)},
                         {"logins", std::to_string(week.logins)},
                         {"registrations", std::to_string(week.registrations)}});
    }
    return dump_json(weeks);
}

// GET /api/v1/instance/activity: counted at most once an hour.
Result<http::Response> show_activity(const Api& api, const http::Call&) {
    const auto now = api.now();
    auto text = api.activity_text.with([&](const ActivityText& kept) {
        return now - kept.made_at < activity_lifetime ? kept.text : std::string();
    });
    if (text.empty()) {
        text = activity_json(api);
        api.activity_text.with([&](ActivityText& kept) { kept = {.made_at = now, .text = text}; });
    }
    return json_text_response(std::move(text));
}

// GET /api/v1/instance/domain_blocks: whom we refuse is for members to know.
Result<http::Response> list_domain_blocks(const Api& api, const http::Call&) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    Json blocks = Json::array();
    for (const auto& [host, level] : db::peers::list_levels(tx)) {
        if (level != db::PeerLevel::Blocked) continue;
        blocks.push_back({{"domain", host},
                          {"digest", crypto::hex(crypto::sha256(host))},
                          {"severity", "suspend"},
                          {"comment", nullptr}});
    }
    return http::json_response(blocks);
}

// GET /api/v1/instance/privacy_policy
Result<http::Response> show_privacy_policy(const Api& api, const http::Call&) {
    const auto& papers = api.deps.papers;
    const bool is_own = !papers.privacy_policy.empty();
    return http::json_response(
        {{"updated_at", format_iso8601(is_own ? papers.privacy_policy_at : api.started_at)},
         {"content",
          is_own ? papers.privacy_policy : members::usual_privacy_policy(api.instance())}});
}

// GET /api/v1/instance/terms_of_service, and with the day since when they hold
Result<http::Response> show_terms(const Api& api, const http::Call& call) {
    const auto& papers = api.deps.papers;
    if (papers.terms.empty()) return not_found("no terms of service");
    const auto since = format_date(papers.terms_at);
    if (const auto date = std::string(call.param("date")); !date.empty() && date != since)
        return not_found("no terms of that day");
    return http::json_response({{"effective_date", since},
                                {"effective", papers.terms_at <= api.now()},
                                {"content", papers.terms},
                                {"succeeded_by", nullptr}});
}

// GET /api/v1/instance/translation_languages: there is no translation.
Result<http::Response> list_translations(const Api&, const http::Call&) {
    return empty_response();
}

// GET /api/v1/instance/languages, docs.joinmastodon.org/methods/instance/#languages
Result<http::Response> list_languages(const Api&, const http::Call&) {
    return http::json_response(Json::array({{{"code", "en"}, {"name", "English"}}}));
}

// GET /health: whether the database answers is /health/ready's to say.
Result<http::Response> show_health(const Api&, const http::Call&) {
    return http::text_response("OK");
}

} // namespace

std::span<const Row> instance_paper_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/instance/activity", Anyone, "", show_activity},
        Row{"GET", "/api/v1/instance/domain_blocks", Token, "", list_domain_blocks},
        Row{"GET", "/api/v1/instance/privacy_policy", Anyone, "", show_privacy_policy},
        Row{"GET", "/api/v1/instance/terms_of_service", Anyone, "", show_terms},
        Row{"GET", "/api/v1/instance/terms_of_service/{date}", Anyone, "", show_terms},
        Row{"GET", "/api/v1/instance/translation_languages", Anyone, "", list_translations},
        Row{"GET", "/api/v1/instance/languages", Anyone, "", list_languages},
        Row{"GET", "/health", Anyone, "", show_health},
    };
    return rows;
}

} // namespace api
