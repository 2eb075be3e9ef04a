#include "http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

http::Request get(std::string target, http::Headers headers = {}) {
    http::Request request{.method = "GET", .headers = std::move(headers), .address = "192.0.2.1"};
    request.path = target;
    if (!http::set_target(request, target)) request.target = target;
    return request;
}

http::Request send(std::string method, std::string target, http::Headers headers = {}) {
    auto request = get(std::move(target), std::move(headers));
    request.method = std::move(method);
    return request;
}

http::Handler says(std::string text) {
    return
        [text](const http::Call&) -> Result<http::Response> { return http::text_response(text); };
}

std::string header(const http::Response& response, std::string_view name) {
    return std::string(response.headers.get(name));
}

class RouterTest : public ::testing::Test {
  protected:
    RouterTest() {
        using enum http::Access;
        router.add({"GET", "/", Anyone, "", says("start")});
        router.add({"GET", "/@{name}", OptionalSession, "", says("page"), http::Media::Html});
        router.add({"GET", "/@{name}", Peer, "", says("actor"), http::Media::ActivityPub});
        router.add({"GET", "/users/{name}", Peer, "", says("actor"), http::Media::ActivityPub});
        router.add({"GET", "/users/{name}", Anyone, "", says("to page"), http::Media::Html});
        router.add({"POST", "/inbox", Inbox, "", says("taken")});
        router.add({"GET", "/api/v1/statuses/{id}", OptionalToken, "read:statuses", echo()});
        router.add({"DELETE", "/api/v1/statuses/{id}", Token, "write:statuses", says("deleted")});
        router.add({"GET", "/api/v1/statuses/home", Token, "", says("literal")});
        router.add({"GET", "/api/v1/instance", Anyone, "", says("instance")});
        router.add({"POST", "/api/v1/accounts", AppToken, "write:accounts", says("account")});
        router.add({"GET", "/oauth/authorize", Anyone, "", says("authorize")});
        router.add({"GET", "/settings", Session, "", says("settings"), http::Media::Html});
        router.add({"POST", "/settings", Session, "", says("saved"), http::Media::Html});
        router.add(
            {"GET", "/api/v1/broken", Anyone, "", [](const http::Call&) -> Result<http::Response> {
                 throw std::runtime_error("password=hunter2");
             }});
        router.recognise_with({.token = token, .session = session, .peer = peer});
    }

    static http::Handler echo() {
        return [](const http::Call& call) -> Result<http::Response> {
            return http::text_response(std::string(call.param("id")) + "," + to_string(call.me()) +
                                       "," + call.form.text("q"));
        };
    }
    static Result<http::Caller> token(std::string_view bearer) {
        if (bearer == "teacher") {
            return http::Caller{.account = {7}, .token = {1}, .scopes = {"read", "write"}};
        }
        if (bearer == "reader")
            return http::Caller{.account = {7}, .token = {2}, .scopes = {"read"}};
        if (bearer == "app") return http::Caller{.token = {3}, .scopes = {"read", "write"}};
        return Error{Error::Kind::Unauthorized, "no such token"};
    }
    static std::optional<http::Caller> session(const http::Request& request) {
        if (request.headers.get("Cookie") != "session=s") return std::nullopt;
        return http::Caller{.account = {7}, .session = "hash"};
    }
    static Result<http::Signer> peer(const http::Request& request) {
        if (!request.headers.find("Signature")) return Error{Error::Kind::Unauthorized, "unsigned"};
        return http::Signer{.uri = "https://cedar.example/actor", .host = "cedar.example"};
    }

    http::Router router;
};

} // namespace

