#include "api/stream_delivery.h"

#include "api/announcements.h"
#include "api/conversations.h"
#include "api/notifications.h"
#include "api/render.h"
#include "db/conversations.h"
#include "db/lists.h"
#include "db/notifications.h"
#include "db/reach.h"
#include "db/stream_views.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace api {
namespace {

using Text = http::Stream::Message;

/// A stream that listens to a topic.
struct Match {
    SubscriberId id{};
    AccountId reader{};
    Topic topic{};
};

/// One event for one reader, or for all. No payload: the event's name says it all.
struct Payload {
    std::string_view event;
    Text text{};
};

/// As the two kinds of stream want it, each text made once.
class Envelopes {
  public:
    Text of(const Payload& payload, const Topic& topic, http::StreamKind kind) {
        auto& made = made_[{payload.text.get(), kind, key_of(topic)}];
        if (!made) {
            made = std::make_shared<const std::string>(
                kind == http::StreamKind::WebSocket ? frame(payload, topic) : event(payload));
        }
        return made;
    }

  private:
    static std::string key_of(const Topic& topic) {
        return std::string(name_of(topic.channel)) + ' ' + topic.shown;
    }
    static std::string frame(const Payload& payload, const Topic& topic) {
        Json stream{name_of(topic.channel)};
        if (!topic.shown.empty()) stream.push_back(topic.shown);
        Json message{{"stream", std::move(stream)}, {"event", payload.event}};
        if (payload.text) message["payload"] = *payload.text;
        return dump_json(message);
    }
    // JSON as we write it has no line breaks.
    static std::string event(const Payload& payload) {
        return "event: " + std::string(payload.event) +
               "\ndata: " + (payload.text ? *payload.text : std::string("{}")) + "\n\n";
    }

    std::map<std::tuple<const std::string*, http::StreamKind, std::string>, Text> made_;
};

class Delivery {
  public:
    Delivery(const Api& api, db::Tx& tx, const Subscribers& subscribers)
        : api_(api), tx_(tx), subscribers_(subscribers) {}

    std::vector<StreamMessage> deliver(const std::vector<db::Event>& events) {
        load(events);
        for (const auto& event : events) {
            envelopes_ = {};
            deliver(event);
        }
        return std::move(messages_);
    }

  private:
    /// What all of the events need, as sets.
    void load(const std::vector<db::Event>& events) {
        std::vector<StatusId> ids;
        for (const auto& event : events) {
            if (event.kind == db::EventKind::Post || event.kind == db::EventKind::Edit)
                ids.push_back(StatusId{event.id});
        }
        std::vector<std::int64_t> tags;
        if (!ids.empty()) {
            for (auto& reach : db::reach::find_all(tx_, ids))
                reaches_.emplace(reach.id, std::move(reach));
            if (subscribers_.has(Channel::User)) {
                for (const auto& row : db::stream_views::homes_of(tx_, ids))
                    homes_[row.status].push_back(row.member);
            }
        }
        if (!subscribers_.has(Channel::Hashtag) && !subscribers_.has(Channel::HashtagLocal)) return;
        for (const auto& [id, reach] : reaches_)
            tags.insert(tags.end(), reach.tags.begin(), reach.tags.end());
        for (const auto& event : events)
            tags.insert(tags.end(), event.reach.tags.begin(), event.reach.tags.end());
        if (tags.empty()) return;
        for (auto& tag : db::stream_views::tag_names(tx_, tags))
            tag_names_.emplace(tag.id, std::move(tag.name));
    }

    void deliver(const db::Event& event) {
        switch (event.kind) {
        case db::EventKind::Post:
            return deliver_post(StatusId{event.id}, "update");
        case db::EventKind::Edit:
            return deliver_post(StatusId{event.id}, "status.update");
        case db::EventKind::Deletion:
            return deliver_deletion(event.reach);
        case db::EventKind::Notification:
            return deliver_notification(NotificationId{event.id}, event.account);
        case db::EventKind::Filters:
            return send(matches_of({.channel = Channel::User}, event.account),
                        {.event = "filters_changed"});
        case db::EventKind::Conversation:
            return; // Told with its post.
        case db::EventKind::Announcement:
            return send_to_all("announcement", render_announcement(api_, tx_, {event.id}));
        case db::EventKind::AnnouncementReaction:
            return send_to_all("announcement.reaction",
                               render_reaction(api_, tx_, {event.id}, event.name));
        case db::EventKind::AnnouncementDeletion:
            return send_to_all("announcement.delete", std::to_string(event.id));
        }
    }

