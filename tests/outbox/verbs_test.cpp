#include "actors/local.h"
#include "base/crypto.h"
#include "db/account_keys.h"
#include "db/audit_log.h"
#include "db/bookmarks.h"
#include "db/deliveries.h"
#include "db/favourites.h"
#include "db/follows.h"
#include "db/held_items.h"
#include "db/jobs.h"
#include "db/mentions.h"
#include "db/mutes.h"
#include "db/notifications.h"
#include "db/peers.h"
#include "db/polls.h"
#include "db/quote_authorizations.h"
#include "db/status_edits.h"
#include "db/tags.h"
#include "db/tombstones.h"
#include "db/users.h"
#include "moderation/held.h"
#include "moderation/peers.h"
#include "outbox/block.h"
#include "outbox/bookmark.h"
#include "outbox/boost.h"
#include "outbox/consent.h"
#include "outbox/edit.h"
#include "outbox/favourite.h"
#include "outbox/follow.h"
#include "outbox/held_posts.h"
#include "outbox/mute.h"
#include "outbox/peering.h"
#include "outbox/pin.h"
#include "outbox/profile.h"
#include "outbox/publish.h"
#include "outbox/quote.h"
#include "outbox/remove.h"
#include "outbox/report.h"
#include "outbox/tasks.h"
#include "outbox/vote.h"
#include "statuses/may_see.h"
#include "tests/outbox/verbs_support.h"

#include <set>

namespace {

using db::Visibility;

const std::string everybody = "https://www.w3.org/ns/activitystreams#Public";

TEST_F(VerbsTest, PublishGoesToFollowersAndToWhomItNames) {
    follows(alice, bob);
    const auto status = publish(bob,
                                {.text = "Hello @carol@birch.example and @eve #EdTech",
                                 .spoiler_text = "Maths",
                                 .language = "en"});
    EXPECT_TRUE(status.sensitive);
    EXPECT_EQ(db::mentions::list(tx, status.id).size(), 2U);
    EXPECT_EQ(db::tags::list(tx, status.id).at(0).name, "edtech");
    EXPECT_EQ(notifications_of(eve), 1);
    EXPECT_EQ(db::accounts::find(tx, bob.id)->statuses_count, 1);

    const auto sent = queued();
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].inbox, "https://birch.example/inbox");
    EXPECT_EQ(sent[1].inbox, "https://cedar.example/inbox");
    EXPECT_TRUE(sent[0].sync_followers);
    const Json& create = sent[0].activity;
    EXPECT_EQ(create["type"], "Create");
    EXPECT_EQ(create["id"], status.uri + "/activity");
    EXPECT_EQ(create["object"]["id"], status.uri);
    EXPECT_EQ(create["object"]["summary"], "Maths");
    EXPECT_EQ(create["to"], Json::array({everybody}));
    EXPECT_EQ(create["cc"].get<std::set<std::string>>(),
              (std::set<std::string>{bob.followers_uri, carol.uri, eve.uri}));
    EXPECT_EQ(create["object"]["tag"].size(), 3U);
}

TEST_F(VerbsTest, AVisibilityReachesWhomItShould) {
    follows(alice, bob);
    const struct {
        const char* name;
        outbox::Draft draft;
        std::vector<std::string> inboxes;
    } cases[] = {
        {"unlisted",
         {.text = "x", .visibility = Visibility::Unlisted},
         {"https://cedar.example/inbox"}},
        {"private",
         {.text = "x", .visibility = Visibility::Private},
         {"https://cedar.example/inbox"}},
        {"direct to carol: alice gets nothing (P17)",
         {.text = "@carol@birch.example psst", .visibility = Visibility::Direct},
         {"https://birch.example/inbox"}},
        {"direct to nobody", {.text = "note to self", .visibility = Visibility::Direct}, {}},
        {"local-only", {.text = "@carol@birch.example x", .local_only = true}, {}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        publish(bob, c.draft);
        std::vector<std::string> inboxes;
        for (const auto& one : queued())
            inboxes.push_back(one.inbox);
        EXPECT_EQ(inboxes, c.inboxes);
    }
}

TEST_F(VerbsTest, PublishRefusesWhatIsNoPost) {
    std::string long_text(5'001, 'x');
    const std::vector<std::string> two{"a", "b"};
    const struct {
        const char* name;
        outbox::Draft draft;
    } cases[] = {
        {"empty", {.text = "  \n"}},
        {"too long", {.text = long_text}},
        {"not UTF-8", {.text = "\xff"}},
        {"one choice", {.text = "?", .poll = outbox::PollDraft{.options = {"a"}}}},
        {"two alike", {.text = "?", .poll = outbox::PollDraft{.options = {"a", " a"}}}},
        {"over at once",
         {.text = "?",
          .poll = outbox::PollDraft{.options = two, .expires_in = std::chrono::seconds{1}}}},
        {"another's media", {.text = "x", .media = {MediaId{12345}}}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto status = outbox::publish(tx, by(bob), c.draft);
        ASSERT_FALSE(status);
        EXPECT_EQ(status.error().kind, Error::Kind::Unprocessable);
        EXPECT_FALSE(status.error().shown.empty());
    }
    long_text.pop_back();
    EXPECT_TRUE(outbox::publish(tx, by(bob), {.text = long_text}));
}

TEST_F(VerbsTest, AnAnswerBelongsToItsThreadAndReachesItsParentsAuthor) {
    auto parent = status_by(alice);
    const auto reply = publish(bob, {.text = "I agree", .in_reply_to = parent.id});
    EXPECT_EQ(reply.in_reply_to, parent.id);
    EXPECT_EQ(reply.thread, parent.thread);
    EXPECT_EQ(db::statuses::find(tx, parent.id)->replies_count, 1);
    const auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].inbox, "https://cedar.example/inbox");
    EXPECT_EQ(sent[0].activity["object"]["inReplyTo"], parent.uri);

    const auto hidden = status_by(eve, Visibility::Direct);
    const auto refused = outbox::publish(tx, by(bob), {.text = "x", .in_reply_to = hidden.id});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Error::Kind::NotFound);
}

