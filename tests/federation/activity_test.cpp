#include "base/json.h"
#include "federation/activity.h"
#include "federation/actor.h"
#include "federation/collection.h"
#include "federation/note.h"
#include "tests/federation/fixtures.h"

#include <gtest/gtest.h>

namespace federation {

namespace {

using fixtures::load;

Json like() {
    return {{"id", "https://a.example/likes/1"},
            {"type", "Like"},
            {"actor", "https://a.example/alice"},
            {"object", "https://district-b.example/users/bob/statuses/1"}};
}

Json with(Json document, const char* key, Json value) {
    document[key] = std::move(value);
    return document;
}

Json without(Json document, const char* key) {
    document.erase(key);
    return document;
}

TEST(ParseActivity, ReadsOneShapeLikeTheOther) {
    const struct {
        const char* name;
        Json document;
    } cases[] = {
        {"plain", like()},
        {"actor as object", with(like(), "actor", {{"id", "https://a.example/alice"}})},
        {"actor as list", with(like(), "actor", Json::array({"https://a.example/alice"}))},
        {"host in capitals", with(like(), "actor", "HTTPS://A.Example/alice")},
        {"type as list", with(like(), "type", {"https://schema.example/Nod", "Like"})},
        {"type with prefix", with(like(), "type", "as:Like")},
        {"object embedded", with(like(), "object", {{"id", like()["object"]}, {"type", "Note"}})},
        {"object as list", with(like(), "object", Json::array({like()["object"]}))},
        {"JSON-LD keywords", with(without(like(), "id"), "@id", "https://a.example/likes/1")},
        {"nulls", with(with(like(), "to", nullptr), "published", nullptr)},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto activity = parse_activity(c.document);
        ASSERT_TRUE(activity) << activity.error().detail;
        EXPECT_EQ(activity->id, "https://a.example/likes/1");
        EXPECT_EQ(activity->type, "Like");
        EXPECT_EQ(activity->actor, "https://a.example/alice");
        EXPECT_EQ(activity->object, "https://district-b.example/users/bob/statuses/1");
    }
}

TEST(ParseActivity, RefusesWhatHasNoClearSpeaker) {
    EXPECT_TRUE(parse_activity(like()));
    const struct {
        const char* name;
        Json document;
    } cases[] = {
        {"no actor", without(like(), "actor")},
        {"two actors", with(like(), "actor", {"https://a.example/alice", "https://a.example/b"})},
        {"an actor without id", with(like(), "actor", {{"type", "Person"}})},
        {"an actor that is no URI", with(like(), "actor", "acct:alice@a.example")},
        {"no type", without(like(), "type")},
        {"a Like without id", without(like(), "id")},
        {"an id that is an object", with(like(), "id", {{"id", "https://a.example/likes/1"}})},
        {"an id that is no URI", with(like(), "id", "javascript:alert(1)")},
        {"two spellings of the actor", with(like(), "as:actor", "https://a.example/mallory")},
        {"a list", Json::array({like()})},
        {"a text", "Like"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_FALSE(parse_activity(c.document));
    }
}

// ATTACKS A04: an id on another origin would block the real one.
TEST(ParseActivity, A04RefusesAnIdOnAnotherOrigin) {
    EXPECT_TRUE(parse_activity(like()));
    EXPECT_FALSE(parse_activity(with(like(), "id", "https://b.example/likes/1")));
    EXPECT_FALSE(parse_activity(with(like(), "id", "http://a.example/likes/1")));
    EXPECT_FALSE(parse_activity(with(like(), "id", "https://a.example:444/likes/1")));
    EXPECT_FALSE(parse_activity(with(like(), "id", "https://a.example@b.example/likes/1")));
}

TEST(ParseActivity, LetsSomeTypesLackAnId) {
    for (const char* type :
         {"Accept", "Reject", "Undo", "Add", "Remove", "Delete", "Update", "Follow"}) {
        EXPECT_TRUE(parse_activity(without(with(like(), "type", type), "id"))) << type;
    }
    for (const char* type : {"Create", "Announce", "Like", "Block", "Flag", "Move"}) {
        EXPECT_FALSE(parse_activity(without(with(like(), "type", type), "id"))) << type;
    }
    EXPECT_TRUE(parse_activity(with(like(), "type", "Hug"))); // Answered and forgotten.
}

// ATTACKS A24
TEST(ParseActivity, A24RefusesRearrangedDocuments) {
    EXPECT_TRUE(parse_activity(with(like(), "@context", {{"x", "as:content"}})));
    for (const char* keyword : {"@graph", "@included", "@reverse", "@nest", "@import"}) {
        SCOPED_TRACE(keyword);
        EXPECT_FALSE(parse_activity(with(like(), keyword, Json::array())));
        EXPECT_FALSE(parse_activity(with(like(), "tag", Json::array({{{keyword, 1}}}))));
        EXPECT_FALSE(parse_activity(with(like(), "@context", {{"x", keyword}})));
        EXPECT_FALSE(
            parse_activity(with(like(), "@context", Json::array({{{"x", {{"@id", keyword}}}}}))));
        // In a text it is only a word.
        EXPECT_TRUE(parse_activity(with(like(), "content", keyword)));
    }
}

TEST(ParseDocuments, A24HoldsForWhatIsFetchedAsWell) {
    const Json actor = load("actor-mastodon-person.json");
    const Json note = load("create-mastodon-public.json").at("object");
    const Json collection = load("collection-outbox.json");
    const NoteReading reading{.instance = fixtures::district_b, .received = fixtures::now};
    EXPECT_TRUE(parse_actor(actor));
    EXPECT_TRUE(parse_note(note, reading));
    EXPECT_TRUE(parse_collection(collection));
    EXPECT_FALSE(parse_actor(with(actor, "@graph", Json::array())));
    EXPECT_FALSE(parse_key_document(with(actor, "@graph", Json::array())));
    EXPECT_FALSE(parse_note(with(note, "tag", {{"@reverse", 1}}), reading));
    EXPECT_FALSE(parse_collection(with(collection, "@context", {{"items", "@included"}})));
}

// ATTACKS A26, D01, D05, D06: what the parser of base/ refuses never gets here.
TEST(ParseActivity, A26D01D05D06StopAtTheJsonParser) {
    EXPECT_TRUE(parse_json(dump_json(like())));
    for (const char* file : {"odd-duplicate-keys.json", "odd-deep-nesting.json"}) {
        EXPECT_FALSE(parse_json(fixtures::load_text(file))) << file;
    }
    EXPECT_FALSE(parse_json(std::string(100'000, '[')));
    EXPECT_FALSE(parse_json(R"({"id":"\u0000"})"));
    EXPECT_FALSE(parse_json(R"({"id":"\ud800"})"));
    EXPECT_FALSE(parse_json(R"({"totalItems":1e9999})"));
}

// ATTACKS D02
TEST(ParseActivity, D02CapsLists) {
    Json crowd = Json::array();
    for (int i = 0; i < 10'000; ++i)
        crowd.push_back("https://a.example/u/" + std::to_string(i));
    const auto activity = parse_activity(with(like(), "to", crowd));
    ASSERT_TRUE(activity);
    EXPECT_EQ(activity->to.size(), 1000U);
}

// ATTACKS D09
TEST(ParseActivity, D09LimitsWrapping) {
    const auto wrap = [](const char* type, Json inner) {
        return with(with(like(), "type", type), "object", std::move(inner));
    };
    EXPECT_TRUE(parse_activity(wrap("Announce", wrap("Undo", like()))));
    EXPECT_FALSE(parse_activity(wrap("Announce", wrap("Announce", like()))));
    EXPECT_FALSE(parse_activity(wrap("Undo", wrap("Undo", wrap("Undo", like())))));
    EXPECT_FALSE(parse_activity(load("odd-announce-chain.json")));
}

TEST(ParseActivity, StripsHiddenRecipients) {
    Json document = with(like(), "bcc", Json::array({"https://a.example/b"}));
    document["object"] = {{"id", "https://a.example/n"}, {"bto", "https://a.example/c"}};
    const auto activity = parse_activity(document);
    ASSERT_TRUE(activity);
    EXPECT_EQ(dump_json(activity->document).find("bcc"), std::string::npos);
    EXPECT_EQ(dump_json(activity->document).find("bto"), std::string::npos);
}

TEST(ParseActivity, ReadsAddressing) {
    const auto activity = parse_activity(load("create-mastodon-public.json"));
    ASSERT_TRUE(activity);
    EXPECT_EQ(activity->to, std::vector<std::string>{std::string(public_collection)});
    EXPECT_EQ(activity->cc.size(), 2U);
    EXPECT_EQ(format_iso8601(*activity->published), "2026-02-27T15:04:05.000Z");
    const auto compact = parse_activity(load("odd-public-compact.json"));
    ASSERT_TRUE(compact);
    EXPECT_EQ(compact->to, activity->to);
}

TEST(ParseActivity, ReadsSeveralObjects) {
    const auto votes = parse_activity(load("create-gotosocial-votes-array.json"));
    ASSERT_TRUE(votes);
    ASSERT_EQ(votes->objects.size(), 2U);
    ASSERT_NE(embedded_object(*votes, 1), nullptr);
    EXPECT_EQ(embedded_object(*votes, 1)->at("name"), "Green");
    EXPECT_EQ(embedded_object(*votes, 2), nullptr);
}

TEST(ParseActivity, ReadsWhatAnswersCarry) {
    const auto accept = parse_activity(load("accept-quoterequest.json"));
    ASSERT_TRUE(accept);
    EXPECT_EQ(accept->result.id, "https://mastodon.example/users/alice/quote_authorizations/12");
    const ObjectRef& request = accept->objects.front();
    EXPECT_EQ(request.type, "QuoteRequest");
    EXPECT_EQ(request.actor, "https://district-b.example/users/bob");
    EXPECT_EQ(request.object, "https://mastodon.example/users/alice/statuses/101");
    EXPECT_EQ(request.instrument, "https://district-b.example/users/bob/statuses/12");

    const auto undo = parse_activity(load("undo-follow-noid.json"));
    ASSERT_TRUE(undo);
    EXPECT_EQ(undo->object, "");
    EXPECT_EQ(undo->objects.front().type, "Follow");
    EXPECT_EQ(undo->objects.front().object, "https://district-b.example/users/bob");
}

TEST(ParseInnerActivity, UnwrapsWhatAGroupPassesOn) {
    const auto announce = parse_activity(load("announce-lemmy-create.json"));
    ASSERT_TRUE(announce);
    const auto inner = parse_inner_activity(*announce);
    ASSERT_TRUE(inner);
    EXPECT_EQ(inner->type, "Create");
    EXPECT_EQ(inner->actor, "https://lemmy.example/u/lena");
    EXPECT_FALSE(parse_inner_activity(*parse_activity(load("announce-mastodon.json"))));
    EXPECT_FALSE(parse_inner_activity(*parse_activity(load("announce-inline-note.json"))));
}

TEST(SpeaksFor, NamesEverybodyWhoseHostMustBeAllowed) {
    const auto of = [](const char* file) {
        return speaks_for(*parse_activity(load(file)), "https://key.example/owner");
    };
    using Ids = std::vector<std::string>;
    EXPECT_EQ(of("like-mastodon.json"),
              (Ids{"https://key.example/owner", "https://mastodon.example/users/alice"}));
    // The author of a boosted post, of a quoted post, and of what a group passes on.
    EXPECT_EQ(of("announce-inline-note.json").back(),
              "https://district-d.example/users/dan/statuses/6");
    EXPECT_EQ(of("create-mastodon-quote-approved.json").back(),
              "https://district-d.example/users/dan/statuses/5");
    EXPECT_EQ(of("announce-lemmy-create.json"),
              (Ids{"https://key.example/owner",
                   "https://lemmy.example/c/teachers",
                   "https://lemmy.example/u/lena"}));
    EXPECT_EQ(of("reject-create-foreign-author.json").size(), 3U);
}

TEST(ReportedIds, FindsPostsInTheText) {
    const auto flag = parse_activity(load("flag-misskey.json"));
    ASSERT_TRUE(flag);
    EXPECT_EQ(reported_ids(*flag),
              (std::vector<std::string>{"https://district-b.example/users/bob",
                                        "https://district-b.example/users/bob/statuses/1"}));
}

} // namespace

} // namespace federation
