#include "db/follows.h"
#include "db/media_attachments.h"
#include "db/mentions.h"
#include "db/polls.h"
#include "db/status_edits.h"
#include "db/tags.h"
#include "statuses/edit.h"
#include "statuses/may_see.h"
#include "tests/statuses/notes.h"

namespace {

class EditTest : public NotesTest {
  protected:
    Result<statuses::Edited> edit(db::Status& status, const Json& json, Time at) {
        auto note = federation::parse_note(
            json, {.instance = instance, .received = at, .author_followers = alice.followers_uri});
        EXPECT_TRUE(note) << note.error().detail;
        return statuses::apply_edit(tx, status, *note, alice, at);
    }
    Json changed(const std::string& content, Time at) {
        auto json = document();
        json["content"] = content;
        json["updated"] = format_iso8601(at);
        return json;
    }
    std::size_t versions(const db::Status& status) {
        return db::status_edits::list(tx, status.id).size();
    }
};

TEST_F(EditTest, KeepsTheOldVersionAndTakesTheNewOneOnce) {
    auto json = document();
    json["tag"] = {{{"type", "Hashtag"}, {"name", "#old"}}};
    auto status = stored(json);
    auto update = changed("<p>Better</p>", now);
    update["tag"] = {{{"type", "Hashtag"}, {"name", "#new"}}};
    update["attachment"] = {{{"type", "Image"}, {"url", "https://mastodon.example/2.png"}}};
    const auto edited = edit(status, update, now);
    ASSERT_TRUE(edited) << edited.error().detail;
    EXPECT_TRUE(edited->content_changed);

    const auto after = *db::statuses::find(tx, status.id);
    EXPECT_EQ(after.content, "<p>Better</p>");
    EXPECT_EQ(after.edited_at, now);
    EXPECT_EQ(db::tags::list(tx, status.id).front().name, "new");
    EXPECT_EQ(db::media_attachments::list(tx, status.id).size(), 1U);
    ASSERT_EQ(versions(status), 1U);
    EXPECT_EQ(db::status_edits::list(tx, status.id).front().content, "<p>Hello</p>");

    EXPECT_FALSE(edit(status, update, now)->content_changed);
    EXPECT_FALSE(
        edit(status, changed("<p>Older</p>", now - std::chrono::minutes{1}), now)->content_changed);
    EXPECT_EQ(versions(status), 1U);
}

// ATTACKS A14, A15
TEST_F(EditTest, A15AuthorVisibilityParentAndTypeAreFixed) {
    auto status = stored(document());
    const struct {
        const char* name;
        std::function<void(Json&)> change;
    } cases[] = {
        {"narrower", [&](Json& j) { j["to"] = {alice.followers_uri}, j["cc"] = Json::array(); }},
        {"direct", [&](Json& j) { j["to"] = {bob.uri}, j["cc"] = Json::array(); }},
        {"parent", [](Json& j) { j["inReplyTo"] = "https://mastodon.example/other"; }},
        {"type", [](Json& j) { j["type"] = "Article"; }},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto update = changed("<p>Changed</p>", now);
        c.change(update);
        EXPECT_FALSE(edit(status, update, now));
        EXPECT_EQ(db::statuses::find(tx, status.id)->content, "<p>Hello</p>");
    }
    const auto mallory = remote_account("mallory");
    EXPECT_FALSE(statuses::apply_edit(tx, status, read(changed("<p>x</p>", now)), mallory, now));
    EXPECT_TRUE(edit(status, changed("<p>Changed</p>", now), now)) << "the honest twin";
}

// ATTACKS D15
TEST_F(EditTest, D15AStormOfEditsLeavesOneVersionAndMentionsOnce) {
    auto status = stored(document());
    std::size_t told = 0;
    for (int i = 0; i < 20; ++i) {
        const auto at = now + std::chrono::seconds{i};
        auto update = changed("<p>" + std::to_string(i) + "</p>", at);
        update["cc"].push_back(bob.uri);
        update["tag"] = {mention_of(bob)};
        told += edit(status, update, at)->new_mentions.size();
    }
    EXPECT_EQ(told, 1U);
    EXPECT_EQ(versions(status), 1U);
    EXPECT_EQ(db::statuses::find(tx, status.id)->content, "<p>19</p>");
    EXPECT_TRUE(edit(status,
                     changed("<p>later</p>", now + std::chrono::minutes{5}),
                     now + std::chrono::minutes{5})
                    ->content_changed);
    EXPECT_EQ(versions(status), 2U);
}

TEST_F(EditTest, AnEditOpensAPrivatePostToNobody) {
    db::follows::insert(tx, {.follower = eve.id, .followed = alice.id, .accepted = true});
    auto json = document();
    json["to"] = {alice.followers_uri};
    json["cc"] = Json::array();
    auto status = stored(json);
    auto update = json;
    update["content"] = "<p>@bob @eve</p>";
    update["updated"] = format_iso8601(now);
    update["cc"] = {bob.uri, eve.uri};
    update["tag"] = {mention_of(bob), mention_of(eve)};
    const auto edited = edit(status, update, now);
    ASSERT_TRUE(edited);
    EXPECT_EQ(edited->new_mentions, std::vector{eve.id});
    EXPECT_FALSE(statuses::may_see(tx, bob.id, status));
}

TEST_F(EditTest, AnUpdateWithoutANewerTimeBringsTalliesOnly) {
    const auto question = [&](int a, int b) {
        auto json = document();
        json["type"] = "Question";
        json["oneOf"] = {
            {{"type", "Note"}, {"name", "A"}, {"replies", {{"totalItems", a}}}},
            {{"type", "Note"}, {"name", "B"}, {"replies", {{"totalItems", b}}}},
        };
        return json;
    };
    auto status = stored(question(1, 1));
    const auto poll = *db::polls::find_by_status(tx, status.id);
    db::polls::cast(tx, poll.id, bob.id, {0}, "", db::polls::Tally::Leave);

    auto update = question(4, 2);
    update["content"] = "<p>Sneaky</p>";
    EXPECT_FALSE(edit(status, update, now)->content_changed);
    EXPECT_EQ(db::polls::find(tx, poll.id)->tallies, (std::vector<std::int64_t>{4, 2}));
    EXPECT_EQ(db::statuses::find(tx, status.id)->content, "<p>Hello</p>");
    EXPECT_EQ(db::polls::votes_of(tx, poll.id, bob.id).size(), 1U);

    update["oneOf"][1]["name"] = "C";
    EXPECT_FALSE(edit(status, update, now)->poll_changed);
    update["updated"] = format_iso8601(now);
    EXPECT_TRUE(edit(status, update, now)->poll_changed);
    EXPECT_TRUE(db::polls::votes_of(tx, poll.id, bob.id).empty());
    EXPECT_EQ(db::status_edits::list(tx, status.id).front().poll_options,
              (std::vector<std::string>{"A", "B"}));
}

TEST_F(EditTest, AStampForAQuoteComesWithoutAnEdit) {
    auto json = document();
    json["quote"] = status_by(bob).uri;
    auto status = stored(json);
    EXPECT_EQ(status.quote_state, "unauthorized");
    json["quoteAuthorization"] = "https://maple.test/stamp/1";
    EXPECT_TRUE(edit(status, json, now)->quote_changed);
    EXPECT_EQ(db::statuses::find(tx, status.id)->quote_state, "pending");
    EXPECT_FALSE(edit(status, json, now)->quote_changed);
}

} // namespace
