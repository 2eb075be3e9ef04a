#include "federation/activity.h"
#include "federation/envelope.h"
#include "federation/note.h"
#include "tests/federation/fixtures.h"

#include <gtest/gtest.h>

namespace federation {

namespace {

using fixtures::district_b;
using fixtures::load;
using Ids = std::vector<std::string>;

const std::string everybody(public_collection);

NoteReading reading() {
    return {.instance = district_b, .received = fixtures::now};
}

Result<Note> read(const Json& object) {
    return parse_note(object, reading());
}
Result<Note> read_object_of(const char* file) {
    return read(load(file).at("object"));
}

Json note() {
    return {{"id", "https://a.example/notes/1"},
            {"type", "Note"},
            {"attributedTo", "https://a.example/alice"},
            {"to", everybody},
            {"content", "<p>hi</p>"}};
}

Json with(Json document, const char* key, Json value) {
    document[key] = std::move(value);
    return document;
}

TEST(VisibilityOf, FirstMatchWins) {
    const std::string followers = "https://a.example/alice/followers";
    const std::string bob = "https://district-b.example/users/bob";
    const std::string eve = "https://district-b.example/users/eve";
    const struct {
        const char* name;
        Ids to, cc, mentioned;
        Visibility expected;
    } cases[] = {
        {"public", {everybody}, {followers}, {}, Visibility::Public},
        {"public before followers", {followers, everybody}, {}, {}, Visibility::Public},
        {"unlisted", {followers}, {everybody}, {}, Visibility::Unlisted},
        {"followers in to", {followers}, {bob}, {bob}, Visibility::Private},
        {"followers in cc", {bob}, {followers}, {bob}, Visibility::Private},
        {"direct", {bob}, {}, {bob}, Visibility::Direct},
        {"a reader who is not mentioned", {bob, eve}, {}, {bob}, Visibility::Limited},
        {"nobody: the inbox's owner", {}, {}, {}, Visibility::Direct},
        // ATTACKS P03
        {"somebody else's followers",
         {"https://a.example/eve/followers"},
         {},
         {},
         Visibility::Limited},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(visibility_of(c.to, c.cc, followers, c.mentioned), c.expected);
    }
    // An author without a followers collection (Lemmy) has no followers-only posts.
    EXPECT_EQ(visibility_of(Ids{""}, {}, "", {}), Visibility::Limited);
}

TEST(ParseNote, ReadsAllThatMastodonSays) {
    const auto read_note = read_object_of("create-mastodon-public.json");
    ASSERT_TRUE(read_note);
    const Note& post = *read_note;
    EXPECT_EQ(post.url, "https://mastodon.example/@alice/101");
    EXPECT_EQ(post.mentions.front().name, "@bob@district-b.example");
    EXPECT_TRUE(post.mentions.front().addressed);
    EXPECT_EQ(post.hashtags.front().href, "https://mastodon.example/tags/mathchat");
    EXPECT_EQ(post.emojis.front().url, "https://files.mastodon.example/emoji/apple.png");
    const Attachment& image = post.attachments.front();
    EXPECT_EQ(image.kind, Attachment::Kind::Image);
    EXPECT_EQ(image.description, "A pie cut in eighths");
    EXPECT_EQ(image.blurhash, "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH");
    ASSERT_TRUE(image.focus);
    EXPECT_EQ((*image.focus)[1], 0.25);
    EXPECT_EQ(image.width, 1200);
    EXPECT_EQ(post.policy.quote.automatic, Ids{everybody});
    EXPECT_EQ(post.replies, "https://mastodon.example/users/alice/statuses/101/replies");
    EXPECT_EQ(post.likes, 0);
    EXPECT_EQ(post.context, "https://mastodon.example/contexts/101-101");
    EXPECT_NE(post.content.find("class=\"u-url mention\""), std::string::npos);
}

TEST(ParseNote, ReadsOddShapes) {
    EXPECT_EQ(read_object_of("odd-nulls.json")->content, "<p>odd</p>");
    EXPECT_EQ(read_object_of("odd-value-object.json")->language, "de");
    EXPECT_EQ(read_object_of("odd-value-object.json")->content, "<p>tagged</p>");
    EXPECT_EQ(read_object_of("odd-context-aliased-term.json")->content, "");
    EXPECT_EQ(read_object_of("odd-url-array.json")->url, "https://odd.example/n/9.html");
    EXPECT_EQ(read_object_of("odd-name-only.json")->content, "<p>Only a title</p>");
    EXPECT_EQ(read_object_of("odd-attributedto-array.json")->authors,
              (Ids{"https://odd.example/a/7", "https://odd.example/g/1"}));
    EXPECT_EQ(read_object_of("odd-type-array.json")->type, "Note");
    EXPECT_EQ(read_object_of("odd-audience-only.json")->visibility, Visibility::Direct);

    const auto tags = read_object_of("odd-unknown-tags.json");
    ASSERT_TRUE(tags);
    EXPECT_EQ(tags->mentions.front().href, "https://district-b.example/users/bob");
    EXPECT_FALSE(tags->mentions.front().addressed);
    EXPECT_EQ(tags->emojis.front().shortcode, "noColons");
    EXPECT_EQ(tags->hashtags.front().display, "NoHash");

    const auto zero_width = read_object_of("create-misskey-note.json");
    EXPECT_EQ(zero_width->spoiler_text, "");
    EXPECT_EQ(read_object_of("create-gotosocial-reply-approvedby.json")->reply_authorization,
              "https://district-d.example/users/dan/reply_authorizations/01");
}

TEST(ParseNote, TakesTheTimeOfReceiptWhenThereIsNoBetter) {
    EXPECT_EQ(read_object_of("odd-no-date.json")->published, fixtures::now);
    EXPECT_EQ(read_object_of("odd-future-date.json")->published, fixtures::now);
    EXPECT_EQ(read(with(note(), "published", "yesterday"))->published, fixtures::now);
    EXPECT_EQ(format_iso8601(read_object_of("create-akkoma-note.json")->published),
              "2026-02-27T08:28:35.602Z");
    EXPECT_EQ(read(with(note(), "updated", "2099-01-01T00:00:00Z"))->updated, fixtures::now);
}

TEST(ParseNote, TakesAddressingFromTheActivityWhenTheObjectHasNone) {
    Json bare = note();
    bare.erase("to");
    NoteReading with_activity = reading();
    with_activity.activity_to = {"https://district-b.example/users/bob"};
    const auto direct = parse_note(bare, with_activity);
    EXPECT_EQ(direct->to, with_activity.activity_to);
    EXPECT_EQ(parse_note(note(), with_activity)->visibility, Visibility::Public);
}

// ATTACKS A02, A03
TEST(ParseNote, A03RefusesIdsAndAuthorsOnDifferentOrigins) {
    EXPECT_TRUE(read(note()));
    EXPECT_FALSE(read(with(note(), "id", "https://b.example/notes/1")));
    EXPECT_FALSE(read(with(note(), "attributedTo", "https://b.example/bob")));
    EXPECT_FALSE(read(with(note(), "attributedTo", nullptr)));
    EXPECT_FALSE(read(with(note(), "id", nullptr)));
    EXPECT_FALSE(read(with(note(), "id", "tag:a.example,2026:1")));
    // Others in the list do not become authors.
    EXPECT_EQ(read(with(note(), "attributedTo", {"https://a.example/alice", "https://b.example/b"}))
                  ->authors,
              Ids{"https://a.example/alice"});
    EXPECT_FALSE(read_object_of("reject-create-foreign-author.json"));
}

TEST(IsAuthor, ListensToAuthorsAndToMembersOfAGroup) {
    const auto event = read_object_of("create-mobilizon-event.json");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->authors, Ids{"https://mobilizon.example/@districtevents"});
    EXPECT_TRUE(is_author(*event, "https://mobilizon.example/@mona"));
    EXPECT_FALSE(is_author(*event, "https://mobilizon.example/@other"));
    EXPECT_FALSE(is_author(*read(note()), ""));
}

TEST(ParseNote, MakesReadableTextOfWhatItCannotShow) {
    const auto event = read_object_of("create-mobilizon-event.json");
    EXPECT_EQ(event->content.find("<p><strong>Open day</strong></p>"), 0U);
    EXPECT_NE(event->content.find("2026-04-18 14:00 UTC – 2026-04-18 18:00 UTC"),
              std::string::npos);
    EXPECT_NE(event->content.find("North High School, 1 School St, 60000, Springfield"),
              std::string::npos);
    EXPECT_NE(event->content.find("Labs open to parents."), std::string::npos);
    EXPECT_NE(event->content.find("href=\"https://mobilizon.example/events/b81\""),
              std::string::npos);
    EXPECT_EQ(event->event->timezone, "America/Chicago");
    EXPECT_EQ(event->event->join_mode, "free");
    EXPECT_EQ(event->event->status, "CONFIRMED");

    const auto gancio = read_object_of("create-gancio-event.json");
    EXPECT_NE(gancio->content.find("<p>Gym, Saturday</p>"), std::string::npos);
    EXPECT_EQ(gancio->content.find(" – "), std::string::npos); // No end.

    const auto page = read_object_of("create-lemmy-page.json");
    EXPECT_NE(page->content.find("What works for you?"), std::string::npos);
    EXPECT_EQ(page->links, Ids{"https://news.example/homework"});
    EXPECT_EQ(page->audience, Ids{"https://lemmy.example/c/teachers"});
    EXPECT_EQ(page->attachments.size(), 1U);

    const auto video = read(load("object-peertube-video.json"));
    EXPECT_NE(video->content.find("**Materials** in the [list]"), std::string::npos);
    EXPECT_EQ(video->hashtags.front().name, "science");

    const auto article = read_object_of("create-wordpress-article.json");
    EXPECT_EQ(article->content.find("<img"), std::string::npos);
    EXPECT_EQ(article->attachments.front().url,
              "https://blog.example/wp-content/uploads/1.jpg?fit=980%2C980&ssl=1");
    EXPECT_EQ(article->policy.quote.automatic, Ids{everybody});

    const auto cache = read_object_of("create-peertube-cachefile.json");
    ASSERT_FALSE(cache);
}

TEST(ParseNote, TellsThatThereIsNothingToShow) {
    const auto empty = read(with(with(note(), "type", "CacheFile"), "content", nullptr));
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().kind, Error::Kind::Unprocessable);
}

