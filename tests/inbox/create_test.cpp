#include "db/mentions.h"
#include "db/polls.h"
#include "statuses/may_see.h"
#include "tests/support/handlers.h"

namespace {

using inbox::handle_create;
using inbox::handle_delete;
using inbox::handle_update;

class CreateTest : public HandlerTest {
  protected:
    CreateTest() { follows(bob, alice); }

    Result<inbox::Outcome> create(const db::Account& sender, const Json& object) {
        auto one = received(sender, activity("Create", sender, object));
        one.sender_is_followed = sender.id == alice.id;
        return handle_create(tx, house, one);
    }
    std::optional<db::Status> stored(const Json& object) {
        return db::statuses::find_by_uri(tx, object["id"].get<std::string>());
    }
    static Json mention(const db::Account& whom) {
        return {{"type", "Mention"}, {"href", whom.uri}, {"name", "@" + whom.username}};
    }
};

TEST_F(CreateTest, IsStoredOnceAndShown) {
    auto object = note(alice);
    object["to"].push_back(bob.uri);
    object["tag"] = {mention(bob)};
    EXPECT_EQ(*create(alice, object), applied);
    EXPECT_EQ(*create(alice, object), ignored);
    ASSERT_TRUE(stored(object));
    EXPECT_EQ(stored(object)->author, alice.id);
    EXPECT_EQ(notifications_of(bob), 1U);
}

TEST_F(CreateTest, ThatNobodyHereAskedForIsNotKept) {
    const auto object = note(carl);
    EXPECT_EQ(*create(carl, object), ignored);
    EXPECT_FALSE(stored(object));
    // The same as an answer to one of ours is.
    auto reply = note(carl);
    reply["inReplyTo"] = status_by(bob).uri;
    EXPECT_EQ(*create(carl, reply), applied);
}

TEST_F(CreateTest, A02_ByAnotherAuthorIsRefused) {
    ASSERT_EQ(*create(alice, note(alice)), applied);
    auto forged = note(alice);
    forged["attributedTo"] = carl.uri;
    forged["id"] = carl.uri + "/statuses/forged";
    (void)create(alice, forged);
    EXPECT_TRUE(refused_early);
    EXPECT_FALSE(stored(forged));
}

TEST_F(CreateTest, A03_AnIdOnAnotherOriginIsNeverStored) {
    ASSERT_EQ(*create(alice, note(alice)), applied);
    auto squatted = note(alice);
    squatted["id"] = "https://evil.test/1";
    (void)create(alice, squatted);
    EXPECT_TRUE(refused_early);
    EXPECT_FALSE(stored(squatted));
}

TEST_F(CreateTest, A20_AnIdOfOursIsRefused) {
    const auto ours = status_by(bob);
    auto forged = note(alice, "<p>changed</p>");
    forged["id"] = ours.uri;
    (void)create(alice, forged);
    EXPECT_EQ(db::statuses::find(tx, ours.id)->content, "<p>Hello</p>");
}

TEST_F(CreateTest, P02_NobodyBecomesAReaderOfAStoredPostByAnotherCreate) {
    auto secret = note(alice);
    secret["to"] = {alice.uri + "/followers"};
    secret["cc"] = Json::array();
    ASSERT_EQ(*create(alice, secret), applied);
    const auto eve = member("eve");
    ASSERT_FALSE(statuses::may_see(tx, eve.id, *stored(secret)));

    auto widened = secret;
    widened["to"] = {alice.uri + "/followers", eve.uri};
    widened["tag"] = {mention(eve)};
    EXPECT_EQ(*create(alice, widened), ignored);
    auto by_mallory = widened;
    by_mallory["attributedTo"] = mallory.uri;
    (void)create(mallory, by_mallory);
    EXPECT_FALSE(statuses::may_see(tx, eve.id, *stored(secret)));
    EXPECT_TRUE(statuses::may_see(tx, bob.id, *stored(secret)));
}

TEST_F(CreateTest, P03_AnotherActorsFollowersGetNoRights) {
    auto object = note(alice);
    object["to"] = {carl.uri + "/followers", bob.uri};
    object["cc"] = Json::array();
    object["tag"] = {mention(bob)};
    ASSERT_EQ(*create(alice, object), applied);
    const auto eve = member("eve");
    follows(eve, carl);
    EXPECT_FALSE(statuses::may_see(tx, eve.id, *stored(object)));
    EXPECT_TRUE(statuses::may_see(tx, bob.id, *stored(object)));
}

TEST_F(CreateTest, D12_AQuietOneIsStoredAndToldToNobody) {
    auto object = note(alice);
    object["to"].push_back(bob.uri);
    object["tag"] = {mention(bob)};
    auto one = received(alice, activity("Create", alice, object));
    one.sender_is_followed = true;
    one.effects.quiet = true;
    EXPECT_EQ(*handle_create(tx, house, one), applied);
    EXPECT_TRUE(stored(object)->muted_reach);
    EXPECT_EQ(notifications_of(bob), 0U);
}

TEST_F(CreateTest, AStrippedMentionIsNeitherToldNorGivenToRead) {
    const auto eve = member("eve");
    auto object = note(alice);
    object["to"] = {alice.uri + "/followers", eve.uri};
    object["cc"] = Json::array();
    object["tag"] = {mention(eve)};
    auto one = received(alice, activity("Create", alice, object));
    one.sender_is_followed = true;
    one.effects.stripped_mentions = {eve.uri};
    EXPECT_EQ(*handle_create(tx, house, one), applied);
    EXPECT_EQ(notifications_of(eve), 0U);
    EXPECT_FALSE(statuses::may_see(tx, eve.id, *stored(object)));
}

TEST_F(CreateTest, D16_ThatWasDeletedBeforeItCameStaysAway) {
    const auto object = note(alice);
    EXPECT_EQ(*handle_delete(tx, house, received(alice, activity("Delete", alice, object["id"]))),
              applied);
    EXPECT_EQ(*create(alice, object), ignored);
    EXPECT_FALSE(stored(object));
}

TEST_F(CreateTest, D16_ANeighbourCannotBuryAnothersPost) {
    const auto object = note(alice);
    (void)handle_delete(tx, house, received(carl, activity("Delete", carl, object["id"])));
    EXPECT_EQ(*create(alice, object), applied);
}

class DeleteTest : public CreateTest {};

TEST_F(DeleteTest, A14_OnlyTheAuthorDeletes) {
    const auto object = note(alice);
    ASSERT_EQ(*create(alice, object), applied);
    for (const auto* forger : {&mallory, &carl}) {
        SCOPED_TRACE(forger->uri);
        EXPECT_FALSE(
            handle_delete(tx, house, received(*forger, activity("Delete", *forger, object["id"]))));
        EXPECT_TRUE(stored(object));
    }
    const auto gone = activity("Delete", alice, {{"id", object["id"]}, {"type", "Tombstone"}});
    EXPECT_EQ(*handle_delete(tx, house, received(alice, gone)), applied);
    EXPECT_FALSE(stored(object));
}

TEST_F(DeleteTest, OfOneOfOursIsRefused) {
    const auto ours = status_by(bob);
    EXPECT_FALSE(handle_delete(tx, house, received(alice, activity("Delete", alice, ours.uri))));
    EXPECT_TRUE(db::statuses::find(tx, ours.id));
}

TEST_F(DeleteTest, OfTheActorEndsItsFollowsAndKeepsItsName) {
    const auto remove = activity("Delete", alice, alice.uri);
    EXPECT_EQ(*handle_delete(tx, house, received(alice, remove)), applied);
    EXPECT_FALSE(db::follows::find(tx, bob.id, alice.id));
    const auto row = db::accounts::find_by_uri(tx, alice.uri);
    ASSERT_TRUE(row);
    EXPECT_TRUE(row->deleted_at);
    EXPECT_EQ(*handle_delete(tx, house, received(*row, remove)), ignored);
}

class UpdateTest : public CreateTest {
  protected:
    Json edited(Json object, const std::string& content) {
        object["content"] = content;
        object["updated"] = "2026-03-02T08:30:00Z";
        return object;
    }
    Result<inbox::Outcome> update(const db::Account& sender, const Json& object) {
        return handle_update(tx, house, received(sender, activity("Update", sender, object)));
    }
};

TEST_F(UpdateTest, ChangesTheTextOnce) {
    const auto object = note(alice);
    ASSERT_EQ(*create(alice, object), applied);
    EXPECT_EQ(*update(alice, edited(object, "<p>Better</p>")), applied);
    EXPECT_EQ(stored(object)->content, "<p>Better</p>");
    EXPECT_EQ(*update(alice, edited(object, "<p>Better</p>")), ignored);
}

TEST_F(UpdateTest, A14_IsForTheAuthorAlone) {
    const auto object = note(alice);
    ASSERT_EQ(*create(alice, object), applied);
    auto forged = edited(object, "<p>forged</p>");
    (void)update(carl, forged);
    forged["attributedTo"] = carl.uri;
    (void)update(carl, forged);
    (void)update(mallory, edited(object, "<p>forged</p>"));
    EXPECT_EQ(stored(object)->content, "<p>Hello</p>");
    EXPECT_EQ(stored(object)->author, alice.id);
}

TEST_F(UpdateTest, A15_AuthorReadersAndParentStay) {
    auto object = note(alice);
    object["to"] = {alice.uri + "/followers"};
    object["cc"] = Json::array();
    ASSERT_EQ(*create(alice, object), applied);
    auto wider = edited(object, "<p>wider</p>");
    wider["to"] = {"https://www.w3.org/ns/activitystreams#Public"};
    wider["inReplyTo"] = status_by(bob).uri;
    (void)update(alice, wider);
    EXPECT_EQ(stored(object)->visibility, db::Visibility::Private);
    EXPECT_FALSE(stored(object)->in_reply_to);
}

TEST_F(UpdateTest, D15_MentionsOnAnEditAreToldOnce) {
    auto object = note(alice);
    ASSERT_EQ(*create(alice, object), applied);
    object["to"].push_back(bob.uri);
    object["tag"] = {mention(bob)};
    ASSERT_EQ(*update(alice, edited(object, "<p>Hi bob</p>")), applied);
    auto again = edited(object, "<p>Hi again</p>");
    again["updated"] = "2026-03-03T08:30:00Z";
    ASSERT_EQ(*update(alice, again), applied);
    EXPECT_EQ(notifications_of(bob), 1U);
}

TEST_F(UpdateTest, A13_OfAProfileIsForTheActorAlone) {
    Json profile{{"id", alice.uri},
                 {"type", "Person"},
                 {"preferredUsername", "alice"},
                 {"name", "Alice Q."},
                 {"inbox", alice.uri + "/inbox"}};
    EXPECT_EQ(*update(alice, profile), applied);
    EXPECT_EQ(db::accounts::find(tx, alice.id)->display_name, "Alice Q.");
    profile["name"] = "Mallory was here";
    (void)update(mallory, profile);
    (void)update(carl, profile);
    EXPECT_EQ(db::accounts::find(tx, alice.id)->display_name, "Alice Q.");
}

class VoteTest : public CreateTest {
  protected:
    db::Status question(bool multiple = false) {
        auto status = status_by(bob);
        status.poll = db::polls::insert(tx,
                                        {.status = status.id,
                                         .options = {"Blue", "Green"},
                                         .tallies = {0, 0},
                                         .multiple = multiple,
                                         .voters_count = 0,
                                         .expires_at = now + std::chrono::hours{1}});
        db::statuses::update_content(tx, status);
        return status;
    }
    Json ballot(const db::Account& voter, const db::Status& to, const std::string& choice) {
        return {{"id", voter.uri + "#votes/" + crypto::hex(crypto::random_bytes(4))},
                {"type", "Note"},
                {"name", choice},
                {"attributedTo", voter.uri},
                {"inReplyTo", to.uri},
                {"to", {bob.uri}}};
    }
    std::vector<std::int64_t> tallies(const db::Status& status) {
        return db::polls::find(tx, status.poll)->tallies;
    }
};

TEST_F(VoteTest, CountsOnceAndIsNoPost) {
    const auto poll = question();
    const auto vote = ballot(carl, poll, "Blue");
    EXPECT_EQ(*create(carl, vote), applied);
    EXPECT_EQ(*create(carl, vote), ignored);
    EXPECT_EQ(*create(carl, ballot(carl, poll, "Green")), ignored); // A second choice of one.
    EXPECT_EQ(*create(alice, ballot(alice, poll, "Red")), ignored); // No such option.
    EXPECT_EQ(tallies(poll), (std::vector<std::int64_t>{1, 0}));
    EXPECT_FALSE(stored(vote));
    EXPECT_EQ(notifications_of(bob), 0U);
}

TEST_F(VoteTest, OnBehalfOfSomebodyElseIsRefused) {
    const auto poll = question();
    (void)create(mallory, ballot(carl, poll, "Blue"));
    EXPECT_EQ(tallies(poll), (std::vector<std::int64_t>{0, 0}));
}

TEST_F(VoteTest, InAClosedPollDoesNotCount) {
    const auto poll = question();
    now += std::chrono::hours{2};
    EXPECT_EQ(*create(carl, ballot(carl, poll, "Blue")), ignored);
    EXPECT_EQ(tallies(poll), (std::vector<std::int64_t>{0, 0}));
}

/// carl's post wants leave for answers.
class LeaveTest : public CreateTest {
  protected:
    LeaveTest() {
        follows(bob, alice);
        parent = {.id = db::statuses::new_id(tx, now),
                  .uri = carl.uri + "/statuses/parent",
                  .author = carl.id,
                  .content = "<p>ask me</p>",
                  .interaction_policy = {{"reply",
                                          {{"automatic", Json::array()},
                                           {"manual", Json::array({"public"})}}}},
                  .created_at = now};
        EXPECT_TRUE(db::statuses::insert(tx, parent));
    }
    db::Status answer(bool has_leave) {
        auto document = note(alice);
        document["inReplyTo"] = parent.uri;
        auto create = received(alice, activity("Create", alice, document));
        create.sender_is_followed = true;
        create.posts.front().has_leave = has_leave;
        EXPECT_EQ(*inbox::handle_create(tx, house, create), applied);
        return *db::statuses::find_by_uri(tx, document["id"].get<std::string>());
    }
    db::Status parent;
};

TEST_F(LeaveTest, AnAnswerStandsUnderItsParentOnlyWithItsAuthorsLeave) {
    EXPECT_EQ(answer(true).in_reply_to, parent.id);
    const auto without = answer(false);
    EXPECT_FALSE(without.in_reply_to);
    EXPECT_EQ(without.in_reply_to_uri, parent.uri);
    EXPECT_EQ(db::statuses::find(tx, parent.id)->replies_count, 1);
    db::mentions::insert_all(tx, parent.id, {alice.id}, false);
    EXPECT_EQ(answer(false).in_reply_to, parent.id) << "whom the post mentions may answer";
}

} // namespace
