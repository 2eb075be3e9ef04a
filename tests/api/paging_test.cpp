#include "db/blocks.h"
#include "db/bookmarks.h"
#include "db/conversations.h"
#include "db/domain_blocks.h"
#include "db/favourites.h"
#include "db/followed_tags.h"
#include "db/follows.h"
#include "db/lists.h"
#include "db/mentions.h"
#include "db/mutes.h"
#include "db/notification_policies.h"
#include "db/notifications.h"
#include "db/tags.h"
#include "tests/api/client_support.h"
#include "timelines/fan_out.h"

#include <functional>
#include <map>
#include <set>

namespace {

/// Something that is read in pages, and how items come into it and go.
struct Collection {
    std::string name{};
    std::string path{};
    std::function<std::string(db::Tx&)> add{}; ///< Returns its name.
    std::function<void(db::Tx&, const std::string&)> remove{};
    std::function<std::string(const Json&)> name_of{};
    const char* inside = ""; ///< The member of the answer that is the list; "" the answer itself.
};

/// Every list that is read in pages gives each item exactly once in both directions, also while
/// items come and go.
class PagingTest : public ClientTest {
  protected:
    static constexpr int page_size = 3;
    static constexpr int first_items = 17;

    PagingTest() {
        db::Tx tx(pool);
        db::follows::insert(tx, {.follower = ada.id, .followed = rex.id, .accepted = true});
        list = {.owner = ada.id, .title = "x"};
        list.id = db::lists::insert(tx, list);
        db::lists::add_accounts(tx, list, {rex.id});
        db::tags::ensure(tx, {tag}, {tag});
        tag_id = db::tags::find(tx, tag)->id;
        tx.commit();
    }

    static std::string plain_id(const Json& entity) { return entity.at("id").get<std::string>(); }

    AccountId somebody(db::Tx& tx) {
        const auto name = unique("p");
        const auto uri = "https://cedar.test/users/" + name;
        const db::Account account{.uri = uri,
                                  .username = name,
                                  .domain = "cedar.test",
                                  .host = "cedar.test",
                                  .created_at = now};
        return db::accounts::insert(tx, account);
    }
    StatusId post_in(db::Tx& tx,
                     const db::Account& author,
                     db::Visibility visibility = db::Visibility::Public,
                     const std::vector<AccountId>& to = {}) {
        now += std::chrono::milliseconds{5};
        db::Status status{.author = author.id,
                          .local = author.is_local(),
                          .content = "<p>Hello</p>",
                          .visibility = visibility,
                          .created_at = now};
        status.id = db::statuses::new_id(tx, now);
        status.uri = author.uri + "/statuses/" + to_string(status.id);
        EXPECT_TRUE(db::statuses::insert(tx, status));
        db::mentions::insert_all(tx, status.id, to, false);
        db::tags::attach(tx, status.id, {tag});
        timelines::fan_out(tx, *db::statuses::find(tx, status.id), now);
        return status.id;
    }
    static StatusId status_id(const std::string& name) {
        return StatusId{parse_id(name).value_or(0)};
    }
    static AccountId account_id(const std::string& name) {
        return AccountId{parse_id(name).value_or(0)};
    }

    std::vector<Collection> posts();
    std::vector<Collection> own_marks();
    std::vector<Collection> people();
    std::vector<Collection> told();

    struct Walk {
        std::map<std::string, int> seen{};
        int pages = 0;
    };
    std::vector<std::string> items(const Collection& collection, const http::Response& response) {
        EXPECT_EQ(response.status, 200) << response.body;
        auto answer = json(response);
        if (*collection.inside != '\0') answer = Json(answer.at(collection.inside));
        std::vector<std::string> names;
        for (const auto& entity : answer)
            names.push_back(collection.name_of(entity));
        return names;
    }
    /// The target of a Link header's relation; "" when it has none.
    static std::string link(const http::Response& response, const std::string& relation) {
        const std::string links(response.headers.get("Link"));
        const auto end = links.find(">; rel=\"" + relation + "\"");
        if (end == std::string::npos) return "";
        const auto begin = links.rfind("<https://maple.test", end) + 19;
        return links.substr(begin, end - begin);
    }
    Walk walk(const Collection& collection,
              const std::string& start,
              const std::string& relation,
              const std::function<void()>& between) {
        Walk walked;
        auto target = start;
        while (!target.empty() && walked.pages < 200) {
            const auto response = get(target, ada);
            const auto names = items(collection, response);
            if (names.empty()) break;
            for (const auto& name : names)
                ++walked.seen[name];
            ++walked.pages;
            between();
            target = link(response, relation);
        }
        return walked;
    }
    std::string change(const Collection& collection, const std::string& gone) {
        db::Tx tx(pool);
        if (!gone.empty()) collection.remove(tx, gone);
        auto name = collection.add(tx);
        tx.commit();
        return name;
    }
    void check(const Collection& collection);