TEST(ReadQuote, TakesTheFirstSpelling) {
    EXPECT_EQ(read_quote(note()).state, QuoteState::None);
    for (const char* key : {"quote", "quoteUrl", "quoteUri", "_misskey_quote"}) {
        const Quote quote = read_quote(with(note(), key, "https://b.example/1"));
        EXPECT_EQ(quote.state, QuoteState::Claimed) << key;
        EXPECT_EQ(quote.uri, "https://b.example/1") << key;
    }
    const Json link = {{"type", "Link"},
                       {"rel", "https://misskey-hub.net/ns#_misskey_quote"},
                       {"href", "https://b.example/2"}};
    EXPECT_EQ(read_quote(with(note(), "tag", link)).uri, "https://b.example/2");
    EXPECT_EQ(read_quote(load("create-mastodon-quote-approved.json").at("object")).authorization,
              "https://district-d.example/users/dan/quote_authorizations/9");
    EXPECT_EQ(read_quote(load("create-mastodon-quote-tombstone.json").at("object")).state,
              QuoteState::Deleted);
}

TEST(IsVote, IsANameThatAnswers) {
    EXPECT_TRUE(is_vote(*read_object_of("create-mastodon-vote.json")));
    EXPECT_FALSE(is_vote(*read_object_of("odd-name-only.json")));
    EXPECT_FALSE(is_vote(*read_object_of("create-mastodon-reply.json")));
}

