#include "api/push_job.h"
#include "api/stream_delivery.h"
#include "api/stream_hub.h"
#include "base/web_push.h"
#include "db/events.h"
#include "db/notifications.h"
#include "db/push_subscriptions.h"
#include "db/reach.h"
#include "db/stream_views.h"
#include "jobs/wake.h"
#include "jobs/worker.h"
#include "tests/api/visibility_support.h"

#include <map>
#include <utility>
#include <vector>

namespace {

using api::Channel;

/// A push service that takes everything.
class PushService : public http::Client {
  public:
    Result<http::Response> send(const http::Outgoing& request, const http::Limits&) override {
        taken.emplace_back(request.url, request.body);
        return http::Response{.status = 201};
    }
    std::vector<std::pair<std::string, std::string>> taken; ///< Endpoint and body.
};

/// What is told without being asked for: live streams and pushes.
class VisibilityEventsTest : public VisibilityTest {
  protected:
    struct Ear {
        Who who{};
        std::string name{};
        api::SubscriberId stream{};
    };

    VisibilityEventsTest() {
        for (const auto& [who, name] : everybody) {
            const auto* account = account_of(who);
            if (account == nullptr) continue; // Streams ask for a token.
            const api::SubscriberId id = ears.size() + 1;
            subscribers.add(id,
                            {.account = account->id,
                             .token = token_ids.at(account->id),
                             .kind = http::StreamKind::WebSocket,
                             .reads_notifications = true});
            for (const auto channel : {Channel::User,
                                       Channel::UserNotification,
                                       Channel::Public,
                                       Channel::PublicLocal,
                                       Channel::PublicMedia,
                                       Channel::PublicLocalMedia,
                                       Channel::Direct})
                EXPECT_TRUE(subscribers.subscribe(id, {.channel = channel}));
            // Everybody's lists: also other people's.
            for (const auto& [owner, list] : lists)
                EXPECT_TRUE(
                    subscribers.subscribe(id, {.channel = Channel::List, .name = to_string(list)}));
            ears.push_back({who, name, id});
        }
    }

    void listen_to_tag(const std::string& tag) {
        for (const auto& ear : ears) {
            subscribers.subscribe(ear.stream, {.channel = Channel::Hashtag, .name = tag});
            subscribers.subscribe(ear.stream, {.channel = Channel::HashtagLocal, .name = tag});
        }
    }

    /// Everything that ever is said of the two posts and of whom they were told to.
    std::vector<db::Event> events_of(db::Tx& tx, const Subject& subject) {
        std::vector<db::Event> events;
        for (const auto* text :
             {&subject.id, &subject.picture_post, &subject.boost, &subject.quote}) {
            const StatusId id{parse_id(*text).value_or(0)};
            events.push_back({.kind = db::EventKind::Post, .id = id.value});
            events.push_back({.kind = db::EventKind::Edit, .id = id.value});
        }
        for (const auto& ear : ears) {
            const auto account = account_of(ear.who)->id;
            for (const auto& one :
                 db::notifications::list(tx, account, {.include_filtered = true}, {.limit = 40}))
                events.push_back(
                    {.kind = db::EventKind::Notification, .id = one.id.value, .account = account});
        }
        return events;
    }

    /// Who of those whose tokens hold hears anything that holds `text`.
    std::vector<Who> hearing(const std::vector<db::Event>& events, const std::string& text) {
        db::Tx tx(pool);
        const auto messages = api::deliver(*api, tx, subscribers, events);
        std::vector<Who> heard;
        for (const auto& ear : ears) {
            const auto token = token_ids.at(account_of(ear.who)->id);
            if (db::stream_views::live_tokens(tx, {token}).empty()) continue;
            const bool any = std::ranges::any_of(messages, [&](const auto& message) {
                return message.to == ear.stream && message.text->find(text) != std::string::npos;
            });
            if (any) heard.push_back(ear.who);
        }
        return heard;
    }

    static bool is_among(const std::vector<Who>& all, Who one) {
        return std::ranges::find(all, one) != all.end();
    }

