#pragma once

#include "base/id.h"
#include "db/conversations.h"
#include "db/notifications.h"
#include "db/tx.h"

#include <vector>

/// What live streams hear (db/events.h), from those who write timelines. Deletions are told where
/// the rows go, in statuses/remove.h.
namespace timelines {

/// A job of this kind pushes one notification (api/push_job.h); payload: "subscription
/// notification".
constexpr auto push_job = "push";

/// To be called once it is in the timelines.
void tell_of_post(db::Tx& tx, StatusId status);
/// After an edit, or when a quote in it was accepted or withdrawn.
void tell_of_edit(db::Tx& tx, StatusId status);
void tell_of_conversations(db::Tx& tx, const std::vector<db::ConversationOfMember>& conversations);
void tell_of_filters(db::Tx& tx, AccountId owner);
/// Streams at once; apps that asked for pushes by a job each.
void tell_of_notifications(db::Tx& tx, const std::vector<db::NotificationKey>& notifications);

} // namespace timelines
