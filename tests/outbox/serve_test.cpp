#include "actors/local.h"
#include "base/crypto.h"
#include "db/blocks.h"
#include "db/follows.h"
#include "db/mentions.h"
#include "db/object_inboxes.h"
#include "db/peers.h"
#include "db/tombstones.h"
#include "federation/uris.h"
#include "outbox/serve.h"
#include "tests/support/database.h"

namespace {

using db::Visibility;

/// Real routes over committed rows; only who signed is told by the test. Names are new each time.
class ServeTest : public testing::Test {
  protected:
    const std::string mark = crypto::hex(crypto::random_bytes(4));
    const std::string host = "cedar-" + mark + ".example";
    const Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    outbox::ServeDeps deps{.pool = test_pool(), .instance = instance};
    http::Router router;
    db::Account bob;
    db::Account alice;
    std::optional<http::Signer> signer;

    ServeTest() {
        outbox::add_routes(router, deps);
        http::Recognise recognise;
        recognise.peer = [this](const http::Request&) -> Result<http::Signer> {
            if (!signer) return Error{Error::Kind::Unauthorized, "no signature"};
            return *signer;
        };
        router.recognise_with(recognise);
        db::Tx tx(test_pool());
        bob = *actors::create_local_account(tx, instance, {.name = "bob" + mark}, system_now());
        const std::string uri = "https://" + host + "/users/alice";
        alice = {.uri = uri,
                 .username = "alice",
                 .domain = host,
                 .host = host,
                 .inbox = uri + "/inbox",
                 .shared_inbox = "https://" + host + "/inbox"};
        alice.id = db::accounts::insert(tx, alice);
        db::peers::set_level(tx, host, db::PeerLevel::Member, "");
        actors::ensure_server_actor(tx, instance, system_now());
        tx.commit();
        signer = http::Signer{.account = alice.id, .uri = alice.uri, .host = host};
    }

    db::Status post(Visibility visibility, bool local_only = false) {
        db::Tx tx(test_pool());
        const Time now = system_now();
        const auto id = db::statuses::new_id(tx, now);
        db::Status status{.id = id,
                          .uri = federation::status_uri(instance, bob.username, id),
                          .author = bob.id,
                          .local = true,
                          .content = "<p>Hello</p>",
                          .visibility = visibility,
                          .local_only = local_only,
                          .created_at = now};
        status.thread = id.value;
        db::statuses::insert(tx, status);
        tx.commit();
        return status;
    }

