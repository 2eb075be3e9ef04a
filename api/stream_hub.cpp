#include "api/stream_hub.h"

#include "api/api.h"
#include "api/stream_delivery.h"
#include "api/stream_lists.h"
#include "base/json.h"
#include "db/stream_views.h"
#include "db/users.h"
#include "timelines/home.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <unordered_set>
#include <utility>

namespace api {
namespace {

// A token is looked at again when something is said of it, and so often (ATTACKS P10).
constexpr auto look_around_every = std::chrono::minutes(1);
// An open stream keeps its member active, and thereby the home timeline filled.
constexpr auto note_active_every = std::chrono::hours(1);

/// A number or a text: clients write ids as both.
std::string text_of(const Json& message, const char* name) {
    const auto found = message.find(name);
    if (found == message.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    if (found->is_number_integer()) return std::to_string(found->get<std::int64_t>());
    return {};
}

/// To the client alone; not an event.
http::Stream::Message error_message(const Error& error) {
    const auto status = http::error_response(error, http::Audience::Clients).status;
    return std::make_shared<const std::string>(
        dump_json({{"error", error.shown}, {"status", status}}));
}

/// As check_list; what cannot be asked is no.
Result<Done> may_hear(const Api& api, AccountId reader, const Topic& topic) {
    try {
        return check_list(api, reader, topic);
    } catch (const std::exception& error) {
        spdlog::debug("api: no list for a stream: {}", error.what());
        return Error{Error::Kind::Unavailable, "no database", "Try again later"};
    }
}

} // namespace

Result<std::shared_ptr<const http::StreamPlan>> StreamHub::plan(const http::Caller& caller,
                                                                const http::Request& request,
                                                                std::vector<TopicRequest> topics) {
    auto seat = take_seat(caller.account);
    if (!seat) {
        return Error{.kind = Error::Kind::RateLimited,
                     .detail = "too many streams",
                     .shown = "Too many open streams",
                     .retry_after_s = 60};
    }
    const auto id = next_id_++;
    const auto kind = http::asks_for_web_socket(request) ? http::StreamKind::WebSocket
                                                         : http::StreamKind::EventStream;
    const StreamReader reader{.account = caller.account,
                              .token = caller.token,
                              .kind = kind,
                              .reads_notifications = caller.has_scope("read:notifications")};
    http::StreamPlan plan{.kind = kind};
    plan.opened = [this, id, reader, scopes = caller.scopes, topics = std::move(topics)](
                      const std::shared_ptr<http::Stream>& stream) {
        put(Opened{
            .id = id, .reader = reader, .scopes = scopes, .topics = topics, .stream = stream});
    };
    plan.received = [this, id](std::string_view text) {
        put(Said{.id = id, .text = std::string(text)});
    };
    // Held by the plan, and so by the connection.
    plan.closed = [this, id, seat = std::move(seat)] { put(Closed{.id = id}); };
    // The token travels there where a browser can put nothing else; it wants it back.
    if (const auto protocol = request.headers.find("Sec-WebSocket-Protocol"))
        plan.subprotocol = std::string(*protocol);
    return std::make_shared<const http::StreamPlan>(std::move(plan));
}

std::shared_ptr<const StreamHub::Seat> StreamHub::take_seat(AccountId account) {
    const bool has_room = streams_of_.with([&](auto& counts) {
        auto& count = counts[account];
        if (count >= options_.max_streams_per_member) return false;
        ++count;
        return true;
    });
    if (!has_room) return nullptr;
    return std::make_shared<const Seat>(streams_of_, account);
}

StreamHub::Seat::~Seat() {
    counts_.with([&](auto& counts) {
        if (const auto found = counts.find(account_); --found->second == 0) counts.erase(found);
    });
}

void StreamHub::hear(std::string_view payload) {
    for (auto& event : db::events::parse(payload))
        put(std::move(event));
}

void StreamHub::hear_access(std::string_view account) {
    const auto id = parse_id(account);
    put(AccessChanged{.account = AccountId{id.value_or(0)}});
}

void StreamHub::put(Command command) {
    {
        const std::lock_guard lock(mutex_);
        if (std::holds_alternative<db::Event>(command)) {
            // Who listens misses something, as when the connection breaks; nobody else does.
            if (waiting_events_ >= options_.max_waiting_events) return;
            ++waiting_events_;
        }
        commands_.push_back(std::move(command));
    }
    has_commands_.notify_one();
}

std::deque<StreamHub::Command> StreamHub::take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    has_commands_.wait_for(lock, stop, look_around_every, [this] { return !commands_.empty(); });
    waiting_events_ = 0;
    return std::exchange(commands_, {});
}

void StreamHub::run(const Api& api, std::stop_token stop) {
    auto looked_at = std::chrono::steady_clock::now();
    bool complained = false;
    while (!stop.stop_requested()) {
        try {
            work(api, take(stop));
            if (std::chrono::steady_clock::now() - looked_at >= look_around_every) {
                looked_at = std::chrono::steady_clock::now();
                look_around(api);
            }
            complained = false;
        } catch (const std::exception& error) {
            // The database is away: what happened meanwhile is not told.
            if (!complained) spdlog::warn("api: streams are not served: {}", error.what());
            complained = true;
        }
    }
}

void StreamHub::work(const Api& api, std::deque<Command> commands) {
    std::vector<db::Event> events;
    std::vector<SubscriberId> to_check;
    for (auto& command : commands) {
        if (auto* event = std::get_if<db::Event>(&command)) {
            events.push_back(std::move(*event));
        } else if (auto* opened = std::get_if<Opened>(&command)) {
            to_check.push_back(opened->id);
            open(*opened);
        } else if (const auto* closed = std::get_if<Closed>(&command)) {
            close(closed->id);
        } else if (const auto* changed = std::get_if<AccessChanged>(&command)) {
            for (const auto& [id, subscriber] : subscribers_.all()) {
                if (!changed->account || subscriber.reader.account == changed->account)
                    to_check.push_back(id);
            }
        }
    }
    // First of all: from here on nobody hears anything who may not. A stream is looked at when it
    // opens too, since its token may have ended between the request and now.
    check_tokens(api, to_check);
    for (const auto& command : commands) {
        if (const auto* opened = std::get_if<Opened>(&command)) {
            for (const auto& topic : opened->topics)
                subscribe(api, opened->id, topic);
        } else if (const auto* said = std::get_if<Said>(&command)) {
            listen_to(api, *said);
        }
    }
    tell(api, events);
}

void StreamHub::open(Opened& opened) {
    http::Caller caller;
    caller.account = opened.reader.account;
    caller.scopes = std::move(opened.scopes);
    subscribers_.add(opened.id, opened.reader);
    open_.emplace(opened.id, Open{.stream = opened.stream, .caller = std::move(caller)});
}

void StreamHub::close(SubscriberId id) {
    subscribers_.remove(id);
    open_.erase(id);
}

// {"type": "subscribe", "stream": "hashtag", "tag": "..."}; what is none of it is passed over, as
// Mastodon does.
void StreamHub::listen_to(const Api& api, const Said& said) {
    const auto message = parse_json(said.text, {.max_depth = 4, .max_members = 32});
    if (!message || !message->is_object()) return;
    const auto type = text_of(*message, "type");
    const TopicRequest request{.stream = text_of(*message, "stream"),
                               .tag = text_of(*message, "tag"),
                               .list = text_of(*message, "list")};
    if (type == "subscribe") return subscribe(api, said.id, request);
    if (type != "unsubscribe") return;
    if (const auto topic = parse_topic(request)) {
        subscribers_.unsubscribe(said.id, *topic);
    } else if (const auto found = open_.find(said.id); found != open_.end()) {
        found->second.stream->send(std::make_shared<const std::string>(
            dump_json({{"error", "Error unsubscribing from channel"}})));
    }
}

Result<Topic> StreamHub::check_topic(const http::Caller& caller, const TopicRequest& request) {
    auto topic = parse_topic(request);
    if (!topic) return topic;
    if (!caller.has_scope(scope_of(topic->channel))) {
        return Error{Error::Kind::Unauthorized,
                     "stream without the scope",
                     "Access token does not have the required scopes"};
    }
    return topic;
}

void StreamHub::subscribe(const Api& api, SubscriberId id, const TopicRequest& request) {
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    const auto& [stream, caller] = found->second;
    const auto topic = check_topic(caller, request);
    if (!topic) return stream->send(error_message(topic.error()));
    if (const auto own = may_hear(api, caller.account, *topic); !own)
        return stream->send(error_message(own.error()));
    if (topic->channel == Channel::User && !has_home(api, caller.account)) {
        // Rather none than one that stays silent: the client comes back.
        stream->end();
        return close(id);
    }
    if (!subscribers_.subscribe(id, *topic)) {
        stream->send(error_message(
            {Error::Kind::RateLimited, "topics", "Too many streams on one connection"}));
    }
}

bool StreamHub::has_home(const Api& api, AccountId member) {
    try {
        db::Tx tx(api.deps.pool);
        timelines::ensure_home(tx, member);
        tx.commit();
        return true;
    } catch (const std::exception& error) {
        spdlog::debug("api: no home for a stream: {}", error.what());
        return false;
    }
}

void StreamHub::tell(const Api& api, const std::vector<db::Event>& events) {
    if (events.empty() || subscribers_.all().empty()) return;
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    for (const auto& message : deliver(api, tx, subscribers_, events)) {
        const auto found = open_.find(message.to);
        if (found != open_.end()) found->second.stream->send(message.text);
    }
}

void StreamHub::check_tokens(const Api& api, const std::vector<SubscriberId>& ids) {
    std::vector<TokenId> tokens;
    for (const auto id : ids) {
        if (const auto* subscriber = subscribers_.find(id))
            tokens.push_back(subscriber->reader.token);
    }
    if (tokens.empty()) return;
    std::vector<TokenId> live;
    try {
        db::Tx tx(api.deps.pool, db::Durability::PerStatement);
        live = db::stream_views::live_tokens(tx, tokens);
    } catch (const std::exception& error) {
        // Nobody can say whether they hold; the clients come back when somebody can.
        spdlog::debug("api: streams end unchecked: {}", error.what());
    }
    const std::unordered_set<TokenId> holding(live.begin(), live.end());
    for (const auto id : ids) {
        const auto* subscriber = subscribers_.find(id);
        if (!subscriber || holding.contains(subscriber->reader.token)) continue;
        open_.at(id).stream->end();
        close(id);
    }
}

void StreamHub::look_around(const Api& api) {
    std::vector<SubscriberId> all;
    for (const auto& [id, subscriber] : subscribers_.all())
        all.push_back(id);
    check_tokens(api, all);
    if (api.now() - active_noted_at_ < note_active_every) return;
    active_noted_at_ = api.now();
    db::Tx tx(api.deps.pool, db::Durability::Lazy);
    for (const auto member : subscribers_.members_of(Channel::User))
        db::users::set_active(tx, member, api.now());
    tx.commit();
}

} // namespace api
