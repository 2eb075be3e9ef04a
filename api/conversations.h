#pragma once

#include "api/api.h"
#include "db/conversations.h"

#include <string>
#include <vector>

namespace api {

/// https://docs.joinmastodon.org/entities/Conversation/ as texts, in order.
std::vector<std::string> render_conversations(const Api& api,
                                              db::Tx& tx,
                                              const std::vector<db::Conversation>& conversations,
                                              AccountId me);

} // namespace api
