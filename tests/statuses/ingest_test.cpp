#include "db/media_attachments.h"
#include "db/mentions.h"
#include "db/notifications.h"
#include "db/polls.h"
#include "db/tags.h"
#include "statuses/ingest.h"
#include "statuses/may_see.h"
#include "statuses/remove.h"
#include "tests/statuses/notes.h"

namespace {

class IngestTest : public NotesTest {};

TEST_F(IngestTest, StoresAPostWithAllItsParts) {
    auto json = document();
    json["cc"].push_back(bob.uri);
    json["summary"] = "Maths";
    json["sensitive"] = true;
    json["contentMap"] = {{"en", "<p>Hello</p>"}};
    json["tag"] = {mention_of(bob),
                   {{"type", "Hashtag"}, {"name", "#MathChat"}},
                   {{"type", "Emoji"},
                    {"name", ":owl:"},
                    {"icon", {{"url", "https://mastodon.example/owl.png"}}}}};
    json["attachment"] = {{{"type", "Document"},
                           {"mediaType", "image/png"},
                           {"url", "https://mastodon.example/1.png"},
                           {"name", "a graph"}}};
    const auto ingested = ingest(json);
    ASSERT_TRUE(ingested);
    EXPECT_TRUE(ingested->is_new);

    const auto status = *db::statuses::find_by_uri(tx, note_id);
    EXPECT_EQ(status.visibility, db::Visibility::Public);
    EXPECT_EQ(status.spoiler_text, "Maths");
    EXPECT_TRUE(status.sensitive);
    EXPECT_EQ(status.language, "en");
    EXPECT_EQ(status.created_at, now - std::chrono::hours{1});
    EXPECT_EQ(status.emojis.at(0).at("shortcode"), "owl");
    ASSERT_EQ(db::mentions::list(tx, status.id).size(), 1U);
    EXPECT_FALSE(db::mentions::list(tx, status.id).front().silent);
    EXPECT_EQ(db::tags::list(tx, status.id).front().name, "mathchat");
    EXPECT_EQ(db::media_attachments::list(tx, status.id).front().description, "a graph");
    EXPECT_EQ(db::accounts::find(tx, alice.id)->statuses_count, 1);
}

TEST_F(IngestTest, ASecondCreateChangesNothing) {
    stored(document());
    auto again = document();
    again["content"] = "<p>Other</p>";
    const auto ingested = ingest(again);
    ASSERT_TRUE(ingested);
    EXPECT_FALSE(ingested->is_new);
    EXPECT_EQ(ingested->status.content, "<p>Hello</p>");
    EXPECT_EQ(db::accounts::find(tx, alice.id)->statuses_count, 1);
}

// ATTACKS P02
TEST_F(IngestTest, P02ACreateNeverWidensTheReadersOfAStoredPost) {
    auto json = document();
    json["to"] = {alice.followers_uri};
    json["cc"] = Json::array();
    const auto status = stored(json);
    EXPECT_FALSE(statuses::may_see(tx, bob.id, status));

    json["to"] = {everybody, bob.uri};
    json["tag"] = {mention_of(bob)};
    EXPECT_FALSE(ingest(json)->is_new);
    const auto after = *db::statuses::find(tx, status.id);
    EXPECT_EQ(after.visibility, db::Visibility::Private);
    EXPECT_FALSE(statuses::may_see(tx, bob.id, after));
}

TEST_F(IngestTest, A02A03A20RefusesForeignAuthorsAndIds) {
    const auto mallory = remote_account("mallory");
    const auto foreign = remote_account("alice", "other.example");
    const statuses::IngestOptions options{.instance = instance, .now = now};
    EXPECT_EQ(statuses::ingest(tx, read(document()), mallory, options).error().kind,
              Error::Kind::Forbidden);
    EXPECT_EQ(statuses::ingest(tx, read(document()), foreign, options).error().kind,
              Error::Kind::Forbidden);

    auto ours = read(document());
    ours.id = "https://maple.test/users/bob/statuses/1";
    EXPECT_EQ(statuses::ingest(tx, ours, alice, options).error().kind, Error::Kind::Invalid);
    EXPECT_TRUE(statuses::ingest(tx, read(document()), alice, options)) << "the honest twin";
}

// ATTACKS D16
TEST_F(IngestTest, D16ALateCreateDoesNotBringBackWhatWasDeleted) {
    const auto status = stored(document());
    statuses::remove_status(tx, status, now);
    EXPECT_EQ(ingest(document()).error().kind, Error::Kind::Gone);
    statuses::bury(tx, "https://mastodon.example/users/alice/statuses/2", alice, now);
    EXPECT_EQ(ingest(document("https://mastodon.example/users/alice/statuses/2")).error().kind,
              Error::Kind::Gone);
}

TEST_F(IngestTest, ReadersWithoutATagAreSilentAndATagAloneIsNothing) {
    auto json = document();
    json["to"] = {bob.uri, eve.uri};
    json["cc"] = Json::array();
    const auto dan = member("dan");
    json["tag"] = {mention_of(bob), mention_of(dan)};
    const auto status = stored(json);
    EXPECT_EQ(status.visibility, db::Visibility::Limited);
    const auto mentions = db::mentions::list(tx, status.id);
    ASSERT_EQ(mentions.size(), 2U);
    for (const auto& mention : mentions)
        EXPECT_EQ(mention.silent, mention.account == eve.id);
    EXPECT_TRUE(statuses::may_see(tx, eve.id, status));
    EXPECT_FALSE(statuses::may_see(tx, dan.id, status));
}

// As GoToSocial writes it (fixture create-gotosocial-note).
TEST_F(IngestTest, ATagAloneIsAMentionThatTellsNobodyWhereThePostIsOpen) {
    auto json = document();
    const auto dan = member("dan");
    json["tag"] = {mention_of(bob), mention_of(dan)};
    json["cc"] = {bob.uri};
    const auto status = stored(json);
    const auto mentions = db::mentions::list(tx, status.id);
    ASSERT_EQ(mentions.size(), 2U);
    for (const auto& mention : mentions) {
        EXPECT_FALSE(mention.silent);
        EXPECT_EQ(mention.unaddressed, mention.account == dan.id);
    }
    const auto told = db::notifications::insert_for_post(tx, status.id, now);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.front().account, bob.id);
}

