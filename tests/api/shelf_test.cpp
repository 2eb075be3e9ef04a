#include "db/follows.h"
#include "db/mentions.h"
#include "db/notifications.h"
#include "db/visibility.h"
#include "tests/api/client_support.h"
#include "timelines/fan_out.h"

namespace {

/// Lists, followed tags, conversations, domain blocks: what a member orders the posts of others by.
class ShelfTest : public ClientTest {
  protected:
    void follow(const db::Account& follower, const db::Account& followed) {
        db::Tx tx(pool);
        db::follows::insert(tx,
                            {.follower = follower.id, .followed = followed.id, .accepted = true});
        tx.commit();
    }
    int status_of(const std::string& method,
                  const std::string& target,
                  const db::Account& caller,
                  const Json& body = Json::object()) {
        return send(method, target, &caller, body.dump(), {{"Content-Type", "application/json"}})
            .status;
    }
};

TEST_F(ShelfTest, AListIsMadeFilledReadAndRemovedByItsOwnerAlone) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto rex = stranger();
    follow(ada, rex);
    const auto list = post_json("/api/v1/lists", ada, {{"title", "Maths"}});
    EXPECT_SCHEMA("List", list);
    const auto path = "/api/v1/lists/" + list.at("id").get<std::string>();
    const Json people{{"account_ids", {to_string(rex.id)}}};
    EXPECT_EQ(post("/api/v1/lists", ada, {{"title", ""}}).status, 422);
    EXPECT_EQ(status_of("POST", path + "/accounts", ada, people), 200);
    EXPECT_EQ(status_of("POST", path + "/accounts", ada, {{"account_ids", {to_string(eve.id)}}}),
              404);
    const auto posted = to_string(post_by(rex).id);
    const auto timeline = "/api/v1/timelines/list/" + list.at("id").get<std::string>();
    EXPECT_EQ(ids(get_json(timeline, ada)), std::vector{posted});
    EXPECT_TRUE(contains(get_json(path + "/accounts", ada), to_string(rex.id)));
    EXPECT_TRUE(contains(get_json("/api/v1/accounts/" + to_string(rex.id) + "/lists", ada),
                         list.at("id").get<std::string>()));

    for (const auto& target : {path, path + "/accounts", timeline})
        EXPECT_EQ(get(target, eve).status, 404) << target;
    EXPECT_EQ(status_of("PUT", path, eve, {{"title", "mine"}}), 404);
    EXPECT_EQ(status_of("DELETE", path + "/accounts", eve, people), 404);
    EXPECT_EQ(status_of("DELETE", path, eve), 404);

    EXPECT_EQ(status_of("DELETE", path + "/accounts", ada, people), 200);
    EXPECT_TRUE(get_json(timeline, ada).empty());
    EXPECT_EQ(status_of("DELETE", path, ada), 200);
    EXPECT_EQ(get(path, ada).status, 404);
}

TEST_F(ShelfTest, ATagIsFollowedAndUnfollowed) {
    const auto ada = member();
    const auto name = unique("maths");
    const auto tag = post_json("/api/v1/tags/" + name + "/follow", ada);
    EXPECT_SCHEMA("Tag", tag);
    EXPECT_EQ(tag.at("following"), true);
    EXPECT_EQ(get_json("/api/v1/followed_tags", ada).size(), 1U);
    EXPECT_EQ(get_json("/api/v1/tags/" + name, member("eve")).at("following"), false);
    EXPECT_EQ(post_json("/api/v1/tags/" + name + "/unfollow", ada).at("following"), false);
    EXPECT_TRUE(get_json("/api/v1/followed_tags", ada).empty());
    EXPECT_EQ(post("/api/v1/tags/12345/follow", ada).status, 422);
}

