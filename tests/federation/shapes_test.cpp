#include "federation/activity.h"
#include "federation/actor.h"
#include "federation/note.h"
#include "tests/federation/fixtures.h"

#include <gtest/gtest.h>

// The same thing as different servers write it. Whatever the shape, one meaning.
namespace federation {

namespace {

using fixtures::district_b;

Json parsed(std::string_view text) {
    auto document = parse_json(text);
    EXPECT_TRUE(document) << text;
    return document ? *document : Json();
}

/// A public note with these members beside the usual ones, or instead of them.
Note note_with(std::string_view members) {
    Json document{{"id", "https://a.example/notes/1"},
                  {"type", "Note"},
                  {"attributedTo", "https://a.example/alice"},
                  {"to", std::string(public_collection)},
                  {"content", "<p>hi</p>"}};
    document.update(parsed(members));
    const auto note = parse_note(document, {.instance = district_b, .received = fixtures::now});
    EXPECT_TRUE(note) << note.error().detail;
    return note ? *note : Note{};
}

Actor actor_with(std::string_view members) {
    Json document{{"id", "https://a.example/alice"},
                  {"type", "Person"},
                  {"preferredUsername", "alice"},
                  {"inbox", "https://a.example/alice/inbox"}};
    document.update(parsed(members));
    const auto actor = parse_actor(document);
    EXPECT_TRUE(actor) << actor.error().detail;
    return actor ? *actor : Actor{};
}

TEST(Shapes, APollHasItsOptionsWhereTheyStand) {
    const struct {
        const char* name;
        const char* members;
        bool multiple;
    } cases[] = {
        {"Mastodon",
         R"({"type": "Question", "oneOf": [{"type": "Note", "name": "A", "replies":
             {"type": "Collection", "totalItems": 1}}, {"type": "Note", "name": "B"}]})",
         false},
        {"Pleroma writes both, one empty",
         R"({"type": "Question", "anyOf": [], "oneOf": [{"type": "Note", "name": "A", "replies":
             {"totalItems": 1, "type": "Collection"}}, {"type": "Note", "name": "B"}]})",
         false},
        {"Misskey",
         R"({"type": "Question", "anyOf": [{"type": "Note", "name": "A", "_misskey_votes": 1,
             "replies": {"type": "Collection", "totalItems": 1}}, {"type": "Note", "name": "B",
             "_misskey_votes": 0}], "oneOf": null})",
         true},
        {"without a type for the options",
         R"({"type": "as:Question", "oneOf": [{"name": "A", "replies": {"totalItems": "1"}},
             {"name": "B", "replies": "https://a.example/b"}]})",
         false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto note = note_with(c.members);
        ASSERT_TRUE(note.poll);
        EXPECT_EQ(note.poll->multiple, c.multiple);
        ASSERT_EQ(note.poll->options.size(), 2U);
        EXPECT_EQ(note.poll->options[0].text, "A");
        EXPECT_EQ(note.poll->options[0].votes, 1);
        EXPECT_EQ(note.poll->options[1].votes, 0);
    }
}

