#include "outbox/schedule.h"
#include "tests/api/client_support.h"

namespace {

using std::chrono::hours;
using std::chrono::minutes;

class ScheduledTest : public ClientTest {
  protected:
    Json later(std::chrono::seconds ahead, Json more = Json::object()) {
        Json body = {{"status", "later"}, {"scheduled_at", format_iso8601(now + ahead)}};
        body.update(more);
        return body;
    }
    bool publish_due(Time at) {
        db::Tx tx(pool);
        const bool did = outbox::publish_due(tx, instance, peers, at);
        tx.commit();
        return did;
    }
    Json statuses_of(const db::Account& account) {
        return get_json(path("/api/v1/accounts/", account, "/statuses"), account);
    }
    void publish_all(Time at) {
        while (publish_due(at)) {
        }
    }
    static std::string entry(const Json& scheduled) {
        return "/api/v1/scheduled_statuses/" + scheduled.at("id").get<std::string>();
    }
};

TEST_F(ScheduledTest, WaitsForItsTimeAndBecomesAPostOnce) {
    const auto ada = member();
    const auto scheduled = post_json(
        "/api/v1/statuses",
        ada,
        later(hours{1},
              {{"visibility", "unlisted"},
               {"spoiler_text", "exam"},
               {"language", "en"},
               {"poll", {{"options", {"a", "b"}}, {"expires_in", 3600}, {"multiple", true}}}}));
    EXPECT_SCHEMA("ScheduledStatus", scheduled);
    EXPECT_EQ(scheduled.at("params").at("text"), "later");
    EXPECT_EQ(ids(get_json("/api/v1/scheduled_statuses", ada)), ids(Json::array({scheduled})));
    publish_all(now + minutes{59});
    EXPECT_TRUE(statuses_of(ada).empty());

    publish_all(now + hours{1});
    publish_all(now + hours{2});
    const auto posted = statuses_of(ada);
    ASSERT_EQ(posted.size(), 1u);
    EXPECT_EQ(posted.at(0).at("visibility"), "unlisted");
    EXPECT_EQ(posted.at(0).at("spoiler_text"), "exam");
    EXPECT_EQ(posted.at(0).at("language"), "en");
    EXPECT_EQ(posted.at(0).at("poll").at("options").size(), 2u);
    EXPECT_EQ(posted.at(0).at("poll").at("multiple"), true);
    EXPECT_TRUE(get_json("/api/v1/scheduled_statuses", ada).empty());
}

TEST_F(ScheduledTest, TwoProcessesThatLookAtOncePublishOnce) {
    publish_all(now + hours{1}); // What other tests left.
    const auto ada = member();
    post_json("/api/v1/statuses", ada, later(hours{1}));
    db::Tx first(pool);
    ASSERT_TRUE(outbox::publish_due(first, instance, peers, now + hours{1}));
    EXPECT_FALSE(publish_due(now + hours{1})) << "the row is locked, not waited for";
    first.commit();
    EXPECT_EQ(statuses_of(ada).size(), 1u);
}

TEST_F(ScheduledTest, IsItsAuthorsToMoveAndCancel) {
    const auto ada = member("ada");
    const auto eve = member("eve");
    const auto scheduled = post_json("/api/v1/statuses", ada, later(hours{1}));
    const auto put = [&](const db::Account& who, const Json& body) {
        return send(
            "PUT", entry(scheduled), &who, body.dump(), {{"Content-Type", "application/json"}});
    };
    const auto remove = [&](const db::Account& who) {
        return send("DELETE", entry(scheduled), &who).status;
    };
    EXPECT_EQ(get(entry(scheduled), eve).status, 404);
    EXPECT_EQ(put(eve, later(hours{3})).status, 404);
    EXPECT_EQ(remove(eve), 404);
    EXPECT_EQ(put(ada, later(minutes{1})).status, 422);
    EXPECT_EQ(put(ada, {{"scheduled_at", "soon"}}).status, 422);

    const auto moved = put(ada, later(hours{3}));
    ASSERT_EQ(moved.status, 200) << moved.body;
    EXPECT_EQ(json(moved).at("scheduled_at"), format_iso8601(now + hours{3}));
    publish_all(now + hours{2});
    EXPECT_TRUE(statuses_of(ada).empty());
    EXPECT_EQ(remove(ada), 200);
    EXPECT_EQ(remove(ada), 404);
    publish_all(now + hours{4});
    EXPECT_TRUE(statuses_of(ada).empty());
}

TEST_F(ScheduledTest, IsRefusedWhereAPostWouldBeAndOutOfBounds) {
    const auto ada = member();
    const struct {
        const char* name;
        Json body;
        int status;
    } cases[] = {
        {"too soon", later(minutes{4}), 422},
        {"in the past", later(-hours{1}), 422},
        {"no time", {{"status", "x"}, {"scheduled_at", "tomorrow"}}, 422},
        {"empty", later(hours{1}, {{"status", ""}}), 422},
        {"unknown parent", later(hours{1}, {{"in_reply_to_id", "12345"}}), 404},
        {"unknown media", later(hours{1}, {{"media_ids", {"12345"}}}), 422},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(post("/api/v1/statuses", ada, c.body).status, c.status);
    }
    const auto day = std::chrono::floor<std::chrono::days>(now) + hours{24 * 30};
    const auto on_day = [&](minutes into) {
        return Json{{"status", "x"}, {"scheduled_at", format_iso8601(day + into)}};
    };
    for (int i = 0; i < 25; ++i)
        EXPECT_EQ(post("/api/v1/statuses", ada, on_day(minutes{i})).status, 200);
    EXPECT_EQ(post("/api/v1/statuses", ada, on_day(minutes{1'439})).status, 422);
    EXPECT_EQ(post("/api/v1/statuses", ada, on_day(minutes{1'440})).status, 200);
}

TEST_F(ScheduledTest, WhatCannotBecomeAPostIsKeptAndNotTriedAgain) {
    const auto ada = member("ada");
    const auto ben = member("ben");
    const auto parent = post_json("/api/v1/statuses", ben, {{"status", "question"}});
    const auto id = parent.at("id").get<std::string>();
    const auto scheduled =
        post_json("/api/v1/statuses", ada, later(hours{1}, {{"in_reply_to_id", id}}));
    EXPECT_EQ(send("DELETE", status_path(id), &ben).status, 200);
    publish_all(now + hours{1});
    EXPECT_TRUE(statuses_of(ada).empty());
    EXPECT_EQ(get(entry(scheduled), ada).status, 200);
}

TEST_F(ScheduledTest, OneIdempotencyKeySchedulesOnce) {
    const auto ada = member();
    const http::Headers key{{"Idempotency-Key", "k1"}};
    const auto first = json(post("/api/v1/statuses", ada, later(hours{1}), key));
    const auto again = json(post("/api/v1/statuses", ada, later(hours{1}), key));
    EXPECT_EQ(first.at("id"), again.at("id"));
    EXPECT_EQ(get_json("/api/v1/scheduled_statuses", ada).size(), 1u);
}

} // namespace
