#include "db/pins.h"
#include "db/quote_authorizations.h"
#include "db/tombstones.h"
#include "federation/uris.h"
#include "statuses/backfill.h"
#include "statuses/fetch.h"
#include "statuses/job_kinds.h"
#include "statuses/may_see.h"
#include "statuses/quotes.h"
#include "tests/support/peers.h"

namespace {

constexpr auto everybody = "https://www.w3.org/ns/activitystreams#Public";

class FetchTest : public PeersTest {
  protected:
    FetchTest() {
        set_level(host, db::PeerLevel::Guest);
        peers.reload();
        alice = actor("alice", host);
    }

    std::string post_id(const std::string& name) const { return alice.uri + "/statuses/" + name; }
    Json post(const std::string& name) {
        return {
            {"id", post_id(name)},
            {"type", "Note"},
            {"attributedTo", alice.uri},
            {"to", {everybody}},
            {"content", "<p>" + name + "</p>"},
            {"published", format_iso8601(now - std::chrono::hours{1})},
        };
    }
    void publish_post(const Json& json) {
        network.answer_document(json.at("id").get<std::string>(), json);
    }
    Json reply(const std::string& name, const std::string& to) {
        auto json = post(name);
        json["inReplyTo"] = post_id(to);
        json["replies"] = post_id(name) + "/replies";
        publish_post(json);
        return json;
    }
    void publish_list(const std::string& uri, const Json& items) {
        network.answer_document(
            uri, {{"id", uri}, {"type", "OrderedCollection"}, {"orderedItems", items}});
    }
    std::optional<db::Status> stored(const std::string& name) {
        db::Tx tx(test_pool());
        return db::statuses::find_by_uri(tx, post_id(name));
    }