TEST_F(VerbsTest, AnEditKeepsTheOldVersionAndGoesToEverybodyWhoGotThePost) {
    follows(alice, bob);
    const auto status = publish(bob, {.text = "Helo"});
    queued();
    db::follows::remove(tx, alice.id, bob.id); // Gone meanwhile, but alice's server has the post.
    const auto edited = outbox::edit(tx, by(bob), status.id, {.text = "Hello @eve"});
    ASSERT_TRUE(edited) << edited.error().detail;
    EXPECT_EQ(db::statuses::find(tx, status.id)->text, "Hello @eve");
    EXPECT_FALSE(db::status_edits::list(tx, status.id).empty());
    EXPECT_EQ(notifications_of(eve), 1);
    const auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].activity["type"], "Update");
    EXPECT_TRUE(sent[0].activity["object"].contains("updated"));

    EXPECT_TRUE(outbox::edit(tx, by(bob), status.id, {.text = "Hello @eve"}));
    EXPECT_TRUE(queued().empty()) << "nothing changed, nothing is sent";
    EXPECT_FALSE(outbox::edit(tx, by(eve), status.id, {.text = "mine now"})) << "A14";
}

TEST_F(VerbsTest, ADeleteGoesToEverybodyWhoGotThePostAndLeavesATombstone) {
    follows(alice, bob);
    const auto status = publish(bob, {.text = "Oops @carol@birch.example"});
    queued();
    db::follows::remove(tx, alice.id, bob.id);
    EXPECT_FALSE(outbox::remove(tx, by(eve), status.id));
    const auto removed = outbox::remove(tx, by(bob), status.id);
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->text, "Oops @carol@birch.example");
    EXPECT_FALSE(db::statuses::find(tx, status.id));
    EXPECT_TRUE(db::tombstones::find(tx, status.uri)->local);
    EXPECT_EQ(db::accounts::find(tx, bob.id)->statuses_count, 0);
    const auto sent = queued();
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].activity["type"], "Delete");
    EXPECT_EQ(sent[0].activity["object"]["id"], status.uri);
    EXPECT_EQ(sent[0].activity["object"]["type"], "Tombstone");
}

TEST_F(VerbsTest, ABoostIsOneStandingBoostUntilItIsTakenBack) {
    follows(carol, bob);
    const auto post = status_by(alice);
    const auto boost = outbox::boost(tx, by(bob), post.id);
    ASSERT_TRUE(boost) << boost.error().detail;
    EXPECT_EQ(outbox::boost(tx, by(bob), post.id)->id, boost->id);
    EXPECT_EQ(db::statuses::find(tx, post.id)->reblogs_count, 1);
    auto sent = queued();
    ASSERT_EQ(sent.size(), 2U) << "follower and author";
    EXPECT_EQ(sent[0].activity["type"], "Announce");
    EXPECT_EQ(sent[0].activity["object"], post.uri);
    const auto announce = sent[0].activity["id"];

    const auto original = outbox::unboost(tx, by(bob), boost->id);
    ASSERT_TRUE(original);
    EXPECT_EQ(original->id, post.id);
    EXPECT_EQ(original->reblogs_count, 0);
    sent = queued();
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].activity["type"], "Undo");
    EXPECT_EQ(sent[0].activity["object"]["id"], announce);
}

TEST_F(VerbsTest, WhatIsHiddenAnswersLikeWhatIsMissing) { // P04
    const auto hidden = status_by(eve, Visibility::Direct);
    const StatusId missing{42};
    for (const StatusId id : {hidden.id, missing}) {
        EXPECT_EQ(outbox::favourite(tx, by(bob), id).error().kind, Error::Kind::NotFound);
        EXPECT_EQ(outbox::boost(tx, by(bob), id).error().kind, Error::Kind::NotFound);
        EXPECT_EQ(outbox::bookmark(tx, by(bob), id).error().kind, Error::Kind::NotFound);
        EXPECT_EQ(outbox::favourite(tx, by(bob), id).error().detail,
                  outbox::favourite(tx, by(bob), missing).error().detail);
    }
    const auto followers_only = status_by(eve, Visibility::Private);
    follows(bob, eve);
    EXPECT_EQ(outbox::boost(tx, by(bob), followers_only.id).error().kind, Error::Kind::Forbidden);
}

