#include "db/audiences.h"
#include "tests/api/client_support.h"
#include "tests/support/educators.h"

namespace {

/// How apps say for whom a post is.
class AudiencesTest : public ClientTest {
  protected:
    AudiencesTest() {
        db::Tx tx(pool);
        for (const auto* one : {&author, &colleague})
            educators_of_tests::attest(tx, *one);
        tx.commit();
        follow(colleague, author);
        follow(clerk, author);
        follow(author, colleague);
        follow(author, clerk);
    }
    std::string circle(const std::string& title, const std::vector<db::Account>& people) {
        const auto id =
            post_json("/api/v1/lists", author, {{"title", title}}).at("id").get<std::string>();
        Json ids = Json::array();
        for (const auto& one : people)
            ids.push_back(to_string(one.id));
        post_json("/api/v1/lists/" + id + "/accounts", author, {{"account_ids", ids}});
        return id;
    }
    static std::string kind_of(const Json& status) {
        return status.contains("audience") ? status.at("audience").at("kind").get<std::string>()
                                           : "";
    }
    bool reads(const db::Account& reader, const Json& status) {
        return get(status_path(status.at("id").get<std::string>()), reader).status == 200;
    }

    db::Account author = member("author");
    db::Account colleague = member("colleague");
    db::Account clerk = member("clerk"); // Of whom nothing is confirmed.
};

TEST_F(AudiencesTest, AMarkInTheFirstLineSaysForWhomAndIsTakenOut) {
    circle("Reading week", {colleague, clerk});
    const struct {
        const char* text;
        int status;
        const char* kind;
        const char* content; ///< After the sentence that says for whom it is.
    } cases[] = {
        {"!educators\nhello", 200, "educators", "<p>hello</p>"},
        {"  !outside-district  \r\n\r\nhello", 200, "outside-district", "<p>hello</p>"},
        {"!outside-region\nhello", 200, "outside-region", "<p>hello</p>"},
        {"!circle Reading week\nhello", 200, "circle", "<p>hello</p>"},
        {"!circle Nobody\nhello", 422, "", ""},
        {"!circle\nhello", 422, "", ""},
        {"!outside-regoin\nhello", 422, "", ""},
        {"!educators", 422, "", ""}, // Nothing is left.
        {"!educators of the world\nhello", 200, "", "<p>!educators of the world<br>hello</p>"},
        {"!Important\nhello", 200, "", "<p>!Important<br>hello</p>"},
        {"!! hello", 200, "", "<p>!! hello</p>"},
        {"hello\n!educators", 200, "", "<p>hello<br>!educators</p>"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.text);
        const auto response = post("/api/v1/statuses", author, {{"status", c.text}});
        ASSERT_EQ(response.status, c.status) << response.body;
        if (c.status != 200) continue;
        const auto status = json(response);
        EXPECT_EQ(kind_of(status), c.kind);
        EXPECT_EQ(status.at("visibility"), *c.kind ? "private" : "public");
        EXPECT_TRUE(status.at("content").get<std::string>().ends_with(c.content))
            << status.at("content");
        EXPECT_EQ(reads(clerk, status), *c.kind == '\0');
    }
    const auto here = post_json("/api/v1/statuses", author, {{"status", "!local\nhello"}});
    EXPECT_EQ(here.at("local_only"), true);
    EXPECT_EQ(here.at("content"), "<p>hello</p>");
}

TEST_F(AudiencesTest, TheParameterGoesBeforeEverythingElse) {
    const auto list = circle("Two", {colleague, clerk});
    const auto status = post_json("/api/v1/statuses",
                                  author,
                                  {{"status", "!educators\nhello"},
                                   {"audience", "circle"},
                                   {"circle_id", list},
                                   {"visibility", "public"}});
    EXPECT_EQ(kind_of(status), "circle");
    EXPECT_EQ(status.at("audience").at("description"), "For a circle of verified educators");
    EXPECT_TRUE(reads(colleague, status));
    EXPECT_FALSE(reads(clerk, status));
    for (const auto* word : {"everyone", "circle"}) {
        EXPECT_GE(post("/api/v1/statuses", author, {{"status", "x"}, {"audience", word}}).status,
                  400)
            << word;
    }
    EXPECT_EQ(
        kind_of(post_json("/api/v1/statuses", author, {{"status", "hello"}, {"audience", ""}})),
        "");
}

TEST_F(AudiencesTest, TheDefaultIsOfFollowersOnlyPostsAlone) {
    const auto prefer = [&](const char* word) {
        return send("PATCH",
                    "/api/v1/accounts/update_credentials",
                    &author,
                    Json{{"source", {{"audience", word}}}}.dump(),
                    {{"Content-Type", "application/json"}})
            .status;
    };
    EXPECT_EQ(prefer("circle"), 422);
    ASSERT_EQ(prefer("educators"), 200);
    const auto written = [&](Json form) {
        form["status"] = "hello";
        return kind_of(post_json("/api/v1/statuses", author, form));
    };
    EXPECT_EQ(written({{"visibility", "private"}}), "educators");
    EXPECT_EQ(written({{"visibility", "public"}}), "");
    EXPECT_EQ(written({{"visibility", "unlisted"}}), "");
    EXPECT_EQ(written({{"visibility", "private"}, {"audience", ""}}), "");
    EXPECT_EQ(written({{"visibility", "private"}, {"audience", "outside-region"}}),
              "outside-region");
    ASSERT_EQ(prefer(""), 200);
    EXPECT_EQ(written({{"visibility", "private"}}), "");
}

TEST_F(AudiencesTest, ACircleIsNoConversation) {
    const auto list = circle("Two", {colleague});
    const auto status =
        post_json("/api/v1/statuses",
                  author,
                  {{"status", "hello"}, {"audience", "circle"}, {"circle_id", list}});
    const auto id = status.at("id").get<std::string>();
    EXPECT_TRUE(get_json("/api/v1/conversations", colleague).empty());
    EXPECT_FALSE(contains(get_json("/api/v1/timelines/direct", colleague), id));
    EXPECT_TRUE(contains(get_json("/api/v1/timelines/home", colleague), id));
    EXPECT_FALSE(contains(get_json("/api/v1/timelines/home", clerk), id));
}

} // namespace
