#include "jobs/worker.h"
#include "outbox/verify.h"
#include "statuses/cards.h"
#include "tests/api/client_support.h"

namespace {

class CardsTest : public ClientTest {
  protected:
    void serve(const std::string& url,
               const std::string& body,
               const std::string& type = "text/html; charset=utf-8") {
        http::Response response;
        response.headers.add("Content-Type", type);
        response.body = body;
        network.answers[url] = std::move(response);
    }
    /// Everything that waits and is due. Jobs of other tests find nobody and are put back.
    void run_jobs() {
        const statuses::CardDeps cards{.pool = pool,
                                       .client = network,
                                       .resolver = resolver,
                                       .pictures = pictures,
                                       .clock = [this] { return now; }};
        const outbox::VerifyDeps verify{
            .pool = pool, .client = network, .instance = instance, .clock = [this] { return now; }};
        auto kinds = statuses::card_job_kinds(cards);
        kinds.push_back(outbox::verify_job_kind(verify));
        jobs::Wake wake;
        jobs::Worker worker(pool, wake, {.kinds = std::move(kinds), .batch = 1});
        while (worker.run_once() > 0) {
        }
    }
    Json post_link(const db::Account& who, const std::string& url, Json more = Json::object()) {
        Json body = {{"status", "read " + url}};
        body.update(more);
        return post_json("/api/v1/statuses", who, body);
    }
    Json card_after_reading(const db::Account& who, const std::string& id) {
        run_jobs();
        return get_json(status_path(id), who).at("card");
    }
    /// The smallest grey square that decoders take: 1 by 1, as PNG.
    static std::string tiny_png() {
        return *crypto::base64_decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAA"
            "AgABSK+kcQAAAABJRU5ErkJggg==");
    }
    std::string page() { return "https://blog.test/" + unique("page"); }
    media::Remote pictures{{.pool = pool,
                            .client = network,
                            .box = media.box,
                            .store = media.store,
                            .spool_folder = media.folder,
                            .clock = [this] { return now; }}};
    static std::string id_of(const Json& entity) { return entity.at("id").get<std::string>(); }
    Json update_profile(const db::Account& who, const Json& body) {
        const auto answer = send("PATCH",
                                 "/api/v1/accounts/update_credentials",
                                 &who,
                                 body.dump(),
                                 {{"Content-Type", "application/json"}});
        EXPECT_EQ(answer.status, 200) << answer.body;
        return json(answer);
    }
};

TEST_F(CardsTest, ALinkGetsACardOfWhatItsPageSays) {
    const auto ada = member();
    const auto url = page();
    serve(url,
          R"(<html lang="en"><head><title>not this</title>
             <meta property="og:title" content="Fractions &amp; more">
             <meta property="og:description" content="How to <b>teach</b> them">
             <meta property="og:site_name" content="The blog">
             <meta property="article:published_time" content="2026-01-02T03:04:05Z">
             <meta name="author" content="Ben"></head></html>)");
    const auto posted = post_link(ada, url);
    EXPECT_TRUE(posted.at("card").is_null()) << "it is read later";
    const auto card = card_after_reading(ada, id_of(posted));
    EXPECT_SCHEMA("PreviewCard", card);
    EXPECT_EQ(card.at("url"), url);
    EXPECT_EQ(card.at("title"), "Fractions & more");
    EXPECT_EQ(card.at("description"), "How to <b>teach</b> them") << "text, not HTML";
    EXPECT_EQ(card.at("provider_name"), "The blog");
    EXPECT_EQ(card.at("author_name"), "Ben");
    EXPECT_EQ(card.at("published_at"), "2026-01-02T03:04:05.000Z");
    EXPECT_EQ(card.at("html"), "");
    EXPECT_TRUE(card.at("image").is_null());

    const int before = network.requests;
    EXPECT_EQ(card_after_reading(ada, id_of(post_link(ada, url))).at("title"), card.at("title"));
    EXPECT_EQ(network.requests, before) << "one page is read once for all posts";
}