TEST_F(VerbsTest, AFavouriteIsToldOnceAndTakenBack) {
    const auto post = status_by(alice);
    EXPECT_EQ(outbox::favourite(tx, by(bob), post.id)->favourites_count, 1);
    EXPECT_EQ(outbox::favourite(tx, by(bob), post.id)->favourites_count, 1);
    auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].activity["type"], "Like");
    const auto first = sent[0].activity["id"];
    EXPECT_EQ(outbox::unfavourite(tx, by(bob), post.id)->favourites_count, 0);
    sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].activity["object"]["id"], first);
    ASSERT_TRUE(outbox::favourite(tx, by(bob), post.id));
    EXPECT_NE(queued().at(0).activity["id"], first) << "peers would take it for the old one";

    const auto ours = status_by(eve);
    ASSERT_TRUE(outbox::favourite(tx, by(bob), ours.id));
    EXPECT_EQ(notifications_of(eve), 1);
    EXPECT_TRUE(queued().empty());
}

TEST_F(VerbsTest, ABookmarkIsNobodysBusiness) {
    const auto post = status_by(alice);
    EXPECT_TRUE(outbox::bookmark(tx, by(bob), post.id));
    EXPECT_EQ(db::bookmarks::among(tx, bob.id, {post.id}).size(), 1U);
    EXPECT_TRUE(outbox::unbookmark(tx, by(bob), post.id));
    EXPECT_TRUE(queued().empty());
}

TEST_F(VerbsTest, PinsAreOnesOwnAndFollowersHearOfThem) {
    follows(alice, bob);
    const auto post = status_by(bob);
    ASSERT_TRUE(outbox::pin(tx, by(bob), post.id));
    auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].activity["type"], "Add");
    EXPECT_EQ(sent[0].activity["target"], bob.featured_uri);
    ASSERT_TRUE(outbox::unpin(tx, by(bob), post.id));
    EXPECT_EQ(queued().at(0).activity["type"], "Remove");
    EXPECT_FALSE(outbox::pin(tx, by(bob), status_by(eve).id));
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(outbox::pin(tx, by(bob), status_by(bob).id));
    EXPECT_EQ(outbox::pin(tx, by(bob), status_by(bob).id).error().kind, Error::Kind::Unprocessable);
}

TEST_F(VerbsTest, AFollowOfARemoteAccountIsARequestUntilItIsAccepted) {
    ASSERT_TRUE(outbox::follow(tx, by(bob), alice.id));
    ASSERT_TRUE(outbox::follow(tx, by(bob), alice.id, {.show_reblogs = false}));
    const auto follow = db::follows::find(tx, bob.id, alice.id);
    ASSERT_TRUE(follow);
    EXPECT_FALSE(follow->accepted);
    EXPECT_FALSE(follow->show_reblogs);
    auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].inbox, alice.inbox);
    EXPECT_EQ(sent[0].activity["type"], "Follow");
    EXPECT_EQ(sent[0].activity["id"], follow->uri);

    ASSERT_TRUE(outbox::unfollow(tx, by(bob), alice.id));
    ASSERT_TRUE(outbox::unfollow(tx, by(bob), alice.id));
    sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].activity["type"], "Undo");
    EXPECT_EQ(sent[0].activity["object"]["id"], follow->uri);
}

TEST_F(VerbsTest, AFollowHereCountsAtOnceUnlessTheAccountIsLocked) {
    ASSERT_TRUE(outbox::follow(tx, by(bob), eve.id));
    EXPECT_TRUE(db::follows::is_following(tx, bob.id, eve.id));
    EXPECT_EQ(notifications_of(eve), 1);
    bob.locked = true;
    db::accounts::update_profile(tx, bob);
    ASSERT_TRUE(outbox::follow(tx, by(eve), bob.id));
    EXPECT_FALSE(db::follows::is_following(tx, eve.id, bob.id));
    ASSERT_TRUE(outbox::authorize_follow(tx, by(bob), eve.id));
    EXPECT_TRUE(db::follows::is_following(tx, eve.id, bob.id));
    EXPECT_EQ(outbox::authorize_follow(tx, by(bob), eve.id).error().kind, Error::Kind::NotFound);
    EXPECT_EQ(outbox::follow(tx, by(bob), bob.id).error().kind, Error::Kind::Forbidden);
}