TEST_F(RouterTest, DeniesByDefault) {
    const struct {
        const char* method;
        const char* target;
        http::Headers headers;
        int status;
    } cases[] = {
        {"GET", "/", {}, 200},
        {"GET", "/nowhere", {}, 404},
        {"GET", "/api/v1/statuses/", {}, 404},
        {"GET", "/oauth/authorize/?a=b", {}, 200},
        {"GET", "/oauth/authorize//", {}, 404},
        {"GET", "/oauth/", {}, 404},
        {"GET", "/api/v1/statuses/5/", {}, 200},
        {"GET", "/api/v1/instance/", {}, 200},
        {"GET", "/api/v1/instance//", {}, 404},
        {"GET", "/api/", {}, 404},
        {"GET", "/api/v1/statuses/5", {}, 200},
        {"GET", "/api/v1/statuses/5", {{"Authorization", "Bearer teacher"}}, 200},
        {"GET", "/api/v1/statuses/5", {{"Authorization", "Bearer wrong"}}, 401},
        {"GET", "/api/v1/statuses/home", {}, 401},
        {"GET", "/api/v1/statuses/home", {{"Authorization", "Bearer reader"}}, 200},
        {"GET", "/api/v1/statuses/home", {{"Authorization", "bearer reader"}}, 200},
        {"GET", "/api/v1/statuses/home", {{"Authorization", "Basic reader"}}, 401},
        {"GET",
         "/api/v1/statuses/home",
         {{"Authorization", "Bearer reader"}, {"Authorization", "Bearer reader"}},
         401},
        {"GET", "/api/v1/statuses/home?access_token=reader", {}, 401},
        {"GET", "/api/v1/statuses/home", {{"Cookie", "session=s"}}, 401},
        {"GET", "/api/v1/statuses/home", {{"Authorization", "Bearer app"}}, 422},
        {"DELETE", "/api/v1/statuses/5", {{"Authorization", "Bearer teacher"}}, 200},
        {"DELETE", "/api/v1/statuses/5", {{"Authorization", "Bearer reader"}}, 403},
        {"POST", "/api/v1/accounts", {{"Authorization", "Bearer app"}}, 200},
        {"POST", "/api/v1/accounts", {}, 401},
        {"GET", "/users/ada", {}, 401},
        {"GET", "/users/ada", {{"Signature", "s"}}, 200},
        {"POST", "/inbox", {}, 200},
        {"GET", "/settings", {{"Cookie", "session=s"}}, 200},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.method) + " " + c.target);
        EXPECT_EQ(router.answer(send(c.method, c.target, c.headers)).status, c.status);
    }
}

TEST_F(RouterTest, DecodesTheSegmentAndTheForm) {
    EXPECT_EQ(router.answer(get("/api/v1/statuses/%C3%A4?q=a+b")).body, "\xC3\xA4,0,a b");
}

TEST_F(RouterTest, SendsBrowsersWithoutASessionToTheSignInPageAndBack) {
    const auto response = router.answer(get("/settings?tab=1&x=//evil.test"));
    EXPECT_EQ(response.status, 303);
    EXPECT_EQ(header(response, "Location"),
              "/sign-in?return_to=%2Fsettings%3Ftab%3D1%26x%3D%2F%2Fevil.test");
}

TEST_F(RouterTest, O06RefusesAFormOfAnotherSite) {
    const http::Headers honest{{"Cookie", "session=s"},
                               {"Host", "maple.example"},
                               {"Origin", "https://maple.example"},
                               {"Sec-Fetch-Site", "same-origin"}};
    EXPECT_EQ(router.answer(send("POST", "/settings", honest)).status, 200);
    auto foreign = honest;
    foreign.set("Origin", "https://evil.test");
    EXPECT_EQ(router.answer(send("POST", "/settings", foreign)).status, 403);
    auto cross = honest;
    cross.set("Sec-Fetch-Site", "cross-site");
    EXPECT_EQ(router.answer(send("POST", "/settings", cross)).status, 403);
}

TEST_F(RouterTest, E14ChoosesByAcceptAndSaysSo) {
    const struct {
        const char* accept;
        const char* body;
    } cases[] = {
        {"text/html", "page"},
        {"*/*", "page"},
        {"application/json", "page"},
        {"", "page"},
        {"application/activity+json", "actor"},
        {"Application/Activity+JSON; charset=utf-8", "actor"},
        {"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", "actor"},
        {"application/ld+json;profile=\"a,b;c\";q=0.9, text/html;q=0.1", "actor"},
        {"application/ld+json", "actor"},
        {"text/html;q=0.5, application/activity+json", "actor"},
        {"application/activity+json, application/ld+json, text/html;q=0.1", "actor"},
        {"text/html, application/activity+json;q=0.5", "page"},
        {"text/html, application/activity+json;q=0", "page"},
        {"application/activity+json;q=0", "page"},
        {"text/plain; x=\"application/activity+json\"", "page"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.accept);
        const auto response =
            router.answer(get("/@ada", {{"Accept", c.accept}, {"Signature", "s"}}));
        EXPECT_EQ(response.body, c.body);
        EXPECT_EQ(header(response, "Vary"), "Accept");
        EXPECT_EQ(header(response, "Cache-Control"), "private, no-store");
    }
}

