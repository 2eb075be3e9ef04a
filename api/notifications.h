#pragma once

#include "api/api.h"
#include "db/notifications.h"
#include "db/tx.h"
#include "http/form.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace api {

/// https://docs.joinmastodon.org/entities/Notification/, in the order given; one whose sender or
/// status went away is left out.
std::vector<std::string> render_notifications(const Api& api,
                                              db::Tx& tx,
                                              const std::vector<db::Notification>& notifications,
                                              AccountId me);

/// What a notification tells of beside a status: "event"
/// (https://docs.joinmastodon.org/entities/RelationshipSeveranceEvent/) or "moderation_warning"
/// (https://docs.joinmastodon.org/entities/AccountWarning/).
struct NotificationPart {
    const char* name = "";
    Json value{};
};
/// Of those notifications of the member that have one, by the notification's id.
std::unordered_map<NotificationId, NotificationPart> render_parts(
    const Api& api, db::Tx& tx, AccountId me, const std::vector<db::Notification>& of);

/// types, exclude_types, account_id and include_filtered of a request. Who asks for one account's
/// notifications gets the filtered ones too.
db::NotificationFilter notification_filter_of(const http::Form& form);

/// What the member has read: the marker of the timeline "notifications".
NotificationId last_read_notification(db::Tx& tx, AccountId me);

/// `limit` of unread_count: how far is counted.
int most_unread_of(const http::Form& form);

} // namespace api
