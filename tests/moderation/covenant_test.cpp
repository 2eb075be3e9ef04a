#include "actors/local.h"
#include "educators/attestation.h"
#include "federation/proof.h"
#include "moderation/covenant.h"
#include "tests/support/database.h"

#include <functional>

namespace {

const Instance maple{.origin = "https://maple.test",
                     .host = "maple.test",
                     .handle_host = "maple.test",
                     .contact_email = "safety@maple.test"};
const Time now = *parse_iso8601("2031-03-01T08:00:00Z");

class CovenantTest : public DatabaseTest {
  protected:
    Json document() {
        moderation::own_policy(tx, maple, now);
        return *parse_json(db::covenants::newest_policy(tx)->document);
    }
    Json actor() {
        return actors::render_local_actor(tx, maple, actors::ensure_server_actor(tx, maple, now));
    }
    moderation::CovenantDraft draft() {
        const auto standing = moderation::ensure_covenant(tx, maple, now);
        return {.text = standing.text,
                .promises = moderation::promises_of(maple, standing),
                .by = "https://maple.test/users/ada"};
    }
    int versions() { return db::covenants::newest_policy(tx)->version; }
};

TEST_F(CovenantTest, IsShippedPublishedSignedAndNamedByTheServerActor) {
    const auto policy = federation::read_policy(document(), actor());
    ASSERT_TRUE(policy) << policy.error().detail;
    EXPECT_EQ(policy->version, 1);
    EXPECT_EQ(policy->id, "https://maple.test/actor/policy/1");
    EXPECT_EQ(policy->report_contact, "mailto:safety@maple.test");
    EXPECT_EQ(policy->covenant_url, "https://maple.test/covenant/1");
    EXPECT_EQ(policy->keys.size(), 1U);
    EXPECT_EQ(policy->kinds.size(), 9U);
    EXPECT_EQ(federation::policy_link(actor()), moderation::policy_uri(maple));
}

TEST_F(CovenantTest, AChangeMakesANewVersionAndTheOldOneStaysReadable) {
    document();
    auto wish = draft();
    wish.promises.acknowledge_hours = 48;
    ASSERT_TRUE(moderation::change_covenant(tx, maple, wish, now));
    EXPECT_EQ(versions(), 2);
    EXPECT_EQ(moderation::own_policy(tx, maple, now).acknowledge_hours, 48);
    EXPECT_TRUE(db::covenants::find_policy(tx, 1));
    EXPECT_EQ(db::covenants::newest(tx)->made_by, "https://maple.test/users/ada");
    // The same again is no change.
    ASSERT_TRUE(moderation::change_covenant(tx, maple, wish, now));
    EXPECT_FALSE(moderation::publish_policy(tx, maple, now));
    EXPECT_EQ(versions(), 2);
}

TEST_F(CovenantTest, NewKeysAreInTheHistoryOfANewVersionThatTheySign) {
    document();
    actors::rotate_keys(tx, actors::ensure_server_actor(tx, maple, now), now);
    EXPECT_TRUE(moderation::publish_policy(tx, maple, now));
    const auto policy = federation::read_policy(document(), actor());
    ASSERT_TRUE(policy) << policy.error().detail;
    EXPECT_EQ(policy->version, 2);
    EXPECT_EQ(policy->keys.size(), 2U);
}

TEST_F(CovenantTest, RefusesWhatIsOutOfBounds) {
    const struct {
        const char* name;
        std::function<void(moderation::CovenantDraft&)> change;
    } cases[] = {
        {"no text", [](auto& d) { d.text = "  \n"; }},
        {"a long text", [](auto& d) { d.text = std::string(20'001, 'x'); }},
        {"a kind that is none", [](auto& d) { d.promises.kinds = {"student"}; }},
        {"a way that is none", [](auto& d) { d.promises.assurance = {"word"}; }},
        {"a clause that is a sentence", [](auto& d) { d.promises.clauses = {"buy now"}; }},
        {"a negative time", [](auto& d) { d.promises.urgent_hours = -1; }},
        {"a script as contact", [](auto& d) { d.promises.report_contact = "javascript:a@b"; }},
        {"a group elsewhere", [](auto& d) { d.promises.report_group = "https://evil.test/group"; }},
    };
    document();
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto wish = draft();
        c.change(wish);
        const auto done = moderation::change_covenant(tx, maple, wish, now);
        ASSERT_FALSE(done);
        EXPECT_FALSE(done.error().shown.empty());
        EXPECT_EQ(versions(), 1);
    }
}

// ATTACKS A10, A25: what is signed is what counts, by the key of the very actor.
TEST_F(CovenantTest, AnAlteredOrBorrowedDocumentIsRefused) {
    const Json honest = document();
    const Json district = actor();
    const auto issuer = educators::load_issuer(tx, maple, {}, now);
    const auto sign = [&](Json body) {
        body.erase("proof");
        return *federation::add_proof(std::move(body), issuer.key, issuer.key_id, now);
    };
    ASSERT_TRUE(federation::read_policy(sign(honest), district));
    const struct {
        const char* name;
        bool signed_again;
        std::function<void(Json&)> change;
    } cases[] = {
        {"a number was changed", false, [](Json& d) { d["policy"]["rosterCheckHours"] = 1; }},
        {"no proof", false, [](Json& d) { d.erase("proof"); }},
        {"another's proof", false, [](Json& d) { d["proof"]["proofValue"] = "z3WNBw"; }},
        {"a proof by a key elsewhere",
         false,
         [](Json& d) { d["proof"]["verificationMethod"] = "https://evil.test/actor#key"; }},
        {"of another actor",
         true,
         [](Json& d) { d["attributedTo"] = "https://maple.test/users/x"; }},
        {"of another origin", true, [](Json& d) { d["attributedTo"] = "https://evil.test/actor"; }},
        {"an id elsewhere", true, [](Json& d) { d["id"] = "https://evil.test/actor/policy/1"; }},
        {"another type", true, [](Json& d) { d["type"] = "Note"; }},
        {"no version", true, [](Json& d) { d["policy"].erase("version"); }},
        {"version 0", true, [](Json& d) { d["policy"]["version"] = 0; }},
        {"a huge version", true, [](Json& d) { d["policy"]["version"] = 1'000'001; }},
        {"a version in words", true, [](Json& d) { d["policy"]["version"] = "2"; }},
        {"a sentence as a clause", true, [](Json& d) { d["policy"]["clauses"] = {"Buy now!"}; }},
        {"markup as a clause", true, [](Json& d) { d["policy"]["clauses"] = {"<b>"}; }},
        {"a clause twice",
         true,
         [](Json& d) {
             d["policy"]["clauses"] = {"a", "a"};
         }},
        {"a hundred and one clauses",
         true,
         [](Json& d) {
             d["policy"]["clauses"] = Json::array();
             for (int i = 0; i < 101; ++i)
                 d["policy"]["clauses"].push_back("c" + std::to_string(i));
         }},
        {"no deadlines", true, [](Json& d) { d["policy"].erase("reports"); }},
        {"a deadline below nothing",
         true,
         [](Json& d) { d["policy"]["reports"]["urgentHours"] = -2; }},
        {"a contact that is a script",
         true,
         [](Json& d) { d["policy"]["reports"]["contact"] = "javascript:alert(1)@x"; }},
        {"a group on another host",
         true,
         [](Json& d) { d["policy"]["reports"]["group"] = "https://evil.test/g"; }},
        {"a key of another host",
         true,
         [](Json& d) { d["policy"]["keys"][0]["id"] = "https://evil.test/actor#k"; }},
        {"too large", true, [](Json& d) { d["filler"] = std::string(40'000, 'x'); }},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        Json document = honest;
        c.change(document);
        if (c.signed_again) document = sign(document);
        EXPECT_FALSE(federation::read_policy(document, district));
    }
}

} // namespace
