#include "federation/actor.h"
#include "federation/uris.h"
#include "tests/federation/fixtures.h"

#include <gtest/gtest.h>

namespace federation {

namespace {

using fixtures::district_b;
using fixtures::load;

Json alice() {
    return load("actor-mastodon-person.json");
}

Json with(Json document, const char* key, Json value) {
    document[key] = std::move(value);
    return document;
}

TEST(ParseActor, ReadsAllThatMastodonSays) {
    const auto actor = parse_actor(alice());
    ASSERT_TRUE(actor);
    EXPECT_EQ(actor->id, "https://mastodon.example/users/alice");
    EXPECT_EQ(actor->name, "Alice :apple:");
    EXPECT_EQ(actor->url, "https://mastodon.example/@alice");
    EXPECT_EQ(actor->featured, "https://mastodon.example/users/alice/collections/featured");
    EXPECT_EQ(actor->featured_tags, "https://mastodon.example/users/alice/collections/tags");
    EXPECT_EQ(actor->icon.url, "https://files.mastodon.example/a/alice.png");
    EXPECT_EQ(actor->image.media_type, "image/jpeg");
    EXPECT_TRUE(actor->discoverable);
    EXPECT_TRUE(actor->indexable);
    ASSERT_EQ(actor->emojis.size(), 1U);
    EXPECT_EQ(actor->emojis.front().shortcode, "apple");
    EXPECT_EQ(actor->fields.front().name, "School");
    EXPECT_NE(actor->fields.front().value.find("https://school.example"), std::string::npos);
    EXPECT_EQ(actor->attribution_domains, std::vector<std::string>{"school.example"});
    ASSERT_EQ(actor->keys.size(), 1U);
    EXPECT_EQ(actor->keys.front().id, "https://mastodon.example/users/alice#main-key");
    EXPECT_TRUE(actor->keys.front().pem.starts_with("-----BEGIN PUBLIC KEY-----"));
}

TEST(ParseActor, ReadsOddShapes) {
    const auto odd = parse_actor(load("actor-odd-type-array.json"));
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->type, ActorType::Person);
    EXPECT_EQ(odd->name, "Olga");
    EXPECT_EQ(odd->url, "https://odd.example/olga");
    EXPECT_EQ(odd->icon.url, "https://odd.example/olga.png");
    EXPECT_EQ(odd->keys.size(), 2U);
    EXPECT_EQ(odd->shared_inbox, "");

    const auto channel = parse_actor(load("actor-peertube-channel.json"));
    ASSERT_TRUE(channel);
    EXPECT_EQ(channel->icon.url, "https://tube.example/lazy-static/avatars/l.jpg");
    EXPECT_EQ(channel->moderators, "");

    const auto blog = parse_actor(load("actor-wordpress-author.json"));
    ASSERT_TRUE(blog);
    EXPECT_EQ(blog->icon.url, "https://secure.blog.example/avatar/1?s=120&d=mm&r=g");
    EXPECT_EQ(blog->keys.front().id, "https://blog.example/?author=2#main-key");
    EXPECT_TRUE(blog->takes_rfc9421);
    EXPECT_FALSE(parse_actor(alice())->takes_rfc9421);

    const auto threads = parse_actor(load("actor-url-other-host.json"));
    ASSERT_TRUE(threads);
    EXPECT_EQ(threads->url, "https://www.threads.example/@vera");
    EXPECT_EQ(threads->id, "https://threads.example/ap/users/178/");