    api::Subscribers subscribers;
    std::vector<Ear> ears;
};

TEST_F(VisibilityEventsTest, NoStreamTellsOfAPostWhomItIsNotFor) {
    for (const auto& cell : all_cells) {
        for (const bool parted_before : {true, false}) {
            if (parted_before) part();
            const auto subject = write(cell);
            edit(subject);
            listen_to_tag(subject.secret);
            if (!parted_before) part();
            std::vector<db::Event> events;
            {
                db::Tx tx(pool);
                events = events_of(tx, subject);
            }
            const auto heard = hearing(events, subject.secret);
            for (const auto& ear : ears) {
                SCOPED_TRACE(std::string(cell.visibility) + " / " + ear.name);
                if (!may_see(cell, ear.who)) {
                    EXPECT_FALSE(is_among(heard, ear.who));
                }
                // Their own, their home, their conversations.
                const bool must_hear = ear.who == Who::Author ||
                                       (ear.who == Who::Follower && cell.follower) ||
                                       ear.who == Who::Mentioned;
                EXPECT_TRUE(!must_hear || is_among(heard, ear.who));
            }

            // That it is gone is told to no more people.
            std::vector<db::Event> gone;
            {
                db::Tx tx(pool);
                const StatusId id{parse_id(subject.id).value_or(0)};
                for (auto& reach : db::reach::find_all(tx, {id}))
                    gone.push_back({.kind = db::EventKind::Deletion,
                                    .id = id.value,
                                    .reach = std::move(reach)});
            }
            EXPECT_EQ(send("DELETE", status_path(subject.id), &author).status, 200);
            const auto told = hearing(gone, subject.id);
            for (const auto& ear : ears) {
                SCOPED_TRACE(std::string(cell.visibility) + " gone / " + ear.name);
                if (!may_see(cell, ear.who)) {
                    EXPECT_FALSE(is_among(told, ear.who));
                }
            }
            EXPECT_TRUE(is_among(told, Who::Author));
            make_up();
        }
    }
}

/// Everybody has an app that wants to be told of everything; each message is read with its app's
/// key.
TEST_F(VisibilityEventsTest, NoPushTellsOfAPostWhomItIsNotFor) {
    struct App {
        Who who{};
        crypto::P256Key key{};
        std::string auth = crypto::random_bytes(16);
    };
    std::map<std::string, App> apps; // By endpoint.
    {
        db::Tx tx(pool);
        for (const auto& ear : ears) {
            const auto account = account_of(ear.who)->id;
            App app{.who = ear.who, .key = crypto::generate_p256()};
            const auto endpoint = "https://push.test/" + unique(ear.name);
            db::push_subscriptions::put(
                tx,
                {.token = token_ids.at(account),
                 .account = account,
                 .endpoint = endpoint,
                 .public_key = crypto::base64url(app.key.point),
                 .auth = crypto::base64url(app.auth),
                 .standard = true,
                 .alerts = {
                     "mention", "status", "update", "poll", "quote", "favourite", "reblog"}});
            apps.emplace(endpoint, std::move(app));
        }
        tx.commit();
    }
    EXPECT_EQ(
        post(path("/api/v1/accounts/", author, "/follow"), follower, {{"notify", true}}).status,
        200);
    const auto vapid = crypto::generate_p256();
    PushService service;
    jobs::Wake wake;
    jobs::Worker worker(pool,
                        wake,
                        {.kinds = {api::push_kind({.pool = pool,
                                                   .client = service,
                                                   .instance = instance,
                                                   .links = media.links,
                                                   .vapid_key = vapid,
                                                   .clock = [this] { return now; }})}});
    const auto told = [&](const std::string& secret) {
        service.taken.clear();
        while (worker.run_once() > 0) {
        }
        std::vector<Who> readers;
        for (const auto& [endpoint, body] : service.taken) {
            const auto app = apps.find(endpoint);
            if (app == apps.end()) continue;
            const auto text = web_push::decrypt(app->second.key, app->second.auth, body);
            EXPECT_TRUE(text);
            if (text && text->find(secret) != std::string::npos) readers.push_back(app->second.who);
        }
        return readers;
    };
    for (const auto& cell : all_cells) {
        // First they part, then it is written; then it is written, and they part while the push
        // still waits.
        for (const bool parted_before : {true, false}) {
            SCOPED_TRACE(cell.visibility + std::string(parted_before ? " / parted" : " / parting"));
            if (parted_before) part();
            const auto subject = write(cell);
            if (!parted_before) part();
            const auto readers = told(subject.secret);
            for (const auto who : readers)
                EXPECT_TRUE(may_see(cell, who)) << static_cast<int>(who);
            EXPECT_EQ(is_among(readers, Who::Follower), cell.follower);
            make_up();
        }
    }
}

} // namespace