// PROTOCOL section 2: the id of an object is not its page.
TEST_F(RouterTest, E14AnObjectsIdAnswersTheObjectUnlessHtmlIsNamed) {
    const struct {
        const char* accept;
        const char* body;
    } cases[] = {{"*/*", "actor"},
                 {"", "actor"},
                 {"application/json", "actor"},
                 {"application/activity+json", "actor"},
                 {"text/html", "to page"},
                 {"text/html,application/xhtml+xml,*/*;q=0.8", "to page"},
                 {"application/activity+json, text/html;q=0.1", "actor"}};
    for (const auto& c : cases) {
        SCOPED_TRACE(c.accept);
        const auto response =
            router.answer(get("/users/ada", {{"Accept", c.accept}, {"Signature", "s"}}));
        EXPECT_EQ(response.body, c.body);
    }
}

TEST_F(RouterTest, E13OnePathHasOneSpelling) {
    EXPECT_EQ(router.answer(get("/api/v1/instance")).status, 200);
    for (const auto* target : {"//api/v1/instance",
                               "/api//v1/instance",
                               "/api/v1/./instance",
                               "/x/../api/v1/instance",
                               "/%2e%2e/api/v1/instance",
                               "/api/v1%2Finstance",
                               "/api%5cv1/instance",
                               "/API/v1/instance",
                               "/api/v1/instance%00",
                               "/api/v1/instance%0d%0a",
                               "/api/v1/instance.json"}) {
        SCOPED_TRACE(target);
        http::Request request;
        const auto set = http::set_target(request, target);
        if (!set) {
            EXPECT_EQ(set.error().kind, Error::Kind::NotFound);
            continue;
        }
        EXPECT_EQ(router.answer(request).status, 404);
    }
    http::Request once;
    ASSERT_TRUE(http::set_target(once, "/a%2541?b=%2F%2e"));
    EXPECT_EQ(once.path, "/a%41");
    EXPECT_EQ(once.query, "b=%2F%2e");
    for (const auto* target :
         {"", "x", "http://maple.example/", "/a b", "/a%zz", "/a%4", "/a#b", "/\x01", "/\xff"}) {
        SCOPED_TRACE(target);
        http::Request request;
        const auto set = http::set_target(request, target);
        ASSERT_FALSE(set);
        EXPECT_EQ(set.error().kind, Error::Kind::Invalid);
    }
}

TEST_F(RouterTest, AnswersHeadOptionsAndWrongMethods) {
    const auto head = router.answer(send("HEAD", "/api/v1/instance"));
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(header(head, "Content-Length"), "8");
    const auto wrong = router.answer(send("PUT", "/api/v1/statuses/5"));
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(header(wrong, "Allow"), "DELETE, GET, HEAD, OPTIONS");
    EXPECT_EQ(header(router.answer(send("OPTIONS", "/settings")), "Allow"),
              "GET, HEAD, OPTIONS, POST");
}

TEST_F(RouterTest, O16CorsIsForTokensNotForCookies) {
    for (const auto* path : {"/api/v1/instance",
                             "/api/v1/statuses/home",
                             "/api/nowhere",
                             "/api/v1/broken",
                             "/oauth/token",
                             "/.well-known/webfinger",
                             "/nodeinfo/2.0"}) {
        SCOPED_TRACE(path);
        for (const auto* method : {"GET", "OPTIONS"}) {
            const auto response =
                router.answer(send(method, path, {{"Origin", "https://elk.zone"}}));
            EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "*");
            EXPECT_FALSE(response.headers.find("Access-Control-Allow-Credentials"));
            EXPECT_NE(header(response, "Access-Control-Expose-Headers").find("Link"),
                      std::string::npos);
        }
        const auto preflight = router.answer(
            send("OPTIONS",
                 path,
                 {{"Origin", "https://elk.zone"}, {"Access-Control-Request-Method", "POST"}}));
        EXPECT_EQ(preflight.status, 204);
        EXPECT_NE(header(preflight, "Access-Control-Allow-Headers").find("Authorization"),
                  std::string::npos);
        EXPECT_NE(header(preflight, "Access-Control-Allow-Methods").find("DELETE"),
                  std::string::npos);
    }
    EXPECT_FALSE(router.answer(get("/settings")).headers.find("Access-Control-Allow-Origin"));
    EXPECT_FALSE(router.answer(get("/@ada")).headers.find("Access-Control-Allow-Origin"));
    EXPECT_FALSE(router.answer(get("/apiary")).headers.find("Access-Control-Allow-Origin"));
}

TEST_F(RouterTest, E11AnExceptionTellsNothing) {
    const auto response = router.answer(get("/api/v1/broken"));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body, R"({"error":"Internal error"})");
}