TEST(Shapes, APollThatIsToEndIsNotOverYet) {
    const struct {
        const char* name;
        const char* members;
        const char* ends;
        const char* closed;
    } cases[] = {
        {"Pleroma", R"({"closed": "2026-09-01T00:00:00Z"})", "2026-09-01T00:00:00.000Z", ""},
        {"Akkoma",
         R"({"closed": "2026-09-01T00:00:00Z", "endTime": "2026-09-01T00:00:00Z"})",
         "2026-09-01T00:00:00.000Z",
         ""},
        {"closed before its end",
         R"({"closed": "2026-02-01T00:00:00Z", "endTime": "2026-09-01T00:00:00Z"})",
         "2026-09-01T00:00:00.000Z",
         "2026-02-01T00:00:00.000Z"},
        {"closed is a flag",
         R"({"closed": true, "endTime": "2026-02-01T00:00:00Z"})",
         "2026-02-01T00:00:00.000Z",
         "2026-02-01T00:00:00.000Z"},
        {"without an end", R"({"closed": null})", "", ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        Json members = parsed(c.members);
        members["type"] = "Question";
        members["oneOf"] = {{{"name", "A"}}, {{"name", "B"}}};
        const auto note = note_with(dump_json(members));
        ASSERT_TRUE(note.poll);
        EXPECT_EQ(note.poll->ends ? format_iso8601(*note.poll->ends) : "", c.ends);
        EXPECT_EQ(note.poll->closed ? format_iso8601(*note.poll->closed) : "", c.closed);
    }
}

TEST(Shapes, AnAttachmentIsAPictureHoweverItIsNamed) {
    const char* const cases[] = {
        R"({"attachment": [{"type": "Document", "mediaType": "image/png",
            "url": "https://a.example/1.png", "name": "alt"}]})",
        R"({"attachment": {"type": "Image", "url": "https://a.example/1.png", "summary": "alt"}})",
        R"({"attachment": [{"type": "Document", "name": "alt", "url": [{"type": "Link",
            "href": "https://a.example/1.png", "mediaType": "image/png"}]}]})",
        R"({"attachment": [{"type": "Document", "name": "alt", "mediaType": "image/png",
            "url": {"type": "Link", "href": "https://a.example/1.png"}}]})",
        R"({"attachment": [{"type": "Image", "href": "https://a.example/1.png", "name": "alt"}]})",
        R"({"attachment": [{"type": "Link", "mediaType": "image/png", "name": "alt",
            "href": "https://a.example/1.png"}]})",
        R"({"image": {"type": "Image", "url": "https://a.example/1.png", "name": "alt"}})",
        R"({"attachment": ["not a url", null, 7, {"type": "PropertyValue", "name": "x"},
            {"type": "Document", "url": "https://a.example/1.png", "name": "alt"}]})",
    };
    for (const char* members : cases) {
        SCOPED_TRACE(members);
        const auto note = note_with(members);
        ASSERT_EQ(note.attachments.size(), 1U);
        EXPECT_EQ(note.attachments[0].url, "https://a.example/1.png");
        EXPECT_EQ(note.attachments[0].kind, Attachment::Kind::Image);
        EXPECT_EQ(note.attachments[0].description, "alt");
        EXPECT_TRUE(note.links.empty());
    }
    const auto bare = note_with(R"({"attachment": "https://a.example/1.jpg"})");
    ASSERT_EQ(bare.attachments.size(), 1U);
    EXPECT_EQ(bare.attachments[0].kind, Attachment::Kind::Image);
    const auto card = note_with(R"({"attachment": [{"type": "Link",
        "href": "https://a.example/page"}, "https://a.example/somewhere"]})");
    EXPECT_TRUE(card.attachments.empty());
    EXPECT_EQ(card.links, (std::vector<std::string>{"https://a.example/page"}));
}

TEST(Shapes, ADurationIsReadInEverySpelling) {
    const struct {
        const char* written;
        double seconds;
    } cases[] = {{R"("PT185S")", 185},
                 {R"("PT3M5S")", 185},
                 {R"("P0DT0H3M5S")", 185},
                 {"185", 185},
                 {R"("P1D")", 86'400},
                 {R"("3:05")", 0},
                 {R"("P")", 0}};
    for (const auto& c : cases) {
        SCOPED_TRACE(c.written);
        const auto note =
            note_with(std::string(R"({"attachment": [{"type": "Audio", "mediaType": "audio/mpeg",
            "url": "https://a.example/1.mp3", "duration": )") +
                      c.written + "}]}");
        ASSERT_EQ(note.attachments.size(), 1U);
        EXPECT_DOUBLE_EQ(note.attachments[0].duration_s, c.seconds);
    }
}

TEST(Shapes, TagsMayBeWrittenWithAPrefixOrAsAWholeIri) {
    const auto note = note_with(R"({"tag": [
        {"type": "toot:Emoji", "name": ":owl:", "icon": {"url": "https://a.example/owl.png"}},
        {"type": "http://joinmastodon.org/ns#Emoji", "name": "cat", "icon": [{"type": "Image",
            "url": "https://a.example/cat.png"}]},
        {"type": "Emoji", "name": ":dog:", "icon": "https://a.example/dog.png"},
        {"type": "as:Hashtag", "name": "#Maths"},
        {"type": "https://www.w3.org/ns/activitystreams#Hashtag", "name": "physics"},
        {"type": ["Mention"], "href": {"id": "https://district-b.example/users/bob"}},
        "https://a.example/tags/nothing"]})");
    ASSERT_EQ(note.emojis.size(), 3U);
    EXPECT_EQ(note.emojis[0].shortcode, "owl");
    EXPECT_EQ(note.emojis[1].url, "https://a.example/cat.png");
    EXPECT_EQ(note.emojis[2].url, "https://a.example/dog.png");
    ASSERT_EQ(note.hashtags.size(), 2U);
    EXPECT_EQ(note.hashtags[0].name, "maths");
    EXPECT_EQ(note.hashtags[1].name, "physics");
    ASSERT_EQ(note.mentions.size(), 1U);
    EXPECT_EQ(note.mentions[0].href, "https://district-b.example/users/bob");
}

