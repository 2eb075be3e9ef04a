#include "actors/local.h"
#include "db/attestations.h"
#include "db/users.h"
#include "educators/attestation.h"
#include "federation/attestation.h"
#include "federation/proof.h"
#include "federation/status_bits.h"
#include "tests/support/database.h"

using namespace educators;
using namespace std::chrono_literals;

namespace {

constexpr auto autumn = "2026-10-01T08:00:00Z";

class AttestationTest : public DatabaseTest {
  protected:
    AttestationTest() {
        now = *parse_iso8601(autumn);
        bob = member("bob");
    }

    Issuer issuer() { return load_issuer(tx, instance, terms, now); }
    Result<Granted> grant(Kind kind = Kind::Teacher, Assurance assurance = Assurance::Roster) {
        return attest(tx,
                      issuer(),
                      {.account = bob.id, .kind = kind, .assurance = assurance, .by = "roster"},
                      now);
    }
    std::optional<db::Attestation> standing() {
        return db::attestations::find_standing(tx, bob.id);
    }
    bool is_revoked_in_list(const db::Attestation& attestation) {
        const auto document = render_status_list(tx, issuer(), attestation.list, now);
        if (!document) return false;
        const auto list = federation::parse_status_list(*document);
        const auto bits = federation::decode_status_bits(list->encoded_list);
        return *federation::status_bit(*bits, attestation.list_index);
    }
    Json mark() {
        const auto account = db::accounts::find(tx, bob.id);
        return account->fields.empty() ? Json() : account->fields.front().value("attested", Json());
    }

    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    AttestationTerms terms{.region = "US-CA"};
    Time now{};
    db::Account bob;
};

} // namespace

TEST_F(AttestationTest, IsSignedByTheServerActorForTheSchoolYearAndItsGrace) {
    ASSERT_EQ(*grant(), Granted::Issued);
    const auto row = standing();
    ASSERT_TRUE(row);
    const auto document = parse_json(row->credential);
    ASSERT_TRUE(document);
    const auto read = federation::parse_attestation(*document);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->issuer, "https://maple.test/actor");
    EXPECT_EQ(read->subject, bob.uri);
    EXPECT_EQ(read->kind, "teacher");
    EXPECT_EQ(read->assurance, "roster");
    EXPECT_EQ(read->region, "US-CA");
    EXPECT_EQ(format_date(read->valid_until), "2027-09-01");
    const auto proof = federation::parse_proof(*document);
    ASSERT_TRUE(proof) << proof.error().detail;
    const auto by = issuer();
    EXPECT_TRUE(federation::verify_proof(*proof, read->issuer, by.key_id, by.key.public_key()));
    EXPECT_FALSE(is_revoked_in_list(*row));
    EXPECT_EQ(mark().value("kind", ""), "teacher");
    EXPECT_EQ(mark().value("issuer", ""), "maple.test");
}

TEST_F(AttestationTest, StandsInTheActorsDocumentOnlyWhileItIsGood) {
    now = system_now();
    bob = *actors::create_local_account(tx, instance, {.name = "carla"}, now);
    db::users::insert(tx, {.account = bob.id, .password_hash = "-", .last_active_at = now});
    const auto attachments = [&] {
        const auto account = db::accounts::find(tx, bob.id);
        return actors::render_local_actor(tx, instance, *account)["attachment"];
    };
    EXPECT_TRUE(attachments().empty());
    ASSERT_EQ(*grant(), Granted::Issued);
    const auto shown = attachments();
    ASSERT_EQ(shown.size(), 2U);
    EXPECT_EQ(shown[0]["name"], "Verified educator") << "for software that knows no attestations";
    EXPECT_EQ(dump_json(shown[1]), standing()->credential);
    revoke(tx, bob.id, {.reason = "over"}, now);
    EXPECT_TRUE(attachments().empty());
}

TEST_F(AttestationTest, ASecondRosterRunChangesNothing) {
    ASSERT_EQ(*grant(), Granted::Issued);
    const auto first = standing()->uri;
    now += 24h;
    EXPECT_EQ(*grant(), Granted::Nothing);
    EXPECT_EQ(standing()->uri, first);
}

TEST_F(AttestationTest, TheNextSchoolYearRenewsItAndLeavesTheOldOneValid) {
    ASSERT_EQ(*grant(), Granted::Issued);
    const auto first = *standing();
    now = *parse_iso8601("2027-08-10T08:00:00Z");
    EXPECT_EQ(*grant(), Granted::Renewed);
    const auto second = *standing();
    EXPECT_EQ(format_date(second.valid_until), "2028-09-01");
    EXPECT_FALSE(is_revoked_in_list(first));
    EXPECT_NE(first.list, second.list) << "one list for each school year";
}

TEST_F(AttestationTest, AnotherKindRevokesWhatWasSaidBefore) {
    ASSERT_EQ(*grant(Kind::Aide), Granted::Issued);
    const auto first = *standing();
    EXPECT_EQ(*grant(Kind::Teacher), Granted::Issued);
    EXPECT_TRUE(is_revoked_in_list(first));
    EXPECT_FALSE(is_revoked_in_list(*standing()));
    EXPECT_EQ(mark().value("kind", ""), "teacher");
}

