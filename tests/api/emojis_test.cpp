#include "db/announcements.h"
#include "db/custom_emojis.h"
#include "media/emojis.h"
#include "media/serve.h"
#include "outbox/emoji.h"
#include "tests/api/client_support.h"

namespace {

TEST(Shortcodes, AreWhatStandsFreeBetweenColons) {
    const struct {
        const char* text;
        std::vector<std::string> expected;
    } cases[] = {
        {":apple:", {"apple"}},
        {"hi :apple: and :Apple_2:.", {"apple", "Apple_2"}},
        {":apple: :apple:", {"apple"}},
        {"(:apple:)", {"apple"}},
        {"at 10:30:15", {}},
        {"a:apple:", {}},
        {":apple:b", {}},
        {"::apple::", {}},
        {":a:", {}},
        {":apple :pear:", {"pear"}},
        {":apple:pear:", {}},
        {":äpfel:", {}},
        {":", {}},
        {"::::::::", {}},
        {"https://maple.test:8080/:apple", {}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.text);
        EXPECT_EQ(outbox::find_shortcodes(c.text), c.expected);
    }
    std::string many;
    for (int i = 0; i < 500; ++i)
        many += ":e" + std::to_string(i) + ": ";
    EXPECT_EQ(outbox::find_shortcodes(many).size(), outbox::max_emojis);
    EXPECT_FALSE(outbox::is_shortcode(std::string(65, 'a')));
}

class EmojisTest : public ClientTest {
  protected:
    EmojisTest() {
        media::add_routes(router,
                          {.pool = pool,
                           .instance = instance,
                           .links = media.links,
                           .store = media.store,
                           .remote = remote,
                           .cards = remote});
    }
    ~EmojisTest() override {
        db::Tx tx(pool);
        for (const auto& emoji : db::custom_emojis::list(tx))
            db::custom_emojis::remove(tx, emoji.shortcode);
        tx.commit();
    }

    Result<Done> add(const std::string& shortcode, bool listed = true, std::string bytes = {}) {
        if (bytes.empty()) {
            bytes = *crypto::base64_decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAA"
                "AgABSK+kcQAAAABJRU5ErkJggg==");
        }
        const auto write = [&](int target) {
            return ::write(target, bytes.data(), bytes.size()) ==
                   static_cast<ssize_t>(bytes.size());
        };
        return media::store_emoji(
            media.workshop, {.shortcode = shortcode, .category = "Fruit", .listed = listed}, write);
    }
    static std::string url_of(const Json& entity) {
        return entity.at("emojis").at(0).at("url").get<std::string>();
    }
    int status_of(const std::string& url) {
        return send("GET", url.substr(instance.origin.size()), nullptr).status;
    }

    media::Remote remote{{.pool = pool,
                          .client = network,
                          .box = media.box,
                          .store = media.store,
                          .spool_folder = media.folder}};
};

TEST_F(EmojisTest, AreOfferedAndStandInWhatMembersWrite) {
    const auto ada = member();
    ASSERT_TRUE(add("apple"));
    ASSERT_TRUE(add("secret_pear", false));
    const auto offered = json(send("GET", "/api/v1/custom_emojis", nullptr));
    ASSERT_EQ(offered.size(), 1U);
    EXPECT_SCHEMA("CustomEmoji", offered.at(0));
    EXPECT_EQ(offered.at(0).at("shortcode"), "apple");
    EXPECT_EQ(offered.at(0).at("category"), "Fruit");
    const auto url = offered.at(0).at("url").get<std::string>();
    EXPECT_EQ(status_of(url), 200);

    const auto posted = post_json(
        "/api/v1/statuses",
        ada,
        {{"status", "an :apple: a day, :nothing: else"}, {"spoiler_text", ":secret_pear:"}});
    ASSERT_EQ(posted.at("emojis").size(), 2U);
    EXPECT_EQ(url_of(posted), url);
    EXPECT_SCHEMA("Status", posted);
    {
        db::Tx tx(pool);
        const auto id = parse_id(posted.at("id").get<std::string>());
        const auto document = Json::parse(db::statuses::find(tx, StatusId{*id})->document);
        Json tags = Json::array();
        for (const auto& tag : document.at("tag")) {
            if (tag.at("type") == "Emoji") tags.push_back(tag);
        }
        ASSERT_EQ(tags.size(), 2U);
        EXPECT_EQ(tags.at(0).at("name"), ":apple:");
        EXPECT_EQ(tags.at(0).at("icon").at("url"), url);
    }
    const auto edited = json(send("PUT",
                                  status_path(posted.at("id").get<std::string>()),
                                  &ada,
                                  Json{{"status", "no fruit"}, {"spoiler_text", ""}}.dump(),
                                  {{"Content-Type", "application/json"}}));
    EXPECT_TRUE(edited.at("emojis").empty());

    const auto account = json(send("PATCH",
                                   "/api/v1/accounts/update_credentials",
                                   &ada,
                                   Json{{"display_name", "Ada :apple:"}}.dump(),
                                   {{"Content-Type", "application/json"}}));
    EXPECT_EQ(url_of(account), url);
}

TEST_F(EmojisTest, DieWithTheirRowAndNewOnesHaveNewUrls) {
    ASSERT_TRUE(add("apple"));
    const auto first = json(send("GET", "/api/v1/custom_emojis", nullptr)).at(0).at("url");
    ASSERT_TRUE(add("apple"));
    const auto second = json(send("GET", "/api/v1/custom_emojis", nullptr)).at(0).at("url");
    EXPECT_NE(first, second);
    EXPECT_EQ(status_of(first), 404);
    EXPECT_EQ(status_of(second), 200);
    EXPECT_EQ(status_of(second.get<std::string>() + "x"), 404);
    {
        db::Tx tx(pool);
        EXPECT_TRUE(db::custom_emojis::remove(tx, "apple"));
        EXPECT_FALSE(db::custom_emojis::remove(tx, "apple"));
        tx.commit();
    }
    EXPECT_EQ(status_of(second), 404);
}

TEST_F(EmojisTest, ArePicturesMadeAnew) {
    EXPECT_TRUE(add("apple"));
    EXPECT_FALSE(add("pear", true, "<svg xmlns='http://www.w3.org/2000/svg'/>"));
    EXPECT_FALSE(add("plum", true, "<script>alert(1)</script>"));
    EXPECT_EQ(json(send("GET", "/api/v1/custom_emojis", nullptr)).size(), 1U);
}

TEST_F(EmojisTest, StandUnderAnnouncements) {
    const auto ada = member();
    ASSERT_TRUE(add("apple"));
    const auto id = [&] {
        db::Tx tx(pool);
        const auto made = db::announcements::insert(
            tx, {.text = "Eat an :apple:", .content = "Eat an :apple:", .published_at = now});
        tx.commit();
        return made;
    }();
    const auto at = "/api/v1/announcements/" + to_string(id) + "/reactions/";
    EXPECT_EQ(send("PUT", at + "apple", &ada).status, 200);
    EXPECT_EQ(send("PUT", at + "pear", &ada).status, 422);
    for (const auto& entity : get_json("/api/v1/announcements", ada)) {
        if (entity.at("id") != to_string(id)) continue;
        EXPECT_SCHEMA("Announcement", entity);
        EXPECT_EQ(entity.at("emojis").size(), 1U);
        EXPECT_EQ(entity.at("reactions").at(0).at("name"), "apple");
        EXPECT_EQ(entity.at("reactions").at(0).at("url"), url_of(entity));
    }
    db::Tx tx(pool);
    db::announcements::remove(tx, id);
    tx.commit();
}

} // namespace