TEST_F(IngestTest, WithoutReadableAddressItIsDirectToTheOwnerOfTheInbox) {
    auto json = document();
    json["to"] = Json::array();
    json["cc"] = Json::array();
    const auto ingested = ingest(json, bob.id);
    ASSERT_TRUE(ingested);
    EXPECT_EQ(ingested->status.visibility, db::Visibility::Direct);
    EXPECT_TRUE(statuses::may_see(tx, bob.id, ingested->status));
    EXPECT_FALSE(statuses::may_see(tx, eve.id, ingested->status));
}

TEST_F(IngestTest, RepliesFindTheirParentEarlyOrLate) {
    const std::string parent_id = "https://mastodon.example/users/alice/statuses/parent";
    auto reply = document();
    reply["inReplyTo"] = parent_id;
    const auto early = stored(reply);
    EXPECT_FALSE(early.in_reply_to);
    const auto parent = stored(document(parent_id));
    const auto adopted = *db::statuses::find(tx, early.id);
    EXPECT_EQ(adopted.in_reply_to, parent.id);
    EXPECT_EQ(adopted.thread, parent.thread);

    auto second = document("https://mastodon.example/users/alice/statuses/3");
    second["inReplyTo"] = early.uri;
    EXPECT_EQ(stored(second).thread, parent.thread);
    EXPECT_EQ(db::statuses::find(tx, parent.id)->replies_count, 1);
    EXPECT_EQ(db::statuses::find(tx, early.id)->replies_count, 1);
}

// ATTACKS P04, P08
TEST_F(IngestTest, P04AnAnswerToAHiddenPostLooksLikeOneToAMissingPost) {
    const auto hidden = status_by(bob, db::Visibility::Direct);
    const auto open = status_by(bob);
    auto reply = document();
    reply["inReplyTo"] = hidden.uri;
    reply["quoteUrl"] = hidden.uri;
    const auto probe = stored(reply);
    EXPECT_FALSE(probe.in_reply_to);
    EXPECT_FALSE(probe.quote);
    EXPECT_EQ(db::statuses::find(tx, hidden.id)->replies_count, 0);

    auto honest = document("https://mastodon.example/users/alice/statuses/2");
    honest["inReplyTo"] = open.uri;
    EXPECT_EQ(stored(honest).in_reply_to, open.id);
    EXPECT_EQ(db::statuses::find(tx, open.id)->replies_count, 1);
}