    const std::string host = new_host();
    moderation::Peers peers{test_pool(), instance, clock};
    PeerActor alice{"", "", "", shared_key()};
    statuses::Fetcher fetch{{.pool = test_pool(),
                             .instance = instance,
                             .resolver = *resolver,
                             .peers = peers,
                             .clock = clock}};
};

TEST_F(FetchTest, ReadsAPostAndItsAuthorOnceFromTheirOrigin) {
    publish_post(post("1"));
    const auto fetched = fetch.fetch(post_id("1"));
    ASSERT_TRUE(fetched) << fetched.error().detail;
    EXPECT_EQ(fetched->content, "<p>1</p>");
    ASSERT_TRUE(fetch.fetch(post_id("1")));
    EXPECT_EQ(network.count(post_id("1")), 1U);
}

TEST_F(FetchTest, AFollowersOnlyPostIsPrivateByTheAuthorsOwnCollection) {
    auto json = post("1");
    json["to"] = {alice.uri + "/followers"};
    publish_post(json);
    EXPECT_EQ(fetch.fetch(post_id("1"))->visibility, db::Visibility::Private);
    // ATTACKS P03: somebody else's collection gives no rights.
    json = post("2");
    json["to"] = {"https://" + host + "/users/bob/followers"};
    publish_post(json);
    EXPECT_EQ(fetch.fetch(post_id("2"))->visibility, db::Visibility::Limited);
}

TEST_F(FetchTest, RefusesHostsAndDocumentsThatAreNotAllowed) {
    const auto stranger = new_host();
    EXPECT_EQ(fetch.fetch("https://" + stranger + "/1").error().kind, Error::Kind::Forbidden);
    EXPECT_EQ(fetch.fetch("https://maple.test/users/nobody/statuses/1").error().kind,
              Error::Kind::NotFound);
    publish_post({{"id", post_id("x")}, {"type", "CacheFile"}, {"attributedTo", alice.uri}});
    EXPECT_FALSE(fetch.fetch(post_id("x")));
    auto squatted = post("3");
    squatted["attributedTo"] = "https://" + stranger + "/users/mallory";
    publish_post(squatted);
    EXPECT_FALSE(fetch.fetch(post_id("3")));
    EXPECT_EQ(network.count_all(), 2U) << "nothing was asked of the stranger";
}

TEST_F(FetchTest, WhatIsGoneThereGoesHere) {
    publish_post(post("1"));
    publish_post(post("2"));
    auto kept = *fetch.fetch(post_id("1"));
    auto gone = *fetch.fetch(post_id("2"));
    EXPECT_EQ(*fetch.refresh(kept), statuses::Fetcher::Refreshed::Kept);
    auto edited = post("1");
    edited["content"] = "<p>Better</p>";
    edited["updated"] = format_iso8601(now);
    publish_post(edited);
    EXPECT_EQ(*fetch.refresh(kept), statuses::Fetcher::Refreshed::Changed);

    network.answer(post_id("2"), {.status = 410});
    EXPECT_EQ(*fetch.refresh(gone), statuses::Fetcher::Refreshed::Removed);
    EXPECT_FALSE(stored("2"));

    network.answer(post_id("1"), {.status = 404});
    EXPECT_EQ(*fetch.refresh(kept), statuses::Fetcher::Refreshed::Kept);
    now += std::chrono::hours{25};
    EXPECT_EQ(*fetch.refresh(kept), statuses::Fetcher::Refreshed::Removed);
}

TEST_F(FetchTest, AThreadIsFilledUpAndDownFromItsOwnOrigin) {
    auto root = post("root");
    root["replies"] = post_id("root") + "/replies";
    publish_post(root);
    reply("a", "root");
    reply("b", "a");
    reply("c", "b");
    publish_list(post_id("root") + "/replies",
                 {post_id("a"), "https://maple.test/users/x/statuses/1", post_id("missing")});
    publish_list(post_id("a") + "/replies", {post_id("b")});
    publish_list(post_id("b") + "/replies", {post_id("c")});
    const auto opened = *fetch.fetch(post_id("b"));
    EXPECT_FALSE(stored("a"));

    const auto done = statuses::backfill_thread(fetch, opened.id);
    EXPECT_EQ(done.ancestors, 2);
    ASSERT_TRUE(stored("root"));
    ASSERT_TRUE(stored("c"));
    EXPECT_EQ(stored("c")->thread, stored("root")->thread);
    EXPECT_EQ(stored("b")->in_reply_to, stored("a")->id);
    EXPECT_EQ(network.count("https://maple.test/users/x/statuses/1"), 0U);
}

TEST_F(FetchTest, AContextCollectionOfTheSameOriginComesFirst) {
    auto root = post("root");
    root["context"] = "https://" + host + "/contexts/1";
    root["replies"] = post_id("root") + "/replies";
    publish_post(root);
    reply("a", "root");
    publish_list("https://" + host + "/contexts/1", {post_id("root"), post_id("a")});
    const auto opened = *fetch.fetch(post_id("root"));
    statuses::backfill_thread(fetch, opened.id);
    EXPECT_TRUE(stored("a"));
    EXPECT_EQ(network.count(post_id("root") + "/replies"), 0U);
}

// ATTACKS C19
TEST_F(FetchTest, C19AThreadAsksOtherHostsLittleAndItsOwnWithinBounds) {
    const auto victim = new_host();
    set_level(victim, db::PeerLevel::Guest);
    peers.reload();
    auto root = post("root");
    root["replies"] = post_id("root") + "/replies";
    publish_post(root);
    Json items = Json::array();
    for (int i = 0; i < 200; ++i) {
        items.push_back("https://" + victim + "/" + std::to_string(i));
        items.push_back(post_id("none" + std::to_string(i)));
    }
    publish_list(post_id("root") + "/replies", items);
    const auto opened = *fetch.fetch(post_id("root"));
    const auto before = network.count_all();
    const auto done = statuses::backfill_thread(fetch, opened.id);
    EXPECT_LE(done.fetches, statuses::max_descendants);
    std::size_t asked = 0;
    for (int i = 0; i < 200; ++i)
        asked += network.count("https://" + victim + "/" + std::to_string(i));
    EXPECT_EQ(asked, std::size_t{statuses::max_per_other_host});
    EXPECT_LE(network.count_all() - before, std::size_t{statuses::max_descendants});
}

TEST_F(FetchTest, AProfileBringsItsOwnPinsAndLatestPosts) {
    const auto carol = actor("carol", host);
    publish_post(post("pinned"));
    publish_post(post("latest"));
    auto foreign = post("foreign");
    foreign["id"] = carol.uri + "/statuses/1";
    foreign["attributedTo"] = carol.uri;
    publish_post(foreign);
    publish_list(alice.uri + "/featured", {post_id("pinned"), carol.uri + "/statuses/1"});
    publish_list(alice.uri + "/outbox",
                 {{{"id", post_id("latest") + "/activity"},
                   {"type", "Create"},
                   {"actor", alice.uri},
                   {"object", post("latest")}}});
    const auto account = *resolver->resolve_actor(alice.uri);
    statuses::backfill_profile(fetch, account.id);
    EXPECT_TRUE(stored("latest"));
    db::Tx tx(test_pool());
    EXPECT_EQ(db::pins::list(tx, account.id), std::vector{stored("pinned")->id});
}

class QuoteTest : public FetchTest {
  protected:
    db::Status quote(const std::string& quoted, const std::string& stamp) {
        auto json = post("quoting");
        json["quote"] = quoted;
        json["quoteAuthorization"] = stamp;
        publish_post(json);
        return *fetch.fetch(post_id("quoting"));
    }
    std::string checked() {
        EXPECT_TRUE(statuses::check_quote(fetch, stored("quoting")->id));
        return stored("quoting")->quote_state;
    }
    Json stamp_by(const PeerActor& author, const std::string& quoted) {
        return {
            {"id", author.uri + "/stamps/1"},
            {"type", "QuoteAuthorization"},
            {"attributedTo", author.uri},
            {"interactingObject", post_id("quoting")},
            {"interactionTarget", quoted},
        };
    }
};

// ATTACKS A33
TEST_F(QuoteTest, A33AStampCountsFromTheQuotedAuthorForTheseTwoPostsOnly) {
    const auto dan = actor("dan", host);
    const std::string quoted = dan.uri + "/statuses/1";
    auto theirs = post("x");
    theirs["id"] = quoted;
    theirs["attributedTo"] = dan.uri;
    publish_post(theirs);
    const std::string stamp = dan.uri + "/stamps/1";
    publish_post(stamp_by(dan, quoted));
    EXPECT_EQ(quote(quoted, stamp).quote_state, "pending");
    EXPECT_EQ(checked(), "accepted");

    auto forged = stamp_by(dan, quoted);
    forged["interactingObject"] = post_id("another");
    publish_post(forged);
    EXPECT_EQ(checked(), "revoked");
    forged = stamp_by(dan, quoted);
    forged["attributedTo"] = alice.uri;
    publish_post(forged);
    EXPECT_EQ(checked(), "revoked");
    publish_post(stamp_by(dan, quoted));
    EXPECT_EQ(checked(), "accepted");
}

TEST_F(QuoteTest, AQuoteOfOursStandsByOurStampAlone) {
    db::Status ours;
    std::int64_t stamp = 0;
    std::string author_name = "a" + crypto::hex(crypto::random_bytes(6));
    {
        db::Tx tx(test_pool());
        const auto author = actors::create_local_account(tx, instance, {.name = author_name}, now);
        ASSERT_TRUE(author);
        ours = {.id = db::statuses::new_id(tx, now), .author = author->id, .local = true};
        ours.uri = federation::status_uri(instance, author_name, ours.id);
        ours.created_at = now;
        ASSERT_TRUE(db::statuses::insert(tx, ours));
        stamp = db::quote_authorizations::ensure(tx, ours.id, post_id("quoting"), now)->id;
        tx.commit();
    }
    const auto uri = federation::quote_authorization_uri(instance, author_name, stamp);
    EXPECT_EQ(quote(ours.uri, uri).quote_state, "accepted");
    EXPECT_EQ(checked(), "accepted");

    db::Tx tx(test_pool());
    EXPECT_FALSE(statuses::is_our_stamp(tx, instance, uri, ours, post_id("other")));
    EXPECT_FALSE(statuses::is_our_stamp(tx, instance, post_id("stamp"), ours, post_id("quoting")));
}

TEST_F(QuoteTest, AreCheckedAgainAfterTheyWereSeenAndNotTooOften) {
    const auto quoting = quote("https://" + host + "/gone", "https://" + host + "/stamps/1");
    const auto queued = [&](Time at) {
        db::Tx tx(test_pool());
        return db::statuses::claim_quote_checks(
                   tx, {quoting.id}, at, at - std::chrono::hours{1}, at - statuses::stamp_lifetime)
            .size();
    };
    EXPECT_EQ(queued(now), 1U);
    EXPECT_EQ(checked(), "unauthorized");
    EXPECT_EQ(queued(now + std::chrono::hours{100}), 0U);
}

TEST_F(FetchTest, ThreadsAndProfilesAreAskedForOnceInAWhile) {
    publish_post(post("1"));
    const auto status = *fetch.fetch(post_id("1"));
    const auto account = *resolver->resolve_actor(alice.uri);
    db::Tx tx(test_pool()); // Rolled back: no worker sees these jobs.
    statuses::queue_thread(tx, status, now);
    EXPECT_FALSE(
        db::statuses::claim_backfill(tx, status.id, now, now - statuses::thread_cool_down));
    EXPECT_TRUE(db::statuses::claim_backfill(
        tx, status.id, now + std::chrono::minutes{16}, now + std::chrono::minutes{1}));
    statuses::queue_profile(tx, account, now);
    EXPECT_FALSE(db::accounts::claim_featured(tx, account.id, now, now - std::chrono::hours{1}));
    auto young = status;
    young.created_at = now;
    statuses::queue_thread(tx, young, now + std::chrono::minutes{4});
    EXPECT_EQ(statuses::job_kinds(fetch).size(), 3U);
}

} // namespace
