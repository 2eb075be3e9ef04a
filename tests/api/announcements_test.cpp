#include "base/uri.h"
#include "db/announcements.h"
#include "tests/api/client_support.h"

namespace {

class AnnouncementsTest : public ClientTest {
  protected:
    std::string announce(const std::string& text, std::optional<Time> ends_at = std::nullopt) {
        db::Tx tx(pool);
        const auto id = db::announcements::insert(tx,
                                                  {.text = text,
                                                   .content = "<p>" + text + "</p>",
                                                   .ends_at = ends_at,
                                                   .published_at = now});
        tx.commit();
        return to_string(id);
    }
    Json seen(const std::string& id, const db::Account& reader, const char* more = "") {
        for (const auto& entity : get_json("/api/v1/announcements" + std::string(more), reader)) {
            if (entity.at("id") != id) continue;
            EXPECT_SCHEMA("Announcement", entity);
            return entity;
        }
        return {};
    }
    int react(const std::string& method,
              const std::string& id,
              const std::string& name,
              const db::Account& who) {
        return send(method,
                    "/api/v1/announcements/" + id + "/reactions/" + percent_encode(name),
                    &who)
            .status;
    }
};

TEST_F(AnnouncementsTest, StandUntilTheyEndOrAreDismissed) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto id = announce("Down for an hour on Sunday #upgrade");
    const auto brief = announce("Brief", now + std::chrono::hours{1});
    ASSERT_TRUE(seen(id, ada).is_object());
    EXPECT_EQ(seen(id, ada).at("read"), false);
    EXPECT_EQ(seen(id, ada).at("tags")[0].at("name"), "upgrade");
    EXPECT_TRUE(seen(brief, ada).is_object());
    EXPECT_EQ(post("/api/v1/announcements/" + id + "/dismiss", ada).status, 200);
    EXPECT_EQ(post("/api/v1/announcements/" + id + "/dismiss", ada).status, 200);
    EXPECT_TRUE(seen(id, ada).is_null());
    EXPECT_EQ(seen(id, ada, "?with_dismissed=true").at("read"), true);
    EXPECT_TRUE(seen(id, eve).is_object());
    now += std::chrono::hours{2};
    EXPECT_TRUE(seen(brief, ada).is_null());
    EXPECT_EQ(post("/api/v1/announcements/" + brief + "/dismiss", ada).status, 404);
    EXPECT_EQ(react("PUT", brief, "👍", ada), 404);
    EXPECT_EQ(send("GET", "/api/v1/announcements", nullptr).status, 401);
}

TEST_F(AnnouncementsTest, ReactionsAreCounted) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto id = announce("Sports day");
    EXPECT_EQ(react("PUT", id, "👍", ada), 200);
    EXPECT_EQ(react("PUT", id, "👍", ada), 200);
    EXPECT_EQ(react("PUT", id, "👍", eve), 200);
    now += std::chrono::milliseconds{5};
    EXPECT_EQ(react("PUT", id, "🇩🇪", eve), 200);
    const auto reactions = seen(id, ada).at("reactions");
    ASSERT_EQ(reactions.size(), 2U);
    EXPECT_EQ(reactions[0], (Json{{"name", "👍"}, {"count", 2}, {"me", true}}));
    EXPECT_EQ(reactions[1], (Json{{"name", "🇩🇪"}, {"count", 1}, {"me", false}}));
    EXPECT_EQ(react("DELETE", id, "👍", ada), 200);
    EXPECT_EQ(react("DELETE", id, "👍", ada), 200);
    EXPECT_EQ(seen(id, ada).at("reactions")[0].at("count"), 1);
    for (const auto* name : {"x", "<b>", "👍👍", "not_an_emoji"})
        EXPECT_EQ(react("PUT", id, name, ada), 422) << name;
    for (const auto* name : {"😀", "😁", "😂", "😃", "😄", "😅"})
        EXPECT_EQ(react("PUT", id, name, ada), 200) << name;
    EXPECT_EQ(react("PUT", id, "😆", ada), 422) << "the ninth kind";
    EXPECT_EQ(react("PUT", id, "😀", eve), 200) << "one that stands";
}

} // namespace