TEST(Shapes, SensitiveIsAFlagInEverySpelling) {
    for (const char* on : {"true", "1", R"("true")", R"("True")", R"("1")"}) {
        SCOPED_TRACE(on);
        EXPECT_TRUE(note_with(std::string(R"({"sensitive": )") + on + "}").sensitive);
        EXPECT_TRUE(note_with(std::string(R"({"as:sensitive": )") + on + "}").sensitive);
    }
    for (const char* off : {"false", "0", R"("false")", R"("")", "null", "[]", "{}"}) {
        SCOPED_TRACE(off);
        EXPECT_FALSE(note_with(std::string(R"({"sensitive": )") + off + "}").sensitive);
    }
}

TEST(Shapes, AReferenceIsAnIdAnObjectALinkOrAListOfOne) {
    const char* const parents[] = {
        R"("https://b.example/1")",
        R"(["https://b.example/1"])",
        R"({"id": "https://b.example/1", "type": "Note"})",
        R"({"@id": "https://b.example/1"})",
        R"({"type": "Link", "href": "https://b.example/1"})",
        R"("https://B.example/1")",
    };
    for (const char* parent : parents) {
        SCOPED_TRACE(parent);
        EXPECT_EQ(note_with(std::string(R"({"inReplyTo": )") + parent + "}").in_reply_to,
                  "https://b.example/1");
    }
    for (const char* none : {"null", "[]", "{}", R"("")", R"("tag:b.example,2020:1")", "false"}) {
        SCOPED_TRACE(none);
        EXPECT_EQ(note_with(std::string(R"({"inReplyTo": )") + none + "}").in_reply_to, "");
    }
}

TEST(Shapes, ATypeThatWeDoNotKnowIsShownWithItsText) {
    const auto review = note_with(R"({"type": "Review", "name": "A book", "rating": 4,
        "inReplyToBook": "https://a.example/book/3", "url": "https://a.example/review/1"})");
    EXPECT_EQ(review.title, "A book");
    EXPECT_NE(review.content.find("hi"), std::string::npos);
    EXPECT_NE(review.content.find("https://a.example/review/1"), std::string::npos);
    const auto episode = note_with(R"({"type": "PodcastEpisode", "name": "Episode 3",
        "description": {"type": "Note", "content": "x"}, "audio": {"type": "Audio"}})");
    EXPECT_EQ(episode.title, "Episode 3");
}

TEST(Shapes, AnEventIsReadableFromEveryServer) {
    const struct {
        const char* name;
        const char* members;
    } cases[] = {
        {"Mobilizon",
         R"({"location": {"type": "Place", "name": "Library", "address":
             {"type": "PostalAddress", "streetAddress": "Main St 1", "addressLocality": "Town"}}})"},
        {"Gancio",
         R"({"location": {"type": "Place", "name": "Library", "address": "Main St 1, Town"}})"},
        {"WordPress",
         R"({"location": [{"type": "Place", "name": "Library, Main St 1", "address": "Town"}]})"},
        {"only a text", R"({"location": "Library, Main St 1, Town"})"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        Json members = parsed(c.members);
        members["type"] = "Event";
        members["name"] = "Open day";
        members["startTime"] = "2026-04-18T16:00:00+02:00";
        const auto note = note_with(dump_json(members));
        ASSERT_TRUE(note.event);
        EXPECT_EQ(note.title, "Open day");
        EXPECT_NE(note.content.find("2026-04-18 14:00 UTC"), std::string::npos);
        EXPECT_NE(note.content.find("Library"), std::string::npos);
        EXPECT_NE(note.content.find("Town"), std::string::npos);
    }
}

TEST(Shapes, AnActorsPictureIsAnObjectAListALinkOrAnAddress) {
    const char* const icons[] = {
        R"("https://a.example/a.png")",
        R"({"type": "Image", "url": "https://a.example/a.png"})",
        R"({"type": "Image", "url": {"type": "Link", "href": "https://a.example/a.png"}})",
        R"({"type": "Link", "href": "https://a.example/a.png"})",
        R"([{"type": "Image", "url": "https://a.example/s.png", "width": 48, "height": 48},
            {"type": "Image", "url": "https://a.example/a.png", "width": 120, "height": 120}])",
    };
    for (const char* icon : icons) {
        SCOPED_TRACE(icon);
        EXPECT_EQ(actor_with(std::string(R"({"icon": )") + icon + "}").icon.url,
                  "https://a.example/a.png");
    }
    for (const char* none : {"null", "[]", R"("")", "{}", "7"}) {
        SCOPED_TRACE(none);
        EXPECT_EQ(actor_with(std::string(R"({"icon": )") + none + "}").icon.url, "");
    }
}

