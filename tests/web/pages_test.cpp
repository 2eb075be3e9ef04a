#include "db/statuses.h"
#include "tests/web/web_support.h"

namespace {

class PagesTest : public WebTest {
  protected:
    db::Status post_by(const Member& author, db::Visibility visibility) {
        db::Tx tx(pool);
        db::Status status{
            .id = db::statuses::new_id(tx, now),
            .author = author.id,
            .local = true,
            .content = "<p>Hello <strong>all</strong></p>",
            .spoiler_text = "Grading <week>",
            .language = "en",
            .visibility = visibility,
            .created_at = now,
        };
        status.uri =
            "https://maple.test/users/" + author.name + "/statuses/" + to_string(status.id);
        status.thread = status.id.value;
        db::statuses::insert(tx, status);
        tx.commit();
        return status;
    }
};

TEST_F(PagesTest, EveryPageIsWholeHtmlWithoutScriptsAndSafeHeaders) {
    const auto ada = member();
    auto browser = signed_in(ada);
    Browser visitor{*this};
    const std::pair<Browser*, std::string> cases[] = {
        {&visitor, "/"},
        {&visitor, "/about"},
        {&visitor, "/sign-in"},
        {&visitor, "/@" + ada.name},
        {&visitor, "/@" + ada.name + "/1"},
        {&browser, "/"},
        {&browser, "/about"},
        {&browser, "/settings"},
        {&browser, "/settings/password"},
        {&browser, "/settings/move"},
        {&browser, "/settings/export"},
        {&browser, "/settings/import"},
        {&browser, "/sign-out"},
        {&browser, "/@" + ada.name},
        {&browser, "/authorize_interaction?uri=https%3A%2F%2Fcedar.example%2F%40bob"},
    };
    for (const auto& [who, path] : cases) {
        SCOPED_TRACE(path);
        const auto page = who->get(path);
        EXPECT_EQ(page.status, 200);
        EXPECT_EQ(page.headers.get("Content-Type"), "text/html; charset=utf-8");
        EXPECT_NE(page.headers.get("Content-Security-Policy").find("default-src 'none'"),
                  std::string::npos);
        EXPECT_NE(page.headers.get("Content-Security-Policy").find("frame-ancestors 'none'"),
                  std::string::npos);
        EXPECT_TRUE(page.body.starts_with("<!doctype html>"));
        EXPECT_TRUE(has(page, "<html lang=\"en\">"));
        EXPECT_TRUE(has(page, "<h1"));
        EXPECT_TRUE(has(page, "Maple &lt;District&gt;"));
        EXPECT_FALSE(has(page, "<script"));
        EXPECT_FALSE(has(page, " style="));
        EXPECT_FALSE(has(page, "{{"));
    }
}

TEST_F(PagesTest, TheStylesheetIsKeptByBrowsersUntilItChanges) {
    Browser visitor{*this};
    const auto page = visitor.get("/");
    const auto at = page.body.find("/assets/style.css?v=");
    ASSERT_NE(at, std::string::npos);
    const auto named = visitor.get(page.body.substr(at, page.body.find('"', at) - at));
    EXPECT_EQ(named.status, 200);
    EXPECT_EQ(named.headers.get("Content-Type"), "text/css; charset=utf-8");
    EXPECT_NE(named.headers.get("Cache-Control").find("immutable"), std::string::npos);
    const auto plain = visitor.get("/assets/style.css");
    EXPECT_EQ(plain.headers.get("Cache-Control"), "public, max-age=300");
    visitor.headers = {{"If-None-Match", std::string(plain.headers.get("ETag"))}};
    EXPECT_EQ(visitor.get("/assets/style.css").status, 304);
}

TEST_F(PagesTest, AProfileShowsVisitorsNameHandleAndKindAndMembersTheRest) {
    const auto ada = member();
    const auto open = Browser{*this}.get("/@" + ada.name);
    EXPECT_EQ(open.status, 200);
    EXPECT_TRUE(has(open, "Ada &lt;b&gt;"));
    EXPECT_TRUE(has(open, "@" + ada.name + "@maple.test"));
    EXPECT_TRUE(has(open, "Member"));
    EXPECT_TRUE(has(open,
                    "<link rel=\"alternate\" type=\"application/activity+json\" "
                    "href=\"https:&#x2F;&#x2F;maple.test") ||
                has(open,
                    "<link rel=\"alternate\" type=\"application/activity+json\" "
                    "href=\"https://maple.test"));
    EXPECT_FALSE(has(open, "reading"));
    EXPECT_FALSE(has(open, "English"));

    const auto known = signed_in(member()).get("/@" + ada.name);
    EXPECT_TRUE(has(known, "<p>I teach <em>reading</em>.</p>"));
    EXPECT_TRUE(has(known, "English"));
}

TEST_F(PagesTest, WhoIsGoneHasNoProfile) {
    const auto ada = member();
    Browser visitor{*this};
    ASSERT_EQ(visitor.get("/@" + ada.name).status, 200);
    EXPECT_EQ(visitor.get("/@nobody" + ada.name).status, 404);
    db::Tx tx(pool);
    members::suspend(tx, ada.id, now);
    tx.commit();
    EXPECT_EQ(visitor.get("/@" + ada.name).status, 404);
    db::Tx again(pool);
    ASSERT_TRUE(members::set_state(again, ada.id, db::MemberState::Deleted, now));
    again.commit();
    EXPECT_EQ(visitor.get("/@" + ada.name).status, 410);
}

TEST_F(PagesTest, AnActorIdLeadsABrowserToTheProfile) {
    Browser visitor{*this};
    EXPECT_EQ(location(visitor.get("/users/ada")), "/@ada");
    EXPECT_EQ(location(visitor.get("/users/ada/statuses/5")), "/@ada/5");
}

TEST_F(PagesTest, APostAsksVisitorsToSignInAndShowsMembersOnlyWhatTheyMaySee) {
    const auto ada = member();
    const auto bob = member();
    const auto open = post_by(ada, db::Visibility::Public);
    const auto closed = post_by(ada, db::Visibility::Private);
    const auto path = [&](const db::Status& status) {
        return "/@" + ada.name + "/" + to_string(status.id);
    };
    for (const auto& status : {open, closed}) {
        const auto asked = Browser{*this}.get(path(status));
        EXPECT_EQ(asked.status, 200);
        EXPECT_TRUE(has(asked, "Sign in to read"));
        EXPECT_FALSE(has(asked, "Hello"));
        EXPECT_FALSE(has(asked, "Grading"));
    }
    EXPECT_TRUE(has(Browser{*this}.get(path(open)), "rel=\"alternate\""));
    EXPECT_FALSE(has(Browser{*this}.get(path(closed)), "rel=\"alternate\""));

    auto reader = signed_in(bob);
    const auto page = reader.get(path(open));
    EXPECT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, "<p>Hello <strong>all</strong></p>"));
    EXPECT_TRUE(has(page, "<summary>Grading &lt;week&gt;</summary>"));
    EXPECT_EQ(reader.get(path(closed)).status, 404);
    EXPECT_EQ(reader.get("/@" + ada.name + "/1").status, 404);
    EXPECT_EQ(signed_in(ada).get(path(closed)).status, 200);
}

