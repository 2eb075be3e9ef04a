#pragma once

#include "base/id.h"
#include "db/notifications.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using PushSubscriptionId = Id<struct PushSubscriptionTag>;

/// Where the app of one token wants to be told of notifications.
struct PushSubscription {
    PushSubscriptionId id{};
    TokenId token{};
    AccountId account{};
    std::string endpoint{};
    std::string public_key{};          ///< p256dh, base64url.
    std::string auth{};                ///< base64url.
    bool standard = false;             ///< RFC 8291; else its draft of 2017.
    std::vector<std::string> alerts{}; ///< Types of notification.
    std::string policy = "all";        ///< "all", "followed", "follower", "none".
    std::string access_token{};        ///< Part of each message; never to be logged or shown.
};

} // namespace db

namespace db::push_subscriptions {

/// Replaces the one that the token had.
PushSubscriptionId put(Tx& tx, const PushSubscription& subscription);
/// False when the token has none.
bool update(Tx& tx, TokenId token, const std::vector<std::string>& alerts, std::string_view policy);
std::optional<PushSubscription> find_of(Tx& tx, TokenId token);
/// Nothing when it is gone, or its token or member may not come in any more.
std::optional<PushSubscription> find_live(Tx& tx, PushSubscriptionId id);
void remove_of(Tx& tx, TokenId token);
void remove(Tx& tx, PushSubscriptionId id);

struct Wanted {
    PushSubscriptionId subscription{};
    NotificationId notification{};
};
/// Who wants to be told of these notifications: the type is among the alerts, and the policy takes
/// the sender.
std::vector<Wanted> wanting(Tx& tx, const std::vector<NotificationId>& notifications);

} // namespace db::push_subscriptions