    http::Response get(std::string target) {
        if (target.starts_with(instance.origin)) target = target.substr(instance.origin.size());
        http::Request request{
            .headers = {{"Accept", "application/activity+json"}, {"Host", instance.host}}};
        EXPECT_TRUE(http::set_target(request, target));
        return router.answer(request);
    }
    Json read(const std::string& target) {
        const auto response = get(target);
        EXPECT_EQ(response.status, 200) << target;
        return response.status == 200 ? Json::parse(response.body) : Json();
    }
};

TEST_F(ServeTest, AnActorIsForSignedRequestsOnly) {
    const auto response = get(bob.uri);
    ASSERT_EQ(response.status, 200);
    EXPECT_EQ(Json::parse(response.body)["id"], bob.uri);
    EXPECT_EQ(response.headers.get("content-type"), "application/activity+json; charset=utf-8");
    EXPECT_NE(response.headers.get("vary").find("Signature"), std::string_view::npos);
    EXPECT_EQ(response.headers.get("cache-control"), "private, no-store");
    signer.reset();
    EXPECT_EQ(get(bob.uri).status, 401);
    EXPECT_EQ(get(post(Visibility::Public).uri).status, 401);
}

TEST_F(ServeTest, WhatEverybodyMayAskNeedsNoSignature) {
    signer.reset();
    const auto server = read("/actor");
    EXPECT_EQ(server["type"], "Application");
    EXPECT_TRUE(server["publicKey"].is_object());
    const auto found = get("/.well-known/webfinger?resource=acct:" + bob.username + "@maple.test");
    ASSERT_EQ(found.status, 200);
    EXPECT_EQ(found.headers.get("access-control-allow-origin"), "*");
    EXPECT_EQ(found.headers.get("content-type"), "application/jrd+json; charset=utf-8");
    EXPECT_NE(found.body.find(bob.uri), std::string::npos);
    EXPECT_EQ(get("/.well-known/webfinger").status, 400);
    EXPECT_EQ(get("/.well-known/webfinger?resource=acct:nobody" + mark + "@maple.test").status,
              404);
    EXPECT_EQ(get("/.well-known/webfinger?resource=acct:bob@elsewhere.test").status, 404);
    EXPECT_NE(get("/.well-known/host-meta").body.find("lrdd"), std::string::npos);
    EXPECT_EQ(get("/.well-known/host-meta.json").status, 200);
    EXPECT_EQ(read("/.well-known/nodeinfo")["links"].size(), 3U);
    EXPECT_EQ(read("/nodeinfo/2.0")["version"], "2.0");
    EXPECT_EQ(read("/nodeinfo/2.1")["protocols"], Json::array({"activitypub"}));
}

TEST_F(ServeTest, APrivatePostAnswersLikeAMissingOneToOthers) { // P01, P08, P17, B18
    const auto missing = get("/users/" + bob.username + "/statuses/12345");
    EXPECT_EQ(missing.status, 404);
    const auto followers_only = post(Visibility::Private);
    const auto direct = post(Visibility::Direct);
    const auto local = post(Visibility::Public, true);
    for (const auto& status : {followers_only, direct, local}) {
        for (const char* part : {"", "/activity", "/replies", "/likes", "/shares"}) {
            const auto hidden = get(status.uri + part);
            EXPECT_EQ(hidden.status, 404);
            EXPECT_EQ(hidden.body, missing.body);
        }
        EXPECT_EQ(get(federation::context_uri(instance, status.thread)).status, 404);
    }
    {
        db::Tx tx(test_pool());
        db::follows::insert(tx,
                            {.follower = alice.id,
                             .followed = bob.id,
                             .accepted = false,
                             .created_at = system_now()});
        tx.commit();
    }
    EXPECT_EQ(get(followers_only.uri).status, 404) << "asked, never accepted";
    {
        db::Tx tx(test_pool());
        db::follows::accept(tx, alice.id, bob.id);
        db::mentions::insert_all(tx, direct.id, {alice.id}, false);
        tx.commit();
    }
    EXPECT_EQ(get(followers_only.uri).status, 200);
    EXPECT_EQ(get(direct.uri).status, 200);
    EXPECT_EQ(get(local.uri).status, 404);
}

TEST_F(ServeTest, EachIdAnswersWithItsObjectAndADeletedOneWithItsTombstone) {
    const auto status = post(Visibility::Public);
    EXPECT_EQ(read(status.uri)["id"], status.uri);
    const auto create = read(status.uri + "/activity");
    EXPECT_EQ(create["type"], "Create");
    EXPECT_EQ(create["id"], status.uri + "/activity");
    EXPECT_EQ(read(status.uri + "/likes")["totalItems"], 0);
    EXPECT_EQ(read(status.uri + "/shares")["totalItems"], 0);
    db::Tx tx(test_pool());
    EXPECT_EQ(db::object_inboxes::list(tx, status.uri).size(), 1U) << "it learns of changes";
    db::statuses::remove(tx, status.id);
    db::tombstones::insert(
        tx, {.uri = status.uri, .account_uri = bob.uri, .local = true, .deleted_at = system_now()});
    tx.commit();
    const auto gone = get(status.uri);
    EXPECT_EQ(gone.status, 410);
    EXPECT_EQ(Json::parse(gone.body)["type"], "Tombstone");
}

TEST_F(ServeTest, CollectionsHoldOnlyWhatIsPublicInPages) {
    std::vector<std::string> open;
    for (int i = 0; i < 25; ++i)
        open.push_back(post(i % 2 == 0 ? Visibility::Public : Visibility::Unlisted).uri);
    post(Visibility::Private);
    post(Visibility::Direct);
    post(Visibility::Public, true);
    const auto offer = read(bob.uri + "/outbox");
    EXPECT_EQ(offer["totalItems"], 25);
    std::vector<std::string> seen;
    std::string next = offer["first"];
    while (!next.empty()) {
        const auto page = read(next);
        EXPECT_LE(page["orderedItems"].size(), 40U);
        for (const Json& activity : page["orderedItems"])
            seen.push_back(activity["object"]["id"]);
        next = page.value("next", "");
    }
    std::ranges::reverse(seen);
    EXPECT_EQ(seen, open);
}

TEST_F(ServeTest, FollowersAreListedUnlessTheyAreHidden) {
    {
        db::Tx tx(test_pool());
        db::follows::insert(tx,
                            {.follower = alice.id,
                             .followed = bob.id,
                             .accepted = true,
                             .created_at = system_now()});
        tx.commit();
    }
    const auto offer = read(bob.uri + "/followers");
    EXPECT_EQ(offer["totalItems"], 1);
    EXPECT_EQ(read(offer["first"])["orderedItems"], Json::array({alice.uri}));
    EXPECT_EQ(read(bob.uri + "/followers_synchronization")["orderedItems"],
              Json::array({alice.uri}));
    signer->host = "elsewhere.example";
    EXPECT_EQ(read(bob.uri + "/followers_synchronization")["orderedItems"], Json::array());

    db::Tx tx(test_pool());
    bob.hide_collections = true;
    db::accounts::update_profile(tx, bob);
    tx.commit();
    const auto hidden = read(bob.uri + "/followers");
    EXPECT_EQ(hidden["totalItems"], 1);
    EXPECT_FALSE(hidden.contains("first"));
}

TEST_F(ServeTest, ABlockedSignerReadsNothingOfTheMember) {
    const auto status = post(Visibility::Public);
    db::Tx tx(test_pool());
    db::blocks::insert(tx, bob.id, alice.id, "");
    tx.commit();
    EXPECT_EQ(get(bob.uri).status, 403);
    EXPECT_EQ(get(bob.uri + "/outbox").status, 403);
    EXPECT_EQ(get(status.uri).status, 404);
}

TEST_F(ServeTest, AThreadThatBeganHereIsListedInItsOrder) {
    const auto status = post(Visibility::Public);
    const auto id = federation::context_uri(instance, status.thread);
    const auto offer = read(id);
    EXPECT_EQ(offer["attributedTo"], bob.uri);
    EXPECT_EQ(offer["totalItems"], 1);
    EXPECT_EQ(read(offer["first"])["orderedItems"], Json::array({status.uri}));
}

TEST_F(ServeTest, ADeletedMemberIsGone) {
    db::Tx tx(test_pool());
    db::accounts::set_deleted(tx, bob.id, system_now());
    tx.commit();
    EXPECT_EQ(get(bob.uri).status, 410);
    EXPECT_EQ(get("/.well-known/webfinger?resource=acct:" + bob.username + "@maple.test").status,
              410);
}

} // namespace
