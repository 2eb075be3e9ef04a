#include "db/advisories.h"
#include "tests/web/web_support.h"

namespace {

class ListsPageTest : public WebTest {
  protected:
    std::string name = "l" + crypto::hex(crypto::random_bytes(6));
    std::string cedar = name + "-cedar.example";
    std::string birch = name + "-birch.example";

    std::string address() const { return "/admin/lists/" + name; }
    std::string csv() const {
        return "#domain,#severity,#public_comment\n" + cedar + ",suspend,spam <b>waves</b>\n" +
               birch + ",silence,\n";
    }
    http::Response upload(Browser& browser, const std::string& text) {
        std::string body;
        const auto part = [&body](const std::string& field, const std::string& value) {
            body += "--b0und\r\nContent-Disposition: form-data; name=\"" + field + "\"\r\n\r\n" +
                    value + "\r\n";
        };
        part("form_token", field(browser.get("/settings"), "form_token"));
        part("name", name);
        part("kind", "host");
        body += "--b0und\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n"
                "Content-Type: text/csv\r\n\r\n" +
                text + "\r\n--b0und--\r\n";
        browser.content_type = "multipart/form-data; boundary=b0und";
        auto answer = browser.send("POST", "/admin/lists", body);
        browser.content_type = "application/x-www-form-urlencoded";
        return answer;
    }
    http::Response act(Browser& browser, const std::string& path, const Fields& more) {
        Fields fields{{"form_token", field(browser.get("/settings"), "form_token")},
                      {"reason", "read it"},
                      {"password", password}};
        fields.insert(fields.end(), more.begin(), more.end());
        return browser.post(path, fields);
    }
    std::optional<db::AdvisoryList> find_list() {
        db::Tx tx(pool);
        return db::advisories::find_list(tx, name);
    }
    bool is_excepted(const std::string& host) {
        db::Tx tx(pool);
        return !db::advisories::excepted(tx, {host}).empty();
    }
};

TEST_F(ListsPageTest, IsForOwnersAndModerators) {
    auto teacher = signed_in(member());
    EXPECT_EQ(teacher.get("/admin/lists").status, 404);
    EXPECT_EQ(upload(teacher, csv()).status, 404);
    EXPECT_FALSE(find_list());
    auto moderator = signed_in(member(db::Role::Moderator));
    EXPECT_EQ(moderator.get("/admin/lists").status, 200);
    EXPECT_EQ(moderator.get(address()).status, 404);
    EXPECT_EQ(signed_in(member(db::Role::Owner)).get("/admin/lists").status, 200);
}

TEST_F(ListsPageTest, TakesInAFileAsDraftsAndApprovesOneThenAll) {
    auto moderator = signed_in(member(db::Role::Moderator));
    EXPECT_EQ(location(upload(moderator, csv())), address());
    ASSERT_TRUE(find_list());
    EXPECT_EQ(find_list()->drafts, 2);
    EXPECT_EQ(upload(moderator, csv()).status, 422);
    const auto page = moderator.get(address());
    EXPECT_TRUE(has(page, cedar));
    EXPECT_TRUE(has(page, "spam &lt;b&gt;waves"));

    const auto one = act(moderator, address() + "/approve", {{"host", cedar}});
    EXPECT_EQ(location(one), address() + "?approved=1");
    EXPECT_EQ(find_list()->in_force, 1);
    EXPECT_EQ(act(moderator, address() + "/approve", {{"host", "elm.example"}}).status, 422);
    EXPECT_EQ(location(act(moderator, address() + "/approve", {})), address() + "?approved=1");
    EXPECT_EQ(find_list()->drafts, 0);

    EXPECT_EQ(location(act(moderator, address() + "/withdraw", {})), "/admin/lists?withdrawn=1");
    EXPECT_FALSE(find_list());
}

TEST_F(ListsPageTest, DoesNothingWithoutPasswordReasonOrOwnForm) {
    auto moderator = signed_in(member(db::Role::Moderator));
    ASSERT_EQ(upload(moderator, csv()).status, 303);
    const auto token = field(moderator.get("/settings"), "form_token");
    const struct {
        const char* what;
        std::string token, reason, password;
        int status;
    } cases[] = {
        {"no reason", token, "", password, 422},
        {"wrong password", token, "read it", "blue ladders", 403},
        {"another site's form", "x", "read it", password, 403},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        for (const auto* act : {"/approve", "/withdraw"}) {
            const auto answer = moderator.post(
                address() + act,
                {{"form_token", c.token}, {"reason", c.reason}, {"password", c.password}});
            EXPECT_EQ(answer.status, c.status);
        }
    }
    EXPECT_EQ(find_list()->drafts, 2);
}

TEST_F(ListsPageTest, ExplainsWhichListNamesAHostOnceItIsInForce) {
    auto moderator = signed_in(member(db::Role::Moderator));
    ASSERT_EQ(upload(moderator, csv()).status, 303);
    const auto link = "href=\"" + address() + "\"";
    EXPECT_FALSE(has(moderator.get("/admin/explain?what=" + cedar), link));
    ASSERT_EQ(act(moderator, address() + "/approve", {}).status, 303);
    for (const auto& what : {cedar, "https://www." + cedar + "/notes/1"}) {
        const auto page = moderator.get("/admin/explain?what=" + percent_encode(what));
        EXPECT_TRUE(has(page, link)) << what;
        EXPECT_TRUE(has(page, "spam &lt;b&gt;waves")) << what;
    }
    EXPECT_FALSE(has(moderator.get("/admin/explain?what=elm.example"), link));
    ASSERT_EQ(act(moderator, address() + "/withdraw", {}).status, 303);
    EXPECT_FALSE(has(moderator.get("/admin/explain?what=" + cedar), link));
}

TEST_F(ListsPageTest, ExceptsAHostAndEndsThat) {
    auto moderator = signed_in(member(db::Role::Moderator));
    const auto path = "/admin/lists/_/exceptions";
    EXPECT_EQ(act(moderator, path, {{"host", cedar}, {"what", "begin"}}).status, 303);
    EXPECT_TRUE(is_excepted(cedar));
    EXPECT_TRUE(has(moderator.get("/admin/lists"), cedar));
    EXPECT_EQ(act(moderator, path, {{"host", cedar}, {"what", "end"}}).status, 303);
    EXPECT_FALSE(is_excepted(cedar));
    EXPECT_EQ(act(moderator, path, {{"host", cedar}, {"what", "end"}}).status, 422);
    EXPECT_EQ(act(moderator, path, {{"host", "no host"}, {"what", "begin"}}).status, 422);
}

TEST_F(ListsPageTest, RefusesAThresholdOutOfBounds) {
    auto moderator = signed_in(member(db::Role::Moderator));
    const auto path = "/admin/lists/_/threshold";
    for (const auto* wanted : {"0", "-1", "11", "two"})
        EXPECT_EQ(act(moderator, path, {{"threshold", wanted}}).status, 422) << wanted;
    EXPECT_EQ(act(moderator, path, {{"threshold", "1"}}).status, 303);
}

} // namespace
