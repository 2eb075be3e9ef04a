#include "db/deliveries.h"
#include "db/jobs.h"
#include "db/peers.h"
#include "db/quote_authorizations.h"
#include "db/quote_requests.h"
#include "outbox/quote.h"
#include "outbox/quote_requests.h"
#include "statuses/policy.h"
#include "statuses/quotes.h"
#include "tests/support/handlers.h"

namespace {

using inbox::handle_accept;
using inbox::handle_delete;
using inbox::handle_quote_request;
using inbox::handle_reject;
using inbox::handle_update;

class QuoteTest : public HandlerTest {
  protected:
    db::Status quotable(db::Visibility visibility = db::Visibility::Public) {
        auto status = status_by(bob, visibility);
        status.interaction_policy = statuses::usual_policy(visibility);
        db::statuses::update_content(tx, status);
        return status;
    }
    Json quoting(const db::Account& by, const std::string& quoted) {
        auto document = note(by);
        document["quote"] = quoted;
        return document;
    }
    Json request(const db::Account& by, const std::string& quoted, const Json& instrument) {
        auto document = activity("QuoteRequest", by, quoted);
        document["instrument"] = instrument;
        return document;
    }
    std::string stamp_uri(const db::Status& quoted, const Json& instrument) {
        const auto stamp = db::quote_authorizations::ensure(
            tx, quoted.id, instrument["id"].get<std::string>(), now);
        return stamp ? federation::quote_authorization_uri(instance, bob.username, stamp->id) : "";
    }
};

TEST_F(QuoteTest, ARequestGetsAStampOnceAndTheQuoteStandsByIt) {
    const auto quoted = quotable();
    auto document = quoting(alice, quoted.uri);
    const auto asked = request(alice, quoted.uri, document);
    EXPECT_EQ(*handle_quote_request(tx, house, received(alice, asked)), applied);
    EXPECT_EQ(*handle_quote_request(tx, house, received(alice, asked)), applied);
    const auto stamp = stamp_uri(quoted, document);
    EXPECT_TRUE(
        statuses::is_our_stamp(tx, instance, stamp, quoted, document["id"].get<std::string>()));

    document["quoteAuthorization"] = stamp;
    follows(bob, alice);
    auto create = received(alice, activity("Create", alice, document));
    create.sender_is_followed = true;
    ASSERT_EQ(*inbox::handle_create(tx, house, create), applied);
    EXPECT_EQ(db::statuses::find_by_uri(tx, document["id"].get<std::string>())->quote_state,
              "accepted");
    EXPECT_EQ(notifications_of(bob), 1U);
}

/// bob wants to be asked by alice.
class AskedQuoteTest : public QuoteTest {
  protected:
    AskedQuoteTest() {
        quoted.interaction_policy = *statuses::policy_named("ask", db::Visibility::Public);
        db::statuses::update_content(tx, quoted);
        heard();
    }
    inbox::Outcome ask() { return *handle_quote_request(tx, house, received(alice, asked)); }
    std::optional<db::QuoteRequest> open_request() {
        const auto open = db::quote_requests::list_open(tx, bob.id, {});
        if (open.empty()) return std::nullopt;
        return open.front();
    }
    auto decide(const db::Account& who, std::int64_t id, outbox::QuoteDecision decision) {
        return outbox::decide_quote_request(
            tx,
            {.instance = instance, .peers = peers, .account = who.id, .now = now},
            id,
            decision);
    }
    /// What goes out to alice's server; empties the queue.
    std::vector<Json> heard() {
        std::vector<Json> activities;
        db::deliveries::lock_claims(tx);
        const auto claimed = db::deliveries::claim(tx, {.most = 100, .per_host = 100});
        for (const auto& delivery : claimed) {
            if (delivery.signer == bob.id)
                activities.push_back(Json::parse(db::deliveries::find_body(tx, delivery.body)));
        }
        db::deliveries::finish(tx, claimed);
        return activities;
    }
    db::Status quoted = quotable();
    Json document = quoting(alice, quoted.uri);
    Json asked = request(alice, quoted.uri, document);
};

TEST_F(AskedQuoteTest, WaitsForTheAuthorAndIsAcceptedWithAStamp) {
    EXPECT_EQ(ask(), applied);
    EXPECT_EQ(ask(), ignored) << "asked twice is asked once";
    EXPECT_TRUE(heard().empty()) << "nothing is answered yet";
    EXPECT_EQ(notifications_of(bob), 1U);
    const auto waiting = open_request();
    ASSERT_TRUE(waiting);
    EXPECT_EQ(waiting->asker, alice.id);

    EXPECT_FALSE(decide(member("eve"), waiting->id, outbox::QuoteDecision::Accept));
    ASSERT_TRUE(decide(bob, waiting->id, outbox::QuoteDecision::Accept));
    const auto answers = heard();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].at("type"), "Accept");
    EXPECT_EQ(answers[0].at("object").at("id"), asked.at("id"));
    EXPECT_EQ(answers[0].at("result"), stamp_uri(quoted, document));
    EXPECT_EQ(notifications_of(bob), 0U);
    EXPECT_FALSE(open_request());

    EXPECT_TRUE(decide(bob, waiting->id, outbox::QuoteDecision::Reject)->accepted)
        << "the first word stands";
    EXPECT_TRUE(heard().empty());
    EXPECT_EQ(ask(), applied) << "who asks again gets the same answer";
    EXPECT_EQ(heard().at(0).at("type"), "Accept");
}

