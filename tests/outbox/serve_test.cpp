#include "db/blocks.h"
#include "db/featured_tags.h"
#include "db/follows.h"
#include "db/mentions.h"
#include "db/object_inboxes.h"
#include "db/pins.h"
#include "db/quote_authorizations.h"
#include "db/tags.h"
#include "db/tombstones.h"
#include "federation/uris.h"
#include "tests/outbox/serve_support.h"

namespace {

using db::Visibility;

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

TEST_F(ServeTest, P01_P08_P17_B18_APrivatePostAnswersLikeAMissingOneToOthers) {
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

TEST_F(ServeTest, ASuspendedMemberIsKnownAgainAndNothingElse) {
    {
        db::Tx tx(test_pool());
        bob.display_name = "Bob of Maple";
        bob.note = "<p>Maths</p>";
        db::accounts::update_profile(tx, bob);
        tx.commit();
    }
    EXPECT_EQ(read(bob.uri)["name"], "Bob of Maple");
    const auto status = post(Visibility::Public);
    {
        db::Tx tx(test_pool());
        db::accounts::set_suspended(tx, bob.id, system_now());
        tx.commit();
    }
    const auto actor = read(bob.uri);
    EXPECT_EQ(actor["suspended"], true);
    EXPECT_EQ(actor["preferredUsername"], bob.username);
    EXPECT_TRUE(actor["publicKey"].is_object());
    EXPECT_EQ(actor.dump().find("Bob of Maple"), std::string::npos);
    EXPECT_EQ(actor.dump().find("Maths"), std::string::npos);
    for (const char* part : {"/outbox", "/followers", "/following", "/collections/featured"})
        EXPECT_EQ(get(bob.uri + part).status, 404) << part;
    EXPECT_EQ(get(status.uri).status, 404);
    // The actor is found, so that its mark is read.
    EXPECT_EQ(get("/.well-known/webfinger?resource=acct:" + bob.username + "@maple.test").status,
              200);
}

TEST_F(ServeTest, PinsTagsAndFollowingAreListed) {
    const auto pinned = post(Visibility::Public);
    const auto hidden = post(Visibility::Private);
    {
        db::Tx tx(test_pool());
        db::pins::insert(tx, bob.id, pinned.id);
        db::pins::insert(tx, bob.id, hidden.id);
        db::tags::ensure(tx, {"maths" + mark}, {"Maths" + mark});
        db::featured_tags::insert(tx, bob.id, "maths" + mark);
        db::follows::insert(tx,
                            {.follower = bob.id,
                             .followed = alice.id,
                             .accepted = true,
                             .created_at = system_now()});
        tx.commit();
    }
    const auto featured = read(bob.uri + "/collections/featured");
    EXPECT_EQ(featured["orderedItems"], Json::array({pinned.uri})); // P08
    EXPECT_EQ(featured["totalItems"], 1);
    const auto tags = read(bob.uri + "/collections/tags");
    ASSERT_EQ(tags["items"].size(), 1U);
    EXPECT_EQ(tags["items"][0]["type"], "Hashtag");
    EXPECT_EQ(tags["items"][0]["name"], "#Maths" + mark);
    const auto following = read(bob.uri + "/following");
    EXPECT_EQ(following["totalItems"], 1);
    EXPECT_EQ(read(following["first"])["orderedItems"], Json::array({alice.uri}));
}

TEST_F(ServeTest, AStampIsReadUntilItIsWithdrawn) {
    const auto quoted = post(Visibility::Public);
    const std::string quoting = alice.uri + "/statuses/1";
    std::int64_t number = 0;
    {
        db::Tx tx(test_pool());
        number = db::quote_authorizations::ensure(tx, quoted.id, quoting, system_now())->id;
        tx.commit();
    }
    const auto uri = federation::quote_authorization_uri(instance, bob.username, number);
    const auto stamp = read(uri);
    EXPECT_EQ(stamp["type"], "QuoteAuthorization");
    EXPECT_EQ(stamp["attributedTo"], bob.uri);
    EXPECT_EQ(stamp["interactingObject"], quoting);
    EXPECT_EQ(stamp["interactionTarget"], quoted.uri);
    EXPECT_EQ(get(federation::quote_authorization_uri(instance, bob.username, number + 1)).status,
              404);
    db::Tx tx(test_pool());
    db::quote_authorizations::withdraw(tx, quoted.id, quoting, system_now());
    tx.commit();
    EXPECT_EQ(get(uri).status, 404);
}

TEST_F(ServeTest, TheFirstPageOfAnswersHasAnAddressWithoutANumber) {
    const auto status = post(Visibility::Public);
    std::string answer;
    {
        db::Tx tx(test_pool());
        const auto id = db::statuses::new_id(tx, system_now());
        db::Status reply{.id = id,
                         .uri = federation::status_uri(instance, bob.username, id),
                         .author = bob.id,
                         .local = true,
                         .in_reply_to = status.id,
                         .in_reply_to_uri = status.uri,
                         .in_reply_to_account = bob.id,
                         .thread = status.thread,
                         .content = "<p>Again</p>",
                         .created_at = system_now()};
        db::statuses::insert(tx, reply);
        tx.commit();
        answer = reply.uri;
    }
    const auto offer = read(status.uri + "/replies");
    EXPECT_EQ(offer["first"], status.uri + "/replies?page=true");
    const auto page = read(offer["first"]);
    EXPECT_EQ(page["id"], offer["first"]);
    EXPECT_EQ(page["orderedItems"], Json::array({answer}));
    EXPECT_GE(read("/nodeinfo/2.1")["usage"]["localComments"], 1);
}

// B10: else two servers that both sign their fetches wait for each other's keys.
TEST_F(ServeTest, B10_TheServerActorAloneIsServedUnsigned) {
    EXPECT_EQ(get(bob.uri).status, 200);
    signer.reset();
    EXPECT_EQ(get("/actor").status, 200);
    EXPECT_EQ(get(bob.uri).status, 401);
}

TEST_F(ServeTest, B17_NoSharedCacheKeepsASignedAnswer) {
    const auto status = post(Visibility::Public);
    const auto direct = post(Visibility::Direct);
    for (const auto& target : {bob.uri,
                               bob.uri + "/outbox?page=true",
                               status.uri,
                               status.uri + "/replies",
                               direct.uri,
                               bob.uri + "/statuses/1"}) {
        SCOPED_TRACE(target);
        for (const bool is_signed : {true, false}) {
            if (!is_signed) signer.reset();
            const auto response = get(target);
            EXPECT_EQ(response.headers.get("cache-control"), "private, no-store");
            if (response.status != 200) continue;
            const auto vary = std::string(response.headers.get("vary"));
            for (const char* name : {"Accept", "Signature", "Signature-Input"})
                EXPECT_NE(vary.find(name), std::string::npos) << vary;
        }
        signer = http::Signer{.account = alice.id, .uri = alice.uri, .host = host};
    }
}

} // namespace
