#pragma once

#include "api/stream_topics.h"
#include "base/guarded.h"
#include "base/result.h"
#include "base/time.h"
#include "db/events.h"
#include "http/router.h"
#include "http/stream.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace api {

struct Api;

struct StreamHubOptions {
    std::size_t max_streams_per_member = 32;
    std::size_t max_waiting_events = 16'384; ///< Beyond it the oldest are forgotten.
};

/// Brings events to the streams that are open in this process. One thread works; all others only
/// put into its queue: handlers (a stream begins), io threads (it says something, it ends), the
/// LISTEN connection (something happened).
class StreamHub {
  public:
    explicit StreamHub(StreamHubOptions options = {}) : options_(options) {}

    /// What makes the caller's connection a stream. Each of `topics` was checked for its scope.
    /// Errors: RateLimited when the member has as many as it may have.
    Result<std::shared_ptr<const http::StreamPlan>> plan(const http::Caller& caller,
                                                         const http::Request& request,
                                                         std::vector<TopicRequest> topics);

    /// What NOTIFY said on db::events::channel. Quick.
    void hear(std::string_view payload);
    /// What NOTIFY said on access_channel: whose tokens are to be looked at again; "" for all.
    void hear_access(std::string_view account);
    static constexpr auto access_channel = "staffroom_tokens";

    /// What the caller may listen to.
    /// Errors: Invalid, Unauthorized (scope), with Mastodon's texts.
    static Result<Topic> check_topic(const http::Caller& caller, const TopicRequest& request);

    /// Works until stopped.
    void run(const Api& api, std::stop_token stop);

  private:
    struct Opened {
        SubscriberId id{};
        StreamReader reader{};
        std::vector<std::string> scopes{};
        std::vector<TopicRequest> topics{};
        std::shared_ptr<http::Stream> stream{};
    };
    struct Said {
        SubscriberId id{};
        std::string text{};
    };
    struct Closed {
        SubscriberId id{};
    };
    struct AccessChanged {
        AccountId account{};
    };
    using Command = std::variant<Opened, Said, Closed, AccessChanged, db::Event>;

    using StreamCounts = Guarded<std::unordered_map<AccountId, std::size_t>>;
    /// One of the streams that a member may have; given back when it goes.
    class Seat {
      public:
        Seat(StreamCounts& counts, AccountId account) : counts_(counts), account_(account) {}
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;
        ~Seat();

      private:
        StreamCounts& counts_;
        AccountId account_;
    };
    /// Null when the member has all. Shared, since std::function copies what it holds.
    std::shared_ptr<const Seat> take_seat(AccountId account);

    /// What the worker knows of an open stream beside its topics.
    struct Open {
        std::shared_ptr<http::Stream> stream{};
        http::Caller caller{}; ///< Its scopes and account.
    };

    void put(Command command);
    std::deque<Command> take(const std::stop_token& stop);
    void work(const Api& api, std::deque<Command> commands);
    void open(Opened& opened);
    void listen_to(const Api& api, const Said& said);
    void subscribe(const Api& api, SubscriberId id, const TopicRequest& request);
    void close(SubscriberId id);
    static bool has_home(const Api& api, AccountId member);
    void tell(const Api& api, const std::vector<db::Event>& events);
    void check_tokens(const Api& api, const std::vector<SubscriberId>& ids);
    void look_around(const Api& api);

    StreamHubOptions options_;
    std::atomic<SubscriberId> next_id_{1};
    StreamCounts streams_of_;

    std::mutex mutex_;
    std::condition_variable_any has_commands_;
    std::deque<Command> commands_;
    std::size_t waiting_events_ = 0;

    // The worker's own.
    Subscribers subscribers_;
    std::unordered_map<SubscriberId, Open> open_;
    Time active_noted_at_{};
};

} // namespace api