TEST_F(AttestationTest, RevokingEndsEveryOneThatIsNotOver) {
    ASSERT_EQ(*grant(), Granted::Issued);
    const auto first = *standing();
    now = *parse_iso8601("2027-08-10T08:00:00Z");
    ASSERT_EQ(*grant(), Granted::Renewed);
    EXPECT_TRUE(revoke(tx, bob.id, {.reason = "left the roster"}, now));
    EXPECT_TRUE(is_revoked_in_list(first));
    EXPECT_TRUE(is_revoked_in_list(*standing()));
    EXPECT_TRUE(mark().is_null());
    EXPECT_FALSE(revoke(tx, bob.id, {.reason = "again"}, now)) << "a second time";
    EXPECT_EQ(standing()->revoke_reason, "left the roster");
    EXPECT_EQ(*grant(), Granted::Issued) << "who comes back gets a new one";
}

TEST_F(AttestationTest, IsRefusedForWhoIsNoActiveMemberOfOurs) {
    const auto code = [&](AccountId id) {
        const auto done = attest(tx, issuer(), {.account = id}, now);
        return done ? std::string("attested") : std::string(done.error().detail);
    };
    EXPECT_NE(code(remote_account().id), "attested");
    EXPECT_NE(code(AccountId{1}), "attested");
    EXPECT_NE(code(local_account("nobody").id), "attested") << "no row in users";
    auto group = member("group");
    group.actor_type = "Group";
    db::accounts::update_profile(tx, group);
    EXPECT_NE(code(group.id), "attested");
    db::users::set_state(tx, bob.id, db::MemberState::Left);
    EXPECT_NE(code(bob.id), "attested");
    const auto past = attest(
        tx, issuer(), {.account = member("eve").id, .until = now - std::chrono::hours{1}}, now);
    EXPECT_FALSE(past);
}

TEST_F(AttestationTest, LeavingEndsItAndKeepsTheAccountVisible) {
    ASSERT_EQ(*grant(), Granted::Issued);
    ASSERT_TRUE(leave(tx, bob.id, "no longer in the roster", now));
    EXPECT_EQ(db::users::find(tx, bob.id)->state, db::MemberState::Left);
    EXPECT_TRUE(is_revoked_in_list(*standing()));
    const auto account = db::accounts::find(tx, bob.id);
    EXPECT_TRUE(account->is_visible());
    EXPECT_TRUE(leave(tx, bob.id, "again", now)) << "every run may say it";
    EXPECT_EQ(standing()->revoke_reason, "no longer in the roster");
    EXPECT_FALSE(leave(tx, remote_account().id, "not ours", now));
}

TEST_F(AttestationTest, ANewKeySignsAgainWhatAnOldOneSigned) {
    const auto server = actors::ensure_server_actor(tx, instance, now);
    ASSERT_EQ(*grant(), Granted::Issued);
    const auto first = *standing();
    EXPECT_EQ(sign_again(tx, issuer(), now), 0);
    now += 1min;
    actors::rotate_keys(tx, server, now);
    EXPECT_EQ(sign_again(tx, issuer(), now), 1);
    const auto second = *standing();
    EXPECT_NE(second.key_uri, first.key_uri);
    EXPECT_EQ(second.valid_until, first.valid_until);
    EXPECT_FALSE(is_revoked_in_list(first));
}

TEST_F(AttestationTest, OwnersCannotWriteTheMark) {
    ASSERT_EQ(*grant(), Granted::Issued);
    auto account = *db::accounts::find(tx, bob.id);
    account.fields.push_back({{"name", "Room"}, {"value", "12"}});
    account.fields.push_back({{"attested", {{"kind", "leader"}}}});
    db::accounts::update_profile(tx, account);
    const auto stored = db::accounts::find(tx, bob.id)->fields;
    ASSERT_EQ(stored.size(), 2U);
    EXPECT_EQ(stored[0]["attested"]["kind"], "teacher");
    EXPECT_EQ(stored[1]["name"], "Room");
}

TEST(AttestationTerms, AMonthAndDayOfEveryYear) {
    EXPECT_TRUE(parse_month_day("07-31"));
    for (const char* wrong : {"", "7-31", "02-29", "02-30", "13-01", "00-10", "07/31", "07-3x"})
        EXPECT_FALSE(parse_month_day(wrong)) << wrong;
}

TEST(AttestationTerms, TheSchoolYearEndsAfterItsLastDay) {
    const AttestationTerms terms;
    const struct {
        const char* now;
        const char* end;
    } cases[] = {
        {"2026-07-31T23:59:59Z", "2026-08-01"},
        {"2026-08-01T00:00:00Z", "2027-08-01"},
        {"2026-12-31T12:00:00Z", "2027-08-01"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(format_date(school_year_end(terms, *parse_iso8601(c.now))), c.end) << c.now;
}
