#include "api/answer.h"
#include "api/api.h"
#include "base/text.h"
#include "base/uri.h"
#include "base/web_push.h"
#include "db/push_subscriptions.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/push/: one subscription for each token.
namespace api {
namespace {

constexpr std::array<std::string_view, 12> alert_types{"mention",
                                                       "quote",
                                                       "status",
                                                       "reblog",
                                                       "follow",
                                                       "follow_request",
                                                       "favourite",
                                                       "poll",
                                                       "update",
                                                       "quoted_update",
                                                       "admin.sign_up",
                                                       "admin.report"};
constexpr std::array<std::string_view, 4> policies{"all", "followed", "follower", "none"};

/// https://docs.joinmastodon.org/entities/WebPushSubscription/
http::Response render(const Api& api, const db::PushSubscription& subscription) {
    Json alerts = Json::object();
    for (const auto type : alert_types) {
        alerts[std::string(type)] =
            std::ranges::find(subscription.alerts, type) != subscription.alerts.end();
    }
    return http::json_response({{"id", to_string(subscription.id)},
                                {"endpoint", subscription.endpoint},
                                {"standard", subscription.standard},
                                {"alerts", std::move(alerts)},
                                {"policy", subscription.policy},
                                {"server_key", api.deps.vapid_key}});
}

std::vector<std::string> alerts_of(const http::Form& form) {
    const auto chosen = form.child("data").child("alerts");
    std::vector<std::string> alerts;
    for (const auto type : alert_types) {
        if (chosen.flag_or(type, false)) alerts.emplace_back(type);
    }
    return alerts;
}

/// Some clients put it beside the alerts, some below `data`.
Result<std::string> policy_of(const http::Form& form) {
    auto policy = form.child("data").text("policy");
    if (policy.empty()) policy = form.text("policy");
    if (policy.empty()) return std::string("all");
    if (std::ranges::find(policies, policy) == policies.end())
        return unprocessable("Validation failed: Policy is not included in the list");
    return policy;
}

// Where it leads is looked at again whenever something is sent there, by the client that sends
// (ATTACKS O14, C).
bool is_endpoint(const std::string& text) {
    const auto uri = parse_uri(text);
    return uri && uri->scheme == "https";
}

std::string bearer_of(const http::Request& request) {
    const auto line = request.headers.get("Authorization");
    return std::string(trim(line.substr(std::min(line.find(' '), line.size()))));
}

// POST /api/v1/push/subscription
Result<http::Response> subscribe(const Api& api, const http::Call& call) {
    const auto given = call.form.child("subscription");
    db::PushSubscription subscription{
        .token = call.caller.token,
        .account = call.me(),
        .endpoint = given.text("endpoint"),
        .public_key = given.child("keys").text("p256dh"),
        .auth = given.child("keys").text("auth"),
        .standard = given.flag_or("standard", false),
        .alerts = alerts_of(call.form),
        .access_token = bearer_of(call.request),
    };
    auto policy = policy_of(call.form);
    if (!policy) return policy.error();
    subscription.policy = std::move(*policy);
    if (!is_endpoint(subscription.endpoint))
        return unprocessable("Validation failed: Endpoint is not a valid URL");
    if (!web_push::parse_receiver(subscription.public_key, subscription.auth))
        return unprocessable("Validation failed: Key p256dh or auth is invalid");
    db::Tx tx(api.deps.pool);
    subscription.id = db::push_subscriptions::put(tx, subscription);
    tx.commit();
    return render(api, subscription);
}

// GET /api/v1/push/subscription
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto subscription = db::push_subscriptions::find_of(tx, call.caller.token);
    if (!subscription) return not_found("no push subscription");
    return render(api, *subscription);
}

// PUT /api/v1/push/subscription
Result<http::Response> change(const Api& api, const http::Call& call) {
    const auto policy = policy_of(call.form);
    if (!policy) return policy.error();
    db::Tx tx(api.deps.pool);
    if (!db::push_subscriptions::update(tx, call.caller.token, alerts_of(call.form), *policy))
        return not_found("no push subscription");
    const auto subscription = db::push_subscriptions::find_of(tx, call.caller.token);
    tx.commit();
    return render(api, *subscription);
}

// DELETE /api/v1/push/subscription
Result<http::Response> unsubscribe(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    db::push_subscriptions::remove_of(tx, call.caller.token);
    tx.commit();
    return empty_response();
}

} // namespace

std::span<const Row> push_rows() {
    using enum http::Access;
    static constexpr auto path = "/api/v1/push/subscription";
    static constexpr std::array rows{
        Row{"POST", path, Token, "push", subscribe},
        Row{"GET", path, Token, "push", show},
        Row{"PUT", path, Token, "push", change},
        Row{"DELETE", path, Token, "push", unsubscribe},
    };
    return rows;
}

} // namespace api