TEST(Errors, E11DetailStaysInside) {
    for (const auto audience :
         {http::Audience::Clients, http::Audience::Peers, http::Audience::Browsers}) {
        for (const auto kind : {Error::Kind::Invalid,
                                Error::Kind::Unauthorized,
                                Error::Kind::Forbidden,
                                Error::Kind::NotFound,
                                Error::Kind::Gone,
                                Error::Kind::TooLarge,
                                Error::Kind::WrongType,
                                Error::Kind::Unprocessable,
                                Error::Kind::RateLimited,
                                Error::Kind::Unavailable}) {
            const auto response = http::error_response({kind, "secret"}, audience);
            EXPECT_GE(response.status, 400);
            EXPECT_EQ(response.body.find("secret"), std::string::npos);
        }
    }
    const auto refusal = http::error_response(
        {.kind = Error::Kind::Forbidden, .detail = "secret", .reason = "peer-unknown"},
        http::Audience::Peers);
    EXPECT_EQ(refusal.status, 403);
    EXPECT_EQ(header(refusal, "Content-Type"), "application/problem+json");
    const auto body = Json::parse(refusal.body);
    EXPECT_EQ(body["type"], "https://w3id.org/fep/c180#actor-not-authorized");
    EXPECT_EQ(body["code"], "peer-unknown");
    const auto page =
        http::error_response({.detail = "", .shown = "<script>"}, http::Audience::Browsers);
    EXPECT_EQ(page.body.find("<script>"), std::string::npos);
}

TEST_F(RouterTest, LimitsCallersAndSaysWhenTheyMayComeBack) {
    Time now{};
    router.limit_with({.per_address = 2, .per_token = 3}, [&now] { return now; });
    const auto call = [&](std::string address, std::string bearer = "") {
        auto request = get("/api/v1/statuses/5");
        if (!bearer.empty()) request.headers.add("Authorization", "Bearer " + bearer);
        request.address = std::move(address);
        return router.answer(request);
    };
    const auto first = call("192.0.2.1");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(header(first, "X-RateLimit-Limit"), "2");
    EXPECT_EQ(header(first, "X-RateLimit-Remaining"), "1");
    EXPECT_EQ(header(first, "X-RateLimit-Reset"), "1970-01-01T00:05:00.000Z");
    EXPECT_EQ(call("192.0.2.1").status, 200);
    now += std::chrono::seconds(100);
    const auto third = call("192.0.2.1");
    EXPECT_EQ(third.status, 429);
    EXPECT_EQ(header(third, "Retry-After"), "200");
    EXPECT_EQ(call("192.0.2.2").status, 200);
    EXPECT_EQ(header(call("192.0.2.1", "teacher"), "X-RateLimit-Remaining"), "2");
    // A wrong token is no way around the limit of its address.
    EXPECT_EQ(call("192.0.2.1", "wrong").status, 429);
    // One household has many addresses of IPv6.
    EXPECT_EQ(call("2001:db8:1:2::1").status, 200);
    EXPECT_EQ(call("2001:db8:1:2::2").status, 200);
    EXPECT_EQ(call("2001:db8:1:2::3").status, 429);
    EXPECT_EQ(call("2001:db8:1:3::3").status, 200);
    // Peers have limits of their own.
    auto delivery = send("POST", "/inbox");
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(router.answer(delivery).status, 200);
    now += std::chrono::seconds(201);
    EXPECT_EQ(call("192.0.2.1").status, 200);

    router.limit_with({.per_address = 0, .per_token = 0});
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(call("192.0.2.1").status, 200);
    EXPECT_FALSE(call("192.0.2.1").headers.find("X-RateLimit-Limit"));
}

TEST(Caller, HoldsAScopeByItsBeginning) {
    const http::Caller caller{.scopes = {"write", "read:statuses", "follow"}};
    EXPECT_TRUE(caller.has_scope(""));
    EXPECT_TRUE(caller.has_scope("write:favourites"));
    EXPECT_TRUE(caller.has_scope("read:statuses"));
    EXPECT_TRUE(caller.has_scope("read:follows"));
    EXPECT_TRUE(caller.has_scope("profile read:statuses"));
    EXPECT_FALSE(caller.has_scope("read"));
    EXPECT_FALSE(caller.has_scope("read:accounts"));
    EXPECT_FALSE(caller.has_scope("writer"));
    EXPECT_FALSE(caller.has_scope("admin:write"));
}

TEST(Redirect, E08ForeignTextDoesNotEndTheHeaderLine) {
    EXPECT_EQ(header(http::redirect_response("/a?b=c%20d"), "Location"), "/a?b=c%20d");
    EXPECT_EQ(header(http::redirect_response("/a\r\nSet-Cookie: x"), "Location"),
              "/a%0D%0ASet-Cookie:%20x");
}