TEST_F(IngestTest, CountersTellNothingOfPrivatePosts) {
    const auto open = status_by(bob);
    auto json = document();
    json["to"] = {bob.uri};
    json["cc"] = Json::array();
    json["tag"] = {mention_of(bob)};
    json["inReplyTo"] = open.uri;
    const auto status = stored(json);
    EXPECT_EQ(status.visibility, db::Visibility::Direct);
    EXPECT_EQ(status.in_reply_to, open.id);
    EXPECT_EQ(db::statuses::find(tx, open.id)->replies_count, 0);
    EXPECT_EQ(db::accounts::find(tx, alice.id)->statuses_count, 0);
}

TEST_F(IngestTest, APollIsStoredWithItsTallies) {
    auto json = document();
    json["type"] = "Question";
    json["endTime"] = format_iso8601(now + std::chrono::hours{1});
    json["votersCount"] = 5;
    json["oneOf"] = {
        {{"type", "Note"}, {"name", "Fractions"}, {"replies", {{"totalItems", 3}}}},
        {{"type", "Note"}, {"name", "Decimals"}, {"replies", {{"totalItems", 2}}}},
    };
    const auto status = stored(json);
    const auto poll = db::polls::find_by_status(tx, status.id);
    ASSERT_TRUE(poll);
    EXPECT_EQ(poll->tallies, (std::vector<std::int64_t>{3, 2}));
    EXPECT_EQ(poll->voters_count, 5);
    EXPECT_FALSE(poll->multiple);
    EXPECT_EQ(db::statuses::find(tx, status.id)->poll, poll->id);
}

TEST_F(IngestTest, AQuoteIsBelievedOfOnesOwnPostOnly) {
    const auto own = stored(document("https://mastodon.example/users/alice/statuses/own"));
    const auto others = status_by(bob);
    const struct {
        const char* name;
        std::string quoted, stamp, state;
    } cases[] = {
        {"own", own.uri, "", "accepted"},
        {"another's", others.uri, "", "unauthorized"},
        {"with a stamp", others.uri, "https://maple.test/stamp/1", "pending"},
        {"unknown here, perhaps own",
         "https://mastodon.example/users/alice/statuses/x",
         "",
         "pending"},
        {"unknown, elsewhere", "https://other.example/1", "", "unauthorized"},
    };
    int number = 10;
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto json =
            document("https://mastodon.example/users/alice/statuses/" + std::to_string(++number));
        json["quote"] = c.quoted;
        if (!c.stamp.empty()) json["quoteAuthorization"] = c.stamp;
        EXPECT_EQ(stored(json).quote_state, c.state);
    }
    auto deleted = document();
    deleted["quote"] = {{"type", "Tombstone"}};
    EXPECT_EQ(stored(deleted).quote_state, "deleted");
}

TEST_F(IngestTest, NamesTheMentionsThatAreToBeResolvedFirst) {
    auto json = document();
    const std::string stranger = "https://mastodon.example/users/stranger";
    json["cc"] = {bob.uri, stranger};
    json["tag"] = {mention_of(bob), {{"type", "Mention"}, {"href", stranger}, {"name", "@s"}}};
    EXPECT_EQ(statuses::unknown_mentions(tx, read(json)), std::vector{stranger});

    for (int i = 0; i < 60; ++i) {
        const auto uri = "https://mastodon.example/users/m" + std::to_string(i);
        json["cc"].push_back(uri);
        json["tag"].push_back({{"type", "Mention"}, {"href", uri}, {"name", "@m"}});
    }
    EXPECT_TRUE(statuses::unknown_mentions(tx, read(json)).empty());
    const auto status = stored(json);
    for (const auto& mention : db::mentions::list(tx, status.id))
        EXPECT_TRUE(mention.silent);
}

} // namespace
