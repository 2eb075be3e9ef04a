#include "db/blocks.h"
#include "db/bookmarks.h"
#include "db/conversations.h"
#include "db/domain_blocks.h"
#include "db/favourites.h"
#include "db/followed_tags.h"
#include "db/mutes.h"
#include "db/notification_policies.h"
#include "db/notifications.h"
#include "tests/api/paging_support.h"

namespace {

class ShelfPagingTest : public PagingTest {
  protected:
    std::vector<Collection> posts();
    std::vector<Collection> own_marks();
    std::vector<Collection> people();
    std::vector<Collection> told();
};

std::vector<Collection> ShelfPagingTest::posts() {
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

std::vector<Collection> ShelfPagingTest::own_marks() {
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

std::vector<Collection> ShelfPagingTest::people() {
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

std::vector<Collection> ShelfPagingTest::told() {
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

TEST_F(ShelfPagingTest, TimelinesGiveEachPostOnce) {
    for (const auto& collection : posts())
        check(collection);
}

TEST_F(ShelfPagingTest, WhatAMemberMarkedIsGivenOnce) {
    for (const auto& collection : own_marks())
        check(collection);
}

TEST_F(ShelfPagingTest, ListsOfPeopleGiveEachOnce) {
    for (const auto& collection : people())
        check(collection);
}

TEST_F(ShelfPagingTest, NotificationsGroupsAndRequestsAreGivenOnce) {
    for (const auto& collection : told())
        check(collection);
}

} // namespace