TEST_F(PagesTest, O08RemoteFollowNamesTheHostAndWaitsForTheMember) {
    const auto ada = member();
    auto browser = signed_in(ada);
    const auto page = browser.get("/authorize_interaction?uri=" +
                                  percent_encode("https://cedar.example/users/bob"));
    EXPECT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, "<strong>cedar.example</strong>"));
    EXPECT_FALSE(page.headers.find("Location"));
    for (const auto* uri :
         {"", "javascript:alert(1)", "//evil.example", "/settings", "not a uri"}) {
        SCOPED_TRACE(uri);
        const auto refused = browser.get("/authorize_interaction?uri=" + percent_encode(uri));
        EXPECT_EQ(refused.status, 400);
        EXPECT_FALSE(refused.headers.find("Location"));
    }
    const auto by_handle =
        browser.get("/authorize_interaction?uri=" + percent_encode("acct:bob@Cedar.example"));
    EXPECT_TRUE(has(by_handle, "<strong>cedar.example</strong>"));

    const auto unreachable = browser.post(
        "/authorize_interaction",
        {{"form_token", field(page, "form_token")}, {"uri", "https://cedar.example/users/bob"}});
    EXPECT_EQ(unreachable.status, 404);
    EXPECT_TRUE(has(unreachable, "not on our list"));

    const auto bob = member();
    const auto followed = browser.post("/authorize_interaction",
                                       {{"form_token", field(page, "form_token")},
                                        {"uri", "https://maple.test/users/" + bob.name}});
    EXPECT_EQ(followed.status, 200);
    EXPECT_TRUE(has(followed, "You follow @" + bob.name));
}

TEST_F(PagesTest, O17WhatAnAdministratorWroteIsTextOnEveryPage) {
    instance.title = "<script>alert(1)</script>";
    instance.description = "<img src=x onerror=alert(2)> & more";
    instance.contact_email = "\"><script>alert(3)</script>@maple.test";
    for (const auto* path : {"/", "/about", "/sign-in", "/forgotten-password"}) {
        SCOPED_TRACE(path);
        const auto page = Browser{*this}.get(path);
        EXPECT_EQ(page.status, 200);
        EXPECT_FALSE(has(page, "<script"));
        EXPECT_FALSE(has(page, "<img src=x"));
        EXPECT_TRUE(has(page, "&lt;script&gt;alert(1)"));
        EXPECT_NE(page.headers.get("Content-Security-Policy").find("default-src 'none'"),
                  std::string_view::npos);
    }
}

} // namespace
