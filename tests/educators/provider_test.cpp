#include "base/crypto.h"
#include "educators/provider.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

using namespace educators;
using namespace std::chrono_literals;

namespace {

constexpr auto issuer = "https://id.example";

std::int64_t seconds_of(Time at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

/// A provider that says what the test wants, over the one place where clients are exchanged.
struct FakeProvider : http::Client {
    crypto::PrivateKey key = crypto::PrivateKey::generate_ed25519();
    std::string kid = "one";
    std::string published_kid = "one";
    Json claims{};
    Json userinfo{};
    Json discovery{{"issuer", issuer},
                   {"authorization_endpoint", "https://id.example/auth?tenant=1"},
                   {"token_endpoint", "https://id.example/token"},
                   {"userinfo_endpoint", "https://id.example/me"},
                   {"jwks_uri", "https://id.example/keys"},
                   {"response_types_supported", {"code"}}};
    std::string token{}; ///< Instead of a signed one.
    std::map<std::string, int> asked{};
    http::Outgoing redeemed{};

    std::string signed_token() const {
        const Json header{{"alg", "EdDSA"}, {"kid", kid}};
        const auto input =
            crypto::base64url(header.dump()) + "." + crypto::base64url(claims.dump());
        return input + "." + crypto::base64url(key.sign(input));
    }

    Result<http::Response> send(const http::Outgoing& request, const http::Limits&) override {
        ++asked[request.url];
        if (request.url == "https://id.example/.well-known/openid-configuration")
            return http::json_response(discovery);
        if (request.url == "https://id.example/keys") {
            return http::json_response(
                {{"keys",
                  {{{"kty", "OKP"},
                    {"crv", "Ed25519"},
                    {"kid", published_kid},
                    {"x", crypto::base64url(key.public_key().ed25519_raw())}}}}});
        }
        if (request.url == "https://id.example/token") {
            redeemed = request;
            return http::json_response(
                {{"access_token", "access"}, {"id_token", token.empty() ? signed_token() : token}});
        }
        if (request.url == "https://id.example/me") return http::json_response(userinfo);
        return Error{Error::Kind::Unavailable, "nobody there"};
    }
};

class ProviderTest : public testing::Test {
  protected:
    ProviderTest() {
        fake.claims = {{"iss", issuer},
                       {"aud", "staffroom"},
                       {"sub", "ada"},
                       {"nonce", "once"},
                       {"iat", seconds_of(now)},
                       {"exp", seconds_of(now + 5min)},
                       {"groups", {"staff"}}};
    }

    static SignOnTerms terms() {
        return with_preset({.preset = Preset::Generic,
                            .issuer = issuer,
                            .client_id = "staffroom",
                            .client_secret = "s:cret",
                            .role_claim = "groups",
                            .staff_values = {"staff"},
                            .student_values = {"pupils"}});
    }
    Result<SignOnIdentity> identify(const std::string& answered_by = "") {
        return provider.identify(
            {.code = "code", .verifier = "verifier", .nonce = "once", .issuer = answered_by}, now);
    }

    Time now = *parse_iso8601("2026-10-01T08:00:00Z");
    FakeProvider fake;
    Provider provider{fake, terms(), "https://maple.test/sign-on/return"};
};

} // namespace

TEST_F(ProviderTest, SendsTheBrowserOffWithPkceStateAndNonce) {
    const auto url = provider.authorization_url(
        {.state = "the state", .nonce = "once", .code_challenge = "challenge"}, now);
    ASSERT_TRUE(url) << url.error().detail;
    EXPECT_EQ(*url,
              "https://id.example/auth?tenant=1&response_type=code&client_id=staffroom"
              "&redirect_uri=https%3A%2F%2Fmaple.test%2Fsign-on%2Freturn&scope=openid"
              "&state=the%20state&nonce=once&code_challenge=challenge"
              "&code_challenge_method=S256");
}

TEST_F(ProviderTest, RedeemsTheCodeWithVerifierAndSecret) {
    const auto identity = identify();
    ASSERT_TRUE(identity) << identity.error().detail;
    EXPECT_EQ(identity->subject, "ada");
    EXPECT_EQ(identity->role, SignOnRole::Staff);
    EXPECT_EQ(fake.redeemed.headers.get("Authorization"),
              "Basic " + crypto::base64("staffroom:s%3Acret"));
    EXPECT_NE(fake.redeemed.body.find("code_verifier=verifier"), std::string::npos);
    EXPECT_NE(fake.redeemed.body.find("redirect_uri=https%3A%2F%2Fmaple.test"), std::string::npos);
    EXPECT_EQ(fake.redeemed.body.find("secret"), std::string::npos);
}

TEST_F(ProviderTest, ATokenThatIsNotForThisSignOnIsRefused) {
    ASSERT_TRUE(identify());
    const auto at = [this](std::chrono::seconds later) { return seconds_of(now + later); };
    const struct {
        const char* name;
        const char* claim;
        Json value; ///< null: left out.
    } cases[] = {
        {"another issuer", "iss", "https://evil.example"},
        {"the issuer with a slash", "iss", "https://id.example/"},
        {"no issuer", "iss", nullptr},
        {"another audience", "aud", "somebody"},
        {"no audience", "aud", nullptr},
        {"one more audience", "aud", {"staffroom", "somebody"}},
        {"an empty list of audiences", "aud", Json::array()},
        {"another authorised party", "azp", "somebody"},
        {"expired", "exp", at(-61s)},
        {"no expiry", "exp", nullptr},
        {"an expiry in words", "exp", "tomorrow"},
        {"from the future", "iat", at(61s)},
        {"no time of issue", "iat", nullptr},
        {"made long ago", "iat", at(-12min)},
        {"not valid yet", "nbf", at(2min)},
        {"another sign-on's nonce", "nonce", "twice"},
        {"no nonce", "nonce", nullptr},
        {"nobody", "sub", ""},
        {"a number as subject", "sub", 7},
        {"an endless subject", "sub", std::string(256, 'a')},
    };
    const auto good = fake.claims;
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        fake.claims = good;
        if (c.value.is_null())
            fake.claims.erase(c.claim);
        else
            fake.claims[c.claim] = c.value;
        const auto refused = identify();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, Error::Kind::Unauthorized);
    }
}

