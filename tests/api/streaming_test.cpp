#include "api/stream_delivery.h"
#include "api/stream_hub.h"
#include "api/stream_lists.h"
#include "db/announcements.h"
#include "db/blocks.h"
#include "db/events.h"
#include "db/follows.h"
#include "db/lists.h"
#include "db/mentions.h"
#include "db/mutes.h"
#include "db/reach.h"
#include "http/stream.h"
#include "statuses/remove.h"
#include "tests/api/client_support.h"
#include "timelines/fan_out.h"

#include <map>

using api::Channel;

namespace {

class StreamingTest : public ClientTest {
  protected:
    api::SubscriberId listen(const db::Account& reader,
                             const std::vector<api::Topic>& topics,
                             http::StreamKind kind = http::StreamKind::WebSocket) {
        const api::SubscriberId id = ++last_id_;
        subscribers.add(id, {.account = reader.id, .kind = kind, .reads_notifications = true});
        for (const auto& topic : topics)
            EXPECT_TRUE(subscribers.subscribe(id, topic));
        return id;
    }

    /// What each of them hears, as it is sent.
    std::multimap<api::SubscriberId, std::string> heard(const std::vector<db::Event>& events) {
        db::Tx tx(pool);
        std::multimap<api::SubscriberId, std::string> all;
        for (const auto& [to, text] : api::deliver(*api, tx, subscribers, events))
            all.emplace(to, *text);
        return all;
    }

    void follow(const db::Account& follower, const db::Account& followed) {
        db::Tx tx(pool);
        db::follows::insert(tx,
                            {.follower = follower.id, .followed = followed.id, .accepted = true});
        tx.commit();
    }
    db::Status shown(const db::Status& posted, const std::vector<AccountId>& mentioned = {}) {
        db::Tx tx(pool);
        db::mentions::insert_all(tx, posted.id, mentioned, false);
        timelines::fan_out(tx, *db::statuses::find(tx, posted.id), now);
        tx.commit();
        return posted;
    }
    static db::Event event(db::EventKind kind, const db::Status& status) {
        return {.kind = kind, .id = status.id.value};
    }
    db::Event deletion(const db::Status& status) {
        db::Tx tx(pool);
        auto reach = db::reach::find_all(tx, {status.id}).at(0);
        statuses::remove_status(tx, status, now);
        tx.commit();
        return {.kind = db::EventKind::Deletion, .id = status.id.value, .reach = std::move(reach)};
    }

    api::Subscribers subscribers;

  private:
    api::SubscriberId last_id_ = 0;
};

} // namespace

TEST_F(StreamingTest, AnEventHoldsWhatTheReaderWouldGetByTheApi) {
    const auto ada = member();
    const auto bob = member("bob");
    follow(ada, bob);
    const auto socket = listen(ada, {{.channel = Channel::User}});
    const auto events = listen(ada, {{.channel = Channel::User}}, http::StreamKind::EventStream);
    const auto status = shown(post_by(bob));
    const auto id = to_string(status.id);
    EXPECT_EQ(post(status_path(id, "/favourite"), ada).status, 200);

    const auto all = heard({event(db::EventKind::Post, status)});
    ASSERT_EQ(all.size(), 2U);
    const auto frame = Json::parse(all.find(socket)->second);
    EXPECT_EQ(frame.at("event"), "update");
    EXPECT_EQ(frame.at("stream"), Json::array({"user"}));
    const auto payload = Json::parse(frame.at("payload").get<std::string>());
    EXPECT_SCHEMA("Status", payload);
    EXPECT_EQ(payload, get_json(status_path(id), ada));
    EXPECT_EQ(payload.at("favourited"), true);
    EXPECT_EQ(all.find(events)->second,
              "event: update\ndata: " + frame.at("payload").get<std::string>() + "\n\n");
}

