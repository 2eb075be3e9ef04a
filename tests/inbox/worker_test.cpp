#include "db/audit_log.h"
#include "db/blocks.h"
#include "db/deliveries.h"
#include "db/failed_lookups.h"
#include "db/follows.h"
#include "db/group_bans.h"
#include "db/held_items.h"
#include "db/jobs.h"
#include "db/tombstones.h"
#include "db/users.h"
#include "inbox/incoming.h"
#include "inbox/worker.h"
#include "jobs/wake.h"
#include "moderation/held.h"
#include "tests/support/peers.h"

#include <fmt/format.h>

namespace {

/// Jobs as the door writes them, run by the real worker; everything is committed, so that names and
/// hosts are new for each test.
class WorkerTest : public PeersTest {
  protected:
    WorkerTest() {
        set_level(host, db::PeerLevel::Member);
        peers.reload();
        bob = member();
        alice = stored("alice");
    }

    db::Account member() {
        db::Tx tx(test_pool());
        auto made = actors::create_local_account(
            tx, instance, {.name = "m" + crypto::hex(crypto::random_bytes(6))}, now);
        db::users::insert(tx, {.account = made->id, .password_hash = "-", .last_active_at = now});
        tx.commit();
        return *made;
    }
    db::Account stored(const std::string& name, const std::string& type = "Person") {
        const auto peer = actor(name, host);
        Json document = peer.document();
        document["type"] = type;
        network.answer_document(peer.uri, document);
        const auto account = resolver->resolve_actor(peer.uri);
        EXPECT_TRUE(account);
        return *account;
    }

    void run(const db::Account& sender, const Json& activity) {
        inbox::Incoming incoming{.signer = sender.uri,
                                 .carrier = sender.uri,
                                 .received_at = now,
                                 .body = dump_json(activity)};
        {
            db::Tx tx(test_pool());
            db::jobs::insert(tx,
                             {{.kind = inbox::inbox_job,
                               .lane = sender.uri,
                               .payload = inbox::write_payload(incoming)}});
            tx.commit();
        }
        drain();
    }
    void drain() {
        jobs::Wake wake;
        jobs::Worker worker(test_pool(), wake, {.kinds = inbox::job_kinds(work)});
        while (worker.run_once() > 0) {
        }
    }

    Json activity(const std::string& type, const db::Account& by, const Json& object) {
        return {{"@context", "https://www.w3.org/ns/activitystreams"},
                {"id", by.uri + "#" + type + "/" + crypto::hex(crypto::random_bytes(6))},
                {"type", type},
                {"actor", by.uri},
                {"object", object}};
    }
    Json note(const db::Account& by, const std::vector<std::string>& mentioned) {
        Json made{{"id", by.uri + "/statuses/" + crypto::hex(crypto::random_bytes(6))},
                  {"type", "Note"},
                  {"attributedTo", by.uri},
                  {"content", "<p>Hello</p>"},
                  {"to", {"https://www.w3.org/ns/activitystreams#Public"}},
                  {"cc", mentioned},
                  {"tag", Json::array()}};
        for (const auto& uri : mentioned)
            made["tag"].push_back({{"type", "Mention"}, {"href", uri}});
        return made;
    }
    bool is_stored(const Json& object) {
        db::Tx tx(test_pool());
        return db::statuses::find_by_uri(tx, object["id"].get<std::string>()).has_value();
    }
    std::vector<db::AuditEntry> audit(const db::Account& sender) {
        db::Tx tx(test_pool());
        return db::audit_log::list_by_subject(tx, sender.uri);
    }
    std::optional<db::HeldItem> held_of(const db::Account& sender) {
        db::Tx tx(test_pool());
        for (const auto& item : db::held_items::list_open(tx))
            if (item.account == sender.id) return item;
        return std::nullopt;
    }

