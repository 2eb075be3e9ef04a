// ATTACKS B01 to B07 and B13 to B16: each begins with the honest twin, which must pass.
#include "federation/signature.h"
#include "tests/federation/vectors.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

namespace federation {
namespace {

const Receiver us{.origin = "https://district-b.example"};

class SignatureAttack : public testing::Test {
  protected:
    const Json file = vectors::load("http-signatures-cavage-fediverse.json");
    const Time now = vectors::at(file["now"]);
    const Signer alice = vectors::signer(file, "alice-rsa");
    const Signer dana = vectors::signer(file, "dana-ed25519");

    http::Request post(Scheme scheme,
                       const Signer& signer,
                       Time signed_at,
                       const SigningOptions& options = {}) const {
        http::Outgoing out{
            .method = "POST",
            .url = "https://district-b.example/inbox",
            .headers = {{"Content-Type", "application/activity+json"}, {"X-Note", "100%25 \"x\""}},
            .body = R"({"type":"Follow"})"};
        const auto done = scheme == Scheme::Cavage ? sign_cavage(out, signer, signed_at, options)
                                                   : sign_rfc9421(out, signer, signed_at, options);
        EXPECT_TRUE(done);
        http::Request in{
            .method = out.method, .target = "/inbox", .headers = out.headers, .body = out.body};
        in.headers.add("Host", "district-b.example");
        return in;
    }
    http::Request post(Scheme scheme) const { return post(scheme, alice, now); }

