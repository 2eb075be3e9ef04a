#include "api/push_job.h"
#include "base/uri.h"
#include "base/web_push.h"
#include "db/mentions.h"
#include "db/oauth_apps.h"
#include "db/oauth_tokens.h"
#include "db/push_subscriptions.h"
#include "jobs/wake.h"
#include "jobs/worker.h"
#include "outbox/serve.h"
#include "tests/api/client_support.h"
#include "timelines/fan_out.h"

#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>

#include <set>
#include <thread>

namespace {

/// Attacks that belong to no single group of endpoints, by their ids in the list of attacks; each
/// after what honest people do in its place.
class AttacksTest : public ClientTest {
  protected:
    static std::string id_of(const Json& entity) { return entity.at("id").get<std::string>(); }

    db::Account ada = member("ada");
    db::Account bob = member("bob");
    db::Account eve = member("eve");
};

TEST_F(AttacksTest, P09WhatIsNotYoursIsNotFoundByItsNumber) {
    const auto scheduled = post_json(
        "/api/v1/statuses",
        ada,
        {{"status", "later"}, {"scheduled_at", format_iso8601(now + std::chrono::hours{2})}});
    const auto hidden =
        post_json("/api/v1/statuses", ada, {{"status", "draft"}, {"visibility", "private"}});
    const auto edited = status_path(id_of(hidden));
    EXPECT_EQ(
        send("PUT", edited, &ada, R"({"status":"final"})", {{"Content-Type", "application/json"}})
            .status,
        200);
    const auto gone = post_json("/api/v1/statuses", ada, {{"status", "regretted"}});
    ASSERT_EQ(send("DELETE", status_path(id_of(gone)), &ada).status, 200);
    const auto waiting = "/api/v1/scheduled_statuses/" + id_of(scheduled);
    const struct {
        std::string path;
        int author, stranger;
    } cases[] = {
        {waiting, 200, 404},
        {edited, 200, 404},
        {edited + "/history", 200, 404},
        {edited + "/source", 200, 404},
        {status_path(id_of(gone)), 404, 404},
        {status_path(id_of(gone), "/history"), 404, 404},
        {status_path(id_of(gone), "/source"), 404, 404},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.path);
        EXPECT_EQ(get(c.path, ada).status, c.author);
        EXPECT_EQ(get(c.path, eve).status, c.stranger);
    }
    EXPECT_EQ(send("DELETE", waiting, &eve).status, 404);
    EXPECT_EQ(get(waiting, ada).status, 200);
}

TEST_F(AttacksTest, O15APollTakesOneVoteOfEachHoweverItIsAsked) {
    const auto poll = [&](int expires_in) {
        return post_json("/api/v1/statuses",
                         ada,
                         {{"status", "Which?"},
                          {"poll", {{"options", {"this", "that"}}, {"expires_in", expires_in}}}})
            .at("poll");
    };
    const auto open = "/api/v1/polls/" + id_of(poll(3'600));
    const Json choice{{"choices", {0}}};
    EXPECT_EQ(post_json(open + "/votes", bob, choice).at("voted"), true);
    EXPECT_EQ(get_json(open, ada).at("votes_count"), 1);

    // Many at once: one counts.
    std::atomic<int> taken = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                const Json own{{"choices", {i % 2}}};
                if (post(open + "/votes", eve, own).status == 200) ++taken;
            });
        }
    }
    EXPECT_EQ(taken, 1);
    EXPECT_EQ(get_json(open, ada).at("votes_count"), 2);
    EXPECT_EQ(get_json(open, ada).at("voters_count"), 2);
    // One's own, again, nothing, both of one, beyond the last, for somebody else.
    EXPECT_EQ(post(open + "/votes", ada, choice).status, 422);
    EXPECT_EQ(post(open + "/votes", bob, choice).status, 422);
    const auto dan = member("dan");
    for (const Json& wrong : {Json{{"choices", Json::array()}},
                              Json{{"choices", {0, 1}}},
                              Json{{"choices", {2}}},
                              Json{{"choices", {-1}}}})
        EXPECT_EQ(post(open + "/votes", dan, wrong).status, 422) << wrong.dump();
    EXPECT_EQ(post_json(open + "/votes", dan, {{"choices", {1}}, {"account_id", to_string(eve.id)}})
                  .at("own_votes"),
              Json::array({1}));
    EXPECT_EQ(get_json(open, eve).at("votes_count"), 3);
    EXPECT_EQ(get_json(open, eve).at("own_votes").size(), 1U);

    const auto closed = "/api/v1/polls/" + id_of(poll(300));
    now += std::chrono::hours{1};
    EXPECT_EQ(post(closed + "/votes", bob, choice).status, 422);
    EXPECT_EQ(get_json(closed, ada).at("votes_count"), 0);
}