    /// What is for every member, whoever listens to their own stream.
    void send_to_all(std::string_view name, std::optional<std::string> text) {
        if (!text) return;
        const Payload payload{.event = name,
                              .text = std::make_shared<const std::string>(std::move(*text))};
        for (const auto member : subscribers_.members_of(Channel::User))
            send(matches_of({.channel = Channel::User}, member), payload);
    }

    void deliver_post(StatusId id, std::string_view name) {
        const auto found = reaches_.find(id);
        if (found == reaches_.end() || found->second.muted_reach) return;
        auto matches = matches_in_public(found->second);
        for (const auto member : homes_[id]) {
            const auto own = matches_of({.channel = Channel::User}, member);
            matches.insert(matches.end(), own.begin(), own.end());
        }
        if (subscribers_.has(Channel::List)) {
            for (const auto& [list, owner] : db::lists::showing(tx_, id))
                add_list(matches, list, owner);
        }
        if (name == "update") deliver_conversations(found->second);
        if (matches.empty()) return;
        const auto readers = db::stream_views::listed_for(tx_, id, readers_of(matches));
        const auto texts = texts_for(id, readers);
        for (const auto& match : matches) {
            const auto text = texts.find(match.reader);
            if (text != texts.end()) send(match, {.event = name, .text = text->second});
        }
    }

    void deliver_deletion(const db::Reach& reach) {
        if (reach.muted_reach) return;
        auto matches = matches_in_public(reach);
        for (const auto member : had_in_home(reach)) {
            const auto own = matches_of({.channel = Channel::User}, member);
            matches.insert(matches.end(), own.begin(), own.end());
        }
        for (const auto owner : subscribers_.members_of(Channel::List)) {
            if (reach.visibility > db::Visibility::Private) break;
            for (const auto& list : db::lists::holding(tx_, owner, reach.author))
                add_list(matches, list.id, owner);
        }
        if (matches.empty()) return;
        const auto allowed = db::stream_views::not_apart(tx_, reach.author, readers_of(matches));
        const std::unordered_set<AccountId> readers(allowed.begin(), allowed.end());
        std::erase_if(matches, [&](const Match& match) { return !readers.contains(match.reader); });
        send(matches,
             {.event = "delete", .text = std::make_shared<const std::string>(to_string(reach.id))});
    }

    /// A list is its owner's alone, whoever else names its id.
    void add_list(std::vector<Match>& matches, db::ListId list, AccountId owner) const {
        for (auto& match : matches_of({.channel = Channel::List, .name = to_string(list)}, {})) {
            if (match.reader == owner) matches.push_back(std::move(match));
        }
    }

    void deliver_conversations(const db::Reach& reach) {
        const bool is_open = reach.visibility <= db::Visibility::Private;
        if (is_open || !subscribers_.has(Channel::Direct)) return;
        for (const auto& [id, account] : db::conversations::holding(tx_, reach.id)) {
            const auto matches = matches_of({.channel = Channel::Direct}, account);
            if (matches.empty()) continue;
            const auto conversation = db::conversations::find(tx_, account, id);
            if (!conversation) continue;
            auto entities = render_conversations(api_, tx_, {*conversation}, account);
            if (entities.empty()) continue;
            send(matches,
                 {.event = "conversation",
                  .text = std::make_shared<const std::string>(std::move(entities.front()))});
        }
    }

    void deliver_notification(NotificationId id, AccountId account) {
        auto matches = matches_of({.channel = Channel::UserNotification}, account);
        for (auto& match : matches_of({.channel = Channel::User}, account)) {
            if (subscribers_.find(match.id)->reader.reads_notifications)
                matches.push_back(std::move(match));
        }
        if (matches.empty()) return;
        const auto notification = db::notifications::find(tx_, account, id);
        if (!notification) return;
        auto entities = render_notifications(api_, tx_, {*notification}, account);
        if (entities.empty()) return;
        send(matches,
             {.event = "notification",
              .text = std::make_shared<const std::string>(std::move(entities.front()))});
    }