TEST_F(VerbsTest, ARequestIsAnsweredWithTheWholeFollow) {
    const std::string uri = "https://cedar.example/follows/1";
    const auto ask = [&](const std::string& follow_uri) {
        db::follows::insert(tx,
                            {.follower = alice.id,
                             .followed = bob.id,
                             .accepted = false,
                             .uri = follow_uri,
                             .created_at = now});
    };
    ask(uri);
    ASSERT_TRUE(outbox::authorize_follow(tx, by(bob), alice.id));
    auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    const Json expected = {
        {"id", uri}, {"type", "Follow"}, {"actor", alice.uri}, {"object", bob.uri}};
    EXPECT_EQ(sent[0].activity["type"], "Accept");
    EXPECT_EQ(sent[0].activity["object"], expected);

    ASSERT_TRUE(outbox::remove_follower(tx, by(bob), alice.id));
    sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].activity["type"], "Reject");
    EXPECT_EQ(sent[0].activity["object"]["id"], uri);
    EXPECT_FALSE(db::follows::find(tx, alice.id, bob.id));

    ask(uri + "2");
    ASSERT_TRUE(outbox::reject_follow(tx, by(bob), alice.id));
    EXPECT_EQ(queued().at(0).activity["type"], "Reject");
}

TEST_F(VerbsTest, ABlockEndsFollowsBothWaysAndForbidsNewOnes) {
    follows(alice, bob);
    follows(bob, alice);
    ASSERT_TRUE(outbox::block(tx, by(bob), alice.id));
    std::vector<std::string> types;
    for (const auto& one : queued())
        types.push_back(one.activity["type"]);
    EXPECT_EQ(types, (std::vector<std::string>{"Undo", "Reject", "Block"}));
    EXPECT_FALSE(db::follows::find(tx, alice.id, bob.id));
    EXPECT_FALSE(db::follows::find(tx, bob.id, alice.id));
    EXPECT_EQ(outbox::follow(tx, by(bob), alice.id).error().kind, Error::Kind::Forbidden);
    ASSERT_TRUE(outbox::unblock(tx, by(bob), alice.id));
    EXPECT_EQ(queued().at(0).activity["type"], "Undo");
    EXPECT_TRUE(outbox::follow(tx, by(bob), alice.id));
}

TEST_F(VerbsTest, APollIsVotedInOnceAndItsTalliesAreSent) {
    follows(alice, bob);
    const auto question =
        publish(bob, {.text = "When?", .poll = outbox::PollDraft{.options = {"Monday", "Friday"}}});
    EXPECT_EQ(queued().at(0).activity["object"]["type"], "Question");
    const auto voted = outbox::vote(tx, by(eve), question.poll, {1});
    ASSERT_TRUE(voted) << voted.error().detail;
    EXPECT_EQ(outbox::vote(tx, by(eve), question.poll, {0}).error().kind,
              Error::Kind::Unprocessable);
    EXPECT_EQ(outbox::vote(tx, by(bob), question.poll, {0}).error().kind,
              Error::Kind::Unprocessable)
        << "one's own";
    EXPECT_EQ(db::polls::find(tx, question.poll)->tallies, (std::vector<std::int64_t>{0, 1}));
    EXPECT_TRUE(queued().empty());

    outbox::send_tallies(tx, instance, now + std::chrono::seconds{1});
    auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].activity["type"], "Update");
    EXPECT_FALSE(sent[0].activity["object"].contains("updated")) << "tallies are no edit";
    EXPECT_EQ(sent[0].activity["object"]["oneOf"][1]["replies"]["totalItems"], 1);

    const auto over = now + std::chrono::hours{25};
    outbox::end_polls(tx, instance, over);
    EXPECT_EQ(queued().size(), 1U);
    EXPECT_EQ(notifications_of(eve), 1);
    outbox::end_polls(tx, instance, over);
    EXPECT_TRUE(queued().empty());
}

TEST_F(VerbsTest, AVoteInAPeersPollGoesToItsAuthorAlone) {
    auto post = status_by(alice);
    post.poll = db::polls::insert(tx,
                                  {.status = post.id,
                                   .options = {"a", "b", "c"},
                                   .tallies = {5, 0, 0},
                                   .multiple = true,
                                   .expires_at = now + std::chrono::hours{1}});
    db::statuses::update_content(tx, post);
    ASSERT_TRUE(outbox::vote(tx, by(bob), post.poll, {2, 1, 2}));
    const auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].inbox, alice.inbox);
    EXPECT_EQ(sent[0].activity["type"], "Create");
    EXPECT_EQ(sent[0].activity["to"], Json::array({alice.uri}));
    EXPECT_EQ(sent[0].activity["object"].size(), 2U);
    EXPECT_EQ(db::polls::find(tx, post.poll)->tallies.at(1), 0) << "the owner counts";
}

