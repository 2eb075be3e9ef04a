#include "federation/multikey.h"
#include "federation/register.h"

#include <gtest/gtest.h>

#include <functional>

using namespace federation;

namespace {

constexpr Time noon{std::chrono::milliseconds{1'790'000'000'000}};

crypto::PrivateKey key_of(char letter) {
    return *crypto::PrivateKey::from_ed25519_seed(std::string(32, letter));
}
std::string multikey_of(char letter) {
    return encode_multikey(key_of(letter).public_key());
}

Json entry(std::int64_t number, const std::string& previous, const std::string& host) {
    return render_register_entry({.number = number,
                                  .previous = previous,
                                  .at = noon,
                                  .kind = "domain",
                                  .subject = host,
                                  .word = "reject",
                                  .reason = "spam"});
}

Json head(std::int64_t version, const std::string& last, char signer = 'a') {
    const auto document = render_register_head({.id = "https://maple.example/actor/register",
                                                .actor = "https://maple.example/actor",
                                                .at = noon,
                                                .version = version,
                                                .last = last,
                                                .key = multikey_of(signer),
                                                .pages = "https://maple.example/actor/register/"});
    return *sign_register(document, key_of(signer), noon);
}

TEST(RegisterEntry, ComesBackAsItWasWritten) {
    const RegisterEntry written{.number = 1,
                                .at = noon,
                                .kind = "domain",
                                .subject = "cedar.example",
                                .word = "accept",
                                .issuer = "https://centre.example/actor",
                                .reason = "a school of ours"};
    const auto read = parse_register_entry(render_register_entry(written));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->subject, written.subject);
    EXPECT_EQ(read->word, written.word);
    EXPECT_EQ(read->issuer, written.issuer);
    EXPECT_EQ(read->reason, written.reason);
    EXPECT_EQ(read->at, written.at);
    EXPECT_EQ(read->hash.size(), 64u);
}