    /// The timelines of everybody: public ones and those of tags.
    std::vector<Match> matches_in_public(const db::Reach& reach) const {
        std::vector<Match> matches;
        if (reach.visibility != db::Visibility::Public || reach.is_boost) return matches;
        const auto add = [&](const Topic& topic) {
            const auto more = matches_of(topic, {});
            matches.insert(matches.end(), more.begin(), more.end());
        };
        if (!reach.is_answer) {
            add({.channel = Channel::Public});
            add({.channel = reach.local ? Channel::PublicLocal : Channel::PublicRemote});
            if (reach.has_media) {
                add({.channel = Channel::PublicMedia});
                add({.channel =
                         reach.local ? Channel::PublicLocalMedia : Channel::PublicRemoteMedia});
            }
        }
        for (const auto tag : reach.tags) {
            const auto name = tag_names_.find(tag);
            if (name == tag_names_.end()) continue;
            add({.channel = Channel::Hashtag, .name = name->second});
            if (reach.local) add({.channel = Channel::HashtagLocal, .name = name->second});
        }
        return matches;
    }

    /// Members who listen, and whose home showed what is gone now.
    std::vector<AccountId> had_in_home(const db::Reach& reach) const {
        auto members = subscribers_.members_of(Channel::User);
        if (members.empty()) return {};
        std::unordered_set<AccountId> had(reach.addressed.begin(), reach.addressed.end());
        had.insert(reach.author);
        if (reach.visibility <= db::Visibility::Private) {
            for (const auto follower :
                 db::stream_views::followers_among(tx_, reach.author, members))
                had.insert(follower);
        }
        std::erase_if(members, [&](AccountId member) { return !had.contains(member); });
        return members;
    }

    std::vector<Match> matches_of(const Topic& topic, AccountId account) const {
        std::vector<Match> matches;
        for (const auto& one : subscribers_.listening(topic, account)) {
            auto heard = topic;
            heard.shown = one.shown;
            matches.push_back({.id = one.id,
                               .reader = subscribers_.find(one.id)->reader.account,
                               .topic = std::move(heard)});
        }
        return matches;
    }

    static std::vector<AccountId> readers_of(const std::vector<Match>& matches) {
        std::set<AccountId> readers;
        for (const auto& match : matches)
            readers.insert(match.reader);
        return {readers.begin(), readers.end()};
    }

    /// The entity as each of them reads it. Most did nothing with a post that is new, and share
    /// one text.
    std::unordered_map<AccountId, Text> texts_for(StatusId id,
                                                  const std::vector<AccountId>& readers) {
        std::unordered_map<AccountId, Text> texts;
        if (readers.empty()) return texts;
        std::unordered_map<std::string, Text> by_class;
        for (const auto& [reader, key] : db::stream_views::classes_of(tx_, id, readers)) {
            auto& text = by_class[key];
            if (!text) {
                auto made = render_status(api_, tx_, id, reader);
                if (!made) return {}; // It went away meanwhile.
                text = std::make_shared<const std::string>(std::move(*made));
            }
            texts.emplace(reader, text);
        }
        return texts;
    }

    void send(const std::vector<Match>& matches, const Payload& payload) {
        for (const auto& match : matches)
            send(match, payload);
    }
    void send(const Match& match, const Payload& payload) {
        const auto kind = subscribers_.find(match.id)->reader.kind;
        messages_.push_back({.to = match.id, .text = envelopes_.of(payload, match.topic, kind)});
    }

    const Api& api_;
    db::Tx& tx_;
    const Subscribers& subscribers_;
    std::unordered_map<StatusId, db::Reach> reaches_;
    std::unordered_map<StatusId, std::vector<AccountId>> homes_;
    std::unordered_map<std::int64_t, std::string> tag_names_;
    Envelopes envelopes_;
    std::vector<StreamMessage> messages_;
};

} // namespace

std::vector<StreamMessage> deliver(const Api& api,
                                   db::Tx& tx,
                                   const Subscribers& subscribers,
                                   const std::vector<db::Event>& events) {
    if (subscribers.all().empty()) return {};
    return Delivery(api, tx, subscribers).deliver(events);
}

} // namespace api
