#include "db/appeal_reviews.h"
#include "db/audit_chain.h"
#include "db/audit_log.h"
#include "federation/appeal_review.h"
#include "federation/checkpoint.h"
#include "federation/proof.h"
#include "tests/support/handlers.h"

#include <fmt/format.h>

namespace {

using inbox::handle_offer;

class OfferTest : public HandlerTest {
  protected:
    OfferTest() {
        cedar = peer("actor", "cedar.test");
        cedar.actor_type = "Application";
        cedar.is_server_actor = true;
        put_key(cedar);
    }
    void put_key(const db::Account& owner) {
        db::account_keys::put_remote(tx,
                                     {.key_uri = owner.uri + "#ed25519-key",
                                      .account = owner.id,
                                      .algorithm = "ed25519",
                                      .public_pem = key.public_key().pem()});
    }
    Json checkpoint(std::int64_t line, char digit = 'a') const {
        return federation::render_checkpoint({.id = cedar.uri + "#audit-checkpoints/1",
                                              .actor = cedar.uri,
                                              .line = line,
                                              .hash = std::string(64, digit),
                                              .at = now});
    }
    Json proven(const Json& document) const {
        return *federation::add_proof(document, key, cedar.uri + "#ed25519-key", now);
    }
    Result<inbox::Outcome> offer(const db::Account& by, const Json& object) {
        const inbox::House whole{.instance = house.instance,
                                 .peers = house.peers,
                                 .signers = house.signers,
                                 .server_actor = server_actor.id};
        return handle_offer(tx, whole, received(by, activity("Offer", by, object)));
    }
    std::size_t kept() { return db::audit_chain::list_kept(tx, "cedar.test", 100).size(); }

    crypto::PrivateKey key = crypto::PrivateKey::generate_ed25519();
    db::Account cedar;
};

TEST_F(OfferTest, KeepsACheckpointOfAMemberOnce) {
    const auto document = proven(checkpoint(7));
    EXPECT_EQ(*offer(cedar, document), applied);
    EXPECT_EQ(*offer(cedar, document), ignored);
    const auto found = db::audit_chain::list_kept(tx, "cedar.test", 10);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].number, 7);
    // As it was signed, so that it still proves something.
    EXPECT_EQ(*parse_json(found[0].document), document);
}

TEST_F(OfferTest, AnotherHashOfTheSameLineIsWrittenDown) {
    ASSERT_EQ(*offer(cedar, proven(checkpoint(7))), applied);
    ASSERT_EQ(*offer(cedar, proven(checkpoint(8))), applied);
    EXPECT_TRUE(db::audit_log::list_by_subject(tx, "cedar.test").empty());
    ASSERT_EQ(*offer(cedar, proven(checkpoint(7, 'b'))), applied);
    const auto entries = db::audit_log::list_by_subject(tx, "cedar.test");
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].act, "checkpoint.contradiction");
    EXPECT_EQ(kept(), 3U);
}

TEST_F(OfferTest, KeepsNothingThatIsNotProvenByTheServerActorOfAMember) {
    auto person = peer("teacher", "cedar.test");
    person.actor_type = "Person";
    auto stranger = peer("actor", "evil.test");
    stranger.actor_type = "Application";
    stranger.is_server_actor = true;
    auto changed = proven(checkpoint(7));
    changed["auditLine"] = 8;
    auto short_hash = checkpoint(7);
    short_hash["auditHash"] = "abc";
    auto no_line = checkpoint(7);
    no_line["auditLine"] = -1;
    EXPECT_FALSE(offer(cedar, checkpoint(7))) << "no proof";
    EXPECT_FALSE(offer(cedar, changed)) << "changed";
    EXPECT_FALSE(offer(person, proven(checkpoint(7)))) << "by a person";
    EXPECT_FALSE(offer(stranger, proven(checkpoint(7)))) << "passed on by somebody else";
    EXPECT_FALSE(offer(cedar, proven(short_hash)));
    EXPECT_FALSE(offer(cedar, proven(no_line)));
    EXPECT_EQ(*offer(cedar, {{"type", "Note"}, {"id", cedar.uri + "/1"}}), ignored);
    db::peers::set_level(tx, "cedar.test", db::PeerLevel::Guest, "");
    EXPECT_EQ(*offer(cedar, proven(checkpoint(7))), ignored) << "a guest";
    EXPECT_EQ(kept(), 0U);
}