TEST_F(ProviderTest, ClocksMayDifferByAMinute) {
    fake.claims["exp"] = seconds_of(now - 50s);
    EXPECT_TRUE(identify());
    fake.claims["exp"] = seconds_of(now + 5min);
    fake.claims["iat"] = seconds_of(now + 50s);
    EXPECT_TRUE(identify());
    fake.claims["aud"] = Json::array({"staffroom"});
    fake.claims["azp"] = "staffroom";
    EXPECT_TRUE(identify());
}

TEST_F(ProviderTest, AForgedTokenIsRefused) {
    ASSERT_TRUE(identify());
    const auto honest = fake.signed_token();
    const auto none =
        crypto::base64url(R"({"alg":"none"})") + "." + crypto::base64url(fake.claims.dump()) + ".";
    auto altered = honest;
    altered[altered.size() - 10] = altered[altered.size() - 10] == 'A' ? 'B' : 'A';
    for (const auto& token : {none, altered, std::string("x"), honest + ".x"}) {
        fake.token = token;
        EXPECT_FALSE(identify()) << token;
    }
}

TEST_F(ProviderTest, ARotatedKeyIsFetchedOnceAndThenOnlyAfterAPause) {
    ASSERT_TRUE(identify());
    ASSERT_EQ(fake.asked["https://id.example/keys"], 1);
    fake.key = crypto::PrivateKey::generate_ed25519();
    fake.kid = fake.published_kid = "two";
    EXPECT_TRUE(identify());
    EXPECT_EQ(fake.asked["https://id.example/keys"], 2);

    fake.kid = "unknown";
    EXPECT_FALSE(identify());
    EXPECT_FALSE(identify());
    EXPECT_EQ(fake.asked["https://id.example/keys"], 2) << "not for every stranger";
    now += key_refetch_pause;
    fake.claims["iat"] = seconds_of(now);
    EXPECT_FALSE(identify());
    EXPECT_EQ(fake.asked["https://id.example/keys"], 3);
}

TEST_F(ProviderTest, AKeyThatIsTakenBackIsForgottenWithinTheHour) {
    ASSERT_TRUE(identify());
    fake.published_kid = "two"; // The one that signs is published no more.
    now += provider_facts_good_for;
    fake.claims["iat"] = seconds_of(now);
    fake.claims["exp"] = seconds_of(now + 5min);
    EXPECT_FALSE(identify());
}

TEST_F(ProviderTest, AnotherProvidersAnswerIsRefused) {
    EXPECT_TRUE(identify(issuer));
    EXPECT_FALSE(identify("https://evil.example"));
}

TEST_F(ProviderTest, WhereTheProviderNamesItselfItMustDoSo) {
    fake.discovery["authorization_response_iss_parameter_supported"] = true;
    EXPECT_FALSE(identify());
    EXPECT_TRUE(identify(issuer));
}

TEST_F(ProviderTest, UserinfoFillsInWhatTheTokenLacksButOnlyOfTheSamePerson) {
    fake.claims.erase("groups");
    fake.userinfo = {{"sub", "ada"}, {"groups", {"pupils"}}, {"iss", "https://evil.example"}};
    const auto identity = identify();
    ASSERT_TRUE(identity) << identity.error().detail;
    EXPECT_EQ(identity->role, SignOnRole::Student);
    EXPECT_EQ(identity->issuer, issuer);
    fake.userinfo["sub"] = "eve";
    EXPECT_FALSE(identify());
}

TEST(Discovery, WhatCannotBeTrustedIsRefused) {
    const SignOnTerms terms{.preset = Preset::Generic, .issuer = issuer, .client_id = "staffroom"};
    const auto good = FakeProvider().discovery;
    ASSERT_TRUE(parse_discovery(good, terms));
    const struct {
        const char* name;
        const char* member;
        Json value;
    } cases[] = {
        {"another issuer", "issuer", "https://evil.example"},
        {"no issuer", "issuer", nullptr},
        {"http keys", "jwks_uri", "http://id.example/keys"},
        {"no token endpoint", "token_endpoint", nullptr},
        {"no address", "authorization_endpoint", "javascript:alert(1)"},
        {"http userinfo", "userinfo_endpoint", "http://id.example/me"},
        {"implicit flow only", "response_types_supported", {"id_token"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto document = good;
        if (c.value.is_null())
            document.erase(c.member);
        else
            document[c.member] = c.value;
        EXPECT_FALSE(parse_discovery(document, terms));
    }
    EXPECT_FALSE(parse_discovery(Json::array(), terms));
}
