#include "api/push_job.h"

#include "api/entities.h"
#include "base/crypto.h"
#include "base/html.h"
#include "base/json.h"
#include "base/text.h"
#include "base/uri.h"
#include "base/web_push.h"
#include "db/accounts.h"
#include "db/notifications.h"
#include "db/push_subscriptions.h"
#include "db/severances.h"
#include "db/statuses.h"
#include "db/users.h"
#include "timelines/live.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace api {
namespace {

constexpr std::chrono::hours oldest{24};      ///< Who was away so long looks for themselves.
constexpr std::chrono::hours kept_there{48};  ///< By the push service, for a device that is off.
constexpr std::chrono::hours vapid_holds{12}; ///< At most 24, RFC 8292 section 2.
constexpr http::Limits limits{.max_bytes = 16'384,
                              .connect = std::chrono::milliseconds{5'000},
                              .first_byte = std::chrono::milliseconds{8'000},
                              .total = std::chrono::milliseconds{10'000}};
constexpr std::size_t max_body_characters = 140;
constexpr std::size_t max_title_characters = 200;

struct TitleRow {
    std::string_view type;
    std::string_view text; ///< {}: the name of who caused it.
};
constexpr std::array titles{
    TitleRow{"mention", "You were mentioned by {}"},
    TitleRow{"quote", "{} quoted your post"},
    TitleRow{"status", "{} just posted"},
    TitleRow{"reblog", "{} boosted your post"},
    TitleRow{"follow", "{} is now following you"},
    TitleRow{"follow_request", "{} has requested to follow you"},
    TitleRow{"favourite", "{} favourited your post"},
    TitleRow{"poll", "A poll by {} has ended"},
    TitleRow{"update", "{} edited a post"},
    TitleRow{"quoted_update", "{} edited a post you have quoted"},
    // Of these the member is who caused it: no name.
    TitleRow{"severed_relationships", "Some of your follows ended with their server"},
    TitleRow{"moderation_warning", "You have received a moderation warning"},
    TitleRow{"admin.sign_up", "{} signed up"},
    TitleRow{"admin.report", "{} submitted a report"},
};

/// What is to be sent, and where.
struct Push {
    db::PushSubscription subscription{};
    std::string plaintext{};
};

std::string text_of(db::Tx& tx,
                    const db::Notification& notification,
                    AccountId reader,
                    const db::Account& from,
                    const std::optional<db::Status>& status) {
    if (notification.type == "moderation_warning")
        return "Your strikes say what and why, and how to appeal.";
    if (notification.type == "severed_relationships") {
        for (const auto& [id, one] :
             db::severances::of_notifications(tx, reader, {notification.id}))
            return fmt::format("{}: {} whom you followed, {} who followed you.",
                               one.target_name,
                               one.following,
                               one.followers);
        return "";
    }
    auto text = from.note;
    if (status) text = status->spoiler_text.empty() ? status->content : status->spoiler_text;
    return truncate(html_to_text(text), max_body_characters);
}

/// docs.joinmastodon.org/methods/push/ leaves it open; this is what Mastodon sends.
std::string render(const media::Links& links,
                   const db::PushSubscription& subscription,
                   const db::Notification& notification,
                   const db::Account& from,
                   const std::string& body,
                   const std::string& locale) {
    const auto* row = std::ranges::find(titles, notification.type, &TitleRow::type);
    const auto name = from.display_name.empty() ? from.username : from.display_name;
    const std::string title =
        row == titles.end() ? name : fmt::format(fmt::runtime(row->text), name);
    return dump_json(Json{{"access_token", subscription.access_token},
                          {"preferred_locale", locale},
                          {"notification_id", notification.id.value},
                          {"notification_type", notification.type},
                          {"icon", account_entity(links, from).at("avatar")},
                          {"title", truncate(title, max_title_characters)},
                          {"body", body}});
}

/// "subscription notification"
std::optional<std::pair<db::PushSubscriptionId, NotificationId>> parse(std::string_view payload) {
    const auto blank = payload.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const auto subscription = parse_id(payload.substr(0, blank));
    const auto notification = parse_id(payload.substr(blank + 1));
    if (!subscription || !notification) return std::nullopt;
    return std::pair(db::PushSubscriptionId{*subscription}, NotificationId{*notification});
}

/// Nothing when there is nothing to be told any more: the subscription or token ended, or the
/// member may not see it now.
std::optional<Push> load(const PushDeps& deps, std::string_view payload) {
    const auto ids = parse(payload);
    if (!ids) return std::nullopt;
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    auto subscription = db::push_subscriptions::find_live(tx, ids->first);
    if (!subscription) return std::nullopt;
    const auto notification = db::notifications::find(tx, subscription->account, ids->second);
    if (!notification || deps.clock() - notification->created_at > oldest) return std::nullopt;
    const auto from = db::accounts::find(tx, notification->from);
    if (!from) return std::nullopt;
    std::optional<db::Status> status;
    if (notification->status) status = db::statuses::find(tx, notification->status);
    const auto user = db::users::find(tx, subscription->account);
    auto plaintext = render(deps.links,
                            *subscription,
                            *notification,
                            *from,
                            text_of(tx, *notification, subscription->account, *from, status),
                            user ? user->locale : std::string("en"));
    return Push{.subscription = std::move(*subscription), .plaintext = std::move(plaintext)};
}

Result<http::Outgoing> compose(const PushDeps& deps, const Push& push) {
    const auto& subscription = push.subscription;
    const auto endpoint = parse_uri(subscription.endpoint);
    if (!endpoint) return endpoint.error();
    const auto receiver = web_push::parse_receiver(subscription.public_key, subscription.auth);
    if (!receiver) return receiver.error();
    const web_push::Fresh fresh{.key = crypto::generate_p256(), .salt = crypto::random_bytes(16)};
    auto body = subscription.standard ? web_push::encrypt(*receiver, fresh, push.plaintext)
                                      : web_push::encrypt_legacy(*receiver, fresh, push.plaintext);
    if (!body) return body.error();

    const auto& email = deps.instance.contact_email;
    const auto token =
        web_push::sign_vapid(deps.vapid_key,
                             endpoint->origin(),
                             email.empty() ? deps.instance.origin : "mailto:" + email,
                             deps.clock() + vapid_holds);
    const auto our_key = crypto::base64url(deps.vapid_key.point);
    const auto ttl = std::chrono::seconds(kept_there).count();
    http::Outgoing request{.method = "POST",
                           .url = subscription.endpoint,
                           .headers = {{"TTL", std::to_string(ttl)},
                                       {"Urgency", "normal"},
                                       {"Content-Type", "application/octet-stream"}},
                           .body = std::move(*body)};
    if (subscription.standard) {
        request.headers.add("Content-Encoding", "aes128gcm");
        request.headers.add("Authorization", "vapid t=" + token + ",k=" + our_key);
    } else {
        request.headers.add("Content-Encoding", "aesgcm");
        request.headers.add("Encryption", "salt=" + crypto::base64url(fresh.salt));
        request.headers.add("Crypto-Key",
                            "dh=" + crypto::base64url(fresh.key.point) + ";p256ecdsa=" + our_key);
        request.headers.add("Authorization", "WebPush " + token);
    }
    return request;
}

int retry_after_of(const http::Response& response) {
    constexpr std::int64_t longest_s = 3'600;
    const auto seconds = parse_id(response.headers.get("Retry-After"));
    return static_cast<int>(std::min(seconds.value_or(0), longest_s));
}

Result<jobs::Apply> send(const PushDeps& deps, const jobs::Claimed& job) {
    const auto push = load(deps, job.payload);
    if (!push) return jobs::Apply{};
    const auto forget = [id = push->subscription.id](db::Tx& tx) {
        db::push_subscriptions::remove(tx, id);
    };
    const auto request = compose(deps, *push);
    if (!request) return request.error();
    const auto response = deps.client.send(*request, limits);
    if (!response) {
        // An address that the guard refuses stays refused (ATTACKS O14).
        if (response.error().kind == Error::Kind::Forbidden) return jobs::Apply{forget};
        return response.error();
    }
    const int status = response->status;
    if (status >= 200 && status < 300) return jobs::Apply{};
    if (status == 404 || status == 410) return jobs::Apply{forget};
    if (status == 429) {
        return Error{.kind = Error::Kind::RateLimited,
                     .detail = "push: the service is busy",
                     .retry_after_s = retry_after_of(*response)};
    }
    const auto kind = status >= 500 ? Error::Kind::Unavailable : Error::Kind::Invalid;
    return Error{kind, fmt::format("push: the service answered {}", status)};
}

} // namespace

jobs::Kind push_kind(const PushDeps& deps) {
    constexpr int max_failures = 5;
    return {.name = timelines::push_job,
            .prepare =
                [deps](std::span<const jobs::Claimed> batch) {
                    std::vector<Result<jobs::Apply>> steps;
                    for (const auto& job : batch)
                        steps.push_back(send(deps, job));
                    return steps;
                },
            .max_failures = max_failures};
}

} // namespace api
