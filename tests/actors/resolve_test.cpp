#include "actors/resolve.h"
#include "db/account_keys.h"
#include "db/discovery_budgets.h"
#include "tests/support/peers.h"

namespace {

class ResolveTest : public PeersTest {
  protected:
    const std::string host = new_host();
};

TEST_F(ResolveTest, StoresAnActorAfterBothSidesAgreed) {
    const auto alice = actor("alice", host);
    const auto account = resolver->resolve_actor(alice.uri);
    ASSERT_TRUE(account) << account.error().detail;
    EXPECT_EQ(account->acct(), "alice@" + host);
    EXPECT_EQ(account->followers_uri, alice.uri + "/followers");
    db::Tx tx(test_pool());
    EXPECT_EQ(db::account_keys::list(tx, account->id).size(), 1U);

    // Young: not asked again. Old: once.
    ASSERT_TRUE(resolver->resolve_actor(alice.uri));
    EXPECT_EQ(network.count(alice.uri), 1U);
    now += std::chrono::hours{25};
    ASSERT_TRUE(resolver->resolve_actor(alice.uri));
    EXPECT_EQ(network.count(alice.uri), 2U);
}

TEST_F(ResolveTest, AHandleLeadsToTheSameAccount) {
    const auto alice = actor("alice", host);
    const auto account = resolver->resolve_handle("@alice@" + host);
    ASSERT_TRUE(account) << account.error().detail;
    EXPECT_EQ(account->uri, alice.uri);
}

TEST_F(ResolveTest, A27_WebFingerMustNameTheActorThatClaimsTheHandle) {
    ASSERT_TRUE(resolver->resolve_actor(actor("honest", host).uri));

    auto liar = actor("liar", host);
    auto other = liar;
    other.uri = "https://" + host + "/users/somebody";
    publish_webfinger(other);
    EXPECT_FALSE(resolver->resolve_actor(liar.uri));
}

TEST_F(ResolveTest, A27_AKnownHandleIsNeverBoundToAnotherActor) {
    const auto alice = actor("alice", host);
    const auto known = resolver->resolve_actor(alice.uri);
    ASSERT_TRUE(known);

    // The host now says that the handle is another actor, which agrees.
    PeerActor usurper{"https://" + host + "/users/usurper", "alice", host, shared_key()};
    publish(usurper);
    EXPECT_FALSE(resolver->resolve_actor(usurper.uri));
    EXPECT_EQ(resolver->resolve_handle("alice@" + host)->id, known->id);
}

TEST_F(ResolveTest, AHandleOnAnotherHostIsConfirmedThereToo) {
    const std::string handle_host = new_host();
    const auto alice = actor("alice", host);
    Json split = alice.webfinger();
    split["subject"] = "acct:alice@" + handle_host;
    network.answer(webfinger_url("alice", host), http::json_response(split));
    EXPECT_FALSE(resolver->resolve_actor(alice.uri)); // Nobody there confirms it.

    network.answer(webfinger_url("alice", handle_host), http::json_response(split));
    const auto account = resolver->resolve_actor(alice.uri);
    ASSERT_TRUE(account) << account.error().detail;
    EXPECT_EQ(account->acct(), "alice@" + handle_host);
    EXPECT_EQ(account->host, host);
}

TEST_F(ResolveTest, D10_AHostThatInventsAccountsIsToldToWait) {
    ASSERT_TRUE(resolver->resolve_actor(actor("first", host).uri));
    {
        db::Tx tx(test_pool());
        const auto ten = std::chrono::minutes{10};
        const Time window{now.time_since_epoch() - now.time_since_epoch() % ten};
        for (int i = 0; i < 300; ++i)
            db::discovery_budgets::add(tx, host, window);
        tx.commit();
    }
    const auto late = actor("late", host);
    const auto refused = resolver->resolve_actor(late.uri);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Error::Kind::RateLimited);
    EXPECT_GT(refused.error().retry_after_s, 0);
    EXPECT_EQ(network.count(late.uri), 0U);

    set_level(host, db::PeerLevel::Member); // A member may show more.
    EXPECT_TRUE(resolver->resolve_actor(late.uri));
}

// What a document names is not fetched for its own sake: contexts never, pictures and pages not
// here.
TEST_F(ResolveTest, C07_C24_NothingElseThatADocumentNamesIsFetched) {
    const auto honest = actor("honest", host);
    ASSERT_TRUE(resolver->resolve_actor(honest.uri));
    const auto usual = network.count_all();

    auto alice = actor("alice", host);
    auto document = alice.document();
    const std::string inside = "https://127.0.0.1/secret";
    document["@context"] = {
        "https://www.w3.org/ns/activitystreams", "https://contexts.evil.test/loop.json", inside};
    document["url"] = inside;
    document["icon"] = {{"type", "Image"}, {"url", inside}};
    document["image"] = {{"type", "Image"}, {"url", "http://169.254.169.254/latest/meta-data/"}};
    document["attachment"] = {
        {{"type", "PropertyValue"}, {"name", "Page"}, {"value", "<a href='" + inside + "'>x</a>"}}};
    document["tag"] = {
        {{"type", "Emoji"}, {"name", ":owl:"}, {"icon", {{"url", "https://10.0.0.1/owl.png"}}}}};
    network.answer_document(alice.uri, document);
    ASSERT_TRUE(resolver->resolve_actor(alice.uri));
    EXPECT_EQ(network.count_all(), 2 * usual);
    EXPECT_EQ(network.count(inside), 0U);
}

// A WebFinger answer may lead to the actor's host, and from there nowhere else.
TEST_F(ResolveTest, C07_AWebFingerLinkIsHeldToTheSameRules) {
    const auto alice = actor("alice", host);
    ASSERT_TRUE(resolver->resolve_handle("alice@" + host));
    for (const char* target : {"https://127.0.0.1/users/x",
                               "http://insecure.example/users/x",
                               "https://user@evil.test/users/x",
                               "file:///etc/passwd"}) {
        SCOPED_TRACE(target);
        const std::string name = "x" + crypto::hex(crypto::random_bytes(4));
        network.answer(
            webfinger_url(name, host),
            http::json_response(
                {{"subject", "acct:" + name + "@" + host},
                 {"links",
                  {{{"rel", "self"}, {"type", "application/activity+json"}, {"href", target}}}}}));
        network.answer_document(target, alice.document());
        EXPECT_FALSE(resolver->resolve_handle(name + "@" + host));
    }
}

} // namespace
