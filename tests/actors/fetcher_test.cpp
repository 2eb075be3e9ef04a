#include "actors/fetcher.h"
#include "tests/support/peers.h"

#include <fmt/format.h>

namespace {

class FetcherTest : public PeersTest {
  protected:
    const std::string host = new_host();
    const std::string origin = "https://" + host;
    const std::string note_id = origin + "/notes/1";

    static Json note(const std::string& id) { return {{"id", id}, {"type", "Note"}}; }
    Error::Kind failure(const std::string& uri) {
        const auto fetched = fetcher->fetch(uri);
        EXPECT_FALSE(fetched) << uri;
        return fetched ? Error::Kind::RateLimited : fetched.error().kind;
    }
    static http::Response typed(const Json& document, const std::string& type) {
        return {.headers = {{"Content-Type", type}}, .body = dump_json(document)};
    }
    static http::Response redirect(const std::string& to) {
        return {.status = 302, .headers = {{"Location", to}}};
    }
};

TEST_F(FetcherTest, SignsAsTheServerActorAndTakesADocumentFromItsOwnId) {
    network.answer_document(note_id, note(note_id));
    const auto fetched = fetcher->fetch(note_id);
    ASSERT_TRUE(fetched) << fetched.error().detail;
    EXPECT_EQ(fetched->document["id"], note_id);
    const auto signature = std::string(network.last().headers.get("Signature"));
    EXPECT_NE(signature.find("https://maple.test/actor#main-key"), std::string::npos);
}

TEST_F(FetcherTest, A05_AnotherIdOfTheSameHostIsAskedForOnceMore) {
    network.answer_document(origin + "/@a/1", note(note_id));
    network.answer_document(note_id, note(note_id));
    ASSERT_TRUE(fetcher->fetch(origin + "/@a/1"));

    // It answers with yet another id: whose document is it?
    network.answer_document(origin + "/x", note(origin + "/y"));
    network.answer_document(origin + "/y", note(origin + "/z"));
    EXPECT_EQ(failure(origin + "/x"), Error::Kind::Invalid);
}

TEST_F(FetcherTest, A06_AnIdOnAnotherHostIsDiscarded) {
    network.answer_document(note_id, note(note_id));
    ASSERT_TRUE(fetcher->fetch(note_id));
    network.answer_document(origin + "/2", note("https://" + new_host() + "/2"));
    EXPECT_EQ(failure(origin + "/2"), Error::Kind::Invalid);
}

TEST_F(FetcherTest, A07_ARedirectToAnotherHostMustNotSpeakForTheFirst) {
    network.answer(origin + "/short", redirect("/notes/1"));
    network.answer_document(note_id, note(note_id));
    ASSERT_TRUE(fetcher->fetch(origin + "/short"));

    const std::string other = "https://" + new_host() + "/copy";
    network.answer(origin + "/3", redirect(other));
    network.answer_document(other, note(origin + "/3"));
    EXPECT_EQ(failure(origin + "/3"), Error::Kind::Invalid);
}

TEST_F(FetcherTest, A08_A09_OnlyTheTwoActivityPubMediaTypesCount) {
    const struct {
        const char* type;
        bool is_taken;
    } cases[] = {
        {"application/activity+json", true},
        {"application/activity+json; charset=utf-8", true},
        {R"(application/ld+json; profile="https://www.w3.org/ns/activitystreams")", true},
        {R"(Application/LD+JSON;profile="x https://www.w3.org/ns/activitystreams")", true},
        {"application/json", false},
        {"text/plain", false},
        {"image/png", false},
        {"application/octet-stream", false},
        {"application/ld+json", false},
        {R"(application/ld+json; profile="https://www.w3.org/ns/activitystreamsx")", false},
        {R"(application/ld+json; x="profile=https://www.w3.org/ns/activitystreams")", false},
        {R"(application/ld+json (profile="https://www.w3.org/ns/activitystreams"))", false},
        {"application/activity+json; charset=utf-16", false},
        {"application/activity+json, text/html", false},
    };
    int number = 0;
    for (const auto& c : cases) {
        SCOPED_TRACE(c.type);
        const std::string id = fmt::format("{}/typed/{}", origin, ++number);
        network.answer(id, typed(note(id), c.type));
        EXPECT_EQ(static_cast<bool>(fetcher->fetch(id)), c.is_taken);
    }
}

TEST_F(FetcherTest, B12_RedirectsForEverEnd) {
    network.answer(origin + "/loop", redirect("/loop"));
    EXPECT_EQ(failure(origin + "/loop"), Error::Kind::Invalid);
    for (int i = 0; i < 10; ++i)
        network.answer(fmt::format("{}/{}", origin, i), redirect(fmt::format("/{}", i + 1)));
    EXPECT_EQ(failure(origin + "/0"), Error::Kind::Invalid);
    EXPECT_EQ(network.count(origin + "/5"), 0U);
}

TEST_F(FetcherTest, KnocksTwiceAndRemembersWhatOpened) {
    set_level(host, db::PeerLevel::Member);
    network.answer(note_id, {.status = 401});
    EXPECT_EQ(failure(note_id), Error::Kind::Unauthorized);
    EXPECT_EQ(network.count(note_id), 2U);
    EXPECT_TRUE(network.last().headers.find("Signature-Input"));

    // With a query, once more without it in what is signed.
    network.answer(note_id + "?a=1", {.status = 403});
    EXPECT_EQ(failure(note_id + "?a=1"), Error::Kind::Unauthorized);
    EXPECT_EQ(network.count(note_id + "?a=1"), 3U);
}

TEST_F(FetcherTest, B11_WhatFailedIsNotAskedForAgainBeforeAWhile) {
    const struct {
        int status;
        Error::Kind kind;
    } cases[] = {{404, Error::Kind::NotFound},
                 {410, Error::Kind::Gone},
                 {500, Error::Kind::Unavailable},
                 {0, Error::Kind::Unavailable}};
    for (const auto& c : cases) {
        SCOPED_TRACE(c.status);
        const std::string uri = fmt::format("{}/status/{}", origin, c.status);
        network.answer(uri, {.status = c.status});
        EXPECT_EQ(failure(uri), c.kind);
        EXPECT_EQ(failure(uri), c.kind);
        EXPECT_EQ(network.count(uri), 1U);
    }
    now += std::chrono::hours{2};
    EXPECT_EQ(failure(origin + "/status/404"), Error::Kind::NotFound);
    EXPECT_EQ(network.count(origin + "/status/404"), 2U);
}

TEST_F(FetcherTest, NeverAsksForWhatIsOurs) {
    EXPECT_EQ(failure("https://maple.test/users/bob"), Error::Kind::Invalid);
    EXPECT_EQ(network.count_all(), 0U);
}

} // namespace