TEST_F(ShelfTest, AConversationIsSeenByThoseInItOnly) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto rex = stranger();
    const auto direct = post_by(rex, db::Visibility::Direct);
    {
        db::Tx tx(pool);
        db::mentions::insert_all(tx, direct.id, {ada.id}, false);
        timelines::fan_out(tx, *db::statuses::find(tx, direct.id), now);
        tx.commit();
    }
    const auto list = get_json("/api/v1/conversations", ada);
    ASSERT_EQ(list.size(), 1U);
    EXPECT_SCHEMA("Conversation", list[0]);
    EXPECT_EQ(list[0].at("unread"), true);
    EXPECT_EQ(list[0].at("last_status").at("id"), to_string(direct.id));
    EXPECT_TRUE(contains(list[0].at("accounts"), to_string(rex.id)));
    EXPECT_EQ(ids(get_json("/api/v1/timelines/direct", ada)), std::vector{to_string(direct.id)});

    const auto path = "/api/v1/conversations/" + list[0].at("id").get<std::string>();
    EXPECT_TRUE(get_json("/api/v1/conversations", eve).empty());
    EXPECT_TRUE(get_json("/api/v1/timelines/direct", eve).empty());
    EXPECT_EQ(post(path + "/read", eve).status, 404);
    EXPECT_EQ(status_of("DELETE", path, eve), 404);
    EXPECT_EQ(post_json(path + "/read", ada).at("unread"), false);
    EXPECT_EQ(status_of("DELETE", path, ada), 200);
    EXPECT_TRUE(get_json("/api/v1/conversations", ada).empty());
}

TEST_F(ShelfTest, ABlockedDomainIsNeitherHeardNorHears) {
    const auto ada = member();
    const auto host = unique("d") + ".test";
    const auto rex = stranger("rex", host);
    const auto other = stranger();
    follow(ada, rex);
    follow(rex, ada);
    const auto theirs = post_by(rex);
    const auto own = post_by(ada);
    const auto secret = post_by(ada, db::Visibility::Private);
    {
        db::Tx tx(pool);
        timelines::fan_out(tx, *db::statuses::find(tx, theirs.id), now);
        db::notifications::insert(
            tx, {.recipients = {ada.id}, .type = "follow", .from = rex.id, .now = now});
        tx.commit();
    }
    const auto since = "?min_id=" + std::to_string(theirs.id.value - 1);
    const auto home = "/api/v1/timelines/home" + since;
    const auto everybody = "/api/v1/timelines/public" + since;
    EXPECT_TRUE(contains(get_json(home, ada), to_string(theirs.id)));
    EXPECT_TRUE(contains(get_json(everybody, ada), to_string(theirs.id)));

    EXPECT_EQ(post("/api/v1/domain_blocks", ada, {{"domain", host}}).status, 200);
    EXPECT_EQ(post("/api/v1/domain_blocks", ada, {{"domain", host}}).status, 200);
    EXPECT_EQ(get_json("/api/v1/domain_blocks", ada), Json{host});
    EXPECT_FALSE(contains(get_json(home, ada), to_string(theirs.id)));
    EXPECT_FALSE(contains(get_json(everybody, ada), to_string(theirs.id)));
    EXPECT_TRUE(get_json("/api/v1/notifications", ada).empty());
    const auto relations =
        get_json("/api/v1/accounts/relationships?id[]=" + to_string(rex.id), ada);
    EXPECT_EQ(relations[0].at("domain_blocking"), true);
    EXPECT_EQ(relations[0].at("following"), false);
    EXPECT_EQ(relations[0].at("followed_by"), false);
    EXPECT_EQ(post("/api/v1/accounts/" + to_string(rex.id) + "/follow", ada).status, 403);
    {
        db::Tx tx(pool);
        EXPECT_FALSE(db::visibility::is_visible(tx, rex.id, own.id));
        EXPECT_FALSE(db::visibility::is_visible(tx, rex.id, secret.id));
        EXPECT_TRUE(db::visibility::is_visible(tx, other.id, own.id));
    }
    EXPECT_EQ(status_of("DELETE", "/api/v1/domain_blocks", ada, {{"domain", host}}), 200);
    EXPECT_TRUE(get_json("/api/v1/domain_blocks", ada).empty());
    EXPECT_TRUE(contains(get_json(everybody, ada), to_string(theirs.id)));
    for (const auto* domain : {"", "maple.test", "not a domain"})
        EXPECT_EQ(post("/api/v1/domain_blocks", ada, {{"domain", domain}}).status, 422) << domain;
}

} // namespace
