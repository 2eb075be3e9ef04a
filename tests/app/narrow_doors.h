#pragma once

#include "tests/app/narrow_world.h"

#include <fmt/format.h>

/// Every door by which a post could be read, tried by everybody: what shows a narrow post to
/// somebody for whom it is not is a leak.
class NarrowDoors : public NarrowWorld {
  protected:
    static constexpr std::size_t locals = 4; ///< The first of `people`.

    std::size_t below(std::size_t bound) { return random() % bound; }
    NarrowPost* some_post() { return posts_.empty() ? nullptr : &posts_[below(posts_.size())]; }
    db::ListId list_of_ann() {
        if (!list_) {
            db::Tx tx(pool);
            db::List list{.owner = people[0].account.id, .title = "Circle"};
            list_ = db::lists::insert(tx, list);
            tx.commit();
        }
        return list_;
    }

    void leak(std::size_t who, const std::string& door, const NarrowPost& post) {
        leaks.push_back(fmt::format("{} reads a post for {} of {} at {}",
                                    people[who].account.username,
                                    db::to_string(post.kind),
                                    people[post.author].account.username,
                                    door));
    }
    void look(std::size_t who, const std::string& door, const std::string& text) {
        for (const auto& one : posts_) {
            if (text.find(one.secret) == std::string::npos) continue;
            if (!may_read(one, who))
                leak(who, door, one);
            else if (who != one.author)
                ++honest_readers;
        }
    }

    void knock_here(std::size_t who) {
        const auto& viewer = people[who].account;
        std::vector<std::string> doors{"/api/v1/timelines/home?limit=40",
                                       "/api/v1/timelines/public?limit=40",
                                       "/api/v1/timelines/direct",
                                       "/api/v1/conversations",
                                       "/api/v1/notifications?include_filtered=true&limit=80",
                                       "/api/v2/notifications?include_filtered=true",
                                       "/api/v1/bookmarks",
                                       "/api/v1/favourites",
                                       "/api/v1/trends/statuses"};
        for (const auto& person : people)
            doors.push_back(path("/api/v1/accounts/", person.account, "/statuses?limit=40"));
        doors.push_back(path("/api/v1/accounts/", people[0].account, "/statuses?pinned=true"));
        for (const auto& door : doors)
            look(who, door, send("GET", door, &viewer).body);
        for (int i = 0; i < 3 && !posts_.empty(); ++i) {
            const auto& one = *some_post();
            const auto id = to_string(one.id);
            for (const auto* door : {"", "/context", "/history", "/source", "/quotes"})
                look(who, door, send("GET", status_path(id, door), &viewer).body);
            const auto found =
                send("GET", "/api/v2/search?type=statuses&q=" + one.secret, &viewer).body;
            if (who != one.author && found.find("<p>") != std::string::npos)
                leak(who, "search", one);
            look(who, "oembed", send("GET", "/api/oembed?url=" + one.uri, nullptr).body);
        }
    }

    void knock_from_outside(std::size_t who) {
        const auto& viewer = people[who].account;
        const http::Signer person{.account = viewer.id, .uri = viewer.uri, .host = viewer.host};
        for (const auto& one : posts_) {
            if (!is_local(people[one.author])) continue;
            for (const auto* door : {"", "/activity", "/replies?page=true", "/likes"})
                look(who, std::string("GET ") + door, served(person, one.uri + door));
            // A server is nobody's colleague.
            const auto to_server = served({.uri = "x", .host = viewer.host}, one.uri);
            if (to_server.find(one.secret) != std::string::npos) leak(who, "server's GET", one);
        }
        for (std::size_t i = 0; i < locals; ++i) {
            const auto& actor = people[i].account.uri;
            for (const auto* door : {"/outbox?page=true", "/collections/featured", "/featured"})
                look(who, door, served(person, actor + door));
        }
    }

    void open_the_post() {
        for (const auto& parcel : take_queue()) {
            for (const auto& one : posts_) {
                if (parcel.body.find(one.secret) == std::string::npos) continue;
                const auto activity = Json::parse(parcel.body);
                if (levels.at(parcel.host) != db::PeerLevel::Member)
                    leak(one.author, "delivery to " + parcel.host, one);
                for (const auto& to : activity.at("object").at("to")) {
                    const auto reader = std::ranges::find(
                        people, to, [](const Person& p) { return Json(p.account.uri); });
                    const auto who = static_cast<std::size_t>(reader - people.begin());
                    if (reader == people.end())
                        leak(one.author, "a delivery to " + to.dump(), one);
                    else
                        look(who, "delivery", one.secret);
                }
                EXPECT_TRUE(activity.at("object").at("cc").empty());
            }
        }
    }

    void listen() {
        api::Subscribers subscribers;
        std::vector<db::Event> events;
        db::Tx tx(pool);
        for (std::size_t who = 0; who < locals; ++who) {
            const auto account = people[who].account.id;
            subscribers.add(who + 1,
                            {.account = account,
                             .token = {account.value},
                             .kind = http::StreamKind::WebSocket,
                             .reads_notifications = true});
            for (const auto channel :
                 {api::Channel::User, api::Channel::Public, api::Channel::Direct})
                subscribers.subscribe(who + 1, {.channel = channel});
            subscribers.subscribe(
                who + 1, {.channel = api::Channel::List, .name = to_string(list_of_ann())});
            for (const auto& one :
                 db::notifications::list(tx, account, {.include_filtered = true}, {.limit = 10}))
                events.push_back(
                    {.kind = db::EventKind::Notification, .id = one.id.value, .account = account});
        }
        for (int i = 0; i < 3 && !posts_.empty(); ++i) {
            const auto id = some_post()->id.value;
            events.push_back({.kind = db::EventKind::Post, .id = id});
            events.push_back({.kind = db::EventKind::Edit, .id = id});
        }
        for (const auto& message : api::deliver(*api, tx, subscribers, events))
            look(message.to - 1, "stream", *message.text);
    }

    void knock_everywhere() {
        open_the_post();
        for (std::size_t who = 0; who < people.size(); ++who) {
            if (who < locals)
                knock_here(who);
            else
                knock_from_outside(who);
        }
        listen();
    }

    std::mt19937 random;
    std::vector<NarrowPost> posts_;
    db::ListId list_{};
    std::vector<std::string> leaks;
    int honest_readers = 0; ///< So that a server that shows nothing to anybody fails, too.
};
