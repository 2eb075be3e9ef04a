#include "actors/signer.h"
#include "tests/support/peers.h"

#include <fmt/format.h>

namespace {

class SignerTest : public PeersTest {
  protected:
    const std::string host = new_host();
    const std::string origin = "https://" + host;

    http::Request get(const PeerActor& by, const std::string& path = "/users/bob") {
        http::Outgoing out{.url = instance.origin + path};
        EXPECT_TRUE(federation::sign_cavage(out, {by.key, by.key_id()}, clock()));
        http::Request request{.headers = out.headers};
        EXPECT_TRUE(http::set_target(request, path));
        request.headers.set("Host", instance.host);
        return request;
    }
};

TEST_F(SignerTest, KnowsWhoSignedAGet) {
    const auto alice = actor("alice", host);
    const auto signer = signers->verified_signer(get(alice));
    ASSERT_TRUE(signer) << signer.error().detail;
    EXPECT_EQ(signer->uri, alice.uri);
    EXPECT_EQ(signer->host, host);
    ASSERT_TRUE(signers->verified_signer(get(alice)));
    EXPECT_EQ(network.count(alice.uri), 1U);

    auto unsigned_request = get(alice);
    unsigned_request.headers = {{"Host", instance.host}};
    EXPECT_EQ(signers->verified_signer(unsigned_request).error().kind, Error::Kind::Unauthorized);
}

TEST_F(SignerTest, B11_TheAllowListComesBeforeAnyFetch) {
    const auto alice = actor("alice", host);
    actors::Signers strict({.resolver = *resolver,
                            .receiver = {.origin = instance.origin},
                            .may_contact = [](std::string_view) { return false; }});
    const auto refused = strict.verified_signer(get(alice));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Error::Kind::Forbidden);
    EXPECT_EQ(refused.error().reason, "actor-not-authorized");
    EXPECT_EQ(network.count_all(), 0U);
}

TEST_F(SignerTest, P16_AHostTakenOffTheListReadsNoMoreAlthoughItsKeyIsKnown) {
    const auto alice = actor("alice", host);
    bool is_listed = true;
    actors::Signers door({.resolver = *resolver,
                          .receiver = {.origin = instance.origin},
                          .may_contact = [&](std::string_view) { return is_listed; }});
    ASSERT_TRUE(door.verified_signer(get(alice)));
    is_listed = false;
    const auto refused = door.verified_signer(get(alice));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Error::Kind::Forbidden);
    is_listed = true;
    EXPECT_TRUE(door.verified_signer(get(alice)));
}

TEST_F(SignerTest, B11_OneBadKeyIdCostsOneFetch) {
    ASSERT_TRUE(signers->signer_of(actor("alice", host).key_id()));
    const std::string bad = origin + "/users/nobody";
    EXPECT_FALSE(signers->signer_of(bad + "#main-key"));
    EXPECT_FALSE(signers->signer_of(bad + "#main-key"));
    EXPECT_EQ(network.count(bad), 1U);
}

TEST_F(SignerTest, B11_AHostHasABudgetOfUnknownKeys) {
    for (int i = 0; i < 60; ++i)
        EXPECT_FALSE(signers->signer_of(fmt::format("{}/u/{}#main-key", origin, i)));
    const auto fetches = network.count_all();
    const auto refused = signers->signer_of(origin + "/u/60#main-key");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Error::Kind::RateLimited);
    EXPECT_EQ(network.count_all(), fetches);
    // Another host is not touched by it.
    EXPECT_TRUE(signers->signer_of(actor("alice", new_host()).key_id()));
}

TEST_F(SignerTest, A10_AKeyThatNamesAnotherOwnerIsNotBound) {
    ASSERT_TRUE(signers->signer_of(actor("alice", host).key_id()));
    const auto mallory = actor("mallory", host);
    Json document = mallory.document();
    document["publicKey"]["owner"] = origin + "/users/alice";
    network.answer_document(mallory.uri, document);
    EXPECT_FALSE(signers->signer_of(mallory.key_id()));
}