TEST_F(VerbsTest, AProfileIsCheckedWrittenAndTold) {
    follows(alice, bob);
    const auto changed = outbox::update_profile(
        tx,
        by(bob),
        {.display_name = "Bob <b>B</b>",
         .note = "I teach #Maths",
         .fields = std::vector<outbox::FieldDraft>{{"Site", "https://bob.example/"}},
         .locked = true});
    ASSERT_TRUE(changed) << changed.error().detail;
    const auto stored = db::accounts::find(tx, bob.id);
    EXPECT_TRUE(stored->locked);
    EXPECT_NE(stored->note.find("tags/maths"), std::string::npos);
    EXPECT_NE(stored->fields[0]["value"].get<std::string>().find("<a href"), std::string::npos);
    const auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].activity["type"], "Update");
    EXPECT_EQ(sent[0].activity["object"]["id"], bob.uri);
    EXPECT_FALSE(outbox::update_profile(tx, by(bob), {.display_name = std::string(31, 'x')}));
}

TEST_F(VerbsTest, NothingIsQueuedForAHostThatIsNotAllowed) {
    const auto mallory = remote_account("mallory", "blocked.example");
    follows(mallory, bob);
    publish(bob, {.text = "Hello"});
    EXPECT_TRUE(queued().empty());
}

class QuoteRequestTest : public VerbsTest {
  protected:
    db::Status of_alice() {
        db::Status status{.id = db::statuses::new_id(tx, now),
                          .uri = alice.uri + "/statuses/1",
                          .author = alice.id,
                          .content = "<p>quote me</p>",
                          .interaction_policy = {{"automatic", {"public"}}},
                          .created_at = now};
        EXPECT_TRUE(db::statuses::insert(tx, status));
        return status;
    }
    db::Status state_of(StatusId id) { return db::statuses::find(tx, id).value(); }
    const std::string stamp = "https://cedar.example/stamps/1";
};

TEST_F(QuoteRequestTest, AsksTheAuthorWithThePostAndShowsTheStampOnceGiven) {
    follows(carol, bob);
    const auto theirs = of_alice();
    const auto quoting = publish(bob, {.text = "look", .quoted = theirs.id});
    EXPECT_EQ(state_of(quoting.id).quote_state, "pending");
    Json request;
    for (const auto& parcel : queued()) {
        if (parcel.activity.at("type") == "QuoteRequest") request = parcel.activity;
        if (parcel.activity.at("type") == "Create") {
            EXPECT_FALSE(parcel.activity.at("object").contains("quoteAuthorization"));
        }
    }
    ASSERT_TRUE(request.is_object());
    EXPECT_EQ(request.at("object"), theirs.uri);
    EXPECT_EQ(request.at("instrument").at("id"), quoting.uri);
    EXPECT_EQ(request.at("instrument").at("quote"), theirs.uri);

    ASSERT_TRUE(outbox::answer_quote_request(tx, instance, quoting.id, alice, stamp, now));
    EXPECT_EQ(state_of(quoting.id).quote_state, "accepted");
    bool updated = false;
    for (const auto& parcel : queued()) {
        if (parcel.activity.at("type") != "Update") continue;
        updated = true;
        EXPECT_EQ(parcel.activity.at("object").at("quoteAuthorization"), stamp);
    }
    EXPECT_TRUE(updated);
    EXPECT_FALSE(outbox::answer_quote_request(tx, instance, quoting.id, alice, "", now))
        << "an answer counts once";
}

TEST_F(QuoteRequestTest, TakesAnAnswerFromTheQuotedAuthorAlone) {
    const auto theirs = of_alice();
    const auto quoting = publish(bob, {.text = "look", .quoted = theirs.id});
    const std::string elsewhere = "https://birch.example/stamps/1";
    EXPECT_FALSE(outbox::answer_quote_request(tx, instance, quoting.id, carol, elsewhere, now));
    EXPECT_FALSE(outbox::answer_quote_request(tx, instance, quoting.id, alice, elsewhere, now));
    EXPECT_EQ(state_of(quoting.id).quote_state, "pending");
    EXPECT_TRUE(outbox::answer_quote_request(tx, instance, quoting.id, alice, "", now));
    EXPECT_EQ(state_of(quoting.id).quote_state, "rejected");
    EXPECT_EQ(Json::parse(state_of(quoting.id).document).contains("quote"), false);
}

TEST_F(QuoteRequestTest, RevokingTellsTheQuotingServer) {
    const auto ours = publish(bob, {.text = "quote me"});
    db::Status theirs{.id = db::statuses::new_id(tx, now),
                      .uri = alice.uri + "/statuses/2",
                      .author = alice.id,
                      .quote_uri = ours.uri,
                      .quote = ours.id,
                      .quote_state = "accepted",
                      .created_at = now};
    const auto given = db::quote_authorizations::ensure(tx, ours.id, theirs.uri, now);
    ASSERT_TRUE(given);
    ASSERT_TRUE(db::statuses::insert(tx, theirs));
    queued();
    ASSERT_TRUE(outbox::revoke_quote(tx, by(bob), ours.id, theirs.id));
    const auto sent = queued();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent.front().activity.at("type"), "Delete");
    EXPECT_EQ(sent.front().activity.at("object").at("id"),
              bob.uri + "/quote_authorizations/" + std::to_string(given->id));
    EXPECT_FALSE(db::quote_authorizations::find(tx, given->id)) << "no longer served";
    EXPECT_FALSE(db::quote_authorizations::ensure(tx, ours.id, theirs.uri, now))
        << "and not given again";
}