TEST_F(AskedQuoteTest, IsRejectedByTheAuthorForGood) {
    EXPECT_EQ(ask(), applied);
    ASSERT_TRUE(decide(bob, open_request()->id, outbox::QuoteDecision::Reject));
    for (int again = 0; again < 2; ++again) {
        const auto answers = heard();
        ASSERT_EQ(answers.size(), 1U);
        EXPECT_EQ(answers[0].at("type"), "Reject");
        EXPECT_EQ(ask(), applied);
    }
}

TEST_F(AskedQuoteTest, OneAskerKeepsTwentyRequestsWaitingAtMost) {
    for (int i = 0; i < 21; ++i) {
        document = quoting(alice, quoted.uri);
        asked = request(alice, quoted.uri, document);
        EXPECT_EQ(ask(), applied);
    }
    EXPECT_EQ(db::quote_requests::count_open(tx, bob.id, alice.id), 20);
    const auto answers = heard();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].at("type"), "Reject");
    document = quoting(carl, quoted.uri);
    EXPECT_EQ(*handle_quote_request(tx, house, received(carl, request(carl, quoted.uri, document))),
              applied);
    EXPECT_EQ(db::quote_requests::count_open(tx, bob.id, carl.id), 1);
}

TEST_F(QuoteTest, P04_ARequestAboutAHiddenPostIsLikeOneAboutNone) {
    const auto hidden = quotable(db::Visibility::Private);
    for (const auto& uri : {hidden.uri, bob.uri + "/statuses/1"}) {
        const auto document = quoting(alice, uri);
        EXPECT_EQ(*handle_quote_request(tx, house, received(alice, request(alice, uri, document))),
                  ignored);
    }
}

TEST_F(QuoteTest, ARequestForAnothersNoteOrAnotherPostIsRefused) {
    const auto quoted = quotable();
    const auto other = quotable();
    const auto fitting = quoting(alice, quoted.uri);
    EXPECT_FALSE(
        handle_quote_request(tx, house, received(carl, request(carl, quoted.uri, fitting))));
    EXPECT_FALSE(
        handle_quote_request(tx, house, received(alice, request(alice, other.uri, fitting))));
    EXPECT_TRUE(
        handle_quote_request(tx, house, received(alice, request(alice, quoted.uri, fitting))));
}