TEST_F(SignerTest, A11_AKeyDocumentMayNotClaimAnOwnerOnAnotherHost) {
    const auto alice = actor("alice", host);
    const std::string key_id = alice.uri + "/main-key";
    const auto key_document = [&](const std::string& id) -> Json {
        return {{"id", id},
                {"type", "CryptographicKey"},
                {"owner", alice.uri},
                {"publicKeyPem", alice.key.public_key().pem()}};
    };
    Json document = alice.document();
    document["publicKey"]["id"] = key_id;
    network.answer_document(alice.uri, document);
    network.answer_document(key_id, key_document(key_id));
    const auto owner = signers->signer_of(key_id);
    ASSERT_TRUE(owner) << owner.error().detail;
    EXPECT_EQ(owner->uri, alice.uri);

    const std::string evil = "https://" + new_host() + "/key";
    network.answer_document(evil, key_document(evil));
    EXPECT_FALSE(signers->signer_of(evil));
}

TEST_F(SignerTest, A11_TheOwnerMustListTheKey) {
    const auto alice = actor("alice", host);
    const std::string key_id = origin + "/keys/1";
    network.answer_document(key_id,
                            {{"id", key_id},
                             {"type", "CryptographicKey"},
                             {"owner", alice.uri},
                             {"publicKeyPem", alice.key.public_key().pem()}});
    EXPECT_FALSE(signers->signer_of(key_id));
    EXPECT_TRUE(signers->signer_of(alice.key_id()));
}

TEST_F(SignerTest, A12_AKeyDocumentOfAnotherIdIsRefused) {
    const auto alice = actor("alice", host);
    ASSERT_TRUE(signers->signer_of(alice.key_id()));
    const std::string asked = origin + "/keys/asked";
    network.answer_document(asked,
                            {{"id", origin + "/keys/other"},
                             {"type", "CryptographicKey"},
                             {"owner", alice.uri},
                             {"publicKeyPem", alice.key.public_key().pem()}});
    EXPECT_FALSE(signers->signer_of(asked));
    EXPECT_FALSE(signers->find_known(asked));
}

TEST_F(SignerTest, A19_OurOwnKeysDoNotComeFromOutside) {
    EXPECT_FALSE(signers->signer_of("https://maple.test/actor#main-key"));
    EXPECT_EQ(network.count_all(), 0U);
}

TEST_F(SignerTest, AChangedKeyIsReadAgainButNotForEveryRequest) {
    auto alice = actor("alice", host);
    ASSERT_TRUE(signers->verified_signer(get(alice)));
    now += std::chrono::minutes{6};
    alice.key = crypto::PrivateKey::generate_rsa();
    publish(alice);
    EXPECT_TRUE(signers->verified_signer(get(alice)));
    EXPECT_EQ(network.count(alice.uri), 2U);

    // Somebody who does not have the key causes no further fetch.
    auto impostor = alice;
    impostor.key = shared_key();
    EXPECT_FALSE(signers->verified_signer(get(impostor)));
    EXPECT_FALSE(signers->verified_signer(get(impostor)));
    EXPECT_EQ(network.count(alice.uri), 2U);
    EXPECT_TRUE(signers->verified_signer(get(alice)));
}

// Their fetch of our key must not make us fetch theirs: the server actor, which signs our fetches,
// is served unsigned (outbox/serve), and keys that lead on to keys end after two documents.
TEST_F(SignerTest, B10_AKeyThatLeadsOnEndsAfterTwoDocuments) {
    const auto alice = actor("alice", host);
    const std::string honest = origin + "/keys/honest";
    auto listed = alice.document();
    listed["publicKey"]["id"] = honest;
    network.answer_document(alice.uri, listed);
    network.answer_document(
        honest,
        {{"id", honest}, {"owner", alice.uri}, {"publicKeyPem", alice.key.public_key().pem()}});
    ASSERT_TRUE(signers->signer_of(honest));

    // Each names the next one as its owner.
    for (int i = 0; i < 20; ++i) {
        const auto url = fmt::format("{}/keys/{}", origin, i);
        network.answer_document(url,
                                {{"id", url},
                                 {"owner", fmt::format("{}/keys/{}", origin, i + 1)},
                                 {"publicKeyPem", alice.key.public_key().pem()}});
    }
    const auto before = network.count_all();
    EXPECT_FALSE(signers->signer_of(origin + "/keys/0"));
    EXPECT_LE(network.count_all() - before, 2U);

    // A key of ours is never asked for over the network, whoever names it.
    const auto then = network.count_all();
    EXPECT_FALSE(signers->signer_of(server_actor.uri + "#main-key"));
    EXPECT_EQ(network.count_all(), then);
}

} // namespace