TEST_F(AttacksTest, O20EachModeratorsOperationNeedsItsOwnPermission) {
    {
        db::Tx tx(pool);
        db::users::set_role(tx, ada.id, db::Role::Owner);
        tx.commit();
    }
    std::set<std::string> all;
    std::vector<http::Route> routes;
    for (const auto& route : router.routes()) {
        if (route.pattern.find("/admin/") == std::string::npos) continue;
        EXPECT_TRUE(route.scope.starts_with("admin:read") || route.scope.starts_with("admin:write"))
            << route.pattern << " " << route.scope;
        all.insert(route.scope);
        routes.push_back(route);
    }
    ASSERT_GT(routes.size(), 40U);
    for (const auto& route : routes) {
        SCOPED_TRACE(route.method + " " + route.pattern);
        auto target = route.pattern;
        for (auto at = target.find('{'); at != std::string::npos; at = target.find('{'))
            target.replace(at, target.find('}') - at + 1, "1234567");
        const auto ask = [&](std::vector<std::string> with, const db::Account& who) {
            scopes = std::move(with);
            return send(route.method, target, &who, "{}", {{"Content-Type", "application/json"}});
        };
        EXPECT_NE(ask({route.scope}, ada).status, 403);
        std::vector<std::string> others{"read", "write", "follow", "profile"};
        // All but its own and the one that holds it.
        std::ranges::copy_if(all, std::back_inserter(others), [&](const std::string& scope) {
            return !route.scope.starts_with(scope);
        });
        EXPECT_EQ(ask(others, ada).status, 403) << "an owner with all other scopes";
        EXPECT_EQ(ask({"admin:read", "admin:write", "read", "write"}, eve).status, 403)
            << "all scopes and no role";
    }
}

TEST_F(AttacksTest, P19NothingBeyondTheHandleLeavesTheHouse) {
    const auto email = unique("robin.real-name") + "@school.test";
    const auto name = unique("pupil");
    const auto pupil = insert({.uri = instance.origin + "/users/" + name,
                               .username = name,
                               .url = instance.origin + "/@" + name,
                               .inbox = instance.origin + "/users/" + name + "/inbox",
                               .discoverable = true,
                               .created_at = now});
    {
        db::Tx tx(pool);
        db::users::insert(
            tx, {.account = pupil.id, .email = email, .created_at = now, .last_active_at = now});
        tx.commit();
    }
    http::Router outside;
    const outbox::ServeDeps serving{.pool = pool, .instance = instance};
    outbox::add_routes(outside, serving);
    const auto knock = [&](const std::string& target) {
        http::Request request{.method = "GET"};
        EXPECT_TRUE(http::set_target(request, target)) << target;
        return outside.answer(request);
    };
    const auto sink = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(500);
    const auto before = spdlog::default_logger();
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
    spdlog::set_level(spdlog::level::debug);

    // The honest twin: who knows the handle finds the account.
    EXPECT_EQ(knock("/.well-known/webfinger?resource=acct:" + name + "@maple.test").status, 200);
    std::vector<http::Response> answers;
    for (const auto& resource :
         {"acct:" + name + "@maple.test", "acct:" + email, "mailto:" + email, email})
        answers.push_back(knock("/.well-known/webfinger?resource=" + percent_encode(resource)));
    for (const auto* path : {"/.well-known/nodeinfo", "/nodeinfo/2.0", "/nodeinfo/2.1", "/actor"})
        answers.push_back(knock(path));
    for (const auto& path : {std::string("/api/v1/instance"),
                             std::string("/api/v2/instance"),
                             "/api/oembed?url=" + percent_encode(pupil.url),
                             path("/api/v1/accounts/", pupil),
                             "/api/v1/accounts/lookup?acct=" + percent_encode(email)})
        answers.push_back(send("GET", path, nullptr));
    for (const auto& path : {path("/api/v1/accounts/", pupil),
                             path("/api/v1/accounts/", pupil, "/statuses"),
                             "/api/v1/accounts/lookup?acct=" + name,
                             "/api/v1/accounts/lookup?acct=" + percent_encode(email),
                             "/api/v1/accounts/search?q=" + percent_encode(email),
                             "/api/v2/search?resolve=true&q=" + percent_encode(email),
                             "/api/v2/search?q=" + name,
                             std::string("/api/v1/directory?local=true"),
                             std::string("/api/v1/admin/accounts?email=") + percent_encode(email),
                             path("/api/v1/admin/accounts/", pupil)})
        answers.push_back(send("GET", path, &eve));
    spdlog::set_default_logger(before);
    for (const auto& answer : answers)
        EXPECT_EQ(answer.body.find(email), std::string::npos) << answer.body;
    for (const auto& line : sink->last_formatted())
        EXPECT_EQ(line.find("real-name"), std::string::npos) << line;
}