// A33: the stamp comes by an Update, and is looked at at once.
TEST_F(QuoteTest, A33_AStampThatComesByAnUpdateIsCheckedAtItsOrigin) {
    const auto theirs = db::Status{.id = db::statuses::new_id(tx, now),
                                   .uri = carl.uri + "/statuses/1",
                                   .author = carl.id,
                                   .content = "<p>quote me</p>",
                                   .created_at = now};
    ASSERT_TRUE(db::statuses::insert(tx, theirs));
    auto document = quoting(alice, theirs.uri);
    follows(bob, alice);
    auto create = received(alice, activity("Create", alice, document));
    create.sender_is_followed = true;
    ASSERT_EQ(*inbox::handle_create(tx, house, create), applied);
    const auto uri = document["id"].get<std::string>();
    EXPECT_EQ(db::statuses::find_by_uri(tx, uri)->quote_state, "unauthorized");

    document["quoteAuthorization"] = carl.uri + "/stamps/1";
    const auto waiting = [&] {
        db::jobs::lock_claims(tx);
        const auto jobs = db::jobs::claim(tx, {"check_quote"}, 1'000, std::chrono::minutes{1});
        return std::ranges::count(
            jobs, to_string(db::statuses::find_by_uri(tx, uri)->id), &db::Job::payload);
    };
    EXPECT_EQ(waiting(), 0);
    ASSERT_EQ(*handle_update(tx, house, received(alice, activity("Update", alice, document))),
              applied);
    EXPECT_EQ(db::statuses::find_by_uri(tx, uri)->quote_state, "pending");
    EXPECT_EQ(waiting(), 1);
}

/// bob quotes carl, and waits for carl's word.
class OurQuoteTest : public QuoteTest {
  protected:
    OurQuoteTest() {
        quoted = {.id = db::statuses::new_id(tx, now),
                  .uri = carl.uri + "/statuses/1",
                  .author = carl.id,
                  .content = "<p>quote me</p>",
                  .interaction_policy = {{"automatic", {"public"}}},
                  .created_at = now};
        EXPECT_TRUE(db::statuses::insert(tx, quoted));
        const outbox::Acting acting{
            .instance = instance, .peers = peers, .account = bob.id, .now = now};
        const auto published = outbox::publish(tx, acting, {.text = "look", .quoted = quoted.id});
        EXPECT_TRUE(published);
        ours = *published;
        asked = {{"id", federation::quote_request_uri(instance, bob.username, ours.id.value)},
                 {"type", "QuoteRequest"},
                 {"actor", bob.uri},
                 {"object", quoted.uri},
                 {"instrument", ours.uri}};
    }
    Json answer(const std::string& type, const db::Account& by, const Json& object) {
        auto document = activity(type, by, object);
        if (type == "Accept") document["result"] = stamp;
        return document;
    }
    std::string state() { return db::statuses::find(tx, ours.id)->quote_state; }

    const std::string stamp = carl.uri + "/stamps/1";
    db::Status quoted, ours;
    Json asked;
};

TEST_F(OurQuoteTest, IsAcceptedInEverySpellingOfItsRequest) {
    ASSERT_EQ(state(), "pending");
    auto without_id = asked;
    without_id.erase("id");
    auto with_note = without_id;
    with_note["instrument"] = {{"id", ours.uri}, {"type", "Note"}};
    for (const Json& object : {asked, asked["id"], without_id, with_note}) {
        SCOPED_TRACE(object.dump());
        ours.quote_state = "pending";
        db::statuses::set_quote(tx, ours);
        EXPECT_EQ(*handle_accept(tx, house, received(carl, answer("Accept", carl, object))),
                  applied);
        EXPECT_EQ(state(), "accepted");
        EXPECT_EQ(db::statuses::find(tx, ours.id)->quote_authorization_uri, stamp);
    }
    EXPECT_EQ(*handle_accept(tx, house, received(carl, answer("Accept", carl, asked))), ignored);
}

TEST_F(OurQuoteTest, A33_NobodyElseGivesTheStampAndNoneOnAnotherOrigin) {
    auto elsewhere = answer("Accept", carl, asked);
    elsewhere["result"] = "https://evil.test/stamps/1";
    auto without = answer("Accept", carl, asked);
    without.erase("result");
    EXPECT_EQ(*handle_accept(tx, house, received(alice, answer("Accept", alice, asked))), ignored);
    EXPECT_EQ(*handle_accept(tx, house, received(carl, elsewhere)), ignored);
    EXPECT_EQ(*handle_accept(tx, house, received(carl, without)), ignored);
    EXPECT_EQ(*handle_reject(tx, house, received(alice, answer("Reject", alice, asked))), ignored);
    EXPECT_EQ(state(), "pending");
    EXPECT_EQ(*handle_accept(tx, house, received(carl, answer("Accept", carl, asked))), applied);
}

TEST_F(OurQuoteTest, IsRejectedOnce) {
    EXPECT_EQ(*handle_reject(tx, house, received(carl, answer("Reject", carl, asked))), applied);
    EXPECT_EQ(state(), "rejected");
    EXPECT_EQ(*handle_accept(tx, house, received(carl, answer("Accept", carl, asked))), ignored);
    EXPECT_EQ(state(), "rejected");
}

TEST_F(OurQuoteTest, A33_ARevokedStampEndsItAndReadersHearOfIt) {
    ASSERT_EQ(*handle_accept(tx, house, received(carl, answer("Accept", carl, asked))), applied);
    (void)handle_delete(tx, house, received(alice, activity("Delete", alice, stamp)));
    EXPECT_EQ(state(), "accepted");
    EXPECT_EQ(*handle_delete(tx, house, received(carl, activity("Delete", carl, stamp))), applied);
    EXPECT_EQ(state(), "revoked");
    const auto document = Json::parse(db::statuses::find(tx, ours.id)->document);
    EXPECT_FALSE(document.contains("quoteAuthorization"));
}

class PeeringAnswerTest : public HandlerTest {
  protected:
    PeeringAnswerTest() {
        house_of_cedar = peer("cedar", "cedar-answers.example");
        db::peers::set_their_follow(
            tx, "cedar-answers.example", house_of_cedar.uri, "https://x.example/follow");
        db::peers::set_our_follow(tx, "cedar-answers.example", our_follow, "pending");
    }
    std::string state() { return db::peers::find(tx, "cedar-answers.example")->our_follow_state; }

    const std::string our_follow = "https://maple.test/actor#follows/cedar";
    db::Account house_of_cedar;
};

TEST_F(PeeringAnswerTest, IsTakenFromTheServerActorThatWasAskedAlone) {
    const auto by = [&](const char* type, const db::Account& sender) {
        return received(sender, activity(type, sender, our_follow));
    };
    EXPECT_EQ(*handle_accept(tx, house, by("Accept", alice)), ignored);
    EXPECT_EQ(*handle_reject(tx, house, by("Reject", mallory)), ignored);
    EXPECT_EQ(state(), "pending");
    EXPECT_EQ(*handle_accept(tx, house, by("Accept", house_of_cedar)), applied);
    EXPECT_EQ(state(), "accepted");
    EXPECT_EQ(*handle_accept(tx, house, by("Accept", house_of_cedar)), ignored);
    // Both had accepted: this is how it leaves.
    EXPECT_EQ(*handle_reject(tx, house, by("Reject", house_of_cedar)), applied);
    EXPECT_EQ(state(), "");
    EXPECT_EQ(db::peers::find(tx, "cedar-answers.example")->level, db::PeerLevel::Unknown);
}

} // namespace
