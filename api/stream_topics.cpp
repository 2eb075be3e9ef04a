#include "api/stream_topics.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace api {
namespace {

struct ChannelRow {
    Channel channel;
    std::string_view name;
    std::string_view scope;
};
constexpr std::array channels{
    ChannelRow{Channel::User, "user", "read:statuses"},
    ChannelRow{Channel::UserNotification, "user:notification", "read:notifications"},
    ChannelRow{Channel::Public, "public", "read:statuses"},
    ChannelRow{Channel::PublicLocal, "public:local", "read:statuses"},
    ChannelRow{Channel::PublicRemote, "public:remote", "read:statuses"},
    ChannelRow{Channel::PublicMedia, "public:media", "read:statuses"},
    ChannelRow{Channel::PublicLocalMedia, "public:local:media", "read:statuses"},
    ChannelRow{Channel::PublicRemoteMedia, "public:remote:media", "read:statuses"},
    ChannelRow{Channel::Hashtag, "hashtag", "read:statuses"},
    ChannelRow{Channel::HashtagLocal, "hashtag:local", "read:statuses"},
    ChannelRow{Channel::List, "list", "read:lists read:statuses"},
    ChannelRow{Channel::Direct, "direct", "read:statuses"},
};

const ChannelRow& row_of(Channel channel) {
    return *std::ranges::find(channels, channel, &ChannelRow::channel);
}

Error bad_request(std::string shown) {
    return {Error::Kind::Invalid, "stream", std::move(shown)};
}

} // namespace

std::string_view name_of(Channel channel) {
    return row_of(channel).name;
}

std::string_view scope_of(Channel channel) {
    return row_of(channel).scope;
}

bool is_personal(Channel channel) {
    return channel == Channel::User || channel == Channel::UserNotification ||
           channel == Channel::Direct;
}

Result<Topic> parse_topic(const TopicRequest& request) {
    auto name = request.stream;
    if (request.only_media && name.starts_with("public") && !name.ends_with(":media"))
        name += ":media";
    const auto* row = std::ranges::find(channels, name, &ChannelRow::name);
    if (row == channels.end()) return bad_request("Unknown stream type");
    Topic topic{.channel = row->channel};
    if (topic.channel == Channel::Hashtag || topic.channel == Channel::HashtagLocal) {
        constexpr std::size_t max_tag_bytes = 500;
        topic.shown = request.tag;
        topic.name = fold(request.tag.starts_with('#') ? request.tag.substr(1) : request.tag);
        if (topic.name.empty()) return bad_request("Missing tag name parameter");
        if (topic.shown.size() > max_tag_bytes) return bad_request("Tag name is too long");
    }
    if (topic.channel == Channel::List) {
        const auto id = parse_id(request.list);
        if (!id) return bad_request("Missing list name parameter");
        topic.shown = request.list;
        topic.name = std::to_string(*id);
    }
    return topic;
}

void Subscribers::add(SubscriberId id, const StreamReader& reader) {
    all_.emplace(id, Subscriber{.reader = reader});
}

void Subscribers::remove(SubscriberId id) {
    const auto found = all_.find(id);
    if (found == all_.end()) return;
    for (const auto& topic : found->second.topics)
        forget(id, topic, found->second.reader.account);
    all_.erase(found);
}

bool Subscribers::subscribe(SubscriberId id, const Topic& topic) {
    const auto found = all_.find(id);
    if (found == all_.end()) return false;
    auto& topics = found->second.topics;
    if (std::ranges::find(topics, topic) != topics.end()) return true;
    if (topics.size() == max_topics) return false;
    topics.push_back(topic);
    by_topic_[key_of(topic, found->second.reader.account)].push_back(
        {.id = id, .shown = topic.shown});
    ++open_[static_cast<int>(topic.channel)];
    return true;
}

void Subscribers::unsubscribe(SubscriberId id, const Topic& topic) {
    const auto found = all_.find(id);
    if (found == all_.end()) return;
    if (std::erase(found->second.topics, topic) > 0)
        forget(id, topic, found->second.reader.account);
}

void Subscribers::forget(SubscriberId id, const Topic& topic, AccountId account) {
    const auto found = by_topic_.find(key_of(topic, account));
    std::erase_if(found->second, [&](const Listening& one) { return one.id == id; });
    if (found->second.empty()) by_topic_.erase(found);
    --open_[static_cast<int>(topic.channel)];
}

std::string Subscribers::key_of(const Topic& topic, AccountId account) {
    std::string key(name_of(topic.channel));
    key += ' ';
    key += is_personal(topic.channel) ? to_string(account) : topic.name;
    return key;
}

const std::vector<Subscribers::Listening>& Subscribers::listening(const Topic& topic,
                                                                  AccountId account) const {
    static const std::vector<Listening> nobody;
    const auto found = by_topic_.find(key_of(topic, account));
    return found == by_topic_.end() ? nobody : found->second;
}

std::vector<AccountId> Subscribers::members_of(Channel channel) const {
    std::vector<AccountId> members;
    for (const auto& [id, subscriber] : all_) {
        if (std::ranges::find(subscriber.topics, channel, &Topic::channel) !=
            subscriber.topics.end()) {
            members.push_back(subscriber.reader.account);
        }
    }
    std::ranges::sort(members, {}, &AccountId::value);
    const auto repeated = std::ranges::unique(members);
    members.erase(repeated.begin(), repeated.end());
    return members;
}

const Subscriber* Subscribers::find(SubscriberId id) const {
    const auto found = all_.find(id);
    return found == all_.end() ? nullptr : &found->second;
}

bool Subscribers::has(Channel channel) const {
    const auto found = open_.find(static_cast<int>(channel));
    return found != open_.end() && found->second > 0;
}

} // namespace api
