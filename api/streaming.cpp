#include "api/api.h"
#include "api/stream_hub.h"
#include "api/stream_lists.h"

#include <array>
#include <string>

/// docs.joinmastodon.org/methods/streaming/: one socket for many streams, or one event stream for
/// one.
namespace api {
namespace {

TopicRequest request_of(const http::Call& call, std::string stream) {
    return {.stream = std::move(stream),
            .tag = call.form.text("tag"),
            .list = call.form.text("list"),
            .only_media = call.form.flag_or("only_media", false)};
}

Result<http::Response> begin(const Api& api,
                             const http::Call& call,
                             std::vector<TopicRequest> topics) {
    auto plan = api.deps.streams.plan(call.caller, call.request, std::move(topics));
    if (!plan) return plan.error();
    http::Response response;
    response.stream = std::move(*plan);
    return response;
}

// GET /api/v1/streaming?stream=: a WebSocket. What is wrong with the stream is said in it, since a
// browser's page cannot read why a handshake failed.
Result<http::Response> open_socket(const Api& api, const http::Call& call) {
    if (!http::asks_for_web_socket(call.request)) {
        return Error{Error::Kind::Invalid, "no upgrade", "This is a WebSocket"};
    }
    std::vector<TopicRequest> topics;
    if (auto stream = call.form.text("stream"); !stream.empty())
        topics.push_back(request_of(call, std::move(stream)));
    return begin(api, call, std::move(topics));
}

// GET /api/v1/streaming/user and the like: server-sent events.
template <Channel channel>
Result<http::Response> open_events(const Api& api, const http::Call& call) {
    if (http::asks_for_web_socket(call.request)) {
        return Error{Error::Kind::Invalid, "upgrade", "The WebSocket is at /api/v1/streaming"};
    }
    auto topic = request_of(call, std::string(name_of(channel)));
    const auto checked = StreamHub::check_topic(call.caller, topic);
    if (!checked) return checked.error();
    if (const auto own = check_list(api, call.me(), *checked); !own) return own.error();
    auto response = begin(api, call, {std::move(topic)});
    if (!response) return response;
    response->headers.add("Content-Type", "text/event-stream");
    response->headers.add("Cache-Control", "private, no-store");
    response->headers.add("X-Accel-Buffering", "no"); // nginx passes each event on at once.
    return response;
}

Result<http::Response> show_health(const Api&, const http::Call&) {
    return http::text_response("OK");
}

} // namespace

std::span<const Row> streaming_rows() {
    using enum http::Access;
    using enum Channel;
    static constexpr auto statuses = "read:statuses";
    static constexpr std::array rows{
        Row{"GET", "/api/v1/streaming/health", Anyone, "", show_health},
        // Each stream that is asked for in it is checked for its own scope.
        Row{"GET", "/api/v1/streaming", Token, "read:statuses read:notifications", open_socket},
        Row{"GET", "/api/v1/streaming/user", Token, statuses, open_events<User>},
        Row{"GET",
            "/api/v1/streaming/user/notification",
            Token,
            "read:notifications",
            open_events<UserNotification>},
        Row{"GET", "/api/v1/streaming/public", Token, statuses, open_events<Public>},
        Row{"GET", "/api/v1/streaming/public/local", Token, statuses, open_events<PublicLocal>},
        Row{"GET", "/api/v1/streaming/public/remote", Token, statuses, open_events<PublicRemote>},
        Row{"GET", "/api/v1/streaming/hashtag", Token, statuses, open_events<Hashtag>},
        Row{"GET", "/api/v1/streaming/hashtag/local", Token, statuses, open_events<HashtagLocal>},
        Row{"GET", "/api/v1/streaming/list", Token, statuses, open_events<List>},
        Row{"GET", "/api/v1/streaming/direct", Token, statuses, open_events<Direct>},
    };
    return rows;
}

} // namespace api