TEST_F(CardsTest, TheAuthorIsCreditedWhenBothSidesSaySo) {
    const auto ada = member("ada");
    const auto ben = member("ben");
    const auto creator = R"(<title>x</title><meta name="fediverse:creator" content="@)" +
                         ben.username + R"(@maple.test">)";
    const auto claimed = page();
    serve(claimed, creator);
    EXPECT_TRUE(card_after_reading(ada, id_of(post_link(ada, claimed))).at("authors").empty())
        << "a page alone puts nobody's name on itself";

    update_profile(ben, {{"attribution_domains", {"blog.test"}}});
    const auto agreed = page();
    serve(agreed, creator);
    const auto card = card_after_reading(ada, id_of(post_link(ada, agreed)));
    ASSERT_EQ(card.at("authors").size(), 1u);
    EXPECT_SCHEMA("PreviewCard", card);
    EXPECT_EQ(card.at("authors").at(0).at("account").at("id"), to_string(ben.id));
}

TEST_F(CardsTest, ACardShowsThePictureThatItsPageNames) {
    const auto ada = member();
    const auto url = page();
    const auto picture = "https://pictures.test/" + unique("p") + ".png";
    serve(picture, tiny_png(), "image/png");
    serve(url,
          "<title>x</title><meta property=og:image content='" + picture +
              "'><meta property=og:image:alt content='A grey &lt;b&gt;square'>");
    const auto card = card_after_reading(ada, id_of(post_link(ada, url)));
    EXPECT_SCHEMA("PreviewCard", card);
    EXPECT_EQ(card.at("image"), media.links.card_url(picture)) << "ours, not theirs";
    EXPECT_EQ(card.at("width"), 1);
    EXPECT_EQ(card.at("height"), 1);
    EXPECT_FALSE(card.at("blurhash").get<std::string>().empty());
    EXPECT_EQ(card.at("image_description"), "A grey <b>square");
    const int before = network.requests;
    const auto other = page();
    serve(other, "<title>y</title><meta property=og:image content='" + picture + "'>");
    EXPECT_TRUE(card_after_reading(ada, id_of(post_link(ada, other))).at("image").is_string());
    EXPECT_EQ(network.requests - before, 1) << "one picture is fetched once for all pages";
}

TEST_F(CardsTest, C17ACardGoesWithoutAPictureThatIsNone) {
    const auto ada = member();
    const auto at = "https://pictures.test/" + unique("p");
    serve(at, tiny_png(), "image/png");
    serve(at + ".svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml");
    serve(at + ".html", "<script>alert(1)</script>", "image/png");
    const struct {
        const char* name;
        std::string image;
        bool has_picture;
    } cases[] = {
        {"an honest picture", at, true},
        {"away", at + "/nowhere", false},
        {"a drawing that can run", at + ".svg", false},
        {"no picture", at + ".html", false},
        {"no address", "javascript:alert(1)", false},
        {"data", "data:image/png;base64,AAAA", false},
        {"a file", "file:///etc/passwd", false},
        {"too long", at + std::string(3'000, 'x'), false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto url = page();
        serve(url, "<title>x</title><meta property=og:image content='" + c.image + "'>");
        const auto card = card_after_reading(ada, id_of(post_link(ada, url)));
        ASSERT_TRUE(card.is_object());
        EXPECT_EQ(card.at("image").is_string(), c.has_picture);
    }
}

TEST_F(CardsTest, OEmbedFillsWhatThePageLeavesOut) {
    const auto ada = member();
    const auto url = page();
    serve(url, R"(<link rel="alternate" type="application/json+oembed" href="/oembed?u=1">)");
    serve("https://blog.test/oembed?u=1",
          R"({"title":"A film","author_name":"Cleo","author_url":"https://blog.test/cleo",
              "provider_name":"Films","html":"<script>alert(1)</script>"})",
          "application/json");
    const auto card = card_after_reading(ada, id_of(post_link(ada, url)));
    EXPECT_EQ(card.at("title"), "A film");
    EXPECT_EQ(card.at("author_name"), "Cleo");
    EXPECT_EQ(card.at("provider_name"), "Films");
    EXPECT_EQ(card.at("html"), "") << "a stranger's HTML goes to nobody";
}