/// alice states what she wants to be asked for, as GoToSocial writes it.
class PolicyTest : public VerbsTest {
  protected:
    db::Status of_alice(const Json& policy) {
        db::Status status{.id = db::statuses::new_id(tx, now),
                          .uri = alice.uri + "/statuses/" + std::to_string(++made),
                          .author = alice.id,
                          .content = "<p>hi</p>",
                          .interaction_policy = policy,
                          .created_at = now};
        EXPECT_TRUE(db::statuses::insert(tx, status));
        return status;
    }
    static Json only(const char* part, const Json& automatic, const Json& manual) {
        return {{part, {{"automatic", automatic}, {"manual", manual}}}};
    }
    const Json none = Json::array();
    const Json everybody_asks = Json::array({"public"});
    int made = 0;
};

TEST_F(PolicyTest, WhatTheAuthorDoesNotTakeIsRefused) {
    const auto open = of_alice({});
    EXPECT_TRUE(outbox::favourite(tx, by(bob), open.id));
    EXPECT_TRUE(outbox::boost(tx, by(bob), open.id, Visibility::Public));
    EXPECT_TRUE(outbox::publish(tx, by(bob), {.text = "yes", .in_reply_to = open.id}));

    const auto like = of_alice(only("like", none, none));
    EXPECT_EQ(outbox::favourite(tx, by(bob), like.id).error().kind, Error::Kind::Forbidden);
    EXPECT_TRUE(outbox::boost(tx, by(bob), like.id, Visibility::Public));
    const auto boost = of_alice(only("announce", none, none));
    EXPECT_EQ(outbox::boost(tx, by(bob), boost.id, Visibility::Public).error().kind,
              Error::Kind::Forbidden);
    const auto reply = of_alice(only("reply", none, none));
    EXPECT_EQ(outbox::publish(tx, by(bob), {.text = "no", .in_reply_to = reply.id}).error().kind,
              Error::Kind::Forbidden);
    const auto for_bob = of_alice(only("reply", Json::array({bob.uri}), none));
    EXPECT_TRUE(outbox::publish(tx, by(bob), {.text = "yes", .in_reply_to = for_bob.id}));
    const auto mentions_bob = of_alice(only("reply", none, none));
    db::mentions::insert_all(tx, mentions_bob.id, {bob.id}, false);
    EXPECT_TRUE(outbox::publish(tx, by(bob), {.text = "yes", .in_reply_to = mentions_bob.id}));
}

TEST_F(PolicyTest, AnAnswerThatNeedsLeaveGoesToTheAuthorAloneUntilItIsGiven) {
    follows(carol, bob);
    const auto parent = of_alice(only("reply", none, everybody_asks));
    const auto answer = publish(bob, {.text = "may I?", .in_reply_to = parent.id});
    auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent.front().inbox, alice.inbox);

    const std::string stamp = "https://cedar.example/stamps/1";
    const auto decide = [&](const db::Account& sender, const std::string& given) {
        return outbox::answer_leave_request(tx, instance, answer.id, sender, given, now);
    };
    EXPECT_FALSE(decide(carol, "https://birch.example/stamps/1"));
    EXPECT_FALSE(decide(alice, "https://birch.example/stamps/1"));
    EXPECT_TRUE(queued().empty());
    EXPECT_TRUE(decide(alice, stamp));
    std::set<std::string> inboxes;
    for (const auto& parcel : queued()) {
        EXPECT_EQ(parcel.activity.at("type"), "Create");
        EXPECT_EQ(parcel.activity.at("object").at("replyAuthorization"), stamp);
        inboxes.insert(parcel.inbox);
    }
    EXPECT_TRUE(inboxes.contains(carol.shared_inbox.empty() ? carol.inbox : carol.shared_inbox));
    EXPECT_FALSE(decide(alice, stamp)) << "an answer counts once";
}

TEST_F(PolicyTest, AnAnswerThatIsRejectedStaysWhereItIs) {
    follows(carol, bob);
    const auto parent = of_alice(only("reply", none, everybody_asks));
    const auto answer = publish(bob, {.text = "may I?", .in_reply_to = parent.id});
    queued();
    EXPECT_TRUE(outbox::answer_leave_request(tx, instance, answer.id, alice, "", now));
    EXPECT_TRUE(queued().empty());
    ASSERT_TRUE(outbox::edit(tx, by(bob), answer.id, {.text = "may I, please?"}));
    for (const auto& parcel : queued())
        EXPECT_EQ(parcel.inbox, alice.inbox);
}

