#include "db/object_inboxes.h"
#include "db/partner_strikes.h"
#include "db/partners.h"
#include "db/pins.h"
#include "db/reports.h"
#include "tests/support/handlers.h"

#include <algorithm>

namespace {

class FeaturedTest : public HandlerTest {
  protected:
    Json pin(const db::Account& by, const db::Status& status, const std::string& collection) {
        auto add = activity("Add", by, status.uri);
        add.erase("id");
        add["target"] = collection;
        return add;
    }
};

TEST_F(FeaturedTest, OwnPostsArePinnedOnceAndUnpinned) {
    const auto status = status_by(alice);
    const auto add = pin(alice, status, alice.featured_uri);
    EXPECT_EQ(*inbox::handle_add(tx, house, received(alice, add)), applied);
    EXPECT_EQ(*inbox::handle_add(tx, house, received(alice, add)), ignored);
    EXPECT_EQ(db::pins::list(tx, alice.id), std::vector{status.id});
    auto remove = add;
    remove["type"] = "Remove";
    EXPECT_EQ(*inbox::handle_remove(tx, house, received(alice, remove)), applied);
    EXPECT_TRUE(db::pins::list(tx, alice.id).empty());
}

TEST_F(FeaturedTest, A23_NotIntoAnothersCollectionAndNotAnothersPost) {
    const auto status = status_by(alice);
    EXPECT_FALSE(
        inbox::handle_add(tx, house, received(mallory, pin(mallory, status, alice.featured_uri))));
    EXPECT_EQ(*inbox::handle_add(
                  tx, house, received(mallory, pin(mallory, status, mallory.featured_uri))),
              ignored);
    EXPECT_TRUE(db::pins::list(tx, alice.id).empty());
    EXPECT_TRUE(db::pins::list(tx, mallory.id).empty());
}

class FlagTest : public HandlerTest {
  protected:
    bool is_reported() {
        return db::reports::exists_since(
            tx, "mastodon.example", bob.id, now - std::chrono::hours{1});
    }
};

TEST_F(FlagTest, D13_IsTakenOncePerHouseAndDay) {
    const auto status = status_by(bob);
    auto flag = activity("Flag", alice, {bob.uri, status.uri});
    flag["content"] = "rude";
    EXPECT_EQ(*inbox::handle_flag(tx, house, received(alice, flag)), applied);
    EXPECT_EQ(*inbox::handle_flag(tx, house, received(carl, activity("Flag", carl, bob.uri))),
              ignored);
    EXPECT_TRUE(is_reported());
    EXPECT_EQ(notifications_of(bob), 0U);
}

TEST_F(FlagTest, D13_OfManyAtOnceIsRefused) {
    const auto eve = member("eve");
    EXPECT_FALSE(inbox::handle_flag(
        tx, house, received(alice, activity("Flag", alice, {bob.uri, eve.uri}))));
    EXPECT_FALSE(is_reported());
}

TEST_F(FlagTest, D13_NotWantedCountsWhenTheDistrictSaysItOfAPartner) {
    const std::string organisation = "https://maple.test/users/acme";
    db::partners::set_mark(tx, bob.id, db::CommercialMark{.organisation = organisation});
    bob = *db::accounts::find(tx, bob.id);
    auto house_of_alice = alice;
    house_of_alice.is_server_actor = true;
    const auto flag = [&](const db::Account& by, const db::Account& whom) {
        auto document = activity("Flag", by, whom.uri);
        document["category"] = "not-wanted";
        return *inbox::handle_flag(tx, house, received(by, document));
    };
    const auto strikes = [&] {
        return db::partner_strikes::count(tx, organisation, now - std::chrono::hours{24});
    };
    EXPECT_EQ(flag(house_of_alice, bob), applied);
    EXPECT_EQ(strikes(), 1);
    EXPECT_FALSE(is_reported()) << "no case for moderators";
    EXPECT_EQ(flag(carl, bob), applied) << "a person's is a report";
    EXPECT_TRUE(is_reported());
    EXPECT_EQ(strikes(), 1);
    EXPECT_EQ(flag(house_of_alice, member("eve")), ignored) << "of an educator it means nothing";
    auto house_of_mallory = mallory;
    house_of_mallory.is_server_actor = true;
    EXPECT_EQ(flag(house_of_mallory, bob), applied) << "no member here: a report";
    EXPECT_EQ(strikes(), 1);
}

TEST_F(FlagTest, FindsThePostsThatStandInTheText) {
    const auto status = status_by(bob);
    auto flag = activity("Flag", alice, bob.uri);
    flag["content"] = "Note: " + status.uri + "\n-----\nrude";
    EXPECT_EQ(*inbox::handle_flag(tx, house, received(alice, flag)), applied);
}

// A house that guesses ids cannot lay private posts before our moderators.
TEST_F(FlagTest, P07_ShowsOnlyPostsThatTheHouseCanHaveSeen) {
    const auto open = status_by(bob);
    const auto sent = status_by(bob, db::Visibility::Direct);
    const auto guessed = status_by(bob, db::Visibility::Direct);
    db::object_inboxes::insert(
        tx, sent.uri, {{.uri = "https://mastodon.example/inbox", .host = "mastodon.example"}});
    db::object_inboxes::insert(
        tx, guessed.uri, {{.uri = "https://other.example/inbox", .host = "other.example"}});
    const auto flag = activity("Flag", alice, {bob.uri, open.uri, sent.uri, guessed.uri});
    EXPECT_EQ(*inbox::handle_flag(tx, house, received(alice, flag)), applied);
    const auto reports = db::reports::list(tx, {.target = bob.id}, {.limit = 5});
    ASSERT_EQ(reports.size(), 1U);
    auto shown = reports[0].statuses;
    std::ranges::sort(shown);
    EXPECT_EQ(shown, (std::vector{open.id, sent.id}));
}

class MoveTest : public HandlerTest {
  protected:
    MoveTest() {
        target = peer("alice2", "mastodon.example");
        target.aliases = {alice.uri};
        follows(bob, alice);
    }
    Result<inbox::Outcome> move(const db::Account& from,
                                const db::Account& to,
                                std::chrono::hours later = {}) {
        auto activity_of = activity("Move", from, alice.uri);
        activity_of["target"] = to.uri;
        auto one = received(from, activity_of);
        one.at += later;
        one.target = to;
        return inbox::handle_move(tx, house, one);
    }
    db::Account target;
};

TEST_F(MoveTest, OurMembersFollowTheNewAccountAndLeaveTheOldOne) {
    EXPECT_EQ(*move(alice, target), applied);
    EXPECT_FALSE(db::follows::find(tx, bob.id, alice.id));
    EXPECT_TRUE(db::follows::find(tx, bob.id, target.id));
    const auto moved = *db::accounts::find(tx, alice.id);
    EXPECT_EQ(moved.moved_to_uri, target.uri);
    EXPECT_EQ(*move(moved, target), ignored); // Not again within a week.
    EXPECT_EQ(*move(moved, target, std::chrono::hours{24 * 7}), applied);
}

TEST_F(MoveTest, A32_NeedsBothSidesAndAnAllowedHost) {
    auto no_alias = target;
    no_alias.aliases.clear();
    EXPECT_FALSE(move(alice, no_alias));
    auto chained = target;
    chained.moved_to_uri = "https://mastodon.example/users/alice3";
    EXPECT_FALSE(move(alice, chained));
    EXPECT_FALSE(move(mallory, target));
    auto elsewhere = target;
    elsewhere.host = "stranger.example";
    EXPECT_FALSE(move(alice, elsewhere));
    EXPECT_TRUE(db::follows::find(tx, bob.id, alice.id));
}

} // namespace
