#pragma once

#include "api/api.h"
#include "api/stream_topics.h"
#include "db/events.h"
#include "db/tx.h"
#include "http/stream.h"

#include <vector>

namespace api {

/// One message on its way to one stream.
struct StreamMessage {
    SubscriberId to{};
    http::Stream::Message text{};
};

/// Who of those that listen gets what, in the order of the events: what each of them would read by
/// the API at this moment, or nothing when they would not see it. Blocks, mutes and follows that
/// changed since the event count.
std::vector<StreamMessage> deliver(const Api& api,
                                   db::Tx& tx,
                                   const Subscribers& subscribers,
                                   const std::vector<db::Event>& events);

} // namespace api