/// bob asks alice whether he may boost; carol follows him.
class BoostLeaveTest : public PolicyTest {
  protected:
    BoostLeaveTest() {
        follows(carol, bob);
        original = of_alice(only("announce", none, everybody_asks));
        boost = *outbox::boost(tx, by(bob), original.id, Visibility::Public);
        const auto sent = queued();
        EXPECT_EQ(sent.size(), 1U);
        EXPECT_EQ(sent.front().inbox, alice.inbox);
        EXPECT_EQ(sent.front().activity.at("type"), "Announce");
        EXPECT_EQ(sent.front().activity.at("id"), boost.activity_uri);
    }
    bool decide(const db::Account& sender, const std::string& given) {
        return outbox::answer_leave_request(tx, instance, boost.id, sender, given, now);
    }
    db::Status original, boost;
    const std::string stamp = "https://cedar.example/stamps/1";
};

TEST_F(BoostLeaveTest, IsSeenByNobodyUntilTheAuthorSaysYes) {
    EXPECT_FALSE(statuses::may_see(tx, carol.id, boost));
    EXPECT_TRUE(statuses::may_see(tx, bob.id, boost));
    EXPECT_FALSE(decide(carol, "https://birch.example/stamps/1"));
    EXPECT_FALSE(decide(alice, "https://birch.example/stamps/1")) << "not on her origin";
    EXPECT_TRUE(queued().empty());

    ASSERT_TRUE(decide(alice, stamp));
    const auto shown = *db::statuses::find(tx, boost.id);
    EXPECT_EQ(shown.visibility, Visibility::Public);
    EXPECT_TRUE(statuses::may_see(tx, carol.id, shown));
    std::set<std::string> inboxes;
    for (const auto& parcel : queued()) {
        EXPECT_EQ(parcel.activity.at("type"), "Announce");
        EXPECT_EQ(parcel.activity.at("announceAuthorization"), stamp);
        EXPECT_EQ(parcel.activity.at("approvedBy"), stamp);
        inboxes.insert(parcel.inbox);
    }
    EXPECT_TRUE(inboxes.contains(carol.shared_inbox.empty() ? carol.inbox : carol.shared_inbox));
    EXPECT_FALSE(decide(alice, "")) << "a word counts once";
    EXPECT_TRUE(db::statuses::find(tx, boost.id));
}

TEST_F(BoostLeaveTest, GoesAwayWhenTheAuthorSaysNo) {
    const auto counted = db::accounts::find(tx, bob.id)->statuses_count;
    EXPECT_TRUE(decide(alice, ""));
    EXPECT_FALSE(db::statuses::find(tx, boost.id));
    EXPECT_EQ(db::accounts::find(tx, bob.id)->statuses_count, counted);
    EXPECT_EQ(db::statuses::find(tx, original.id)->reblogs_count, 0);
    EXPECT_FALSE(decide(alice, stamp));
}

TEST_F(BoostLeaveTest, TakenBackBeforeTheAnswerIsTakenBackAtTheAuthor) {
    ASSERT_TRUE(outbox::unboost(tx, by(bob), original.id));
    const auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent.front().activity.at("type"), "Undo");
    EXPECT_FALSE(decide(alice, stamp));
}