    db::Account ada = member();
    db::Account rex = stranger();
    std::string tag = unique("maths");
    TagId tag_id{};
    db::List list{};
};

std::vector<Collection> PagingTest::posts() {
    const auto add = [this](db::Tx& tx) { return to_string(post_in(tx, rex)); };
    const auto remove = [](db::Tx& tx, const std::string& name) {
        db::statuses::remove(tx, status_id(name));
    };
    const auto direct = [this](db::Tx& tx) {
        return to_string(post_in(tx, rex, db::Visibility::Direct, {ada.id}));
    };
    const auto last = [](const Json& entity) { return plain_id(entity.at("last_status")); };
    return {
        {"home", "/api/v1/timelines/home", add, remove, plain_id},
        {"tag", "/api/v1/timelines/tag/" + tag, add, remove, plain_id},
        {"list", "/api/v1/timelines/list/" + to_string(list.id), add, remove, plain_id},
        {"account", path("/api/v1/accounts/", rex, "/statuses"), add, remove, plain_id},
        {"direct", "/api/v1/timelines/direct", direct, remove, plain_id},
        {"conversations", "/api/v1/conversations", direct, remove, last},
    };
}

std::vector<Collection> PagingTest::own_marks() {
    return {
        {"favourites",
         "/api/v1/favourites",
         [this](db::Tx& tx) {
             const auto id = post_in(tx, rex);
             db::favourites::insert(tx, ada.id, id, "");
             return to_string(id);
         },
         [this](db::Tx& tx, const std::string& name) {
             db::favourites::remove(tx, ada.id, status_id(name));
         },
         plain_id},
        {"bookmarks",
         "/api/v1/bookmarks",
         [this](db::Tx& tx) {
             const auto id = post_in(tx, rex);
             db::bookmarks::insert(tx, ada.id, id);
             return to_string(id);
         },
         [this](db::Tx& tx, const std::string& name) {
             db::bookmarks::remove(tx, ada.id, status_id(name));
         },
         plain_id},
        {"followed tags",
         "/api/v1/followed_tags",
         [this](db::Tx& tx) {
             const auto name = unique("t");
             db::tags::ensure(tx, {name}, {name});
             db::followed_tags::insert(tx, ada.id, db::tags::find(tx, name)->id);
             return name;
         },
         [this](db::Tx& tx, const std::string& name) {
             db::followed_tags::remove(tx, ada.id, db::tags::find(tx, name)->id);
         },
         [](const Json& entity) { return entity.at("name").get<std::string>(); }},
        {"domain blocks",
         "/api/v1/domain_blocks",
         [this](db::Tx& tx) {
             const auto name = unique("d") + ".test";
             db::domain_blocks::insert(tx, ada.id, name);
             return name;
         },
         [this](db::Tx& tx, const std::string& name) {
             db::domain_blocks::remove(tx, ada.id, name);
         },
         [](const Json& entity) { return entity.get<std::string>(); }},
    };
}

std::vector<Collection> PagingTest::people() {
    return {
        {"blocks",
         "/api/v1/blocks",
         [this](db::Tx& tx) {
             const auto id = somebody(tx);
             db::blocks::insert(tx, ada.id, id, "");
             return to_string(id);
         },
         [this](db::Tx& tx, const std::string& name) {
             db::blocks::remove(tx, ada.id, account_id(name));
         },
         plain_id},
        {"mutes",
         "/api/v1/mutes",
         [this](db::Tx& tx) {
             const auto id = somebody(tx);
             db::mutes::put(tx, {.account = ada.id, .target = id});
             return to_string(id);
         },
         [this](db::Tx& tx, const std::string& name) {
             db::mutes::remove(tx, ada.id, account_id(name));
         },
         plain_id},
        {"follow requests",
         "/api/v1/follow_requests",
         [this](db::Tx& tx) {
             const auto id = somebody(tx);
             db::follows::insert(tx, {.follower = id, .followed = ada.id});
             return to_string(id);
         },
         [this](db::Tx& tx, const std::string& name) {
             db::follows::remove(tx, account_id(name), ada.id);
         },
         plain_id},
        {"list accounts",
         "/api/v1/lists/" + to_string(list.id) + "/accounts",
         [this](db::Tx& tx) {
             const auto id = somebody(tx);
             db::follows::insert(tx, {.follower = ada.id, .followed = id, .accepted = true});
             db::lists::add_accounts(tx, list, {id});
             return to_string(id);
         },
         [this](db::Tx& tx, const std::string& name) {
             db::lists::remove_accounts(tx, list, {account_id(name)});
         },
         plain_id},
    };
}

std::vector<Collection> PagingTest::told() {
    const auto insert = [this](db::Tx& tx, const char* type, AccountId from, StatusId status) {
        const auto made = db::notifications::insert(
            tx, {.recipients = {ada.id}, .type = type, .from = from, .status = status, .now = now});
        EXPECT_EQ(made.size(), 1U);
        return made.empty() ? NotificationId{} : made.front().id;
    };
    const auto add = [this, insert](db::Tx& tx) {
        return to_string(insert(tx, "favourite", somebody(tx), post_in(tx, ada)));
    };
    const auto add_group = [this, insert](db::Tx& tx) {
        const auto own = post_in(tx, ada);
        insert(tx, "favourite", somebody(tx), own);
        insert(tx, "favourite", somebody(tx), own);
        return to_string(own);
    };
    const auto remove = [this](db::Tx& tx, const std::string& name) {
        db::notifications::remove(tx, ada.id, NotificationId{parse_id(name).value_or(0)});
    };
    return {
        {"notifications", "/api/v1/notifications", add, remove, plain_id},
        {"groups",
         "/api/v2/notifications",
         add_group,
         [](db::Tx& tx, const std::string& name) { db::statuses::remove(tx, status_id(name)); },
         [](const Json& entity) { return entity.at("status_id").get<std::string>(); },
         "notification_groups"},
        {"requests",
         "/api/v1/notifications/requests",
         [this](db::Tx& tx) {
             db::notification_policies::put(tx, ada.id, {.for_not_following = "filter"});
             auto author = *db::accounts::find(tx, somebody(tx));
             post_in(tx, author, db::Visibility::Public, {ada.id});
             return to_string(author.id);
         },
         [this](db::Tx& tx, const std::string& name) {
             for (const auto& request :
                  db::notification_policies::requests(tx, ada.id, {.limit = 500})) {
                 if (to_string(request.from) == name)
                     db::notification_policies::dismiss(tx, ada.id, {request.id});
             }
         },
         [](const Json& entity) { return plain_id(entity.at("account")); }},
    };
}

void PagingTest::check(const Collection& collection) {
    SCOPED_TRACE(collection.name);
    {
        db::Tx tx(pool);
        for (const auto& name : items(collection, get(collection.path + "?limit=80", ada)))
            collection.remove(tx, name);
        tx.commit();
    }
    std::vector<std::string> kept;
    std::vector<std::string> leaving;
    for (int i = 0; i < first_items; ++i)
        (i % 4 == 3 ? leaving : kept).push_back(change(collection, ""));

    const auto start = collection.path + "?limit=" + std::to_string(page_size);
    const struct {
        const char* direction;
        std::string target;
        const char* relation;
    } walks[] = {{"down", start, "next"}, {"up", start + "&min_id=1", "prev"}};
    for (const auto& w : walks) {
        SCOPED_TRACE(w.direction);
        const auto still = walk(collection, w.target, w.relation, [] {});
        EXPECT_EQ(still.seen.size(), kept.size() + leaving.size());
        for (const auto& [name, times] : still.seen)
            EXPECT_EQ(times, 1) << name;

        // One goes and one comes after every page; walking up, those that came are met, too.
        int changes = 0;
        const auto moving = walk(collection, w.target, w.relation, [&] {
            if (++changes > 6) return;
            const auto gone = leaving.empty() ? std::string() : leaving.back();
            if (!leaving.empty()) leaving.pop_back();
            leaving.insert(leaving.begin(), change(collection, gone));
        });
        for (const auto& name : kept)
            EXPECT_EQ(moving.seen.contains(name) ? moving.seen.at(name) : 0, 1) << name;
        for (const auto& [name, times] : moving.seen)
            EXPECT_EQ(times, 1) << name;
    }
}

TEST_F(PagingTest, TimelinesGiveEachPostOnce) {
    for (const auto& collection : posts())
        check(collection);
}

TEST_F(PagingTest, WhatAMemberMarkedIsGivenOnce) {
    for (const auto& collection : own_marks())
        check(collection);
}

TEST_F(PagingTest, ListsOfPeopleGiveEachOnce) {
    for (const auto& collection : people())
        check(collection);
}

TEST_F(PagingTest, NotificationsGroupsAndRequestsAreGivenOnce) {
    for (const auto& collection : told())
        check(collection);
}

} // namespace