TEST_F(StreamingTest, P05NobodyHearsWhatTheirListsDoNotShow) {
    const auto author = member("bob");
    struct Reader {
        std::string name;
        db::Account account;
        api::SubscriberId id = 0;
    };
    std::vector<Reader> readers;
    for (const auto* name :
         {"author", "follower", "mentioned", "stranger", "muter", "blocker", "blocked"}) {
        readers.push_back({name, std::string_view(name) == "author" ? author : member(name)});
    }
    const auto account_of = [&](std::string_view name) {
        return std::ranges::find(readers, name, &Reader::name)->account;
    };
    for (const auto* name : {"follower", "muter", "blocker", "blocked"})
        follow(account_of(name), author);
    {
        db::Tx tx(pool);
        db::mutes::put(tx, {.account = account_of("muter").id, .target = author.id});
        db::blocks::insert(tx, account_of("blocker").id, author.id, "");
        db::blocks::insert(tx, author.id, account_of("blocked").id, "");
        tx.commit();
    }
    for (auto& reader : readers) {
        reader.id = listen(reader.account,
                           {{.channel = Channel::User},
                            {.channel = Channel::Public},
                            {.channel = Channel::PublicLocal},
                            {.channel = Channel::PublicRemote},
                            {.channel = Channel::Direct}});
    }
    using enum db::Visibility;
    const struct {
        db::Visibility visibility;
        std::vector<std::string> hear;
    } cases[] = {
        {Public, {"author", "follower", "mentioned", "stranger"}},
        {Unlisted, {"author", "follower"}},
        {Private, {"author", "follower"}},
        {Direct, {"author"}},
        {Limited, {"author"}},
    };
    for (const auto& c : cases) {
        const std::string name(db::to_string(c.visibility));
        const auto status = shown(post_by(author, c.visibility), {account_of("mentioned").id});
        const auto who_hears = [&](const std::vector<db::Event>& events) {
            std::vector<std::string> names;
            const auto all = heard(events);
            for (const auto& reader : readers) {
                if (all.contains(reader.id)) names.push_back(reader.name);
            }
            return names;
        };
        auto new_post = c.hear;
        // A conversation of theirs has a new post.
        if (c.visibility == Direct || c.visibility == Limited) new_post.emplace_back("mentioned");
        EXPECT_EQ(who_hears({event(db::EventKind::Post, status)}), new_post) << name;
        EXPECT_EQ(who_hears({event(db::EventKind::Edit, status)}), c.hear) << name << " edited";
        auto told = c.hear;
        // Who was mentioned may have it in their home, and learns no more than that it is gone.
        if (c.visibility != Public) told.emplace_back("mentioned");
        EXPECT_EQ(who_hears({deletion(status)}), told) << name << " deleted";
    }
}

TEST_F(StreamingTest, PublicStreamsShowWhatTheirTimelinesDo) {
    const auto ada = member();
    const auto bob = member("bob");
    const auto rex = stranger();
    std::map<Channel, api::SubscriberId> ids;
    for (const auto channel :
         {Channel::Public, Channel::PublicLocal, Channel::PublicRemote, Channel::PublicMedia}) {
        ids[channel] = listen(ada, {{.channel = channel}});
    }
    const auto channels = [&](const db::Status& status) {
        std::vector<Channel> found;
        const auto all = heard({event(db::EventKind::Post, status)});
        for (const auto& [channel, id] : ids) {
            if (all.contains(id)) found.push_back(channel);
        }
        return found;
    };
    using Found = std::vector<Channel>;
    const auto first = post_by(bob);
    EXPECT_EQ(channels(first), (Found{Channel::Public, Channel::PublicLocal}));
    EXPECT_EQ(channels(post_by(rex)), (Found{Channel::Public, Channel::PublicRemote}));
    EXPECT_EQ(channels(post_by(rex,
                               db::Visibility::Public,
                               {.in_reply_to = first.id,
                                .in_reply_to_uri = first.uri,
                                .in_reply_to_account = bob.id})),
              Found{});
    EXPECT_EQ(channels(post_by(bob, db::Visibility::Public, {.muted_reach = true})), Found{});
    EXPECT_EQ(channels(post_by(bob, db::Visibility::Unlisted)), Found{});
}