TEST_F(CardsTest, WhatHasNothingToShowGetsNoCard) {
    const auto ada = member();
    const struct {
        const char* name;
        std::string body;
        const char* type;
    } cases[] = {
        {"no title", "<p>hello</p>", "text/html"},
        {"a picture", "<title>x</title>", "image/png"},
        {"no type", "<title>x</title>", ""},
        {"not UTF-8", "<title>\xff\xfe</title>", "text/html"},
        {"deep", std::string(100'000, '<'), "text/html"},
        {"nested",
         [] {
             std::string text;
             for (int i = 0; i < 4'000; ++i)
                 text += "<div>";
             return text;
         }(),
         "text/html"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto url = page();
        serve(url, c.body, c.type);
        EXPECT_TRUE(card_after_reading(ada, id_of(post_link(ada, url))).is_null());
    }
}

TEST_F(CardsTest, C21AHostilePageCostsLittleAndShowsLittle) {
    const auto ada = member();
    const auto repeated = [](const std::string& piece, std::size_t bytes) {
        std::string text;
        while (text.size() < bytes)
            text += piece;
        return text;
    };
    const auto title = std::string("<title>Honest</title>");
    const struct {
        const char* name;
        std::string body;
        bool has_card;
    } cases[] = {
        {"an honest page", title, true},
        {"many meta tags", title + repeated("<meta property=og:title content=x>", 900'000), true},
        {"one giant meta tag",
         R"(<meta property="og:title" content=")" + std::string(900'000, 'a') + R"(">)",
         true},
        {"unclosed attributes", title + repeated("<a b='", 500'000), true},
        {"broken entities", title + repeated("&#x&lt&", 500'000), true},
        {"comments in comments", title + repeated("<!--<!--", 500'000), true},
        {"nothing but brackets", repeated("<<<>", 900'000), false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto url = page();
        serve(url, c.body);
        const auto card = card_after_reading(ada, id_of(post_link(ada, url)));
        EXPECT_EQ(card.is_object(), c.has_card);
        if (card.is_object()) {
            EXPECT_LT(card.dump().size(), 8'000U);
        }
    }
}

TEST_F(CardsTest, C21NoPageLeadsUsFurtherThanThreeHops) {
    const auto ada = member();
    const auto title = std::string("<title>Honest</title>");
    const auto redirect = [&](const std::string& from, const std::string& to) {
        http::Response response{.status = 302};
        response.headers.add("Location", to);
        network.answers[from] = response;
    };
    const auto end = page();
    serve(end, title);
    const auto first = page();
    redirect(first, end);
    EXPECT_EQ(card_after_reading(ada, id_of(post_link(ada, first))).at("title"), "Honest");
    const auto loop = page();
    redirect(loop, loop + "?again");
    redirect(loop + "?again", loop);
    std::vector<std::string> chain;
    for (int i = 0; i < 20; ++i)
        chain.push_back(page());
    for (std::size_t i = 0; i + 1 < chain.size(); ++i)
        redirect(chain[i], chain[i + 1]);
    serve(chain.back(), title);
    for (const auto& url : {loop, chain.front()}) {
        const int before = network.requests;
        EXPECT_TRUE(card_after_reading(ada, id_of(post_link(ada, url))).is_null());
        EXPECT_LE(network.requests - before, 4);
    }
}

TEST_F(CardsTest, C22NoHtmlOfAPageReachesAClient) {
    const auto ada = member();
    const auto url = page();
    serve(url,
          R"(<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>
             <meta property="og:type" content="video">
             <meta property="og:video" content="https://blog.test/player">
             <meta property="og:video:type" content="text/html">
             <meta property="twitter:player" content="https://blog.test/player">
             <meta property="og:description" content="&lt;iframe src=x&gt;">
             <link rel="alternate" type="application/json+oembed" href="/oembed?u=2">)");
    serve(
        "https://blog.test/oembed?u=2",
        R"json({"type":"video","title":"A film","html":"<iframe src=\"https://blog.test\"></iframe>",
              "author_url":"javascript:alert(1)","provider_url":"data:text/html,x",
              "thumbnail_url":"javascript:alert(2)"})json",
        "application/json");
    const auto card = card_after_reading(ada, id_of(post_link(ada, url)));
    EXPECT_SCHEMA("PreviewCard", card);
    // The honest part: what a page says is shown, as text.
    EXPECT_EQ(card.at("title"), "<script>alert(1)</script>");
    EXPECT_EQ(card.at("type"), "link");
    EXPECT_EQ(card.at("html"), "");
    EXPECT_EQ(card.at("embed_url"), "");
    for (const auto* name : {"author_url", "provider_url"})
        EXPECT_EQ(card.at(name), "") << name;
    EXPECT_EQ(card.dump().find("javascript:"), std::string::npos);
}

TEST_F(CardsTest, LinksOfDirectPostsAreFollowedByNobody) {
    const auto ada = member();
    const auto url = page();
    serve(url, "<title>reset your password</title>");
    const auto posted = post_link(ada, url, {{"visibility", "direct"}});
    run_jobs();
    EXPECT_TRUE(get_json(status_path(id_of(posted)), ada).at("card").is_null());
    const auto mention =
        post_json("/api/v1/statuses", ada, {{"status", "@" + ada.username + " #x"}});
    EXPECT_TRUE(card_after_reading(ada, id_of(mention)).is_null()) << "neither is a link out";
}

TEST_F(CardsTest, AnEditChangesTheCardWithTheLink) {
    const auto ada = member();
    const auto first = page();
    const auto second = page();
    serve(first, "<title>first</title>");
    serve(second, "<title>second</title>");
    const auto id = id_of(post_link(ada, first));
    EXPECT_EQ(card_after_reading(ada, id).at("title"), "first");
    const auto edit = [&](const std::string& text) {
        const Json body = {{"status", text}};
        EXPECT_EQ(
            send("PUT", status_path(id), &ada, body.dump(), {{"Content-Type", "application/json"}})
                .status,
            200);
    };
    edit("still " + first);
    EXPECT_EQ(get_json(status_path(id), ada).at("card").at("title"), "first");
    edit("now " + second);
    EXPECT_EQ(card_after_reading(ada, id).at("title"), "second");
    edit("now nothing");
    EXPECT_TRUE(card_after_reading(ada, id).is_null());
}

TEST_F(CardsTest, A30AFieldIsVerifiedWhenItsPageLinksBack) {
    const auto ada = member("ada");
    const auto eve = member("eve");
    const auto mine = page();
    const auto others = page();
    serve(mine, R"(<a rel="nofollow me" href=")" + ada.url + R"(/">me</a>)");
    serve(others, R"(<a href=")" + ada.url + R"(">a fan</a>)");
    const auto fields = [](const std::vector<std::string>& values) {
        Json list = Json::object();
        for (std::size_t i = 0; i < values.size(); ++i)
            list[std::to_string(i)] = {{"name", "site"}, {"value", values[i]}};
        return Json{{"fields_attributes", list}};
    };
    const auto verified = [&](const db::Account& who, std::size_t at) {
        run_jobs();
        const auto account = get_json(path("/api/v1/accounts/", who), who);
        return account.at("fields").at(at).at("verified_at").is_string();
    };
    update_profile(ada, fields({mine, others, "see " + mine}));
    EXPECT_TRUE(verified(ada, 0));
    EXPECT_FALSE(verified(ada, 1)) << "a link without rel=me";
    EXPECT_FALSE(verified(ada, 2)) << "a field that is more than a link";
    update_profile(eve, fields({mine}));
    EXPECT_FALSE(verified(eve, 0)) << "somebody else's page";

    network.answers.erase(mine);
    update_profile(ada, fields({mine}));
    EXPECT_TRUE(verified(ada, 0)) << "a page that is away changes nothing";
    serve(mine, "<p>moved on</p>");
    update_profile(ada, fields({mine}));
    EXPECT_FALSE(verified(ada, 0));
}

} // namespace