TEST_F(OfferTest, KeepsNoMoreThanTwoDozenADay) {
    for (int line = 1; line <= 30; ++line)
        ASSERT_TRUE(offer(cedar, proven(checkpoint(line))));
    EXPECT_EQ(kept(), 24U);
}

class AppealOfferTest : public OfferTest {
  protected:
    Json review(const std::string& id = "https://cedar.test/users/actor#appeals/1") const {
        return federation::render_appeal_review({.id = id,
                                                 .actor = cedar.uri,
                                                 .at = now,
                                                 .act = "suspend",
                                                 .reason = "shouting",
                                                 .appeal = "It was a <b>quote</b>",
                                                 .answer = "It stays"});
    }
    std::size_t open() { return db::foreign_appeals::list_open(tx, 100).size(); }
};

TEST_F(AppealOfferTest, AskedByAMemberDistrictItWaitsForAModerator) {
    ASSERT_EQ(*offer(cedar, review()), applied);
    EXPECT_EQ(*offer(cedar, review()), ignored) << "twice";
    const auto asked = db::foreign_appeals::list_open(tx, 10);
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].host, "cedar.test");
    EXPECT_EQ(asked[0].act, "suspend");
    EXPECT_EQ(asked[0].appeal, "It was a <b>quote</b>") << "plain text; pages escape it";
}

TEST_F(AppealOfferTest, NobodyElseAsksAndNobodyAnswersForAnother) {
    const auto person = peer("alice", "cedar.test");
    EXPECT_FALSE(offer(person, review())) << "its author is another";
    auto foreign = review("https://birch.test/actor#appeals/1");
    EXPECT_FALSE(offer(cedar, foreign)) << "an id elsewhere";
    auto empty = review();
    empty["appealText"] = "";
    EXPECT_FALSE(offer(cedar, empty));
    db::peers::set_level(tx, "cedar.test", db::PeerLevel::Guest, "");
    EXPECT_EQ(*offer(cedar, review()), ignored) << "guests have no moderators here";
    EXPECT_EQ(open(), 0U);
}

TEST_F(AppealOfferTest, TwoDozenADayAreTaken) {
    for (int i = 0; i < 30; ++i)
        (void)offer(cedar, review(fmt::format("{}#appeals/{}", cedar.uri, i)));
    EXPECT_EQ(open(), 24U);
}

TEST_F(AppealOfferTest, AnOpinionCountsFromWhoWasAskedAndOnce) {

    const auto strike = db::strikes::insert(
        tx, {.account = bob.id, .act = "silence", .made_by = "command line", .created_at = now});
    db::accounts::set_limited(tx, bob.id, now);
    const auto opinion = [&](const db::Account& by) {
        return offer(
            by,
            federation::render_appeal_opinion(
                {.id = by.uri + "#opinions/1",
                 .actor = by.uri,
                 .review = fmt::format("{}#appeals/{}", server_actor.uri, to_string(strike)),
                 .at = now,
                 .overturned = true,
                 .note = "A quote is no shout"}));
    };
    EXPECT_EQ(*opinion(cedar), ignored) << "nobody asked it";
    auto birch = peer("actor", "birch.test");
    birch.actor_type = "Application";
    birch.is_server_actor = true;
    for (const char* host : {"cedar.test", "birch.test"})
        db::appeal_reviews::insert(tx, {.strike = strike, .host = host, .asked_at = now});
    EXPECT_EQ(*opinion(cedar), applied);
    EXPECT_EQ(*opinion(cedar), ignored) << "twice";
    EXPECT_TRUE(db::accounts::find(tx, bob.id)->limited_at) << "one of two";
    EXPECT_EQ(*opinion(birch), applied);
    EXPECT_FALSE(db::accounts::find(tx, bob.id)->limited_at);
    EXPECT_TRUE(db::strikes::find(tx, strike)->undone_at);
}

} // namespace