TEST(Shapes, ProfileFieldsAreReadWithEachNameOfTheirType) {
    for (const char* type : {"PropertyValue",
                             "schema:PropertyValue",
                             "http://schema.org#PropertyValue",
                             "http://schema.org/PropertyValue"}) {
        SCOPED_TRACE(type);
        const auto actor = actor_with(
            std::string(R"({"attachment": [{"name": "School", "value": "Maple", "type": ")") +
            type + R"("}, {"type": "IdentityProof", "name": "x"}, "y"]})");
        ASSERT_EQ(actor.fields.size(), 1U);
        EXPECT_EQ(actor.fields[0].name, "School");
    }
}

TEST(Shapes, ActorsOfBridgesAndBlogsAreTaken) {
    const struct {
        const char* name;
        const char* document;
        const char* username;
    } cases[] = {
        {"Bridgy Fed",
         R"({"id": "https://bsky.brid.gy/ap/did:plc:abc", "type": "Person", "url":
             ["https://bsky.brid.gy/r/https://bsky.app/profile/ann.example.com"],
             "preferredUsername": "ann.example.com", "inbox":
             "https://bsky.brid.gy/ap/did:plc:abc/inbox", "discoverable": true, "endpoints":
             {"sharedInbox": "https://bsky.brid.gy/ap/sharedInbox"}, "icon": [{"type": "Image",
             "url": "https://cdn.example/a.jpg"}], "publicKey": {"id":
             "https://bsky.brid.gy/ap/did:plc:abc#key", "owner":
             "https://bsky.brid.gy/ap/did:plc:abc", "publicKeyPem": "x"}})",
         "ann.example.com"},
        {"WordPress with a query as id",
         R"({"id": "https://blog.example/?author=7", "type": "Person", "preferredUsername": "ann",
             "inbox": "https://blog.example/wp-json/activitypub/1.0/actors/7/inbox", "tag": [],
             "featured": "https://blog.example/wp-json/activitypub/1.0/actors/7/collections/featured",
             "streams": [], "manuallyApprovesFollowers": "false"})",
         "ann"},
        {"Lemmy's site",
         R"({"id": "https://lemmy.example/", "type": "Application", "preferredUsername":
             "lemmy.example", "inbox": "https://lemmy.example/site_inbox", "outbox":
             "https://lemmy.example/site_outbox", "name": "Lemmy", "summary": null})",
         "lemmy.example"},
        {"Hubzilla, whose key has the actor's id",
         R"({"id": "https://hub.example/channel/ann", "type": ["Person"], "preferredUsername": "ann",
             "inbox": "https://hub.example/inbox/ann", "url": [{"type": "Link", "mediaType":
             "text/html", "href": "https://hub.example/channel/ann"}], "publicKey": {"id":
             "https://hub.example/channel/ann", "owner": "https://hub.example/channel/ann",
             "publicKeyPem": "x"}})",
         "ann"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto actor = parse_actor(parsed(c.document));
        ASSERT_TRUE(actor) << actor.error().detail;
        EXPECT_EQ(actor->username, c.username);
        EXPECT_FALSE(actor->locked);
    }
}

TEST(Shapes, AnActivityIsReadWithPrefixesListsAndLinks) {
    const char* const likes[] = {
        R"({"type": "Like", "actor": "https://a.example/alice", "object": "https://b.example/1"})",
        R"({"type": ["Like"], "actor": ["https://a.example/alice"],
            "object": ["https://b.example/1"]})",
        R"({"type": "as:Like", "actor": {"id": "https://a.example/alice", "type": "Person"},
            "object": {"id": "https://b.example/1", "type": "Note"}})",
        R"({"@type": "https://www.w3.org/ns/activitystreams#Like", "@id": "https://a.example/l/1",
            "as:actor": {"@id": "https://a.example/alice"},
            "as:object": {"type": "Link", "href": "https://b.example/1"}})",
        R"({"type": "Like", "actor": "https://a.example/alice", "object": "https://b.example/1",
            "content": ":owl:", "_misskey_reaction": ":owl:", "tag": [{"type": "Emoji"}]})",
    };
    for (const char* text : likes) {
        SCOPED_TRACE(text);
        Json document = parsed(text);
        if (!document.contains("@id")) document["id"] = "https://a.example/l/1";
        const auto activity = parse_activity(document);
        ASSERT_TRUE(activity) << activity.error().detail;
        EXPECT_EQ(activity->type, "Like");
        EXPECT_EQ(activity->actor, "https://a.example/alice");
        EXPECT_EQ(activity->object, "https://b.example/1");
    }
    const auto reaction = parse_activity(parsed(
        R"({"id": "https://a.example/r/1", "type": "litepub:EmojiReact", "actor":
            "https://a.example/alice", "object": "https://b.example/1", "content": "👍"})"));
    ASSERT_TRUE(reaction);
    EXPECT_EQ(reaction->type, "EmojiReact");
}

} // namespace

} // namespace federation
