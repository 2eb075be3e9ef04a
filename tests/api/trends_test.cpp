#include "db/audit_log.h"
#include "db/favourites.h"
#include "db/link_cards.h"
#include "db/tags.h"
#include "db/trends.h"
#include "tests/api/client_support.h"

namespace {

class TrendsTest : public ClientTest {
  protected:
    ~TrendsTest() override { switch_to(false); }

    void switch_to(bool on) {
        db::Tx tx(pool);
        db::trends::set_on(tx, on);
        tx.commit();
    }
    void compute() {
        db::Tx tx(pool);
        db::trends::compute(tx, now + std::chrono::minutes{1});
        tx.commit();
    }
    void allow(db::trends::Kind kind, const std::string& key, bool allowed = true) {
        db::Tx tx(pool);
        db::trends::review(tx, kind, key, allowed, now);
        tx.commit();
    }
    db::Status tagged(const db::Account& author) {
        const auto status = post_by(author);
        db::Tx tx(pool);
        db::tags::ensure(tx, {tag}, {tag});
        db::tags::attach(tx, status.id, {tag});
        tx.commit();
        return status;
    }
    bool shows_tag(const db::Account& reader) {
        for (const auto& entity : get_json("/api/v1/trends/tags", reader)) {
            EXPECT_SCHEMA("Tag", entity);
            if (entity.at("name") == tag) return true;
        }
        return false;
    }
    std::string tag = unique("trend");
};

TEST_F(TrendsTest, ATagIsShownWhenOnUsedByThreeAndAllowed) {
    const auto ada = member();
    std::vector<db::Account> people;
    for (int i = 0; i < 3; ++i)
        people.push_back(stranger());
    tagged(people[0]);
    tagged(people[0]);
    tagged(people[0]);
    tagged(people[1]);
    const auto key = [&] {
        db::Tx tx(pool);
        return to_string(db::tags::find(tx, tag)->id);
    }();
    allow(db::trends::Kind::Tag, key);
    compute();
    EXPECT_FALSE(shows_tag(ada)) << "off";
    switch_to(true);
    compute();
    EXPECT_FALSE(shows_tag(ada)) << "two people are not enough";
    tagged(people[2]);
    compute();
    EXPECT_TRUE(shows_tag(ada));
    EXPECT_TRUE(json(send("GET", "/api/v1/trends/tags", nullptr)).empty()) << "members only";
    allow(db::trends::Kind::Tag, key, false);
    EXPECT_FALSE(shows_tag(ada)) << "refused";
    allow(db::trends::Kind::Tag, key);
    switch_to(false);
    EXPECT_FALSE(shows_tag(ada));
}

TEST_F(TrendsTest, D11AFloodMakesNoTrendAndNothingTrendsUnseen) {
    const auto ada = member();
    switch_to(true);
    // The honest twin: three people, each once, and a moderator who says yes.
    for (int i = 0; i < 3; ++i)
        tagged(stranger());
    compute();
    EXPECT_FALSE(shows_tag(ada)) << "nobody has looked at it";
    const auto key = [&] {
        db::Tx tx(pool);
        return to_string(db::tags::find(tx, tag)->id);
    };
    allow(db::trends::Kind::Tag, key());
    compute();
    EXPECT_TRUE(shows_tag(ada));

    tag = unique("flood");
    const auto loud = stranger();
    for (int i = 0; i < 60; ++i)
        tagged(loud);
    allow(db::trends::Kind::Tag, key());
    compute();
    EXPECT_FALSE(shows_tag(ada)) << "one account, however loud";
    // A post with more hashtags than a text can hold is no post; of emoji the text's length is the
    // bound.
    std::string many;
    for (int i = 0; i < 400; ++i)
        many += "#t" + std::to_string(i) + " ";
    const auto refused = post("/api/v1/statuses", ada, {{"status", many}});
    if (refused.status == 200) {
        EXPECT_LE(json(refused).at("tags").size(), 50U);
    } else {
        EXPECT_EQ(refused.status, 422);
    }
}

TEST_F(TrendsTest, APostIsShownOnlyAfterReview) {
    const auto ada = member();
    const auto post = post_by(stranger());
    const auto sensitive = post_by(stranger(), db::Visibility::Public, {.sensitive = true});
    switch_to(true);
    {
        db::Tx tx(pool);
        for (int i = 0; i < 4; ++i) {
            db::statuses::add_favourites_count(tx, post.id, 1);
            db::statuses::add_favourites_count(tx, sensitive.id, 1);
        }
        tx.commit();
    }
    compute();
    const auto shown = [&](const db::Status& status) {
        return contains(get_json("/api/v1/trends/statuses", ada), to_string(status.id));
    };
    EXPECT_FALSE(shown(post));
    allow(db::trends::Kind::Status, to_string(post.id));
    allow(db::trends::Kind::Status, to_string(sensitive.id));
    EXPECT_TRUE(shown(post));
    EXPECT_FALSE(shown(sensitive));
    bool is_candidate = false;
    db::Tx tx(pool);
    for (const auto& trend : db::trends::candidates(tx, db::trends::Kind::Status, 100, 0))
        is_candidate = is_candidate || (trend.key == to_string(post.id) && trend.allowed == true);
    EXPECT_TRUE(is_candidate);
}

TEST_F(TrendsTest, ALinkHasAWeekOfHistoryAndATimeline) {
    const auto ada = member();
    const auto url = "https://news.test/" + unique("a");
    std::vector<std::string> written;
    for (int i = 0; i < 3; ++i) {
        now += std::chrono::milliseconds{5};
        written.insert(written.begin(),
                       to_string(post_by(stranger(),
                                         db::Visibility::Public,
                                         {.card = {{"url", url}, {"title", "News"}}})
                                     .id));
    }
    const auto timeline = "/api/v1/timelines/link?url=" + url;
    EXPECT_EQ(get(timeline, ada).status, 404);
    switch_to(true);
    compute();
    allow(db::trends::Kind::Link, url);
    Json link;
    for (const auto& entity : get_json("/api/v1/trends/links", ada)) {
        if (entity.at("url") == url) link = entity;
    }
    ASSERT_TRUE(link.is_object());
    EXPECT_EQ(link.at("history").size(), 7U);
    EXPECT_SCHEMA("TrendsLink", link);
    const auto open_to_all = [&](bool open) {
        db::Tx tx(pool);
        db::trends::set_open_links(tx, open);
        tx.commit();
        const auto body = send("GET", "/api/v1/trends/links", nullptr).body;
        return body.find(url) != std::string::npos;
    };
    EXPECT_TRUE(open_to_all(true));
    EXPECT_EQ(send("GET", timeline, nullptr).status, 401) << "who posted it stays in the house";
    EXPECT_FALSE(open_to_all(false));
    EXPECT_EQ(ids(get_json(timeline, ada)), written);
}

TEST_F(TrendsTest, ModeratorsDecideByTheApi) {
    const auto ada = member();
    const auto chief = member("chief");
    {
        db::Tx tx(pool);
        db::users::set_role(tx, chief.id, db::Role::Moderator);
        tx.commit();
    }
    scopes = {"read", "write", "admin:read", "admin:write"};
    switch_to(true);
    const auto first = tagged(stranger());
    for (int i = 0; i < 2; ++i)
        tagged(stranger());
    {
        db::Tx tx(pool);
        db::statuses::add_favourites_count(tx, first.id, 4);
        db::link_cards::put(tx, "https://blog.test/" + tag, {{"title", "A page"}}, now);
        tx.commit();
    }
    compute();
    const auto named = [&](const Json& entities) {
        for (const auto& entity : entities) {
            if (entity.at("name") == tag) return entity;
        }
        return Json();
    };
    const auto candidate = named(get_json("/api/v1/admin/trends/tags?limit=40", chief));
    ASSERT_TRUE(candidate.is_object());
    EXPECT_EQ(candidate.at("requires_review"), true);
    const auto at = "/api/v1/admin/trends/tags/" + candidate.at("id").get<std::string>();
    EXPECT_EQ(post(at + "/approve", ada).status, 403);
    const auto approved = post_json(at + "/approve", chief);
    EXPECT_EQ(approved.at("trendable"), true);
    EXPECT_EQ(approved.at("requires_review"), false);
    EXPECT_TRUE(shows_tag(ada));
    EXPECT_EQ(post_json(at + "/reject", chief).at("trendable"), false);
    EXPECT_FALSE(shows_tag(ada));

    const auto status = "/api/v1/admin/trends/statuses/" + to_string(first.id);
    EXPECT_EQ(post_json(status + "/approve", chief).at("requires_review"), false);
    EXPECT_TRUE(contains(get_json("/api/v1/trends/statuses", ada), to_string(first.id)));
    post_json(status + "/reject", chief);
    EXPECT_FALSE(contains(get_json("/api/v1/trends/statuses", ada), to_string(first.id)));
    // A hidden post is nothing to be decided about, and says nothing of itself (P04).
    const auto hidden = post_by(stranger(), db::Visibility::Private);
    EXPECT_EQ(
        post("/api/v1/admin/trends/statuses/" + to_string(hidden.id) + "/approve", chief).status,
        404);

    const auto link = "/api/v1/admin/trends/links/" + crypto::base64url("https://blog.test/" + tag);
    const auto decided = post_json(link + "/approve", chief);
    EXPECT_EQ(decided.at("title"), "A page");
    EXPECT_EQ(decided.at("history").size(), 7U);
    EXPECT_EQ(decided.at("requires_review"), false);
    for (const auto* wrong : {"x", "1", "aHR0cHM6Ly9ub3doZXJlLnRlc3Q"})
        EXPECT_EQ(
            post(std::string("/api/v1/admin/trends/links/") + wrong + "/approve", chief).status,
            404);
    db::Tx tx(pool);
    EXPECT_FALSE(db::audit_log::list_by_subject(tx, "status " + to_string(first.id)).empty());
}

TEST_F(TrendsTest, ModeratorsRuleAboutHashtags) {
    const auto ada = member();
    const auto chief = member("chief");
    {
        db::Tx tx(pool);
        db::users::set_role(tx, chief.id, db::Role::Moderator);
        tx.commit();
    }
    scopes = {"read", "write", "admin:read", "admin:write"};
    const auto said = post_json("/api/v1/statuses", ada, {{"status", "about #" + tag}});
    const auto id = [&] {
        db::Tx tx(pool);
        return to_string(db::tags::find(tx, tag)->id);
    }();
    const auto at = "/api/v1/admin/tags/" + id;
    EXPECT_TRUE(contains(get_json("/api/v1/admin/tags", chief), id));
    EXPECT_EQ(get("/api/v1/admin/tags", ada).status, 403);
    EXPECT_EQ(get("/api/v1/admin/tags/1", chief).status, 404);
    const auto entity = get_json(at, chief);
    for (const auto* flag : {"usable", "listable", "requires_review"})
        EXPECT_EQ(entity.at(flag), true) << flag;
    EXPECT_EQ(entity.at("trendable"), false);
    const auto put = [&](const Json& body) {
        return send("PUT", at, &chief, body.dump(), {{"Content-Type", "application/json"}});
    };
    const auto is_found = [&] {
        return !get_json("/api/v2/search?type=hashtags&q=" + tag, ada).at("hashtags").empty();
    };
    EXPECT_TRUE(is_found());
    auto shouted = tag;
    shouted[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(shouted[0])));
    const auto changed = json(put({{"listable", false}, {"display_name", shouted}}));
    EXPECT_EQ(changed.at("listable"), false);
    EXPECT_EQ(changed.at("usable"), true);
    EXPECT_FALSE(is_found());
    EXPECT_EQ(put({{"display_name", "another"}}).status, 422);
    EXPECT_EQ(json(put({{"usable", false}, {"trendable", true}})).at("trendable"), true);
    const auto refused = post("/api/v1/statuses", ada, {{"status", "again #" + shouted}});
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(json(refused).at("error"),
              "Validation failed: Text contained a disallowed hashtag: " + tag);
    const auto edited = send("PUT",
                             status_path(said.at("id").get<std::string>()),
                             &ada,
                             Json{{"status", "still #" + tag}}.dump(),
                             {{"Content-Type", "application/json"}});
    EXPECT_EQ(edited.status, 422);
    EXPECT_EQ(json(put({{"usable", true}, {"listable", true}})).at("usable"), true);
    EXPECT_EQ(post("/api/v1/statuses", ada, {{"status", "again #" + tag}}).status, 200);
    EXPECT_TRUE(is_found());
}

} // namespace
