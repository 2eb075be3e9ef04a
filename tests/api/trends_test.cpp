#include "db/favourites.h"
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
    EXPECT_EQ(ids(get_json(timeline, ada)), written);
}

} // namespace