    const std::string host = new_host();
    moderation::Peers peers{test_pool(), instance, clock};
    inbox::House house{
        .instance = instance, .peers = peers, .signers = *signers, .server_actor = server_actor.id};
    statuses::Fetcher posts{{.pool = test_pool(),
                             .instance = instance,
                             .resolver = *resolver,
                             .peers = peers,
                             .clock = clock}};
    inbox::Work work{
        .pool = test_pool(), .house = house, .resolver = *resolver, .posts = posts, .clock = clock};
    db::Account bob, alice;
};

// GoToSocial's canAnnounce: the word of the boosted author, at its origin, for these two.
TEST_F(WorkerTest, ABoostThatNeedsLeaveStandsByAStampOfTheAuthor) {
    const auto carl = stored("carl");
    Json original = note(carl, {});
    original["interactionPolicy"] = {
        {"canAnnounce", {{"manualApproval", "https://www.w3.org/ns/activitystreams#Public"}}}};
    const auto uri = original["id"].get<std::string>();
    network.answer_document(uri, original);
    {
        db::Tx tx(test_pool());
        db::follows::insert(
            tx, {.follower = bob.id, .followed = alice.id, .accepted = true, .created_at = now});
        tx.commit();
    }
    const struct {
        const char* name;
        const char* property;
        const char* type;
        const db::Account& by;
        bool is_for_this = true;
        bool stands = false;
    } cases[] = {
        {"no stamp", "", "AnnounceAuthorization", carl},
        {"by the booster", "announceAuthorization", "AnnounceAuthorization", alice},
        {"for an answer", "announceAuthorization", "ReplyAuthorization", carl},
        {"for another boost", "announceAuthorization", "AnnounceAuthorization", carl, false},
        {"right", "announceAuthorization", "AnnounceAuthorization", carl, true, true},
        {"right, as before 0.21", "approvedBy", "AnnounceApproval", carl, true, true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        Json announce = activity("Announce", alice, uri);
        announce["to"] = "https://www.w3.org/ns/activitystreams#Public";
        const auto stamp = c.by.uri + "/stamps/" + crypto::hex(crypto::random_bytes(6));
        if (*c.property != 0) announce[c.property] = stamp;
        network.answer_document(
            stamp,
            {{"@context", "https://www.w3.org/ns/activitystreams"},
             {"id", stamp},
             {"type", c.type},
             {"attributedTo", c.by.uri},
             {"interactingObject", c.is_for_this ? announce["id"] : Json(alice.uri + "#another")},
             {"interactionTarget", uri}});
        run(alice, announce);
        EXPECT_EQ(is_stored(announce), c.stands);
        if (c.stands) run(alice, activity("Undo", alice, announce));
    }
}

TEST_F(WorkerTest, CarriesAFollowToItsRow) {
    run(alice, activity("Follow", alice, bob.uri));
    db::Tx tx(test_pool());
    EXPECT_TRUE(db::follows::is_following(tx, alice.id, bob.id));
    EXPECT_TRUE(audit(alice).empty());
}

TEST_F(WorkerTest, AForgedObjectLeavesATraceInTheAuditLogAndNoOther) {
    const auto honest = note(alice, {bob.uri});
    run(alice, activity("Create", alice, honest));
    EXPECT_TRUE(is_stored(honest));

    const auto carl = stored("carl");
    const auto forged = note(carl, {bob.uri});
    run(alice, activity("Create", alice, forged));
    EXPECT_FALSE(is_stored(forged));
    ASSERT_EQ(audit(alice).size(), 1U);
    EXPECT_EQ(audit(alice)[0].verdict, "drop");
}

TEST_F(WorkerTest, ABlockedSenderIsDroppedWithoutAnAnswer) {
    {
        db::Tx tx(test_pool());
        db::blocks::insert(tx, bob.id, alice.id, "");
        tx.commit();
    }
    run(alice, activity("Follow", alice, bob.uri));
    db::Tx tx(test_pool());
    EXPECT_FALSE(db::follows::find(tx, alice.id, bob.id));
    ASSERT_EQ(audit(alice).size(), 1U);
    EXPECT_EQ(audit(alice)[0].verdict, "drop");
    EXPECT_EQ(audit(alice)[0].reason, "blocked");
}

TEST_F(WorkerTest, D12_AFloodOfAGuestIsHeldUntilAPersonLetsItPass) {
    set_level(host, db::PeerLevel::Guest);
    peers.reload();
    std::vector<std::string> many{bob.uri};
    for (int i = 0; i < 30; ++i)
        many.push_back(fmt::format("https://maple.test/users/nobody{}", i));
    const auto flood = note(alice, many);
    run(alice, activity("Create", alice, flood));
    EXPECT_FALSE(is_stored(flood));
    const auto held = held_of(alice);
    ASSERT_TRUE(held);
    EXPECT_EQ(held->reason, "mention-flood");

    {
        db::Tx tx(test_pool());
        ASSERT_TRUE(moderation::decide_held(tx, held->id, db::HeldDecision::Released, "test", now));
        tx.commit();
    }
    drain();
    EXPECT_TRUE(is_stored(flood));
}

TEST_F(WorkerTest, WhatAPersonRejectsIsToldToItsSenderOnceAnHour) {
    set_level(host, db::PeerLevel::Guest);
    peers.reload();
    std::vector<std::string> many;
    for (int i = 0; i < 26; ++i)
        many.push_back("https://maple.test/users/x" + std::to_string(i));
    const auto reject_one = [&] {
        run(alice, activity("Create", alice, note(alice, many)));
        const auto held = held_of(alice);
        ASSERT_TRUE(held);
        db::Tx tx(test_pool());
        ASSERT_TRUE(moderation::decide_held(tx, held->id, db::HeldDecision::Rejected, "test", now));
        tx.commit();
        drain();
    };
    reject_one();
    reject_one();
    db::Tx tx(test_pool());
    EXPECT_EQ(db::deliveries::count_for_host(tx, host), 1);
    db::deliveries::lock_claims(tx);
    for (const auto& delivery : db::deliveries::claim(tx, {.most = 100'000})) {
        if (delivery.inbox.host != host) continue;
        const auto body = Json::parse(db::deliveries::find_body(tx, delivery.body));
        EXPECT_EQ(body.at("type"), "Reject");
        EXPECT_EQ(body.at("actor"), server_actor.uri);
        EXPECT_EQ(body.at("object").at("type"), "Create");
    }
}

TEST_F(WorkerTest, ADeletedActorsPostsAreErasedInJobs) {
    {
        db::Tx tx(test_pool());
        db::follows::insert(
            tx, {.follower = bob.id, .followed = alice.id, .accepted = true, .created_at = now});
        tx.commit();
    }
    const auto first = note(alice, {});
    const auto second = note(alice, {});
    run(alice, activity("Create", alice, first));
    run(alice, activity("Create", alice, second));
    ASSERT_TRUE(is_stored(first) && is_stored(second));
    run(alice, activity("Delete", alice, alice.uri));
    EXPECT_FALSE(is_stored(first) || is_stored(second));
    db::Tx tx(test_pool());
    EXPECT_TRUE(db::accounts::find(tx, alice.id)->deleted_at);
    EXPECT_FALSE(db::follows::find(tx, bob.id, alice.id));
    EXPECT_TRUE(db::tombstones::find(tx, first["id"].get<std::string>()));
}

TEST_F(WorkerTest, AHostThatWasTakenOffTheListMeanwhileIsRefused) {
    set_level(host, db::PeerLevel::Unknown);
    peers.reload();
    const auto late = note(alice, {bob.uri});
    run(alice, activity("Create", alice, late));
    EXPECT_FALSE(is_stored(late));
    ASSERT_EQ(audit(alice).size(), 1U);
    EXPECT_EQ(audit(alice)[0].reason, "actor-not-authorized");
}

TEST_F(WorkerTest, APostOfWhichOnlyTheIdWasGivenIsReadAtItsOrigin) {
    const auto object = note(alice, {bob.uri});
    network.answer_document(object["id"].get<std::string>(), object);
    run(alice, activity("Create", alice, object["id"]));
    EXPECT_TRUE(is_stored(object));

    // Of another origin it is not even asked for.
    const std::string foreign = "https://" + new_host() + "/1";
    run(alice, activity("Create", alice, foreign));
    EXPECT_EQ(network.count(foreign), 0U);
}

TEST_F(WorkerTest, A22_AGroupSpeaksForItsOwnHouseOnly) {
    const auto group = stored("staff", "Group");
    const auto inner = [&](const db::Account& author) {
        auto post = note(author, {bob.uri});
        return std::pair{post, activity("Announce", group, activity("Create", author, post))};
    };
    const auto [own, announce] = inner(alice);
    run(group, announce);
    EXPECT_TRUE(is_stored(own));

    db::Account stranger = alice;
    stranger.uri = "https://" + new_host() + "/users/dan";
    const auto [forged, relayed] = inner(stranger);
    run(group, relayed);
    EXPECT_FALSE(is_stored(forged));
}

TEST_F(WorkerTest, ABanFromAGroupIsNoPersonalBlock) {
    const auto group = stored("staff", "Group");
    auto ban = activity("Block", alice, bob.uri);
    ban["target"] = group.uri;
    run(group, activity("Announce", group, ban));
    db::Tx tx(test_pool());
    EXPECT_TRUE(db::group_bans::exists(tx, group.uri, bob.id, now));
    EXPECT_FALSE(db::blocks::find(tx, alice.id, bob.id));
}

class FollowersSyncTest : public WorkerTest {
  protected:
    FollowersSyncTest() {
        db::Tx tx(test_pool());
        db::follows::insert(
            tx, {.follower = bob.id, .followed = alice.id, .accepted = true, .created_at = now});
        tx.commit();
    }
    void claim(const std::string& digest, const std::string& list_url) {
        inbox::Incoming incoming{.signer = alice.uri,
                                 .carrier = alice.uri,
                                 .received_at = now,
                                 .sync = inbox::SyncClaim{.url = list_url, .digest = digest},
                                 .body = dump_json(activity("Create", alice, note(alice, {})))};
        db::Tx tx(test_pool());
        db::jobs::insert(tx,
                         {{.kind = inbox::inbox_job,
                           .lane = alice.uri,
                           .payload = inbox::write_payload(incoming)}});
        tx.commit();
    }
    Json list(const std::vector<std::string>& uris) {
        return {{"id", url}, {"type", "OrderedCollection"}, {"orderedItems", uris}};
    }
    bool bob_follows() {
        db::Tx tx(test_pool());
        return db::follows::is_following(tx, bob.id, alice.id);
    }
    const std::string url = "https://" + host + "/users/alice/followers_synchronization";
    const std::string none = std::string(64, '0');
};

TEST_F(FollowersSyncTest, EndsFollowsThatTheOtherSideDoesNotHave) {
    const auto eve = member();
    network.answer_document(url, list({eve.uri}));
    claim(none, url);
    drain();
    EXPECT_FALSE(bob_follows());
}

TEST_F(FollowersSyncTest, B19_WhatCannotBeReadChangesNothingAndIsNotAskedAgain) {
    network.answer(url, {.status = 500});
    claim(none, url);
    drain();
    claim(std::string(64, '1'), url);
    drain();
    EXPECT_TRUE(bob_follows());
    EXPECT_EQ(network.count(url), 1U);
}

TEST_F(FollowersSyncTest, B19_ALongerListThanWeReadEndsNoFollow) {
    Json page = list({});
    page["type"] = "OrderedCollectionPage";
    page["next"] = url + "?page=2";
    network.answer_document(url, page);
    Json second = page;
    second["id"] = url + "?page=2";
    second["next"] = "https://" + new_host() + "/more";
    network.answer_document(url + "?page=2", second);
    claim(none, url);
    drain();
    EXPECT_TRUE(bob_follows());
}

// Only its id is given: the origin's copy counts, and what is gone there goes here.
class UpdateByIdTest : public WorkerTest {
  protected:
    UpdateByIdTest() {
        follow(bob, alice);
        document = note(alice, {});
        id = document["id"].get<std::string>();
        run(alice, activity("Create", alice, document));
        EXPECT_TRUE(is_stored(document));
    }

    void follow(const db::Account& follower, const db::Account& followed) {
        db::Tx tx(test_pool());
        db::follows::insert(tx,
                            {.follower = follower.id, .followed = followed.id, .accepted = true});
        tx.commit();
    }
    db::Status standing() {
        db::Tx tx(test_pool());
        return db::statuses::find_by_uri(tx, id).value_or(db::Status{});
    }
    void update() { run(alice, activity("Update", alice, id)); }

    Json document;
    std::string id;
};

TEST_F(UpdateByIdTest, ReadsTheNewVersionAtItsOrigin) {
    now += std::chrono::minutes{1};
    document["content"] = "<p>Better</p>";
    document["updated"] = format_iso8601(now);
    network.answer_document(id, document);
    update();
    EXPECT_EQ(standing().content, "<p>Better</p>");
    EXPECT_TRUE(standing().edited_at);
}

TEST_F(UpdateByIdTest, RemovesWhatIsGoneThere) {
    const Json tombstone{{"id", id}, {"type", "Tombstone"}, {"formerType", "Note"}};
    const struct {
        const char* name;
        int status;
        bool removed;
    } cases[] = {{"away", 0, false}, {"broken", 500, false}, {"gone", 410, true}};
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto answer = http::activity_response(dump_json(tombstone));
        answer.status = c.status;
        network.answer(id, answer);
        now += std::chrono::hours{3}; // Past what is remembered of the last time.
        update();
        EXPECT_EQ(is_stored(document), !c.removed);
    }
}

TEST_F(UpdateByIdTest, ATombstoneIsOneWithAnyStatus) {
    network.answer_document(id, {{"id", id}, {"type", "Tombstone"}});
    update();
    EXPECT_FALSE(is_stored(document));
}

TEST_F(UpdateByIdTest, RemovesWhatIsMissingADayLaterAgain) {
    network.answer(id, {.status = 404});
    update();
    EXPECT_TRUE(is_stored(document));
    now += std::chrono::hours{25};
    update();
    EXPECT_FALSE(is_stored(document));
}

TEST_F(UpdateByIdTest, ANeighbourCannotMakeUsForgetAStandingPost) {
    const auto mallory = stored("mallory");
    network.answer_document(id, document);
    run(mallory, activity("Update", mallory, id));
    EXPECT_TRUE(is_stored(document));
    EXPECT_EQ(standing().author, alice.id);
}

TEST_F(UpdateByIdTest, ABoostAfterADayAsksWhetherThePostStillStands) {
    network.answer(id, {.status = 410});
    run(alice, activity("Announce", alice, id));
    EXPECT_TRUE(is_stored(document)) << "our copy is young";
    now += std::chrono::hours{25};
    run(alice, activity("Announce", alice, id));
    EXPECT_FALSE(is_stored(document));
}

} // namespace
