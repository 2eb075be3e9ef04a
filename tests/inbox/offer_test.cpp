#include "db/audit_chain.h"
#include "db/audit_log.h"
#include "federation/checkpoint.h"
#include "federation/proof.h"
#include "tests/support/handlers.h"

namespace {

using inbox::handle_offer;

class OfferTest : public HandlerTest {
  protected:
    OfferTest() {
        cedar = peer("actor", "cedar.test");
        cedar.actor_type = "Application";
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
        return handle_offer(tx, house, received(by, activity("Offer", by, object)));
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

} // namespace