/// Takes what is pushed.
class Push : public http::Client {
  public:
    Result<http::Response> send(const http::Outgoing& request, const http::Limits&) override {
        bodies.push_back(request.body);
        return http::Response{.status = 201};
    }
    std::vector<std::string> bodies;
};

TEST_F(AttacksTest, H14NoPathTakesAStrangersHtmlAsItIs) {
    // As it would lie in the database had the cleaner failed.
    auto rex = stranger();
    rex.display_name = "<img src=x onerror=alert(1)>";
    {
        db::Tx tx(pool);
        db::accounts::update_profile(tx, rex);
        tx.commit();
    }
    const auto key = crypto::generate_p256();
    const auto auth = crypto::random_bytes(16);
    {
        db::Tx tx(pool);
        const auto app = db::oauth_apps::insert(tx, {.client_id = unique("app"), .name = "An app"});
        const auto token = db::oauth_tokens::insert(
            tx, {.token_hash = unique("hash"), .app = app, .account = ada.id, .created_at = now});
        db::push_subscriptions::put(tx,
                                    {.token = token,
                                     .account = ada.id,
                                     .endpoint = "https://push.test/x",
                                     .public_key = crypto::base64url(key.point),
                                     .auth = crypto::base64url(auth),
                                     .standard = true,
                                     .alerts = {"mention"}});
        tx.commit();
    }
    const auto pushed = [&](const std::string& content) {
        const auto status = post_by(rex, db::Visibility::Public, {.content = content});
        {
            db::Tx tx(pool);
            db::mentions::insert_all(tx, status.id, {ada.id}, false);
            timelines::fan_out(tx, *db::statuses::find(tx, status.id), now);
            tx.commit();
        }
        const auto vapid = crypto::generate_p256();
        Push service;
        jobs::Wake wake;
        jobs::Worker worker(pool,
                            wake,
                            {.kinds = {api::push_kind({.pool = pool,
                                                       .client = service,
                                                       .instance = instance,
                                                       .links = media.links,
                                                       .vapid_key = vapid,
                                                       .clock = [this] { return now; }})}});
        while (worker.run_once() > 0) {
        }
        std::string text;
        for (const auto& body : service.bodies) {
            if (const auto read = web_push::decrypt(key, auth, body)) text = *read;
        }
        EXPECT_FALSE(text.empty());
        return text.empty() ? Json::object() : Json::parse(text);
    };
    EXPECT_EQ(pushed("<p>Hello <b>you</b></p>").at("body"), "Hello you");
    const auto hostile = pushed("<p>Hi<script>alert(1)</script><img src=x onerror=alert(2)></p>");
    const auto body = hostile.at("body").get<std::string>();
    EXPECT_EQ(body.find('<'), std::string::npos) << body;
    EXPECT_EQ(body.find("alert"), std::string::npos) << body;

    // What is embedded elsewhere is HTML of ours: names are text in it.
    auto own = ada;
    own.display_name = rex.display_name;
    {
        db::Tx tx(pool);
        db::accounts::update_profile(tx, own);
        tx.commit();
    }
    const auto status = post_json("/api/v1/statuses", ada, {{"status", "<script>x</script>"}});
    const auto embedded = json(send(
        "GET", "/api/oembed?url=" + percent_encode(status.at("url").get<std::string>()), nullptr));
    const auto html = embedded.at("html").get<std::string>();
    EXPECT_EQ(html.find("<img"), std::string::npos) << html;
    EXPECT_EQ(html.find("<script"), std::string::npos) << html;
    // Translation hands nothing on at all.
    EXPECT_EQ(post(status_path(id_of(status), "/translate"), bob).status, 403);
}

} // namespace
