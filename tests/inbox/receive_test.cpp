#include "db/door_refusals.h"
#include "db/early_undos.h"
#include "db/follows.h"
#include "db/jobs.h"
#include "db/peering_requests.h"
#include "db/seen_activities.h"
#include "federation/proof.h"
#include "inbox/gone.h"
#include "inbox/incoming.h"
#include "inbox/receive.h"
#include "inbox/worker.h"
#include "jobs/wake.h"
#include "jobs/worker.h"
#include "tests/support/peers.h"

#include <thread>
#include <vector>

namespace {

/// The door with its writer thread, over rows that are committed; hosts are new for each test.
class ReceiveTest : public PeersTest {
  protected:
    ReceiveTest() {
        set_level(host, db::PeerLevel::Member);
        peers.reload();
        alice = actor("alice", host);
        carl = actor("carl", host);
    }
    ~ReceiveTest() override { writer_thread.request_stop(); }

    http::Response send(const PeerActor& by, const Json& activity) {
        return inbox::receive(door, post(by, "/inbox", dump_json(activity)), "");
    }
    Json like(const PeerActor& by) {
        return {{"@context", "https://www.w3.org/ns/activitystreams"},
                {"id", by.uri + "#likes/" + crypto::hex(crypto::random_bytes(6))},
                {"type", "Like"},
                {"actor", by.uri},
                {"object", "https://maple.test/users/bob/statuses/1"}};
    }
    /// How many jobs of that sender wait.
    std::size_t jobs_of(const PeerActor& sender) {
        db::Tx tx(test_pool());
        db::jobs::lock_claims(tx);
        std::size_t count = 0;
        for (const auto& job :
             db::jobs::claim(tx, {inbox::inbox_job}, 100'000, std::chrono::seconds{1}))
            count += job.lane == sender.uri ? 1 : 0;
        return count; // Rolled back: nobody holds them.
    }
    static std::string reason(const http::Response& response) {
        const auto body = parse_json(response.body);
        return body && body->contains("code") ? (*body)["code"].get<std::string>() : "";
    }

    const std::string host = new_host();
    jobs::Wake wake;
    moderation::Peers peers{test_pool(), instance, clock};
    inbox::DoorWriter writer{test_pool(), wake, clock};
    inbox::RefusalCounters refusals;
    inbox::KeyFetchSlots key_fetches{2};
    inbox::HostBuckets buckets{{.per_second = 1, .burst = 20}};
    inbox::Door door{.pool = test_pool(),
                     .instance = instance,
                     .peers = peers,
                     .signers = *signers,
                     .writer = writer,
                     .refusals = refusals,
                     .peering_fetcher = *fetcher,
                     .key_fetches = key_fetches,
                     .buckets = buckets,
                     .clock = clock};
    std::jthread writer_thread{[this](const std::stop_token& stop) { writer.run(stop); }};
    PeerActor alice{"", "", "", shared_key()};
    PeerActor carl{"", "", "", shared_key()};
};

TEST_F(ReceiveTest, Says202AfterTheJobIsStored) {
    EXPECT_EQ(send(alice, like(alice)).status, 202);
    EXPECT_EQ(jobs_of(alice), 1U);
}

TEST_F(ReceiveTest, D17_TheSameActivityInParallelIsOneJob) {
    const auto activity = like(alice);
    ASSERT_EQ(send(alice, like(alice)).status, 202); // The key is known now.
    std::vector<http::Request> requests;
    for (int i = 0; i < 12; ++i)
        requests.push_back(post(alice, "/inbox", dump_json(activity)));
    {
        std::vector<std::jthread> threads;
        for (const auto& request : requests)
            threads.emplace_back(
                [&, &one = request] { EXPECT_EQ(inbox::receive(door, one, "").status, 202); });
    }
    EXPECT_EQ(jobs_of(alice), 2U);
}

TEST_F(ReceiveTest, RefusesUnsignedWrongTypesAndMalformedBodies) {
    ASSERT_EQ(send(alice, like(alice)).status, 202);
    auto unsigned_request = post(alice, "/inbox", "{}");
    unsigned_request.headers.set("Signature", "");
    auto bare = http::Request{
        .method = "POST",
        .headers = {{"Host", "maple.test"}, {"Content-Type", "application/activity+json"}},
        .body = "{}"};
    ASSERT_TRUE(http::set_target(bare, "/inbox"));
    const auto response = inbox::receive(door, bare, "");
    EXPECT_EQ(response.status, 401);
    EXPECT_TRUE(response.headers.find("Accept-Signature"));
    EXPECT_EQ(inbox::receive(door, unsigned_request, "").status, 401);

    auto html = post(alice, "/inbox", dump_json(like(alice)));
    html.headers.set("Content-Type", "text/html");
    EXPECT_EQ(inbox::receive(door, html, "").status, 415);
    auto packed = post(alice, "/inbox", dump_json(like(alice)));
    packed.headers.set("Content-Encoding", "gzip");
    EXPECT_EQ(inbox::receive(door, packed, "").status, 415);
    EXPECT_EQ(inbox::receive(door, post(alice, "/inbox", "[]"), "").status, 400);
    EXPECT_EQ(inbox::receive(door, post(alice, "/inbox", "{"), "").status, 400);
    EXPECT_EQ(jobs_of(alice), 1U);
}

TEST_F(ReceiveTest, TheModeratorsInboxTakesReportsAndNothingElse) {
    const auto send_there = [&](const Json& activity) {
        return inbox::receive(door,
                              post(alice, "/actor/moderators/inbox", dump_json(activity)),
                              "",
                              inbox::Takes::Flags);
    };
    auto flag = like(alice);
    flag["type"] = "Flag";
    EXPECT_EQ(send_there(flag).status, 202);
    EXPECT_EQ(jobs_of(alice), 1U);
    for (const char* type : {"Like", "Create", "Follow", "Undo", "Delete"}) {
        auto other = like(alice);
        other["type"] = type;
        EXPECT_EQ(send_there(other).status, 403) << type;
    }
    EXPECT_EQ(jobs_of(alice), 1U);
}

TEST_F(ReceiveTest, A26_DuplicateKeysAreRefused) {
    const auto honest = dump_json(like(alice));
    ASSERT_EQ(inbox::receive(door, post(alice, "/inbox", honest), "").status, 202);
    const std::string twice =
        honest.substr(0, honest.size() - 1) + R"(,"actor":"https://x.example/"})";
    EXPECT_EQ(inbox::receive(door, post(alice, "/inbox", twice), "").status, 400);
}

TEST_F(ReceiveTest, A24_RearrangedDocumentsAreRefused) {
    auto activity = like(alice);
    ASSERT_EQ(send(alice, activity).status, 202);
    for (const auto* keyword : {"@graph", "@included", "@reverse", "@nest"}) {
        SCOPED_TRACE(keyword);
        auto rearranged = like(alice);
        rearranged[keyword] = Json::array();
        EXPECT_EQ(send(alice, rearranged).status, 400);
    }
    // A linked-data signature gives no rights: carl signed the request.
    activity["signature"] = {{"type", "RsaSignature2017"}, {"creator", alice.key_id()}};
    carl.key = crypto::PrivateKey::generate_rsa();
    publish(carl);
    EXPECT_EQ(send(carl, activity).status, 401);
}

TEST_F(ReceiveTest, A01_TheSignerMustBeTheActor) {
    ASSERT_EQ(send(alice, like(alice)).status, 202);
    EXPECT_EQ(send(carl, like(alice)).status, 401);
    const auto stranger = actor("mallory", new_host());
    set_level(stranger.host, db::PeerLevel::Member);
    peers.reload();
    EXPECT_EQ(send(stranger, like(alice)).status, 401);
    EXPECT_EQ(network.count(stranger.uri), 0U); // Of another origin: not even its key is read.
    EXPECT_EQ(jobs_of(alice), 1U);
}

TEST_F(ReceiveTest, A04_AnIdCannotBeMadeSeenByAnother) {
    auto activity = like(alice);
    auto squatting = like(carl);
    squatting["id"] = activity["id"];
    EXPECT_EQ(send(carl, squatting).status, 202);
    EXPECT_EQ(send(alice, activity).status, 202);
    EXPECT_EQ(jobs_of(alice), 1U);

    auto foreign = like(alice);
    foreign["id"] = "https://elsewhere.example/likes/1";
    EXPECT_EQ(send(alice, foreign).status, 400);
}

TEST_F(ReceiveTest, A19_OurOwnActorsDoNotWriteFromOutside) {
    auto activity = like(alice);
    ASSERT_EQ(send(alice, activity).status, 202);
    activity["actor"] = "https://maple.test/users/bob";
    activity["id"] = "https://maple.test/users/bob#likes/1";
    EXPECT_EQ(send(alice, activity).status, 401);
}

TEST_F(ReceiveTest, P15TheGateCountsEveryHostItSpeaksFor) {
    EXPECT_EQ(send(alice, like(alice)).status, 202);

    const auto stranger = actor("s", new_host());
    auto response = send(stranger, like(stranger));
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(reason(response), "actor-not-authorized");
    EXPECT_EQ(network.count(stranger.uri), 0U);

    auto boost = like(alice);
    boost["type"] = "Announce";
    boost["object"] = stranger.uri + "/notes/1";
    response = send(alice, boost);
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(reason(response), "principal-not-authorized");

    set_level(stranger.host, db::PeerLevel::Blocked);
    peers.reload();
    EXPECT_EQ(send(stranger, like(stranger)).status, 202);
    EXPECT_EQ(jobs_of(stranger), 0U);
    EXPECT_EQ(network.count(stranger.uri), 0U);
}

TEST_F(ReceiveTest, WhatIsRefusedAtTheDoorIsACounter) {
    const auto stranger = actor("s", new_host());
    for (int i = 0; i < 3; ++i)
        (void)send(stranger, like(stranger));
    refusals.flush(test_pool(), now);
    db::Tx tx(test_pool());
    EXPECT_EQ(db::door_refusals::count(tx, stranger.host, "actor-not-authorized"), 3);
}

TEST_F(ReceiveTest, WhoMayNotReadIsACounterAndWhoMayIsNone) {
    const auto stranger = actor("s", new_host());
    EXPECT_TRUE(inbox::recognise_reader(door, post(alice, "/users/bob", "{}")));
    for (int i = 0; i < 3; ++i) {
        auto altered = post(stranger, "/users/bob", "{}");
        altered.path = altered.target = "/users/ada";
        EXPECT_FALSE(inbox::recognise_reader(door, altered));
    }
    EXPECT_FALSE(inbox::recognise_reader(door, http::Request{.method = "GET", .path = "/users/b"}));
    refusals.flush(test_pool(), now);
    db::Tx tx(test_pool());
    EXPECT_EQ(db::door_refusals::count(tx, stranger.host, "read-refused"), 3);
    EXPECT_GE(db::door_refusals::count(tx, "", "read-unsigned"), 1);
    EXPECT_EQ(db::door_refusals::count(tx, host, "read-refused"), 0);
}

TEST_F(ReceiveTest, A34_ADeleteOfAnUnknownActorCostsNoFetch) {
    const auto zed = actor("zed", host);
    auto gone = like(zed);
    gone["type"] = "Delete";
    gone["object"] = zed.uri;
    EXPECT_EQ(send(zed, gone).status, 202);
    EXPECT_EQ(network.count(zed.uri), 0U);
    EXPECT_EQ(jobs_of(zed), 0U);
}

/// Alice is known, and then her key is nowhere to be had.
class FarewellTest : public ReceiveTest {
  protected:
    FarewellTest() { EXPECT_EQ(send(alice, like(alice)).status, 202); }

    // With a key that nobody lists any more.
    http::Response farewell() {
        const Json goodbye{{"@context", "https://www.w3.org/ns/activitystreams"},
                           {"id", alice.uri + "#delete" + crypto::hex(crypto::random_bytes(6))},
                           {"type", "Delete"},
                           {"actor", alice.uri},
                           {"object", alice.uri},
                           {"to", "https://www.w3.org/ns/activitystreams#Public"}};
        PeerActor late = alice;
        late.key = other_key();
        const auto response = send(late, goodbye);
        run_jobs();
        return response;
    }
    static const crypto::PrivateKey& other_key() {
        static const auto key = crypto::PrivateKey::generate_rsa();
        return key;
    }
    void run_jobs() {
        statuses::Fetcher posts{{.pool = test_pool(),
                                 .instance = instance,
                                 .resolver = *resolver,
                                 .peers = peers,
                                 .clock = clock}};
        const inbox::Work work{.pool = test_pool(),
                               .house = {.instance = instance,
                                         .peers = peers,
                                         .signers = *signers,
                                         .server_actor = server_actor.id},
                               .resolver = *resolver,
                               .posts = posts,
                               .clock = clock};
        jobs::Worker worker(test_pool(), wake, {.kinds = {inbox::gone_check_kind(work)}});
        while (worker.run_once() > 0) {
        }
    }
    bool is_deleted() {
        db::Tx tx(test_pool());
        return db::accounts::find_by_uri(tx, alice.uri)->deleted_at.has_value();
    }
};

TEST_F(FarewellTest, A34_OnlyA410OfItsOwnAddressDeletesAnActor) {
    const struct {
        const char* name;
        http::Response answer;
        bool deleted;
    } cases[] = {
        {"still there", http::activity_response(dump_json(alice.document())), false},
        {"missing", {.status = 404}, false},
        {"a parked page",
         {.status = 200, .headers = {{"Content-Type", "text/html"}}, .body = "<p>For sale</p>"},
         false},
        {"sent on to a host that says 410",
         {.status = 302, .headers = {{"Location", "https://parked.example/gone"}}},
         false},
        {"gone", {.status = 410}, true},
    };
    network.answer("https://parked.example/gone", {.status = 410});
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        now += std::chrono::hours{3}; // Past what is remembered of the last time.
        network.answer(alice.uri, c.answer);
        EXPECT_EQ(farewell().status, 202);
        EXPECT_EQ(is_deleted(), c.deleted);
    }
}

TEST_F(FarewellTest, AsksOnceAnHourAndNeverForAnythingElse) {
    network.answer(alice.uri, {.status = 404});
    farewell();
    const auto asked = network.count(alice.uri);
    farewell();
    EXPECT_EQ(network.count(alice.uri), asked);

    PeerActor late = alice;
    late.key = other_key();
    EXPECT_EQ(send(late, like(alice)).status, 401);
    auto of_another = like(alice);
    of_another["type"] = "Delete";
    of_another["object"] = carl.uri;
    EXPECT_EQ(send(late, of_another).status, 401);
}

TEST_F(ReceiveTest, AHostThatSendsTooMuchIsToldToWait) {
    int limited = 0;
    http::Response last;
    for (int i = 0; i < 25; ++i) {
        last = send(alice, like(alice));
        limited += last.status == 429 ? 1 : 0;
    }
    EXPECT_EQ(limited, 5);
    EXPECT_EQ(reason(last), "rate-limit-exceeded");
    EXPECT_TRUE(last.headers.find("Retry-After"));
    now += std::chrono::seconds{3};
    EXPECT_EQ(send(alice, like(alice)).status, 202);
}

TEST_F(ReceiveTest, AStrangersKeyDoesNotTakeTheLastThread) {
    ASSERT_EQ(send(alice, like(alice)).status, 202);
    const auto first = key_fetches.try_take("a.test");
    const auto second = key_fetches.try_take("b.test");
    const auto refused = send(carl, like(carl));
    EXPECT_EQ(refused.status, 503);
    EXPECT_TRUE(refused.headers.find("Retry-After"));
    EXPECT_EQ(send(alice, like(alice)).status, 202); // Known: needs no fetch.
}

TEST_F(ReceiveTest, A25_AProofCarriesAForwardedActivityAndAForgedOneNothing) {
    const auto ed25519 = crypto::PrivateKey::generate_ed25519();
    const std::string method = alice.uri + "#ed25519-key";
    Json document = alice.document();
    document["assertionMethod"] = {
        {{"id", method},
         {"type", "Multikey"},
         {"controller", alice.uri},
         {"publicKeyMultibase",
          "z" + crypto::base58("\xed\x01" + ed25519.public_key().ed25519_raw())}}};
    network.answer_document(alice.uri, document);

    const auto proven = federation::add_proof(like(alice), ed25519, method, now);
    ASSERT_TRUE(proven) << proven.error().detail;
    EXPECT_EQ(send(carl, *proven).status, 202);
    EXPECT_EQ(jobs_of(alice), 1U);

    auto changed = *proven;
    changed["object"] = "https://maple.test/users/bob/statuses/2";
    EXPECT_EQ(send(carl, changed).status, 401);
    const auto by_other =
        federation::add_proof(like(alice), crypto::PrivateKey::generate_ed25519(), method, now);
    EXPECT_EQ(send(carl, *by_other).status, 401);
    EXPECT_EQ(jobs_of(alice), 1U);
}

class PeeringTest : public ReceiveTest {
  protected:
    PeerActor house(const std::string& at) {
        PeerActor made{"https://" + at + "/actor", at, at, shared_key()};
        Json document = made.document();
        document["type"] = "Application";
        network.answer_document(made.uri, document);
        return made;
    }
    Json follow(const PeerActor& by) {
        auto activity = like(by);
        activity["type"] = "Follow";
        activity["object"] = "https://maple.test/actor";
        return activity;
    }
    bool is_held(const std::string& at) {
        db::Tx tx(test_pool());
        return db::peering_requests::find(tx, at).has_value();
    }
};

TEST_F(PeeringTest, AnUnknownHousesFollowIsHeldForAPersonOnce) {
    const auto other = house(new_host());
    EXPECT_EQ(send(other, follow(other)).status, 202);
    EXPECT_TRUE(is_held(other.host));
    EXPECT_EQ(send(other, follow(other)).status, 202);
    EXPECT_EQ(network.count(other.uri), 1U);
    EXPECT_EQ(jobs_of(other), 0U);
    db::Tx tx(test_pool());
    db::peering_requests::remove(tx, other.host);
    tx.commit();
}

TEST_F(PeeringTest, C18AStrangersHouseIsAskedForItsKeyAndForNothingElseUntilItIsLetIn) {
    const auto other = house(new_host());
    auto activity = follow(other);
    // Everything that it would like us to fetch.
    activity["icon"] = {{"type", "Image"}, {"url", "https://" + other.host + "/icon.png"}};
    activity["endpoints"] = {{"sharedInbox", "https://internal.test/inbox"}};
    activity["url"] = "https://internal.test/";
    EXPECT_EQ(send(other, activity).status, 202);
    EXPECT_TRUE(is_held(other.host));
    EXPECT_EQ(network.count(other.uri), 1U) << "the key, once";
    EXPECT_EQ(network.count_all(), 1U) << "and nothing beside it";
    EXPECT_EQ(jobs_of(other), 0U);
    db::Tx tx(test_pool());
    db::peering_requests::remove(tx, other.host);
    tx.commit();
}

TEST_F(PeeringTest, TwentyStrangersADayAreHeardAndTheNextIsAskedForNoKey) {
    std::vector<std::string> hosts;
    {
        db::Tx tx(test_pool());
        for (int i = 0; i < 20; ++i) {
            hosts.push_back(new_host());
            const auto uri = "https://" + hosts.back() + "/actor";
            ASSERT_TRUE(db::peering_requests::insert(tx,
                                                     {.host = hosts.back(),
                                                      .actor_uri = uri,
                                                      .follow_uri = uri + "/follow",
                                                      .received_at = now}));
        }
        tx.commit();
    }
    const auto late = house(new_host());
    EXPECT_EQ(send(late, follow(late)).status, 429);
    EXPECT_FALSE(is_held(late.host));
    EXPECT_EQ(network.count(late.uri), 0U) << "no key is fetched";
    db::Tx tx(test_pool());
    for (const auto& at : hosts)
        db::peering_requests::remove(tx, at);
    tx.commit();
    EXPECT_EQ(send(late, follow(late)).status, 202) << "there is room again";
    EXPECT_TRUE(is_held(late.host));
    db::Tx end(test_pool());
    db::peering_requests::remove(end, late.host);
    end.commit();
}

TEST_F(PeeringTest, APersonsFollowAndAForgedOneOpenNothing) {
    const auto person = actor("p", new_host());
    EXPECT_EQ(send(person, follow(person)).status, 401);
    EXPECT_FALSE(is_held(person.host));

    auto other = house(new_host());
    other.key = crypto::PrivateKey::generate_rsa();
    EXPECT_EQ(send(other, follow(other)).status, 401);
    EXPECT_FALSE(is_held(other.host));
    // Anybody may call themselves an Application; the house bears its host's name.
    const auto at = new_host();
    const PeerActor bot{"https://" + at + "/users/relay", "relay", at, shared_key()};
    Json document = bot.document();
    document["type"] = "Application";
    network.answer_document(bot.uri, document);
    EXPECT_EQ(send(bot, follow(bot)).status, 401);
    EXPECT_FALSE(is_held(at));
    // Anything else of an unknown house stays outside.
    const auto third = house(new_host());
    EXPECT_EQ(send(third, like(third)).status, 403);
}

} // namespace
