#include "federation/keys.h"
#include "federation/multikey.h"

#include <gtest/gtest.h>

namespace federation {
namespace {

const std::string alice = "https://a.example/users/alice";
const std::string key_id = alice + "#main-key";

ActorKey pem_key(const std::string& id, const std::string& owner) {
    static const std::string pem = crypto::PrivateKey::generate_rsa().public_key().pem();
    return {.id = id, .owner = owner, .pem = pem};
}

bool finds(const std::vector<ActorKey>& keys) {
    return static_cast<bool>(find_key(keys, alice, key_id));
}

TEST(FindKey, A10_RefusesAKeyThatNamesAnotherOwner) {
    EXPECT_TRUE(finds({pem_key(key_id, alice)}));
    EXPECT_TRUE(finds({pem_key(alice + "#other", alice), pem_key(key_id, alice)}));
    EXPECT_TRUE(finds({pem_key("https://A.example:443/users/alice#main-key", alice)}));
    EXPECT_FALSE(finds({pem_key(key_id, "https://a.example/users/mallory")}));
    EXPECT_FALSE(finds({pem_key(key_id, "")}));
    EXPECT_FALSE(finds({pem_key(key_id, alice + "/")}));
    EXPECT_FALSE(finds({}));
    EXPECT_FALSE(finds({pem_key(alice + "#other", alice)}));
}

TEST(FindKey, A11_RefusesAKeyOnAnotherOriginThanItsOwner) {
    const std::string foreign = "https://evil.test/key";
    EXPECT_TRUE(find_key(std::vector{pem_key(key_id, alice)}, alice, key_id));
    EXPECT_FALSE(find_key(std::vector{pem_key(foreign, alice)}, alice, foreign));
}

TEST(OwnerOfKey, A11_RefusesADocumentThatClaimsAnOwnerElsewhere) {
    const std::string url = "https://a.example/users/alice/main-key";
    KeyDocument document{.id = url, .owner = alice, .keys = {pem_key(url, alice)}};
    ASSERT_TRUE(owner_of_key(document, url));
    EXPECT_EQ(*owner_of_key(document, url), alice);
    document.owner = "https://b.example/users/bob";
    EXPECT_FALSE(owner_of_key(document, url));
}

TEST(OwnerOfKey, A12_RefusesADocumentThatIsNotTheOneAskedFor) {
    const std::string url = "https://a.example/users/alice/main-key";
    const KeyDocument honest{.id = url, .owner = alice, .keys = {pem_key(url, alice)}};
    EXPECT_TRUE(owner_of_key(honest, url));
    // GoToSocial answers a stub of the actor, which lists the key.
    const KeyDocument stub{.id = alice, .owner = alice, .keys = {pem_key(url, alice)}};
    EXPECT_TRUE(owner_of_key(stub, url));
    const std::string other = "https://a.example/users/bob/main-key";
    const KeyDocument wrong{.id = other, .owner = alice, .keys = {pem_key(other, alice)}};
    EXPECT_FALSE(owner_of_key(wrong, url));
    EXPECT_FALSE(owner_of_key({}, url));
}

TEST(LoadKey, TakesEitherForm) {
    const auto ed25519 = crypto::PrivateKey::generate_ed25519().public_key();
    const auto loaded =
        load_key({.id = key_id, .owner = alice, .multikey = encode_multikey(ed25519)});
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->pem(), ed25519.pem());
    EXPECT_TRUE(load_key(pem_key(key_id, alice)));
    EXPECT_FALSE(load_key({.id = key_id, .owner = alice}));
    EXPECT_FALSE(load_key({.id = key_id, .owner = alice, .pem = "x"}));
}

} // namespace
} // namespace federation
