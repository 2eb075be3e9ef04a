#pragma once

#include "api/api.h"
#include "db/notifications.h"

#include <string>
#include <vector>

namespace api {

/// https://docs.joinmastodon.org/entities/Notification/ as texts, in order. What cannot be shown
/// any more is left out.
std::vector<std::string> render_notifications(const Api& api,
                                              db::Tx& tx,
                                              const std::vector<db::Notification>& notifications,
                                              AccountId me);

} // namespace api