TEST_F(StreamingTest, AWithdrawnSubscriptionHearsNothing) {
    const auto ada = member();
    const auto id = listen(ada, {{.channel = Channel::Public}, {.channel = Channel::User}});
    const auto status = shown(post_by(ada));
    const std::vector events{event(db::EventKind::Post, status)};
    EXPECT_EQ(heard(events).count(id), 2U);
    subscribers.unsubscribe(id, {.channel = Channel::Public});
    EXPECT_EQ(heard(events).count(id), 1U);
    subscribers.remove(id);
    EXPECT_TRUE(heard(events).empty());
    EXPECT_FALSE(subscribers.subscribe(id, {.channel = Channel::User}));
}

TEST_F(StreamingTest, AnnouncementsAreToldToEverybodyAlike) {
    const auto ada = member();
    const auto bob = member("bob");
    const auto home = listen(ada, {{.channel = Channel::User}});
    const auto other = listen(bob, {{.channel = Channel::User}});
    const auto apart = listen(bob, {{.channel = Channel::Public}});
    const auto text = unique("Snow");
    db::AnnouncementId id;
    {
        db::Tx tx(pool);
        id = db::announcements::insert(
            tx, {.text = text, .content = "<p>" + text + "</p>", .published_at = now});
        EXPECT_TRUE(db::announcements::react(tx, ada.id, id, "🎉", now));
        tx.commit();
    }
    const auto one = [&](const db::Event& event) {
        const auto all = heard({event});
        EXPECT_EQ(all.count(home), 1U);
        EXPECT_EQ(all.count(other), 1U);
        EXPECT_EQ(all.count(apart), 0U);
        EXPECT_EQ(all.find(home)->second, all.find(other)->second);
        return Json::parse(all.find(home)->second);
    };
    const auto frame = one({.kind = db::EventKind::Announcement, .id = id.value});
    EXPECT_EQ(frame.at("event"), "announcement");
    EXPECT_EQ(frame.at("stream"), Json::array({"user"}));
    auto expected = get_json("/api/v1/announcements?with_dismissed=true", bob);
    const auto same = std::ranges::find(expected, to_string(id), [](const Json& entity) {
        return entity.at("id").get<std::string>();
    });
    same->erase("read");
    same->at("reactions")[0].erase("me");
    EXPECT_EQ(Json::parse(frame.at("payload").get<std::string>()), *same);

    const auto reaction =
        one({.kind = db::EventKind::AnnouncementReaction, .id = id.value, .name = "🎉"});
    EXPECT_EQ(reaction.at("event"), "announcement.reaction");
    EXPECT_EQ(Json::parse(reaction.at("payload").get<std::string>()),
              Json({{"announcement_id", to_string(id)}, {"name", "🎉"}, {"count", 1}}));
    {
        db::Tx tx(pool);
        EXPECT_TRUE(db::announcements::remove(tx, id));
        tx.commit();
    }
    const auto end = one({.kind = db::EventKind::AnnouncementDeletion, .id = id.value});
    EXPECT_EQ(end.at("event"), "announcement.delete");
    EXPECT_EQ(end.at("payload"), to_string(id));
    EXPECT_TRUE(heard({{.kind = db::EventKind::Announcement, .id = id.value}}).empty());
}