    bool accepts(const http::Request& request,
                 const Signer& signer,
                 const Receiver& receiver) const {
        const auto parsed = parse_signatures(request, receiver, now);
        return parsed && verify(parsed->front(), signer.key.public_key());
    }
    bool accepts(const http::Request& request) const { return accepts(request, alice, us); }
};

/// One change to a good request that must spoil it.
struct Change {
    const char* name;
    std::function<void(http::Request&)> apply;
};

void replace_in(http::Request& request,
                const char* header,
                std::string_view from,
                std::string_view to) {
    std::string value(request.headers.get(header));
    const auto at = value.find(from);
    ASSERT_NE(at, std::string::npos) << header << ": " << value;
    request.headers.set(header, value.replace(at, from.size(), to));
}

constexpr Scheme both[] = {Scheme::Cavage, Scheme::Rfc9421};

TEST_F(SignatureAttack, B01_ARequestForAnotherHostIsNotForUs) {
    for (const Scheme scheme : both) {
        const auto request = post(scheme);
        EXPECT_TRUE(accepts(request));
        EXPECT_FALSE(accepts(request, alice, {.origin = "https://district-c.example"}));
        EXPECT_FALSE(accepts(request, alice, {.origin = "http://district-b.example"}) &&
                     scheme == Scheme::Rfc9421);
        auto replayed = request;
        replayed.headers.set("Host", "district-c.example");
        EXPECT_FALSE(accepts(replayed));
        EXPECT_FALSE(accepts(replayed, alice, {.origin = "https://district-c.example"}));
    }
}

TEST_F(SignatureAttack, B02_AnOldRequestIsRefusedAndARepeatedOneIsRecognised) {
    using std::chrono::minutes;
    const struct {
        minutes age;
        bool expected;
    } cases[] = {
        {minutes(64), true}, {minutes(66), false}, {minutes(-59), true}, {minutes(-61), false}};
    for (const auto& c : cases) {
        SCOPED_TRACE(c.age.count());
        EXPECT_EQ(accepts(post(Scheme::Cavage, alice, now - c.age)), c.expected);
    }
    EXPECT_TRUE(accepts(post(Scheme::Rfc9421, alice, now - minutes(4))));
    EXPECT_FALSE(accepts(post(Scheme::Rfc9421, alice, now - minutes(6)))) << "it says expires";
    EXPECT_FALSE(accepts(post(Scheme::Rfc9421, alice, now + minutes(61))));

    const auto first = parse_signatures(post(Scheme::Cavage), us, now);
    const auto again = parse_signatures(post(Scheme::Cavage), us, now);
    const auto other = parse_signatures(post(Scheme::Cavage, dana, now), us, now);
    EXPECT_EQ(first->front().fingerprint(), again->front().fingerprint());
    EXPECT_NE(first->front().fingerprint(), other->front().fingerprint());
}

TEST_F(SignatureAttack, B03_APostNeedsASignedDigestOfItsBody) {
    for (const Scheme scheme : both) {
        const char* header = scheme == Scheme::Cavage ? "Digest" : "Content-Digest";
        const auto honest = post(scheme);
        EXPECT_TRUE(accepts(honest));
        auto changed = honest;
        changed.body += ' ';
        EXPECT_FALSE(accepts(changed));
        auto emptied = honest;
        emptied.headers.set(header, "");
        EXPECT_FALSE(accepts(emptied));
        auto as_get = honest;
        as_get.method = "GET";
        EXPECT_FALSE(accepts(as_get));
    }
    // Good signatures that leave the digest out; a GET may, a GET with a body may not.
    http::Outgoing get{.url = "https://district-b.example/inbox"};
    ASSERT_TRUE(sign_cavage(get, alice, now));
    http::Request request{.target = "/inbox", .headers = get.headers};
    request.headers.add("Host", "district-b.example");
    EXPECT_TRUE(accepts(request));
    request.body = "{}";
    EXPECT_FALSE(accepts(request));
}

TEST_F(SignatureAttack, B04_TwoLinesOfASingleHeaderAreRefused) {
    for (const Scheme scheme : both) {
        for (const char* name :
             {"Host", "Date", "Digest", "Content-Digest", "Signature", "Signature-Input"}) {
            SCOPED_TRACE(name);
            const auto honest = post(scheme);
            EXPECT_TRUE(accepts(honest));
            auto twice = honest;
            const std::string value(honest.headers.get(name));
            twice.headers.add(name, value);
            if (honest.headers.count(name) == 0) twice.headers.add(name, value);
            EXPECT_FALSE(accepts(twice));
        }
    }
}

TEST_F(SignatureAttack, B05_ParametersAndNamesComeOnce) {
    const auto honest = post(Scheme::Cavage);
    EXPECT_TRUE(accepts(honest));
    const Change changes[] = {
        {"keyId twice",
         [](auto& r) {
             replace_in(r, "Signature", "keyId=", "keyId=\"https://x.example/#k\",keyId=");
         }},
        {"keyId in two cases",
         [](auto& r) {
             replace_in(r, "Signature", "keyId=", "keyid=\"https://x.example/#k\",keyId=");
         }},
        {"unknown parameter twice",
         [](auto& r) { replace_in(r, "Signature", "keyId=", "a=\"1\",a=\"1\",keyId="); }},
        {"name listed twice", [](auto& r) { replace_in(r, "Signature", " date ", " date date "); }},
        {"name listed twice in two cases",
         [](auto& r) { replace_in(r, "Signature", " date ", " date Date "); }},
        {"listed but absent",
         [](auto& r) { replace_in(r, "Signature", " date ", " date x-gone "); }},
        {"no list", [](auto& r) { replace_in(r, "Signature", "headers=", "other="); }},
        {"empty list",
         [](auto& r) {
             replace_in(r, "Signature", "(request-target) host date digest content-type", "");
         }},
    };
    for (const auto& change : changes) {
        SCOPED_TRACE(change.name);
        auto request = honest;
        change.apply(request);
        EXPECT_FALSE(accepts(request));
    }
    const auto modern = post(Scheme::Rfc9421);
    EXPECT_TRUE(accepts(modern));
    const Change modern_changes[] = {
        {"component twice",
         [](auto& r) {
             replace_in(r, "Signature-Input", "(\"@method\"", "(\"@method\" \"@method\"");
         }},
        {"component absent",
         [](auto& r) {
             replace_in(r, "Signature-Input", "(\"@method\"", "(\"@method\" \"x-gone\"");
         }},
        {"component with a flag",
         [](auto& r) {
             replace_in(r, "Signature-Input", "\"content-digest\"", "\"content-digest\";sf");
         }},
        {"component of the request in a response",
         [](auto& r) { replace_in(r, "Signature-Input", "\"@method\"", "\"@method\";req"); }},
        {"@status",
         [](auto& r) { replace_in(r, "Signature-Input", "\"@method\"", "\"@status\""); }},
        {"created twice",
         [](auto& r) { replace_in(r, "Signature-Input", ";keyid", ";created=1;keyid"); }},
        {"label twice",
         [](auto& r) {
             const std::string value(r.headers.get("Signature-Input"));
             r.headers.set("Signature-Input", value + ", " + value);
         }},
    };
    for (const auto& change : modern_changes) {
        SCOPED_TRACE(change.name);
        auto request = modern;
        change.apply(request);
        EXPECT_FALSE(accepts(request));
    }
}

TEST_F(SignatureAttack, B06_WithoutAGoodSignatureThereIsNoResult) {
    auto lower = post(Scheme::Cavage);
    const std::string value(lower.headers.get("Signature"));
    http::Headers renamed;
    for (const auto& line : lower.headers.lines())
        renamed.add(ascii_lower(line.name), line.value);
    lower.headers = renamed;
    EXPECT_TRUE(has_signature(lower));
    EXPECT_TRUE(accepts(lower)) << "header names have no case";

    EXPECT_FALSE(has_signature({}));
    EXPECT_FALSE(accepts({}));
    for (const std::string& broken : std::vector<std::string>{
             "", " ", ",", "=", "x", "keyId", "Signature " + value, value + "\n"}) {
        SCOPED_TRACE(broken);
        auto request = post(Scheme::Cavage);
        request.headers.set("Signature", broken);
        const auto parsed = parse_signatures(request, us, now);
        // A line break at the end cannot come through the listener; a blank there is harmless.
        ASSERT_FALSE(parsed && broken != value + "\n");
        if (parsed) continue;
        EXPECT_EQ(parsed.error().kind, Error::Kind::Unauthorized);
    }
}

TEST_F(SignatureAttack, B07_TheKeyDecidesTheAlgorithmAndTheLabelMustFit) {
    const auto honest = post(Scheme::Cavage);
    EXPECT_TRUE(accepts(honest));
    auto renamed = honest;
    replace_in(renamed, "Signature", "rsa-sha256", "hs2019");
    EXPECT_TRUE(accepts(renamed)) << "the label is no part of what is signed";
    for (const char* label :
         {"hmac-sha256", "none", "rsa-sha1", "rsa-sha512", "ed25519", "RSA-SHA256", " "}) {
        SCOPED_TRACE(label);
        auto request = honest;
        replace_in(request, "Signature", "rsa-sha256", label);
        EXPECT_FALSE(accepts(request));
    }
    // HMAC keyed with the public key, and a signature of nothing.
    const auto parsed = parse_signatures(honest, us, now);
    const auto key = alice.key.public_key();
    auto forged = parsed->front();
    forged.value = crypto::hmac_sha256(key.pem(), forged.texts.front());
    EXPECT_FALSE(verify(forged, key));
    forged.value.clear();
    EXPECT_FALSE(verify(forged, key));

    const auto modern = post(Scheme::Rfc9421, dana, now);
    EXPECT_TRUE(accepts(modern, dana, us));
    EXPECT_FALSE(accepts(modern)) << "an Ed25519 signature, an RSA key";
    auto rsa_label = parse_signatures(post(Scheme::Rfc9421), us, now)->front();
    EXPECT_TRUE(verify(rsa_label, key));
    for (const char* label : {"ed25519", "hmac-sha256", "rsa-pss-sha512", "none"}) {
        rsa_label.algorithm = label;
        EXPECT_FALSE(verify(rsa_label, key)) << label;
    }
    auto ed25519_label = parse_signatures(post(Scheme::Cavage, dana, now), us, now)->front();
    EXPECT_TRUE(verify(ed25519_label, dana.key.public_key()));
    ed25519_label.algorithm = "rsa-sha256";
    EXPECT_FALSE(verify(ed25519_label, dana.key.public_key()));
}

TEST_F(SignatureAttack, B13_HeaderValuesAreVerifiedAsReceived) {
    for (const Scheme scheme : both) {
        const auto honest = post(scheme, alice, now, {.also = {"x-note"}});
        EXPECT_TRUE(accepts(honest));
        auto decoded = honest;
        decoded.headers.set("X-Note", "100% \"x\"");
        EXPECT_FALSE(accepts(decoded));
    }
}

TEST_F(SignatureAttack, B14_NoValueCanPassForALineOfTheSignedText) {
    const auto honest = post(Scheme::Rfc9421);
    EXPECT_TRUE(accepts(honest));
    for (const char* key_id : {"https://a.example/#k\n\"@method\": GET",
                               "https://a.example/#k\"\n\"x\": y",
                               "https://a.example/#k\\n",
                               "https://a.example/#k\";x=\"y",
                               "https://a.example/#\xc3\xa9"}) {
        SCOPED_TRACE(key_id);
        auto request = honest;
        replace_in(request, "Signature-Input", alice.key_id, key_id);
        EXPECT_FALSE(accepts(request));
        auto old = post(Scheme::Cavage);
        replace_in(old, "Signature", alice.key_id, key_id);
        EXPECT_FALSE(accepts(old) && std::string_view(key_id).find('\n') != std::string_view::npos);
    }
    for (const Scheme scheme : both) {
        auto request = post(scheme, alice, now, {.also = {"x-note"}});
        EXPECT_TRUE(accepts(request));
        request.headers.set("X-Note", "a\ndate: b");
        EXPECT_FALSE(parse_signatures(request, us, now));
        request = post(scheme);
        request.target = "/inbox\nhost: x";
        EXPECT_FALSE(parse_signatures(request, us, now));
    }
}

TEST_F(SignatureAttack, B15_TheTwoSchemesDoNotMix) {
    const auto old = post(Scheme::Cavage);
    const auto modern = post(Scheme::Rfc9421);
    EXPECT_TRUE(accepts(old));
    EXPECT_TRUE(accepts(modern));
    auto mixed = old;
    mixed.headers.add("Signature-Input", std::string(modern.headers.get("Signature-Input")));
    EXPECT_FALSE(accepts(mixed));
    mixed = modern;
    mixed.headers.set("Signature", std::string(old.headers.get("Signature")));
    EXPECT_FALSE(accepts(mixed));
    mixed = old;
    mixed.headers.add("Signature-Input", "");
    EXPECT_FALSE(accepts(mixed));
    mixed = modern;
    mixed.headers.add("Signature", std::string(old.headers.get("Signature")));
    EXPECT_FALSE(accepts(mixed));
}

TEST_F(SignatureAttack, B16_ProxyHeadersChangeNothing) {
    for (const Scheme scheme : both) {
        auto request = post(scheme);
        EXPECT_TRUE(accepts(request));
        request.headers.add("X-Forwarded-Host", "district-c.example");
        request.headers.add("X-Forwarded-Proto", "http");
        request.headers.add("Forwarded", "host=district-c.example;proto=http");
        EXPECT_TRUE(accepts(request));

        auto foreign = post(scheme);
        foreign.headers.set("Host", "district-c.example");
        foreign.headers.add("X-Forwarded-Host", "district-b.example");
        foreign.headers.add("Forwarded", "host=district-b.example");
        EXPECT_FALSE(accepts(foreign));
    }
}

TEST_F(SignatureAttack, KeyIdsAreForeignHttpsUris) {
    EXPECT_TRUE(accepts(post(Scheme::Cavage)));
    for (const char* key_id : {"http://district-a.example/users/alice#main-key",
                               "https://district-b.example/users/bob#main-key",
                               "https://DISTRICT-B.example:443/users/bob#main-key",
                               "https://district-a.example@evil.test/#main-key",
                               "acct:alice@district-a.example",
                               "main-key",
                               ""}) {
        SCOPED_TRACE(key_id);
        EXPECT_FALSE(accepts(post(Scheme::Cavage, {alice.key, key_id}, now)));
        EXPECT_FALSE(accepts(post(Scheme::Rfc9421, {alice.key, key_id}, now)));
    }
    const Signer plain{alice.key, "http://127.77.0.1:8081/users/alice#main-key"};
    const Receiver test{.origin = us.origin, .allow_http_keys = true};
    EXPECT_TRUE(accepts(post(Scheme::Cavage, plain, now), plain, test));
}

TEST_F(SignatureAttack, OnlyThreeLabelsAreLookedAt) {
    auto request = post(Scheme::Rfc9421);
    const std::string input(request.headers.get("Signature-Input"));
    const std::string value(request.headers.get("Signature"));
    const auto with_noise_before = [&](int count) {
        std::string inputs;
        std::string values;
        for (int i = 0; i < count; ++i) {
            inputs += fmt::format("p{}=(\"@method\");created=1;keyid=\"p\", ", i);
            values += fmt::format("p{}=:AAAA:, ", i);
        }
        request.headers.set("Signature-Input", inputs + input);
        request.headers.set("Signature", values + value);
        return accepts(request);
    };
    EXPECT_TRUE(with_noise_before(0));
    EXPECT_TRUE(with_noise_before(2));
    EXPECT_FALSE(with_noise_before(3));
}

} // namespace
} // namespace federation
