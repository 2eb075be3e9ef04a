#include "db/follows.h"
#include "db/mentions.h"
#include "db/polls.h"
#include "db/tags.h"
#include "statuses/addressing.h"
#include "statuses/policy.h"
#include "statuses/render.h"
#include "tests/statuses/notes.h"

namespace {

class RenderTest : public NotesTest {};

TEST_F(RenderTest, WritesWhatItCanReadBack) {
    auto status = status_by(bob);
    db::statuses::remove(tx, status.id);
    status.spoiler_text = "Maths";
    status.sensitive = true;
    status.language = "en";
    ASSERT_TRUE(db::statuses::insert(tx, status));
    db::mentions::insert_all(tx, status.id, {alice.id}, false);
    db::mentions::insert_all(tx, status.id, {eve.id}, true);
    db::tags::ensure(tx, {"maths"}, {"Maths"});
    db::tags::attach(tx, status.id, {"maths"});

    const Json object = statuses::render_object(tx, instance, status);
    EXPECT_EQ(object.at("type"), "Note");
    EXPECT_EQ(object.at("id"), status.uri);
    EXPECT_EQ(object.at("to"), Json::array({everybody}));
    EXPECT_EQ(object.at("cc"), Json::array({bob.followers_uri, alice.uri}));
    EXPECT_EQ(object.at("summary"), "Maths");
    EXPECT_EQ(object.at("tag").size(), 2U);
    EXPECT_TRUE(object.contains("interactionPolicy"));
    const auto note = federation::parse_note(object, {.instance = instance, .received = now});
    ASSERT_TRUE(note);
    EXPECT_EQ(note->mentions.at(0).href, alice.uri);
    EXPECT_EQ(note->hashtags.at(0).name, "maths");
    EXPECT_EQ(note->content, "<p>Hello</p>");
}

TEST_F(RenderTest, APollIsAQuestion) {
    auto status = status_by(bob);
    status.poll = db::polls::insert(
        tx, {.status = status.id, .options = {"A", "B"}, .tallies = {2, 1}, .voters_count = 3});
    const Json object = statuses::render_object(tx, instance, status);
    EXPECT_EQ(object.at("type"), "Question");
    EXPECT_EQ(object.at("oneOf").at(0).at("replies").at("totalItems"), 2);
    EXPECT_EQ(object.at("votersCount"), 3);
}

TEST_F(RenderTest, AQuoteIsNamedForEverybody) {
    auto status = status_by(bob);
    const auto quoted = stored(document());
    status.quote = quoted.id;
    status.quote_uri = quoted.uri;
    status.quote_state = "accepted";
    status.quote_authorization_uri = "https://mastodon.example/stamps/1";
    const Json object = statuses::render_object(tx, instance, status);
    EXPECT_EQ(object.at("quote"), quoted.uri);
    EXPECT_EQ(object.at("quoteAuthorization"), "https://mastodon.example/stamps/1");
    EXPECT_NE(object.at("content").get<std::string>().find("quote-inline"), std::string::npos);
}

TEST_F(RenderTest, PrivatePostsNameNoPublicCollection) {
    const struct {
        db::Visibility visibility;
        std::vector<std::string> to, cc;
    } cases[] = {
        {db::Visibility::Public, {everybody}, {"F", "m"}},
        {db::Visibility::Unlisted, {"F"}, {everybody, "m"}},
        {db::Visibility::Private, {"F"}, {"m"}},
        {db::Visibility::Direct, {"m"}, {}},
        {db::Visibility::Limited, {"m"}, {}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(to_string(c.visibility));
        const auto addressing = statuses::address(c.visibility, "F", {"m", "m"});
        EXPECT_EQ(addressing, (statuses::Addressing{c.to, c.cc}));
    }
}

TEST_F(RenderTest, QuotesAreAnsweredByPolicy) {
    const auto answer = [&](const Json& row, db::Visibility visibility) {
        auto status = status_by(bob, visibility);
        status.interaction_policy = row;
        return statuses::answer_quote(tx, status, bob, alice);
    };
    const auto lists = [](const char* automatic, const char* manual) {
        return Json{{"automatic", Json::array({automatic})}, {"manual", Json::array({manual})}};
    };
    using statuses::QuoteAnswer;
    EXPECT_EQ(answer(statuses::usual_policy(db::Visibility::Public), db::Visibility::Public),
              QuoteAnswer::Accept);
    EXPECT_EQ(answer(statuses::usual_policy(db::Visibility::Private), db::Visibility::Private),
              QuoteAnswer::Reject);
    EXPECT_EQ(answer(nullptr, db::Visibility::Public), QuoteAnswer::Reject);
    EXPECT_EQ(answer(lists("public", "x"), db::Visibility::Direct), QuoteAnswer::Reject);
    EXPECT_EQ(answer(lists("followers", "public"), db::Visibility::Public), QuoteAnswer::Ask);
    db::follows::insert(tx, {.follower = alice.id, .followed = bob.id, .accepted = true});
    EXPECT_EQ(answer(lists("followers", "public"), db::Visibility::Public), QuoteAnswer::Accept);
    EXPECT_EQ(
        answer({{"automatic", Json::array()}, {"manual", Json::array()}}, db::Visibility::Public),
        QuoteAnswer::Reject);
    EXPECT_EQ(statuses::answer_quote(tx, status_by(bob, db::Visibility::Direct), bob, bob),
              QuoteAnswer::Accept);
}

TEST_F(RenderTest, APolicySurvivesTheWayThroughItsRow) {
    federation::InteractionPolicy policy;
    policy.quote = {.stated = true,
                    .automatic = {alice.followers_uri, "https://x.example/u"},
                    .manual = {everybody}};
    policy.reply = {.stated = true, .automatic = {alice.uri}};
    auto status = status_by(alice);
    status.interaction_policy = statuses::policy_row(policy, alice);
    EXPECT_EQ(status.interaction_policy.at("manual"), Json::array({"public"}));
    const auto again = statuses::wire_policy(status, alice);
    EXPECT_EQ(again.quote.automatic, policy.quote.automatic);
    EXPECT_EQ(again.quote.manual, policy.quote.manual);
    EXPECT_EQ(again.reply.automatic, policy.reply.automatic);
    EXPECT_FALSE(again.like.stated);
}

} // namespace
