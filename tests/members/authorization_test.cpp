#include "members/apps.h"
#include "members/authorization.h"
#include "members/scopes.h"
#include "tests/members/members_test.h"

#include <fstream>
#include <sstream>

namespace {

TEST(Pkce, O02PassesTheVectorsOfRfc7636) {
    std::ifstream file("tests/data/vectors/oauth-pkce-rfc7636.json");
    std::stringstream text;
    text << file.rdbuf();
    const auto vectors = parse_json(text.str());
    ASSERT_TRUE(vectors);
    ASSERT_EQ((*vectors)["cases"].size(), 6U);
    for (const auto& c : (*vectors)["cases"]) {
        SCOPED_TRACE(c["id"]);
        const auto challenge = c["code_challenge"].get<std::string>();
        const bool is_taken =
            members::is_s256_challenge(challenge, c["code_challenge_method"].get<std::string>()) &&
            c["code_verifier"].is_string() &&
            members::is_verifier_of(challenge, c["code_verifier"].get<std::string>());
        EXPECT_EQ(is_taken, c["expected"] == "accept");
    }
}

TEST(RedirectUri, O01OnlyAddressesThatAppsMayUseAreRegistered) {
    const struct {
        const char* uri;
        bool is_taken;
    } cases[] = {
        {"https://app.example/callback", true},
        {"https://app.example/callback?x=1", true},
        {"http://localhost:1234/callback", true},
        {"http://127.0.0.1/callback", true},
        {"http://[::1]:8080/", true},
        {"tusky://oauth", true},
        {"com.example.app:/oauth", true},
        {"urn:ietf:wg:oauth:2.0:oob", true},
        {"urn:other", false},
        {"http://app.example/callback", false},
        {"https://user@app.example/", false},
        {"https://app.example/#fragment", false},
        {"https://app.example/ blank", false},
        {"https://", false},
        {"javascript:alert(1)", false},
        {"JavaScript:alert(1)", false},
        {"data:text/html,x", false},
        {"vbscript:x", false},
        {"file:///etc/passwd", false},
        {"/callback", false},
        {"", false},
        {"app://x\r\nSet-Cookie: a", false},
        {"app://x\"onclick", false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.uri);
        EXPECT_EQ(members::may_redirect_to(c.uri), c.is_taken);
    }
}

TEST(Scopes, O04OnlyWhatIsRegisteredAndWantedIsCommon) {
    const struct {
        const char* registered;
        const char* wanted;
        const char* common;
    } cases[] = {
        {"read write", "read write", "read write"},
        {"read", "read write", "read"},
        {"read", "read:statuses", "read:statuses"},
        {"read:statuses", "read", "read:statuses"},
        {"read", "write", ""},
        {"follow", "write:follows read:mutes write", "write:follows read:mutes"},
        {"read", "admin:read", ""},
        {"admin:read", "read", ""},
        {"read", "nonsense read", "read"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.registered) + " / " + c.wanted);
        EXPECT_EQ(members::join_scopes(members::common_scopes(members::split_scopes(c.registered),
                                                              members::split_scopes(c.wanted))),
                  c.common);
    }
}

TEST(Scopes, AreDescribedInPlainWordsOnce) {
    EXPECT_EQ(members::describe_scopes({"read", "read:statuses", "push"}).size(), 2U);
    EXPECT_EQ(members::describe_scopes({"read:statuses"}).size(), 1U);
    for (const auto& scope : members::all_scopes())
        EXPECT_EQ(members::describe_scopes({scope}).size(), 1U) << scope;
}

} // namespace