/// A post that names more strangers than a member may address at once.
class HeldPostTest : public VerbsTest {
  protected:
    HeldPostTest() {
        for (int i = 0; i < 26; ++i) {
            const auto stranger = remote_account("s" + std::to_string(i), "cedar.example");
            text += "@" + stranger.acct() + " ";
        }
    }
    std::vector<db::HeldItem> held() {
        auto items = db::held_items::list_open(tx);
        std::erase_if(items, [&](const auto& item) { return item.account != bob.id; });
        return items;
    }
    std::size_t posts() { return db::statuses::ids_of_account(tx, bob.id, 100).size(); }
    /// As the worker does after a decision.
    void decide(const db::HeldItem& item, db::HeldDecision decision) {
        ASSERT_TRUE(moderation::decide_held(tx, item.id, decision, "test", now));
        db::jobs::lock_claims(tx);
        const auto jobs = db::jobs::claim(
            tx, {moderation::held_post_job}, 100, std::chrono::milliseconds{60'000});
        const auto kind = outbox::held_post_kind(
            {.instance = instance, .peers = peers, .clock = [this] { return now; }});
        for (const auto& step : kind.prepare(jobs))
            (*step)(tx);
        db::jobs::finish(tx, jobs);
    }
    std::string text;
};

TEST_F(HeldPostTest, AFloodOfNamesIsKeptForAPersonWhoLetsItPass) {
    const outbox::Draft draft{.text = text,
                              .spoiler_text = "Minutes",
                              .language = "en",
                              .visibility = Visibility::Unlisted,
                              .poll = outbox::PollDraft{.options = {"a", "b"}}};
    const auto refused = outbox::publish(tx, by(bob), draft);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(outbox::is_held(refused.error()));
    EXPECT_NE(refused.error().shown.find("moderator"), std::string::npos);
    EXPECT_EQ(posts(), 0U);
    EXPECT_TRUE(queued().empty());
    ASSERT_EQ(held().size(), 1U);
    EXPECT_EQ(held().front().direction, db::HeldDirection::Out);

    decide(held().front(), db::HeldDecision::Released);
    ASSERT_EQ(posts(), 1U);
    const auto status =
        *db::statuses::find(tx, db::statuses::ids_of_account(tx, bob.id, 1).front());
    EXPECT_EQ(status.spoiler_text, "Minutes");
    EXPECT_EQ(status.visibility, Visibility::Unlisted);
    EXPECT_EQ(status.language, "en");
    EXPECT_TRUE(status.poll);
    EXPECT_EQ(db::mentions::list(tx, status.id).size(), 26U);
    EXPECT_EQ(queued().size(), 1U);
    EXPECT_TRUE(held().empty());
}

TEST_F(HeldPostTest, WhatAPersonRejectsIsNeverAPost) {
    ASSERT_FALSE(outbox::publish(tx, by(bob), {.text = text}));
    decide(held().front(), db::HeldDecision::Rejected);
    EXPECT_EQ(posts(), 0U);
    EXPECT_TRUE(queued().empty());
}

TEST_F(HeldPostTest, ADraftThatCannotBecomeAPostAnyMoreIsOnRecord) {
    const auto parent = publish(eve, {.text = "to be deleted"});
    ASSERT_FALSE(outbox::publish(tx, by(bob), {.text = text, .in_reply_to = parent.id}));
    ASSERT_TRUE(outbox::remove(tx, by(eve), parent.id));
    decide(held().front(), db::HeldDecision::Released);
    EXPECT_EQ(posts(), 0U);
    bool is_recorded = false;
    for (const auto& entry : db::audit_log::list_by_subject(tx, bob.uri))
        is_recorded = is_recorded || entry.act == "held.failed";
    EXPECT_TRUE(is_recorded);
}

TEST_F(VerbsTest, AHouseIsAskedToLetUsInUntilItDoes) {
    const auto ours = actors::ensure_server_actor(tx, instance, now);
    db::Account theirs = remote_account("cedar.example", "cedar.example");
    EXPECT_FALSE(outbox::ask_to_peer(tx, instance, ours, theirs, now)) << "a person is not asked";
    theirs.actor_type = "Application";
    ASSERT_TRUE(outbox::ask_to_peer(tx, instance, ours, theirs, now));
    const auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent.front().activity.at("type"), "Follow");
    EXPECT_EQ(sent.front().activity.at("object"), theirs.uri);
    const auto peer = db::peers::find(tx, "cedar.example");
    EXPECT_EQ(peer->our_follow_state, "pending");
    EXPECT_EQ(peer->our_follow_uri, sent.front().activity.at("id"));
    EXPECT_EQ(peer->server_actor_uri, theirs.uri);

    ASSERT_TRUE(outbox::ask_to_peer(tx, instance, ours, theirs, now + std::chrono::hours{1}));
    EXPECT_EQ(queued().front().activity.at("id"), peer->our_follow_uri) << "the same Follow";
    db::peers::set_our_follow(tx, "cedar.example", peer->our_follow_uri, "accepted");
    EXPECT_FALSE(outbox::ask_to_peer(tx, instance, ours, theirs, now));
}

TEST_F(VerbsTest, AMuteIsHereOnlyAndEndsInTime) {
    ASSERT_TRUE(outbox::mute(tx, by(bob), alice.id, {.duration = std::chrono::seconds{60}}));
    EXPECT_TRUE(db::mutes::find(tx, bob.id, alice.id, now));
    EXPECT_FALSE(db::mutes::find(tx, bob.id, alice.id, now + std::chrono::seconds{61}));
    EXPECT_TRUE(queued().empty()) << "nobody is told";
    ASSERT_TRUE(outbox::mute(tx, by(bob), alice.id, {.hide_notifications = false}));
    EXPECT_FALSE(db::mutes::find(tx, bob.id, alice.id, now)->hide_notifications);
    EXPECT_FALSE(db::mutes::find(tx, bob.id, alice.id, now)->expires_at);
    ASSERT_TRUE(outbox::unmute(tx, by(bob), alice.id));
    EXPECT_FALSE(db::mutes::find(tx, bob.id, alice.id, now));
    EXPECT_FALSE(outbox::mute(tx, by(bob), bob.id));
}

TEST_F(VerbsTest, ADeletedAccountIsAnnouncedToEveryAllowedHostOnce) {
    remote_account("second", "cedar.example");
    remote_account("stranger", "blocked.example");
    outbox::announce_deletion(tx, bob);
    std::multiset<std::string> hosts;
    for (const auto& parcel : queued()) {
        EXPECT_EQ(parcel.activity.at("type"), "Delete");
        EXPECT_EQ(parcel.activity.at("object"), bob.uri);
        hosts.insert(parcel.inbox.substr(8, parcel.inbox.find('/', 8) - 8));
    }
    EXPECT_EQ(hosts.count("cedar.example"), 1U);
    EXPECT_EQ(hosts.count("birch.example"), 1U);
    EXPECT_EQ(hosts.count("blocked.example"), 0U);
}

} // namespace