TEST_F(StreamingTest, AListIsStreamedToItsOwnerOnly) {
    const auto ada = member();
    const auto eve = member("eve");
    db::ListId list;
    {
        db::Tx tx(pool);
        list = db::lists::insert(tx, {.owner = ada.id, .title = "x"});
        tx.commit();
    }
    const auto checked = [&](const db::Account& reader, const std::string& id) {
        const auto topic = api::parse_topic({.stream = "list", .list = id});
        if (!topic) return topic.error().shown;
        const auto own = api::check_list(*api, reader.id, *topic);
        return own ? std::string("ok") : own.error().shown;
    };
    EXPECT_EQ(checked(ada, to_string(list)), "ok");
    for (const auto& id : {to_string(list), std::string("1")})
        EXPECT_EQ(checked(eve, id), "Not authorized to stream this list");
    EXPECT_EQ(checked(ada, "x"), "Missing list name parameter");
}

TEST(StreamHub, AMemberHasSoManyStreamsOnly) {
    api::StreamHub hub({.max_streams_per_member = 2});
    const http::Request request;
    const auto plan = [&](std::int64_t account) {
        auto made = hub.plan({.account = {account}, .token = {1}}, request, {});
        return made ? *made : nullptr;
    };
    auto first = plan(1);
    const auto second = plan(1);
    EXPECT_TRUE(first && second);
    EXPECT_EQ(plan(1), nullptr);
    EXPECT_NE(plan(2), nullptr);
    first = nullptr; // Its connection is gone, or never became a stream.
    EXPECT_NE(plan(1), nullptr);
}

TEST(StreamTopics, AreReadAsMastodonNamesThem) {
    const struct {
        api::TopicRequest request;
        std::string error;
        std::string channel{};
        std::string name{};
    } cases[] = {
        {{.stream = "user"}, "", "user", ""},
        {{.stream = "public", .only_media = true}, "", "public:media", ""},
        {{.stream = "public:local:media"}, "", "public:local:media", ""},
        {{.stream = "hashtag", .tag = "#MathS"}, "", "hashtag", "maths"},
        {{.stream = "hashtag"}, "Missing tag name parameter"},
        {{.stream = "hashtag", .tag = std::string(600, 'a')}, "Tag name is too long"},
        {{.stream = "firehose"}, "Unknown stream type"},
        {{.stream = ""}, "Unknown stream type"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.request.stream + " " + c.request.tag);
        const auto topic = api::parse_topic(c.request);
        ASSERT_EQ(static_cast<bool>(topic), c.error.empty());
        if (!topic) {
            EXPECT_EQ(topic.error().shown, c.error);
            continue;
        }
        EXPECT_EQ(api::name_of(topic->channel), c.channel);
        EXPECT_EQ(topic->name, c.name);
    }
}

TEST(Events, TravelInPayloadsThatNotifyTakes) {
    std::vector<db::Event> events;
    for (int i = 1; i <= 400; ++i) {
        db::Reach reach{
            .id = {i}, .author = {7}, .visibility = db::Visibility::Private, .local = true};
        for (int k = 0; k < 50; ++k) {
            reach.tags.push_back(9'000'000'000'000'000'000 + k);
            reach.addressed.push_back({9'000'000'000'000'000'000 + k});
        }
        events.push_back({.kind = db::EventKind::Deletion, .id = i, .reach = reach});
        events.push_back({.kind = db::EventKind::Notification, .id = i, .account = {i + 1}});
    }
    std::vector<db::Event> back;
    for (const auto& payload : db::events::render(events)) {
        EXPECT_LT(payload.size(), 8'000U);
        for (auto& one : db::events::parse(payload))
            back.push_back(std::move(one));
    }
    ASSERT_EQ(back.size(), events.size());
    EXPECT_EQ(back[0].reach.addressed.size(), 50U);
    EXPECT_EQ(back[0].reach.visibility, db::Visibility::Private);
    EXPECT_EQ(back[799].account, AccountId{401});
    for (const auto* wrong : {"", "x", "{}", "[1]", "[[]]", "[[\"d\",1,2]]", "[[\"p\",\"1\",2]]"})
        EXPECT_TRUE(db::events::parse(wrong).empty()) << wrong;
}
