#pragma once

#include "base/id.h"
#include "base/result.h"
#include "http/router.h"
#include "http/stream.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// Which streams there are, and who listens to them:
/// https://docs.joinmastodon.org/methods/streaming/#streams
namespace api {

enum class Channel {
    User,
    UserNotification,
    Public,
    PublicLocal,
    PublicRemote,
    PublicMedia,
    PublicLocalMedia,
    PublicRemoteMedia,
    Hashtag,
    HashtagLocal,
    List,
    Direct,
};

/// What somebody listens to.
struct Topic {
    Channel channel{};
    std::string name{};  ///< The folded tag, or the id of the list.
    std::string shown{}; ///< The name as the client wrote it; it comes back with each event.

    bool operator==(const Topic& other) const {
        return channel == other.channel && name == other.name;
    }
};

/// What a client asks for.
struct TopicRequest {
    std::string stream{}; ///< "public:local"
    std::string tag{};
    std::string list{};
    bool only_media = false;
};
/// Errors: Invalid, with Mastodon's text.
Result<Topic> parse_topic(const TopicRequest& request);

std::string_view name_of(Channel channel); ///< "public:local:media"
std::string_view scope_of(Channel channel);
/// Whether events of the channel are about the member's own things, so that each member has one of
/// their own.
bool is_personal(Channel channel);

/// Who reads a stream.
struct StreamReader {
    AccountId account{};
    TokenId token{};
    http::StreamKind kind = http::StreamKind::WebSocket;
    bool reads_notifications = false; ///< Else the user stream has none.
};

using SubscriberId = std::uint64_t;

struct Subscriber {
    StreamReader reader{};
    std::vector<Topic> topics{};
};

/// Everybody who listens in this process. Used by one thread at a time.
class Subscribers {
  public:
    void add(SubscriberId id, const StreamReader& reader);
    void remove(SubscriberId id);
    /// False when nobody has that id, or the topic is one too many.
    bool subscribe(SubscriberId id, const Topic& topic);
    void unsubscribe(SubscriberId id, const Topic& topic);

    struct Listening {
        SubscriberId id{};
        std::string shown{};
    };
    /// Who listens to a topic; of a personal one, who listens to that account's.
    const std::vector<Listening>& listening(const Topic& topic, AccountId account = {}) const;
    /// The members with a personal channel open, each once.
    std::vector<AccountId> members_of(Channel channel) const;
    /// Null when it is gone.
    const Subscriber* find(SubscriberId id) const;
    const std::unordered_map<SubscriberId, Subscriber>& all() const { return all_; }
    bool has(Channel channel) const;

    static constexpr std::size_t max_topics = 64;

  private:
    static std::string key_of(const Topic& topic, AccountId account);
    void forget(SubscriberId id, const Topic& topic, AccountId account);

    std::unordered_map<SubscriberId, Subscriber> all_;
    std::unordered_map<std::string, std::vector<Listening>> by_topic_;
    std::unordered_map<int, std::size_t> open_; ///< How many topics of each channel there are.
};

} // namespace api