TEST(RegisterEntry, OfStrangersIsReadWithCare) {
    const auto set = [](const char* name, Json value) {
        return [name, value = std::move(value)](Json& document) { document[name] = value; };
    };
    const struct {
        const char* name;
        std::function<void(Json&)> change;
        bool good;
    } cases[] = {
        {"as it is", [](Json&) {}, true},
        {"a member that we do not know", set("note", "x"), true},
        {"a port", set("entityKey", "cedar.example:8443"), true},
        {"a link", set("entityKind", "link-domain"), true},
        {"no number", [](Json& d) { d.erase("number"); }, false},
        {"number 0", set("number", 0), false},
        {"a number that is text", set("number", "1"), false},
        {"a number beyond the last", set("number", 20'001), false},
        {"a first one that follows another", set("previous", std::string(64, 'a')), false},
        {"no time", [](Json& d) { d.erase("at"); }, false},
        {"another type", set("type", "advisory"), false},
        {"another kind", set("entityKind", "actor"), false},
        {"another word", set("policy", "destroy"), false},
        {"no word", [](Json& d) { d.erase("policy"); }, false},
        {"a word that is a list", set("policy", Json::array({"reject"})), false},
        {"a retraction with a word", set("type", "retraction"), false},
        {"capital letters in a host", set("entityKey", "Cedar.example"), false},
        {"a top-level domain", set("entityKey", "example"), false},
        {"a bare name with a port", set("entityKey", "localhost:80"), false},
        {"everything", set("entityKey", "*"), false},
        {"a URI for a host", set("entityKey", "https://cedar.example/"), false},
        {"an empty host", set("entityKey", ""), false},
        {"an issuer of whom it warns", set("issuer", "https://a.example/actor"), false},
        {"a key in passing", set("publicKeyMultibase", multikey_of('a')), false},
        {"a link that is accepted",
         [](Json& d) {
             d["entityKind"] = "link-domain";
             d["policy"] = "accept";
         },
         false},
        {"a key entry that is no key",
         [](Json& d) {
             d = {{"number", 1}, {"at", d["at"]}, {"type", "key"}, {"publicKeyMultibase", "z6Mk"}};
         },
         false},
        {"no object", [](Json& d) { d = Json::array({d}); }, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto document = entry(1, "", "cedar.example");
        c.change(document);
        EXPECT_EQ(static_cast<bool>(parse_register_entry(document)), c.good);
    }
}

TEST(RegisterEntry, ReasonsAreCleaned) {
    auto document = entry(1, "", "cedar.example");
    document["reason"] = "a\nb\x1b[31m\xe2\x80\xae" + std::string(500, 'x');
    const auto read = parse_register_entry(document);
    ASSERT_TRUE(read);
    EXPECT_LE(read->reason.size(), max_register_reason);
    EXPECT_EQ(read->reason.find_first_of("\n\x1b\xe2"), std::string::npos);
}

TEST(RegisterChain, TakesTheNextEntryAndNoOther) {
    RegisterChain chain{.key = multikey_of('a')};
    const auto first = extend_register(chain, entry(1, "", "one.example"));
    ASSERT_TRUE(first) << first.error().detail;
    ASSERT_TRUE(extend_register(chain, entry(2, first->hash, "two.example")));
    EXPECT_EQ(chain.version, 2);
    const auto before = chain.last;
    const struct {
        const char* name;
        Json next;
    } wrong[] = {
        {"the same again", entry(2, first->hash, "two.example")},
        {"one left out", entry(4, chain.last, "four.example")},
        {"after another one", entry(3, first->hash, "three.example")},
        {"after none", entry(3, std::string(64, '0'), "three.example")},
    };
    for (const auto& c : wrong) {
        SCOPED_TRACE(c.name);
        const auto next = extend_register(chain, c.next);
        ASSERT_FALSE(next);
        EXPECT_EQ(next.error().kind, Error::Kind::Forbidden);
        EXPECT_EQ(chain.version, 2);
        EXPECT_EQ(chain.last, before);
    }
}

TEST(RegisterChain, HashesEveryMemberOfAnEntry) {
    const auto original = entry(1, "", "one.example");
    const auto honest = *hash_register_entry(original);
    for (const auto& item : original.items()) {
        auto altered = original;
        altered[item.key()] = "other";
        EXPECT_NE(*hash_register_entry(altered), honest) << item.key();
    }
    auto added = original;
    added["more"] = true;
    EXPECT_NE(*hash_register_entry(added), honest);
}

Json key_entry(const std::string& previous, char next, char prover) {
    const auto document = render_register_entry({.number = 2,
                                                 .previous = previous,
                                                 .at = noon,
                                                 .type = RegisterEntryType::Key,
                                                 .key = multikey_of(next)});
    return *sign_register(document, key_of(prover), noon);
}

TEST(RegisterChain, IsHandedOverOnlyByTheKeyThatSignsIt) {
    RegisterChain chain{.key = multikey_of('a')};
    const auto first = extend_register(chain, entry(1, "", "one.example"));
    ASSERT_TRUE(first);
    auto unproven = key_entry(first->hash, 'b', 'a');
    unproven.erase("proof");
    auto swapped = key_entry(first->hash, 'b', 'a');
    swapped["publicKeyMultibase"] = multikey_of('c');
    for (const auto& forged : {key_entry(first->hash, 'b', 'b'), unproven, swapped}) {
        const auto next = extend_register(chain, forged);
        ASSERT_FALSE(next);
        EXPECT_EQ(next.error().kind, Error::Kind::Unauthorized);
        EXPECT_EQ(chain.key, multikey_of('a'));
        EXPECT_EQ(chain.version, 1);
    }
    ASSERT_TRUE(extend_register(chain, key_entry(first->hash, 'b', 'a')));
    EXPECT_EQ(chain.key, multikey_of('b'));
}

TEST(RegisterHead, IsBelievedOnlyWithThePinnedKey) {
    const auto good = head(3, std::string(64, 'a'));
    ASSERT_TRUE(parse_register_head(good));
    EXPECT_TRUE(verify_register(good, multikey_of('a')));
    EXPECT_FALSE(verify_register(good, multikey_of('b')));
    EXPECT_FALSE(verify_register(head(3, std::string(64, 'a'), 'b'), multikey_of('a')));
    auto raised = good;
    raised["register"]["version"] = 4;
    EXPECT_FALSE(verify_register(raised, multikey_of('a')));
    auto bare = good;
    bare.erase("proof");
    EXPECT_FALSE(verify_register(bare, multikey_of('a')));
}

TEST(RegisterHead, OfStrangersIsReadWithCare) {
    const auto in_part = [](const char* name, Json value) {
        return [name, value = std::move(value)](Json& d) { d["register"][name] = value; };
    };
    const struct {
        const char* name;
        std::function<void(Json&)> change;
        bool good;
    } cases[] = {
        {"as it is", [](Json&) {}, true},
        {"empty",
         [](Json& d) {
             d["register"]["version"] = 0;
             d["register"].erase("last");
         },
         true},
        {"another type", [](Json& d) { d["type"] = "Note"; }, false},
        {"a list", [](Json& d) { d = Json::array(); }, false},
        {"an owner elsewhere",
         [](Json& d) { d["attributedTo"] = "https://cedar.example/actor"; },
         false},
        {"pages elsewhere", in_part("pages", "https://cedar.example/pages/"), false},
        {"pages of no scheme that we take", in_part("pages", "file:///etc/"), false},
        {"a version below zero", in_part("version", -1), false},
        {"a version that is text", in_part("version", "3"), false},
        {"too long a chain", in_part("version", 20'001), false},
        {"entries without a hash", in_part("last", ""), false},
        {"a hash of another form", in_part("last", std::string(64, 'G')), false},
        {"pages of another size", in_part("pageSize", 1), false},
        {"an RSA key or none", in_part("publicKeyMultibase", "z4MX"), false},
        {"no time", [](Json& d) { d.erase("published"); }, false},
        {"no part", [](Json& d) { d["register"] = "x"; }, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto document = head(3, std::string(64, 'a'));
        c.change(document);
        EXPECT_EQ(static_cast<bool>(parse_register_head(document)), c.good);
    }
}

TEST(RegisterPage, HoldsNoMoreThanAPage) {
    Json entries = Json::array();
    for (std::size_t i = 0; i < register_page_size; ++i)
        entries.push_back(entry(1, "", "one.example"));
    EXPECT_TRUE(parse_register_page(render_register_page("https://maple.example/1", entries)));
    entries.push_back(entries.front());
    EXPECT_FALSE(parse_register_page(render_register_page("https://maple.example/1", entries)));
    EXPECT_FALSE(parse_register_page({{"type", "RegisterPage"}}));
    EXPECT_FALSE(parse_register_page(Json::array()));
}

TEST(RegisterKey, IsTakenAsMultikeyOrDid) {
    EXPECT_EQ(*parse_register_key("did:key:" + multikey_of('a')), multikey_of('a'));
    for (const auto* wrong : {"", "z", "did:key:", "did:web:maple.example", "z6Mk", "hello"})
        EXPECT_FALSE(parse_register_key(wrong)) << wrong;
}

} // namespace
