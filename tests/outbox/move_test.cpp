#include "db/account_notes.h"
#include "db/blocks.h"
#include "db/jobs.h"
#include "db/lists.h"
#include "db/moves.h"
#include "db/mutes.h"
#include "outbox/boost.h"
#include "outbox/follow.h"
#include "outbox/move.h"
#include "tests/outbox/verbs_support.h"

namespace {

class MoveOutTest : public VerbsTest {
  protected:
    /// alice@cedar.example is bob's new account, and says so.
    MoveOutTest() { confirm(alice, {bob.uri}); }

    void confirm(const db::Account& account, const std::vector<std::string>& aliases) {
        for (const auto& uri : aliases)
            db::moves::add_alias(tx, account.id, uri, outbox::max_aliases);
    }
    db::Account stored(const db::Account& account) { return *db::accounts::find(tx, account.id); }
    std::vector<std::string> queued_types() {
        std::vector<std::string> types;
        for (const auto& one : queued())
            types.push_back(one.activity.at("type").get<std::string>());
        return types;
    }
};

TEST_F(MoveOutTest, TellsTheFollowersServersAndTakesTheFollowersHereAlong) {
    follows(carol, bob); // Of birch.example.
    db::follows::insert(tx,
                        {.follower = eve.id,
                         .followed = bob.id,
                         .accepted = true,
                         .show_reblogs = false,
                         .languages = {"de"},
                         .created_at = now});
    ASSERT_TRUE(outbox::move_to(tx, by(bob), alice.id));
    EXPECT_EQ(stored(bob).moved_to_uri, alice.uri);

    std::vector<Json> at_birch;
    for (const auto& one : queued()) {
        if (one.inbox.find("birch.example") != std::string::npos) at_birch.push_back(one.activity);
    }
    ASSERT_EQ(at_birch.size(), 2u);
    EXPECT_EQ(at_birch[0].at("type"), "Update");
    EXPECT_EQ(at_birch[0].at("object").at("movedTo"), alice.uri);
    EXPECT_EQ(at_birch[1].at("type"), "Move");
    EXPECT_EQ(at_birch[1].at("actor"), bob.uri);
    EXPECT_EQ(at_birch[1].at("object"), bob.uri);
    EXPECT_EQ(at_birch[1].at("target"), alice.uri);

    EXPECT_FALSE(db::follows::find(tx, eve.id, bob.id));
    const auto along = db::follows::find(tx, eve.id, alice.id);
    ASSERT_TRUE(along);
    EXPECT_FALSE(along->show_reblogs);
    EXPECT_EQ(along->languages, std::vector<std::string>{"de"});
    EXPECT_TRUE(db::follows::find(tx, carol.id, bob.id)) << "theirs to move";
}

TEST_F(MoveOutTest, MutesAndBlocksGoAlong) {
    const auto carl = member("carl");
    db::mutes::put(tx, {.account = eve.id, .target = bob.id, .hide_notifications = false});
    db::blocks::insert(tx, carl.id, bob.id, "");
    ASSERT_TRUE(outbox::move_to(tx, by(bob), alice.id));
    const auto mute = db::mutes::find(tx, eve.id, alice.id, now);
    ASSERT_TRUE(mute);
    EXPECT_FALSE(mute->hide_notifications);
    EXPECT_TRUE(db::blocks::find(tx, carl.id, alice.id));
}

TEST_F(MoveOutTest, ListsAndNotesGoAlong) {
    follows(eve, bob);
    const db::List list{.owner = eve.id, .title = "Maths", .exclusive = true};
    auto stored_list = list;
    stored_list.id = db::lists::insert(tx, list);
    db::lists::add_accounts(tx, stored_list, {bob.id});
    db::account_notes::put(tx, eve.id, bob.id, "met in June");
    ASSERT_TRUE(outbox::move_to(tx, by(bob), alice.id));
    const auto listed = db::lists::accounts(tx, stored_list, {});
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed.front().id, alice.id);
    EXPECT_EQ(db::account_notes::find_all(tx, eve.id, {alice.id}).at(alice.id), "met in June");
}

