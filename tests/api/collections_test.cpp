#include "tests/api/client_support.h"

namespace {

class CollectionsTest : public ClientTest {
  protected:
    db::Account findable(const std::string& name) {
        auto account = member(name);
        const auto answer = patch("/api/v1/profile", account, {{"discoverable", true}});
        EXPECT_EQ(answer.status, 200) << answer.body;
        return account;
    }
    http::Response patch(const std::string& target, const db::Account& who, const Json& body) {
        return send("PATCH", target, &who, body.dump(), {{"Content-Type", "application/json"}});
    }
    std::string make(const db::Account& who, Json body = Json::object()) {
        if (!body.contains("name")) body["name"] = "Maths";
        const auto made = post_json("/api/v1/collections", who, body);
        EXPECT_SCHEMA("Collection", made.at("collection"));
        return made.at("collection").at("id").get<std::string>();
    }
    Json add(const std::string& collection, const db::Account& owner, const db::Account& who) {
        return post_json(item_path(collection), owner, {{"account_id", to_string(who.id)}})
            .at("collection_item");
    }
    static std::string collection_path(const std::string& id) {
        return "/api/v1/collections/" + id;
    }
    static std::string item_path(const std::string& id, const std::string& item = "") {
        return collection_path(id) + "/items" + (item.empty() ? "" : "/" + item);
    }
};

TEST_F(CollectionsTest, HoldsAccountsUntilTheyAreTakenOutOrLeave) {
    const auto ada = member("ada");
    const auto ben = findable("ben");
    const auto cleo = findable("cleo");
    const auto id = make(ada, {{"tag_name", "#Maths"}, {"account_ids", {to_string(ben.id)}}});
    const auto item = add(id, ada, cleo);
    EXPECT_SCHEMA("CollectionItem", item);
    const auto shown = get_json(collection_path(id), ben);
    EXPECT_SCHEMA("CollectionWithAccounts", shown);
    EXPECT_EQ(shown.at("collection").at("item_count"), 2);
    EXPECT_EQ(shown.at("collection").at("tag").at("name"), "Maths");
    EXPECT_EQ(shown.at("accounts").size(), 3u) << "with its owner";
    const auto listed = get_json(path("/api/v1/accounts/", ada, "/collections"), ben);
    EXPECT_TRUE(contains(listed.at("collections"), id));
    const auto within = path("/api/v1/accounts/", cleo, "/in_collections");
    EXPECT_TRUE(contains(get_json(within, cleo).at("collections"), id));
    EXPECT_EQ(get(within, ada).status, 403);

    const auto entry = item_path(id, item.at("id"));
    EXPECT_EQ(post(entry + "/revoke", ben).status, 403);
    EXPECT_EQ(send("DELETE", entry, &cleo).status, 403);
    EXPECT_EQ(post(entry + "/revoke", cleo).status, 200);
    EXPECT_EQ(get_json(collection_path(id), ada).at("collection").at("item_count"), 1);
    EXPECT_EQ(post(item_path(id), ada, {{"account_id", to_string(cleo.id)}}).status, 422)
        << "whoever left is not put back";
    EXPECT_EQ(post(entry + "/revoke", cleo).status, 404);
}

TEST_F(CollectionsTest, TakesOnlyWhoWantsToBeFoundAndCanBeAsked) {
    const auto ada = member("ada");
    const auto shy = member("shy");
    const auto hostile = findable("hostile");
    const auto rex = stranger();
    const auto id = make(ada);
    post_json(path("/api/v1/accounts/", ada, "/block"), hostile);
    const struct {
        const char* name;
        std::string account;
        int status;
    } cases[] = {
        {"shy", to_string(shy.id), 403},
        {"blocks the owner", to_string(hostile.id), 403},
        {"of another server", to_string(rex.id), 422},
        {"nobody", "12345", 404},
        {"no id", "x", 404},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(post(item_path(id), ada, {{"account_id", c.account}}).status, c.status);
    }
}

TEST_F(CollectionsTest, BelongsToItsOwnerAlone) {
    const auto ada = member("ada");
    const auto eve = findable("eve");
    const auto id = make(ada);
    EXPECT_EQ(patch(collection_path(id), eve, {{"name", "Mine"}}).status, 403);
    EXPECT_EQ(send("DELETE", collection_path(id), &eve).status, 403);
    EXPECT_EQ(post(item_path(id), eve, {{"account_id", to_string(eve.id)}}).status, 403);

    const auto changed =
        patch(collection_path(id), ada, {{"name", "Science"}, {"discoverable", false}});
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(json(changed).at("collection").at("name"), "Science");
    const auto list = path("/api/v1/accounts/", ada, "/collections");
    EXPECT_TRUE(get_json(list, eve).at("collections").empty()) << "only its owner lists it now";
    EXPECT_EQ(get_json(list, ada).at("collections").size(), 1u);
    EXPECT_EQ(get(collection_path(id), eve).status, 200) << "whoever has its id reads it";

    post_json(path("/api/v1/accounts/", eve, "/block"), ada);
    EXPECT_EQ(get(collection_path(id), eve).status, 404);
    EXPECT_EQ(send("DELETE", collection_path(id), &ada).status, 200);
    EXPECT_EQ(get(collection_path(id), ada).status, 404);
}

TEST_F(CollectionsTest, HasBounds) {
    const auto ada = member("ada");
    const struct {
        const char* name;
        Json body;
    } refused[] = {
        {"no name", Json::object()},
        {"blank", {{"name", "  "}}},
        {"long name", {{"name", std::string(41, 'x')}}},
        {"long description", {{"name", "x"}, {"description", std::string(101, 'x')}}},
        {"tag", {{"name", "x"}, {"tag_name", "two words"}}},
        {"language", {{"name", "x"}, {"language", "<>"}}},
    };
    for (const auto& c : refused) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(post("/api/v1/collections", ada, c.body).status, 422);
    }
    const auto full = make(ada);
    for (int i = 0; i < 25; ++i)
        add(full, ada, findable("one"));
    const auto more = findable("more");
    EXPECT_EQ(post(item_path(full), ada, {{"account_id", to_string(more.id)}}).status, 422);
    for (int i = 1; i < 10; ++i)
        make(ada);
    EXPECT_EQ(post("/api/v1/collections", ada, {{"name", "x"}}).status, 422);
}

} // namespace
