#include "actors/keys.h"
#include "actors/local.h"
#include "db/account_keys.h"
#include "federation/actor.h"
#include "tests/support/database.h"

namespace {

class LocalAccountTest : public DatabaseTest {
  protected:
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    Time now = system_now();
};

TEST_F(LocalAccountTest, GetsTwoKeysAndADocumentThatOurOwnParserTakes) {
    const auto made = actors::create_local_account(tx, instance, {.name = "Zoe_Quill"}, now);
    ASSERT_TRUE(made);
    EXPECT_EQ(db::account_keys::list(tx, made->id).size(), 2U);

    const auto document = actors::render_local_actor(tx, instance, *made);
    const auto actor = federation::parse_actor(document);
    ASSERT_TRUE(actor) << actor.error().detail;
    EXPECT_EQ(actor->id, "https://maple.test/users/Zoe_Quill");
    EXPECT_EQ(actor->keys.size(), 2U);
    EXPECT_EQ(document["publicKey"]["id"], made->uri + "#main-key");
}

TEST_F(LocalAccountTest, RefusesNamesThatAreTakenReservedOrNoNames) {
    ASSERT_TRUE(actors::create_local_account(tx, instance, {.name = "quentin"}, now));
    for (const auto* name : {"Quentin", "admin", "Inbox", "", "a b", "ümit", "a.b", "a/b"}) {
        SCOPED_TRACE(name);
        const auto again = actors::create_local_account(tx, instance, {.name = name}, now);
        ASSERT_FALSE(again);
        EXPECT_EQ(again.error().kind, Error::Kind::Unprocessable);
        EXPECT_FALSE(again.error().shown.empty());
    }
}

TEST_F(LocalAccountTest, PublishesANewKeyAtOnceButSignsWithTheOldOneForAWhile) {
    const auto account = *actors::create_local_account(tx, instance, {.name = "rotor"}, now);
    const std::string old_key = account.uri + "#main-key";
    actors::KeyRing before([&] { return now; });
    EXPECT_EQ(before.signing_key(tx, account.id)->key_id, old_key);

    const Time rotated = now + std::chrono::hours{1};
    actors::rotate_keys(tx, account, rotated);

    const auto document = actors::render_local_actor(tx, instance, account);
    EXPECT_NE(document["publicKey"]["id"], old_key);
    actors::KeyRing soon([&] { return rotated + std::chrono::minutes{5}; });
    EXPECT_EQ(soon.signing_key(tx, account.id)->key_id, old_key);
    actors::KeyRing later([&] { return rotated + actors::key_overlap + std::chrono::minutes{1}; });
    EXPECT_EQ(later.signing_key(tx, account.id)->key_id, document["publicKey"]["id"]);
}

TEST_F(LocalAccountTest, TheServerActorIsMadeOnce) {
    const auto actor = actors::ensure_server_actor(tx, instance, now);
    EXPECT_EQ(actors::ensure_server_actor(tx, instance, now).id, actor.id);
    EXPECT_EQ(actor.uri, "https://maple.test/actor");
    const auto document = actors::render_local_actor(tx, instance, actor);
    EXPECT_EQ(document["type"], "Application");
    EXPECT_EQ(document["preferredUsername"], "maple.test");
    for (const auto& member : db::accounts::list_local(tx))
        EXPECT_NE(member.id, actor.id);
}

} // namespace
