#include "db/cases.h"
#include "federation/case.h"
#include "outbox/cases.h"
#include "tests/support/handlers.h"

namespace {

using std::chrono::hours;

/// A case about alice that was sent on to her server, whose server actor answers.
class OurReportTest : public HandlerTest {
  protected:
    OurReportTest() {
        house_actor = server_of("mastodon.example");
        stranger = server_of("evil.test");
        outbox::file_report(
            tx, instance, {.target = alice.id, .reporter = bob.id, .created_at = now}, false);
        id = db::cases::find_open(tx, alice.id)->id;
        db::cases::set_forwarded(tx, id, flag, "mastodon.example", now);
    }
    db::Account server_of(const std::string& host) {
        auto account = peer("actor-" + crypto::hex(crypto::random_bytes(4)), host);
        account.actor_type = "Application";
        return account;
    }
    Json theirs(const db::Account& by, const std::string& outcome = "") {
        return federation::render_case({.id = "https://" + by.host + "/cases/1",
                                        .actor = by.uri,
                                        .flag = flag,
                                        .is_closed = !outcome.empty(),
                                        .outcome = outcome,
                                        .opened_at = now});
    }
    Result<inbox::Outcome> accept(const db::Account& by, const Json& result) {
        auto document = activity("Accept", by, {{"id", flag}, {"type", "Flag"}});
        document["result"] = result;
        return inbox::handle_accept(tx, house, received(by, document));
    }
    Result<inbox::Outcome> update(const db::Account& by, const Json& object) {
        const auto one = received(by, activity("Update", by, object));
        EXPECT_FALSE(refused_early);
        EXPECT_TRUE(one.posts.empty()) << "never a post";
        return inbox::handle_update(tx, house, one);
    }
    db::Case stored() { return *db::cases::find(tx, id); }

    const std::string flag = "https://maple.test/actor#flags/77";
    db::CaseId id{};
    db::Account house_actor, stranger;
};

TEST_F(OurReportTest, TakesTheCaseAndHearsItsOutcomeOnce) {
    EXPECT_EQ(*accept(house_actor, theirs(house_actor)), applied);
    EXPECT_EQ(stored().peer_case_uri, "https://mastodon.example/cases/1");
    EXPECT_TRUE(stored().peer_accepted_at);
    EXPECT_EQ(*accept(house_actor, theirs(house_actor)), ignored);
    EXPECT_EQ(*update(house_actor, theirs(house_actor, "warned")), applied);
    EXPECT_EQ(*update(house_actor, theirs(house_actor, "warned")), ignored);
    EXPECT_EQ(stored().peer_outcome, "warned");
    EXPECT_FALSE(stored().closed_at) << "our moderators decide about our case";
}

TEST_F(OurReportTest, D13_NobodyElseAnswersOrDecides) {
    EXPECT_EQ(*accept(stranger, theirs(stranger)), ignored) << "another host";
    EXPECT_EQ(*accept(alice, theirs(alice)), ignored) << "a person, no server actor";
    EXPECT_EQ(*accept(house_actor, theirs(stranger)), ignored) << "another host's case";
    EXPECT_EQ(*accept(house_actor, "https://mastodon.example/cases/1"), ignored) << "only an id";
    EXPECT_EQ(stored().peer_case_uri, "");

    EXPECT_EQ(*update(house_actor, theirs(house_actor, "warned")), ignored) << "not taken up yet";
    EXPECT_EQ(*accept(house_actor, theirs(house_actor)), applied);
    auto forged = theirs(house_actor, "no-breach");
    EXPECT_FALSE(update(stranger, forged)) << "in the owner's name";
    forged["attributedTo"] = stranger.uri;
    EXPECT_FALSE(update(stranger, forged)) << "in its own";
    EXPECT_FALSE(update(alice, theirs(house_actor, "no-breach"))) << "the person reported";
    auto odd = theirs(house_actor);
    odd["caseStatus"] = "closed";
    EXPECT_FALSE(update(house_actor, odd)) << "closed without an outcome";
    EXPECT_EQ(stored().peer_outcome, "");
}

class PeersReportTest : public HandlerTest {
  protected:
    std::vector<db::Report> reports() {
        return db::reports::list(tx, {.target = bob.id}, {.limit = 20});
    }
};

TEST_F(PeersReportTest, BecomesACaseWithItsTerms) {
    auto flag = activity("Flag", alice, bob.uri);
    federation::add_flag_terms(flag,
                               {.category = "violation",
                                .clause = "no-students",
                                .case_id = "1",
                                .is_urgent = true,
                                .is_kept = true});
    EXPECT_EQ(*inbox::handle_flag(tx, house, received(alice, flag)), applied);
    ASSERT_EQ(reports().size(), 1U);
    EXPECT_EQ(reports()[0].category, "violation");
    EXPECT_EQ(reports()[0].clause, "no-students");
    EXPECT_EQ(reports()[0].sender_case, "1");
    EXPECT_TRUE(reports()[0].content_kept);
    const auto one = db::cases::find_open(tx, bob.id);
    ASSERT_TRUE(one);
    EXPECT_EQ(one->id, reports()[0].of_case);
    EXPECT_TRUE(one->urgent);
}

TEST_F(PeersReportTest, D13_ManyHostsMakeOneCase) {
    for (const auto* host : {"mastodon.example", "one.example", "two.example"}) {
        const auto sender = peer("flagger", host);
        EXPECT_EQ(
            *inbox::handle_flag(tx, house, received(sender, activity("Flag", sender, bob.uri))),
            applied);
        EXPECT_EQ(
            *inbox::handle_flag(tx, house, received(sender, activity("Flag", sender, bob.uri))),
            ignored);
    }
    EXPECT_EQ(reports().size(), 3U);
    EXPECT_EQ(db::cases::find_open(tx, bob.id)->reporters, 3);
    EXPECT_EQ(db::cases::list(tx, db::cases::State::Open, now, 10, 0).size(), 1U);
}

TEST_F(PeersReportTest, P07_KeepsNoCopyOfWhatTheHouseCannotHaveSeen) {
    const auto open = status_by(bob);
    const auto guessed = status_by(bob, db::Visibility::Direct);
    const auto flag = activity("Flag", alice, {bob.uri, open.uri, guessed.uri});
    EXPECT_EQ(*inbox::handle_flag(tx, house, received(alice, flag)), applied);
    const auto kept = db::cases::list_posts(tx, db::cases::find_open(tx, bob.id)->id);
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].status, open.id);
}

} // namespace