TEST_F(MoveOutTest, ManyFollowersGoAlongPartByPart) {
    std::vector<db::Account> followers;
    for (int i = 0; i < outbox::followers_at_once + 3; ++i) {
        followers.push_back(local_account("follower" + std::to_string(i)));
        follows(followers.back(), bob);
    }
    ASSERT_TRUE(outbox::move_to(tx, by(bob), alice.id));
    const auto left = [&] { return db::moves::local_followers(tx, bob.id, {}, 1'000).size(); };
    EXPECT_EQ(left(), 3u);
    db::jobs::lock_claims(tx);
    const auto claimed = db::jobs::claim(tx, {"move_followers"}, 10, std::chrono::minutes{1});
    ASSERT_EQ(claimed.size(), 1u);
    const outbox::MoveDeps deps{
        .pool = test_pool(), .instance = instance, .peers = peers, .clock = [this] { return now; }};
    const auto kind = outbox::move_job(deps);
    for (int i = 0; i < 2; ++i) { // Jobs may run twice.
        for (auto& step : kind.prepare(claimed))
            (*step)(tx);
        EXPECT_EQ(left(), 0u);
    }
    for (const auto& follower : followers)
        EXPECT_TRUE(db::follows::find(tx, follower.id, alice.id));
}

TEST_F(MoveOutTest, AProfileEditThatReadTheRowBeforeTakesNothingBack) {
    const auto before = stored(bob);
    ASSERT_TRUE(outbox::add_alias(tx, by(bob), carol));
    ASSERT_TRUE(outbox::move_to(tx, by(bob), alice.id));
    db::accounts::update_profile(tx, before);
    EXPECT_EQ(stored(bob).aliases, std::vector<std::string>{carol.uri});
    EXPECT_EQ(stored(bob).moved_to_uri, alice.uri);
}

TEST_F(MoveOutTest, A32_NeedsTheAliasAnAllowedHostAndPatience) {
    const auto expect_refused = [this](const char* name, const db::Account& target) {
        SCOPED_TRACE(name);
        const auto moved = outbox::move_to(tx, by(bob), target.id);
        ASSERT_FALSE(moved);
        EXPECT_EQ(moved.error().kind, Error::Kind::Unprocessable);
        EXPECT_FALSE(moved.error().shown.empty());
        EXPECT_TRUE(stored(bob).moved_to_uri.empty());
        EXPECT_TRUE(queued().empty());
    };
    expect_refused("no alias", carol);
    expect_refused("itself", bob);
    auto elsewhere = remote_account("dan", "blocked.example");
    confirm(elsewhere, {bob.uri});
    expect_refused("a host that is not allowed", elsewhere);
    confirm(carol, {bob.uri});
    ASSERT_TRUE(db::moves::claim(tx, carol.id, alice.uri, now, now));
    expect_refused("one that moved itself", carol);

    ASSERT_TRUE(outbox::move_to(tx, by(bob), alice.id));
    ASSERT_TRUE(outbox::cancel_move(tx, by(bob)));
    queued();
    expect_refused("again within a month", alice);
    auto later = by(bob);
    later.now = now + outbox::move_cooldown;
    EXPECT_TRUE(outbox::move_to(tx, later, alice.id));
}

TEST_F(MoveOutTest, WhoHasMovedNeitherPostsNorFollowsUntilItIsCancelled) {
    const auto post = publish(eve, {.text = "A poster for the door"});
    ASSERT_TRUE(outbox::move_to(tx, by(bob), alice.id));
    const auto refused = [](const auto& result) {
        return !result && result.error().kind == Error::Kind::Forbidden;
    };
    EXPECT_TRUE(refused(outbox::publish(tx, by(bob), {.text = "still here"})));
    EXPECT_TRUE(refused(outbox::boost(tx, by(bob), post.id, db::Visibility::Public)));
    EXPECT_TRUE(refused(outbox::follow(tx, by(bob), eve.id)));
    EXPECT_TRUE(refused(outbox::follow(tx, by(eve), bob.id))) << "nobody follows a moved account";

    queued();
    ASSERT_TRUE(outbox::cancel_move(tx, by(bob)));
    EXPECT_TRUE(stored(bob).moved_to_uri.empty());
    EXPECT_TRUE(outbox::publish(tx, by(bob), {.text = "here again"}));
    EXPECT_TRUE(outbox::follow(tx, by(bob), eve.id));
}

TEST_F(MoveOutTest, AliasesAreCountedToldAndTakenBack) {
    follows(carol, bob);
    ASSERT_TRUE(outbox::add_alias(tx, by(bob), alice));
    EXPECT_EQ(stored(bob).aliases, std::vector<std::string>{alice.uri});
    EXPECT_EQ(queued_types(), std::vector<std::string>{"Update"});
    ASSERT_TRUE(outbox::add_alias(tx, by(bob), alice));
    EXPECT_TRUE(queued().empty()) << "nothing changed";
    EXPECT_FALSE(outbox::add_alias(tx, by(bob), bob));

    ASSERT_TRUE(outbox::remove_alias(tx, by(bob), alice.uri));
    EXPECT_TRUE(stored(bob).aliases.empty());
    for (int i = 0; i < outbox::max_aliases; ++i) {
        ASSERT_TRUE(outbox::add_alias(
            tx, by(bob), remote_account("old" + std::to_string(i), "cedar.example")));
    }
    EXPECT_FALSE(outbox::add_alias(tx, by(bob), carol));
}

} // namespace