    EXPECT_EQ(parse_actor(load("actor-mastodon-alias.json"))->aliases.size(), 1U);
    EXPECT_TRUE(parse_actor(load("actor-mastodon-suspended.json"))->suspended);
    EXPECT_FALSE(parse_actor(load("actor-mastodon-moved.json"))->moved_to.empty());
    EXPECT_EQ(parse_actor(load("actor-lemmy-group.json"))->moderators,
              "https://lemmy.example/c/teachers/moderators");
    EXPECT_EQ(parse_actor(load("actor-friendica-person.json"))->url,
              "https://friendica.example/profile/fred");
    EXPECT_EQ(parse_actor(load("actor-lemmy-site.json"))->id, "https://lemmy.example/");
}

// ATTACKS A10
TEST(ParseActor, A10BindsOnlyItsOwnKeys) {
    EXPECT_EQ(parse_actor(alice())->keys.size(), 1U);
    Json key = alice()["publicKey"];
    EXPECT_FALSE(parse_actor(
        with(alice(), "publicKey", with(key, "owner", "https://mastodon.example/users/bob"))));
    EXPECT_FALSE(
        parse_actor(with(alice(), "publicKey", with(key, "id", "https://evil.test/#main-key"))));
    EXPECT_FALSE(parse_actor(load("actor-bad-key-owner.json")));
    // Some leave the owner out.
    key.erase("owner");
    EXPECT_EQ(parse_actor(with(alice(), "publicKey", key))->keys.size(), 1U);
    // Proof keys of others are passed over.
    const Json stray = {{"id", "https://mastodon.example/users/alice#k"},
                        {"type", "Multikey"},
                        {"controller", "https://mastodon.example/users/bob"},
                        {"publicKeyMultibase", "z6Mk"}};
    EXPECT_EQ(parse_actor(with(alice(), "assertionMethod", stray))->keys.size(), 1U);
}

// ATTACKS A29
TEST(ParseActor, A29TakesOnlyPlainNames) {
    EXPECT_TRUE(parse_actor(with(alice(), "preferredUsername", "alice_b.c-d9")));
    for (const char* name : {"\u0430lice",
                             "al ice",
                             "alice\u202E",
                             "",
                             ".alice",
                             "alice-",
                             "alice@evil.test",
                             "alice/..",
                             "<b>"}) {
        EXPECT_FALSE(parse_actor(with(alice(), "preferredUsername", name))) << name;
    }
    EXPECT_EQ(parse_actor(with(alice(), "name", "Al\u202Eice\u200B\x01"))->name, "Alice");
    EXPECT_EQ(parse_actor(with(alice(), "name", "\u200B \u2060"))->name, "alice");
}

TEST(ParseActor, RefusesPlacesThatAreNotItsOwn) {
    EXPECT_TRUE(parse_actor(alice()));
    EXPECT_FALSE(parse_actor(with(alice(), "inbox", "https://district-b.example/inbox")));
    EXPECT_FALSE(parse_actor(with(alice(), "inbox", nullptr)));
    EXPECT_FALSE(
        parse_actor(with(alice(), "followers", "https://district-b.example/users/bob/followers")));
    EXPECT_FALSE(parse_actor(with(alice(), "type", "Robot")));
    const auto stripped =
        parse_actor(with(alice(), "endpoints", {{"sharedInbox", "http://169.254.169.254/latest"}}));
    ASSERT_TRUE(stripped);
    EXPECT_EQ(stripped->shared_inbox, "");
    EXPECT_EQ(parse_actor(with(alice(), "outbox", "file:///etc/passwd"))->outbox, "");
}

// ATTACKS H01, H03, D04
TEST(ParseActor, H01H03D04CleansAndBoundsTexts) {
    Json document = with(alice(), "summary", "<p>hi</p><script>alert(1)</script>");
    document["name"] = "<b>Al</b>ice" + std::string(1'000'000, 'x');
    document["attachment"] = Json::array();
    for (int i = 0; i < 50; ++i) {
        document["attachment"].push_back({{"type", "PropertyValue"},
                                          {"name", "<i>n</i>"},
                                          {"value", "<a href='javascript:x'>v</a>"}});
    }
    document["tag"] = Json::array({{{"type", "Emoji"},
                                    {"name", ":\"><script>:"},
                                    {"icon", {{"url", "https://mastodon.example/e.png"}}}}});
    document["icon"] = {{"type", "Image"}, {"url", "javascript:alert(1)"}};
    const auto actor = parse_actor(document);
    ASSERT_TRUE(actor);
    EXPECT_EQ(actor->summary, "<p>hi</p>");
    EXPECT_TRUE(actor->name.starts_with("Alicex"));
    EXPECT_EQ(actor->name.size(), 500U);
    ASSERT_EQ(actor->fields.size(), 16U);
    EXPECT_EQ(actor->fields.front().name, "n");
    EXPECT_EQ(actor->fields.front().value, "v");
    EXPECT_TRUE(actor->emojis.empty());
    EXPECT_EQ(actor->icon.url, "");
}

TEST(ParseKeyDocument, ReadsActorsStubsAndKeys) {
    const auto stub = parse_key_document(load("actor-gotosocial-keystub.json"));
    ASSERT_TRUE(stub);
    EXPECT_FALSE(stub->is_actor);
    EXPECT_EQ(stub->owner, "https://gts.example/users/gina");
    EXPECT_EQ(stub->keys.front().id, "https://gts.example/users/gina/main-key");
    EXPECT_TRUE(parse_key_document(alice())->is_actor);

    Json key = alice()["publicKey"];
    ASSERT_TRUE(parse_key_document(key));
    EXPECT_EQ(parse_key_document(key)->owner, "https://mastodon.example/users/alice");
    // ATTACKS A11
    EXPECT_FALSE(parse_key_document(with(key, "owner", "https://evil.test/users/mallory")));
    EXPECT_FALSE(parse_key_document(load("actor-minimal.json")));
}

ActorDocument dana() {
    return {.username = "dana",
            .name = "Dana <3",
            .summary = "<p>Biology</p>",
            .published = fixtures::now,
            .locked = true,
            .discoverable = true,
            .icon = ActorImage{.url = "https://district-b.example/media/1.png",
                               .media_type = "image/png",
                               .description = "Dana"},
            .fields = {{.name = "School", .value = "North High"}},
            .hashtags = {"Biology"},
            .public_key_pem = "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n",
            .ed25519_multikey = "z6MkosimbRhkwRbooqnzCzY7tgHGQXR69ujYVmX2KNVorzHc"};
}

TEST(RenderActor, IsReadBackAsWhatItWas) {
    const Json document = render_actor(district_b, dana());
    const auto actor = parse_actor(document);
    ASSERT_TRUE(actor) << actor.error().detail;
    EXPECT_EQ(actor->id, "https://district-b.example/users/dana");
    EXPECT_EQ(actor->shared_inbox, "https://district-b.example/inbox");
    EXPECT_EQ(actor->followers, followers_uri(actor->id));
    EXPECT_EQ(claimed_handle(*actor), "dana@district-b.example");
    EXPECT_TRUE(actor->locked);
    EXPECT_TRUE(actor->takes_rfc9421);
    EXPECT_EQ(actor->keys.size(), 2U);
    EXPECT_EQ(actor->fields.size(), 1U);
    EXPECT_EQ(actor->icon.description, "Dana");
    // Mastodon and others break on a list here.
    EXPECT_TRUE(document.at("publicKey").is_object());
    EXPECT_TRUE(document.at("tag").is_array());
    EXPECT_FALSE(document.contains("movedTo"));
    EXPECT_FALSE(document.contains("image"));
}

TEST(RenderActor, NamesEveryTermInItsContext) {
    ActorDocument moved = dana();
    moved.moved_to = "https://maple.example/users/dana";
    moved.suspended = true;
    const Json document = render_actor(district_b, moved);
    const Json& context = document.at("@context");
    EXPECT_EQ(context.at(0), "https://www.w3.org/ns/activitystreams");
    EXPECT_EQ(context.at(1), "https://w3id.org/security/v1");
    const Json& terms = context.back();
    for (const char* term : {"manuallyApprovesFollowers",
                             "movedTo",
                             "featured",
                             "featuredTags",
                             "discoverable",
                             "indexable",
                             "memorial",
                             "suspended",
                             "attributionDomains",
                             "webfinger",
                             "Hashtag",
                             "PropertyValue",
                             "value",
                             "implements",
                             "hidesToPublicFromUnauthedWeb"}) {
        EXPECT_TRUE(terms.contains(term)) << term;
    }
    EXPECT_EQ(terms.at("schema"), "http://schema.org#");
    ActorDocument plain = dana();
    plain.ed25519_multikey.clear();
    EXPECT_EQ(render_actor(district_b, plain).at("@context").size(), 3U);
    EXPECT_FALSE(render_actor(district_b, plain).contains("assertionMethod"));
}

TEST(RenderActor, ServerActorAndStubAreKeysWithAName) {
    const Json server = render_server_actor(district_b, dana().public_key_pem, "");
    const auto actor = parse_actor(server);
    ASSERT_TRUE(actor);
    EXPECT_EQ(actor->type, ActorType::Application);
    EXPECT_EQ(actor->username, "district-b.example");
    EXPECT_EQ(actor->keys.front().id, "https://district-b.example/actor#main-key");
    const Instance local{.origin = "http://127.77.0.1:8080",
                         .host = "127.77.0.1:8080",
                         .handle_host = "127.77.0.1:8080"};
    EXPECT_TRUE(parse_actor(render_server_actor(local, dana().public_key_pem, "")));

    const Json stub =
        render_actor_stub(district_b, ActorType::Person, "dana", dana().public_key_pem);
    EXPECT_TRUE(parse_actor(stub));
    EXPECT_FALSE(stub.contains("summary"));
}

} // namespace

} // namespace federation