// ATTACKS A33
TEST(ParseAuthorization, A33MustStandOnTheQuotedAuthorsOrigin) {
    const auto stamp = parse_authorization(load("quoteauthorization.json"));
    ASSERT_TRUE(stamp);
    EXPECT_EQ(stamp->type, "QuoteAuthorization");
    EXPECT_EQ(stamp->interacting_object, "https://mastodon.example/users/alice/statuses/111");
    EXPECT_EQ(stamp->author, "https://district-d.example/users/dan");
    EXPECT_FALSE(parse_authorization(load("reject-quoteauthorization-foreign.json")));
}

// ATTACKS D02, D03, D04, D07
TEST(ParseNote, D02D03D04D07BoundsEverything) {
    const auto crowd = read_object_of("odd-huge-mentions.json");
    ASSERT_TRUE(crowd);
    EXPECT_TRUE(crowd->too_many_mentions);
    EXPECT_EQ(crowd->mentions.size(), 50U);
    EXPECT_FALSE(read_object_of("create-mastodon-public.json")->too_many_mentions);
    EXPECT_EQ(read_object_of("odd-huge-hashtags.json")->hashtags.size(), 30U);

    EXPECT_TRUE(read_object_of("create-mastodon-poll.json"));
    EXPECT_FALSE(read_object_of("reject-poll-huge.json"));

    Json big = with(note(), "summary", std::string(1'000'000, 's'));
    big["content"] = "<p>" + std::string(500'000, 'c');
    big["attachment"] = Json::array();
    for (int i = 0; i < 40; ++i) {
        big["attachment"].push_back({{"type", "Image"},
                                     {"mediaType", "image/png"},
                                     {"url", "https://a.example/" + std::to_string(i)},
                                     {"name", std::string(10'000, 'a')}});
    }
    big["tag"] = Json::array();
    for (int i = 0; i < 80; ++i) {
        big["tag"].push_back({{"type", "Emoji"},
                              {"name", ":e" + std::to_string(i) + ":"},
                              {"icon", "https://a.example/e.png"}});
    }
    const auto bounded = read(big);
    ASSERT_TRUE(bounded);
    EXPECT_EQ(bounded->spoiler_text.size(), 5'000U);
    EXPECT_LE(bounded->content.size(), 100'010U);
    EXPECT_EQ(bounded->attachments.size(), 16U);
    EXPECT_EQ(bounded->attachments.front().description.size(), 1'500U);
    EXPECT_EQ(bounded->emojis.size(), 50U);

    std::string zalgo = "<p>a";
    for (int i = 0; i < 10'000; ++i)
        zalgo += "\u0301";
    EXPECT_LT(read(with(note(), "content", zalgo + "</p>"))->content.size(), 40U);
    std::string lines;
    for (int i = 0; i < 9'000; ++i)
        lines += "<br>";
    EXPECT_EQ(read(with(note(), "content", lines + "x"))->content, "<br><br><br><br>x");
}

// ATTACKS D05
TEST(ParseNote, D05ClampsNumbers) {
    const auto with_total = [](Json total) {
        return read(with(note(), "likes", {{"totalItems", std::move(total)}}))->likes;
    };
    EXPECT_EQ(with_total(7), 7);
    EXPECT_EQ(with_total("7"), 7);
    EXPECT_EQ(with_total(-3), 0);
    EXPECT_EQ(with_total(1e300), std::int64_t{1} << 53);
    EXPECT_EQ(with_total(18446744073709551615ULL), std::int64_t{1} << 53);
    EXPECT_EQ(with_total(1e-300), 0);
    EXPECT_EQ(with_total("x"), std::nullopt);
    Json image = {{"type", "Image"},
                  {"url", "https://a.example/1.png"},
                  {"width", -5},
                  {"height", 1e12},
                  {"duration", "PT99999999999H"},
                  {"focalPoint", {2, 1e300}}};
    const auto attachment = read(with(note(), "attachment", image))->attachments.front();
    EXPECT_EQ(attachment.width, 0);
    EXPECT_EQ(attachment.height, 100'000);
    EXPECT_EQ(attachment.duration_s, 1e7);
    EXPECT_FALSE(attachment.focus);
}

// ATTACKS H01, H02, H03, H06
TEST(ParseNote, H01H02H03CleansEveryTextField) {
    const auto hostile = read_object_of("odd-html-xss.json");
    ASSERT_TRUE(hostile);
    EXPECT_EQ(hostile->content, "<p>hi</p>ab");
    EXPECT_EQ(hostile->spoiler_text, "");
    EXPECT_EQ(hostile->url, hostile->id);
    EXPECT_TRUE(hostile->attachments.empty());
    EXPECT_TRUE(hostile->emojis.empty());
    EXPECT_TRUE(hostile->hashtags.empty());

    const auto page = read(with(with(note(), "type", "Page"), "name", "<script>x</script>T<b>i"));
    EXPECT_EQ(page->title.find('<'), std::string::npos);
    EXPECT_EQ(page->content.find("<script"), std::string::npos);
    const auto markdown = read(with(
        with(note(), "mediaType", "text/markdown"), "content", "<script>alert(1)</script>\n**b**"));
    EXPECT_EQ(markdown->content, "<p>&lt;script&gt;alert(1)&lt;/script&gt;<br>**b**</p>");
}

NoteDocument written() {
    return {.id = "https://district-b.example/users/bob/statuses/7",
            .url = "https://district-b.example/@bob/7",
            .author = "https://district-b.example/users/bob",
            .to = {everybody},
            .cc = {"https://district-b.example/users/bob/followers", "https://a.example/alice"},
            .content = "<p>Lesson 3</p>",
            .language = "en",
            .published = fixtures::now,
            .in_reply_to = "https://a.example/notes/1",
            .context = "https://district-b.example/contexts/7",
            .mentions = {{.href = "https://a.example/alice", .name = "@alice@a.example"}},
            .hashtags = {{.name = "lab",
                          .display = "Lab",
                          .href = "https://district-b.example/tags/lab"}},
            .attachments = {{.kind = Attachment::Kind::Image,
                             .url = "https://district-b.example/media/1.png",
                             .media_type = "image/png",
                             .description = "a beaker",
                             .focus = std::array{0.0, 0.5},
                             .width = 10,
                             .height = 20},
                            {.kind = Attachment::Kind::Video,
                             .url = "https://district-b.example/media/2.mp4",
                             .media_type = "video/mp4",
                             .preview_url = "https://district-b.example/media/2.jpg",
                             .duration_s = 2.5}},
            .quote = "https://a.example/notes/2",
            .quote_authorization = "https://a.example/stamps/2",
            .policy = {.quote = {.stated = true, .automatic = {everybody}}}};
}

TEST(RenderNote, IsReadBackAsWhatItWas) {
    const Json document = render_note(written());
    const auto post = parse_note(document, {.instance = district_b, .received = fixtures::now});
    ASSERT_TRUE(post) << post.error().detail;
    EXPECT_EQ(post->content, "<p>Lesson 3</p>");
    EXPECT_EQ(post->language, "en");
    EXPECT_EQ(post->visibility, Visibility::Public);
    EXPECT_EQ(post->mentions.front().href, "https://a.example/alice");
    EXPECT_EQ(post->hashtags.front().name, "lab");
    EXPECT_EQ(post->attachments.front().description, "a beaker");
    const auto& film = post->attachments.back();
    EXPECT_EQ(film.kind, Attachment::Kind::Video);
    EXPECT_EQ(film.preview_url, "https://district-b.example/media/2.jpg");
    EXPECT_EQ(film.duration_s, 2.5);
    EXPECT_EQ(post->in_reply_to, "https://a.example/notes/1");
    EXPECT_EQ(post->quote.uri, "https://a.example/notes/2");
    EXPECT_EQ(post->quote.authorization, "https://a.example/stamps/2");
    EXPECT_EQ(post->policy.quote.automatic, Ids{everybody});
    EXPECT_EQ(post->published, fixtures::now);
}

TEST(RenderNote, HasWhatMastodonSendsAndListsAreLists) {
    const Json document = render_note(written());
    const Json theirs = load("create-mastodon-public.json").at("object");
    for (const auto& [member, value] : theirs.items()) {
        if (member == "conversation") continue; // Only when the thread has one.
        EXPECT_TRUE(document.contains(member)) << member;
    }
    for (const char* list : {"to", "cc", "tag", "attachment"}) {
        EXPECT_TRUE(document.at(list).is_array()) << list;
    }
    NoteDocument bare{.id = "https://district-b.example/users/bob/statuses/8"};
    const Json empty = render_note(bare);
    for (const char* list : {"to", "cc", "tag", "attachment"}) {
        EXPECT_EQ(empty.at(list), Json::array()) << list;
    }
    EXPECT_TRUE(empty.at("summary").is_null());
    EXPECT_FALSE(empty.contains("contentMap"));
}

TEST(RenderNote, NamesEveryTermInItsContext) {
    const Json terms = render_note(written()).at("@context").at(1);
    for (const char* term : {"sensitive",
                             "Hashtag",
                             "Emoji",
                             "votersCount",
                             "blurhash",
                             "focalPoint",
                             "quote",
                             "quoteUri",
                             "_misskey_quote",
                             "quoteAuthorization",
                             "interactionPolicy",
                             "canQuote",
                             "automaticApproval",
                             "conversation",
                             "atomUri"}) {
        EXPECT_TRUE(terms.contains(term)) << term;
    }
    // What Mastodon's own context says of a term, ours says too.
    const Json theirs = load("create-mastodon-public.json").at("@context").at(1);
    for (const auto& [term, value] : theirs.items())
        EXPECT_EQ(terms.at(term), value) << term;
}

TEST(RenderNote, WritesPollsThatAreReadBack) {
    NoteDocument question = written();
    question.poll = Poll{.multiple = true,
                         .options = {{.text = "Blue", .votes = 3}, {.text = "Red", .votes = 1}},
                         .ends = fixtures::now,
                         .voters = 3};
    const Json document = render_note(question);
    EXPECT_EQ(document.at("type"), "Question");
    const auto poll = parse_poll(document);
    ASSERT_TRUE(poll);
    EXPECT_TRUE(poll->multiple);
    EXPECT_EQ(poll->options.front().votes, 3);
    EXPECT_EQ(poll->voters, 3);
    EXPECT_EQ(poll->ends, fixtures::now);
}

// ATTACKS D03
TEST(ParsePoll, D03RefusesOptionsThatCannotBeToldApart) {
    const auto question = [](std::vector<std::string> options) {
        Json list = Json::array();
        for (const auto& option : options)
            list.push_back({{"type", "Note"}, {"name", option}});
        return Json{{"type", "Question"}, {"oneOf", list}};
    };
    EXPECT_TRUE(parse_poll(question({"a", "b"})));
    EXPECT_FALSE(parse_poll(question({"a", " a\u200B"})));
    EXPECT_FALSE(parse_poll(question({})));
    EXPECT_TRUE(parse_poll(question({"a"})));
    std::vector<std::string> many;
    for (int i = 0; i < 21; ++i)
        many.push_back(std::to_string(i));
    EXPECT_FALSE(parse_poll(question(many)));
    many.pop_back();
    EXPECT_TRUE(parse_poll(question(many)));
}

TEST(RenderTombstone, SaysWhatWasThere) {
    const Json tombstone = render_tombstone(written().id, fixtures::now);
    EXPECT_EQ(tombstone.at("type"), "Tombstone");
    EXPECT_EQ(tombstone.at("id"), written().id);
}

TEST(Envelope, ActivitiesAreReadBack) {
    const std::string bob = "https://district-b.example/users/bob";
    const std::string alice = "https://a.example/alice";
    const Envelope envelope{.id = bob + "#x/1", .actor = bob, .to = {alice}};
    const Json follow = brief_activity("https://a.example/f/1", "Follow", alice, bob);
    const Json own = render_note(written());
    const struct {
        const char* type;
        Json document;
        std::string object;
    } cases[] = {
        {"Create", render_create(own), written().id},
        {"Update", render_update(own, bob, {everybody}, {}, fixtures::now), written().id},
        {"Delete", render_delete_note(bob, written().id, {everybody}, {}), written().id},
        {"Delete", render_delete_actor(bob), bob},
        {"Announce",
         render_announce(envelope, "https://a.example/notes/1"),
         "https://a.example/notes/1"},
        {"Announce",
         render_announce_activity(envelope, render_create(own)),
         written().id + "/activity"},
        {"Undo",
         render_undo(envelope, render_like(envelope, "https://a.example/notes/1")),
         bob + "#x/1"},
        {"Like", render_like(envelope, "https://a.example/notes/1"), "https://a.example/notes/1"},
        {"Follow", render_follow(envelope, alice), alice},
        {"Accept", render_accept(envelope, follow), "https://a.example/f/1"},
        {"Reject", render_reject(envelope, follow), "https://a.example/f/1"},
        {"Block", render_block(envelope, alice), alice},
        {"Flag", render_flag(envelope, {alice, "https://a.example/notes/1"}, "spam"), alice},
        {"Add", render_add(envelope, written().id, bob + "/collections/featured"), written().id},
        {"Remove",
         render_remove(envelope, written().id, bob + "/collections/featured"),
         written().id},
        {"Move", render_move(envelope, "https://maple.example/users/bob"), bob},
        {"QuoteRequest",
         render_quote_request(envelope, "https://a.example/notes/2", own),
         "https://a.example/notes/2"},
        {"Accept",
         render_accept_quote(
             envelope,
             brief_activity("https://a.example/q/1", "QuoteRequest", alice, written().id),
             bob + "/quote_authorizations/1"),
         "https://a.example/q/1"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.type);
        const auto activity = parse_activity(c.document);
        ASSERT_TRUE(activity) << activity.error().detail;
        EXPECT_EQ(activity->type, c.type);
        EXPECT_EQ(activity->actor, bob);
        EXPECT_EQ(activity->object, c.object);
        EXPECT_TRUE(c.document.contains("@context"));
        EXPECT_TRUE(c.document.at("to").is_array());
        EXPECT_TRUE(c.document.at("cc").is_array());
        const Json* inner = embedded_object(*activity);
        EXPECT_FALSE(inner && inner->contains("@context"));
    }
    const Json create = render_create(own);
    EXPECT_EQ(create.at("id"), written().id + "/activity");
    EXPECT_EQ(create.at("to"), own.at("to"));
    EXPECT_EQ(create.at("@context"), own.at("@context"));
    const Json accept = render_accept_quote(
        envelope, brief_activity("", "QuoteRequest", alice, bob), "https://x.example");
    EXPECT_EQ(accept.at("result"), "https://x.example");
    EXPECT_TRUE(accept.at("@context").back().contains("QuoteRequest"));
}

TEST(Envelope, VotesAreNotesWithoutText) {
    const Envelope envelope{.id = "https://district-b.example/users/bob#votes/1",
                            .actor = "https://district-b.example/users/bob",
                            .to = {"https://a.example/alice"}};
    const auto votes = parse_activity(render_votes(envelope, "https://a.example/q/1", {"A", "B"}));
    ASSERT_TRUE(votes);
    ASSERT_EQ(votes->objects.size(), 2U);
    const auto vote = read(*embedded_object(*votes, 1));
    ASSERT_TRUE(vote);
    EXPECT_TRUE(is_vote(*vote));
    EXPECT_EQ(vote->text_name, "B");
    EXPECT_TRUE(render_votes(envelope, "https://a.example/q/1", {"A"}).at("object").is_object());
}

TEST(Envelope, StampsAreReadBack) {
    const Json stamp =
        render_quote_authorization("https://district-b.example/users/bob/quote_authorizations/1",
                                   "https://district-b.example/users/bob",
                                   "https://a.example/notes/1",
                                   written().id);
    ASSERT_TRUE(parse_authorization(stamp));
    EXPECT_EQ(parse_authorization(stamp)->interaction_target, written().id);
    EXPECT_EQ(quote_fallback_html("https://a.example/?a&b"),
              "<p class=\"quote-inline\">RE: <a href=\"https://a.example/?a&amp;b\">"
              "https://a.example/?a&amp;b</a></p>");
}

} // namespace

} // namespace federation
