#include "members/links.h"
#include "members/second_factor.h"
#include "tests/web/web_support.h"

namespace {

using namespace std::chrono_literals;

class SecondFactorPageTest : public WebTest {
  protected:
    static std::string unbase32(std::string_view text) {
        constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        std::string bytes;
        unsigned buffer = 0;
        int bits = 0;
        for (const char c : text) {
            buffer = (buffer << 5) | static_cast<unsigned>(alphabet.find(c));
            if ((bits += 5) >= 8) bytes += static_cast<char>((buffer >> (bits -= 8)) & 0xff);
        }
        return bytes;
    }
    std::string code() const {
        return members::totp_code(secret, now.time_since_epoch() / 30'000ms);
    }
    static std::string between(const http::Response& page,
                               const std::string& before,
                               const std::string& after) {
        const auto at = page.body.find(before);
        if (at == std::string::npos) return "";
        const auto from = at + before.size();
        return page.body.substr(from, page.body.find(after, from) - from);
    }
    /// Through the pages. Returns one recovery code.
    std::string set_up(Browser& browser) {
        const std::string path = "/settings/second-factor";
        auto page = browser.get(path);
        const auto token = field(page, "form_token");
        EXPECT_EQ(
            browser.post(path + "/begin", {{"form_token", token}, {"password", "wrong"}}).status,
            403);
        EXPECT_EQ(
            browser.post(path + "/begin", {{"form_token", token}, {"password", password}}).status,
            303);
        page = browser.get(path);
        EXPECT_TRUE(has(page, "<svg class=\"qr\""));
        secret = unbase32(between(page, "Secret: <code>", "</code>"));
        EXPECT_EQ(
            browser.post(path + "/confirm", {{"form_token", token}, {"code", "000000"}}).status,
            403);
        const auto done =
            browser.post(path + "/confirm", {{"form_token", token}, {"code", code()}});
        EXPECT_EQ(done.status, 200);
        now += 1min;
        return between(done, "<li><code>", "</code>");
    }
    http::Response enter_code(Browser& browser, const std::string& text) {
        const auto page = browser.get("/sign-in/code");
        return browser.post("/sign-in/code",
                            {{"form_token", field(page, "form_token")}, {"code", text}});
    }

    std::string secret;
};

TEST_F(SecondFactorPageTest, O19APasswordAloneOpensNothing) {
    const auto ada = member();
    auto settings = signed_in(ada);
    const auto recovery = set_up(settings);
    ASSERT_FALSE(recovery.empty());

    Browser browser{*this};
    const auto half = browser.sign_in(ada.name, password);
    EXPECT_EQ(half.status, 303);
    EXPECT_TRUE(location(half).starts_with("/sign-in/code"));
    EXPECT_FALSE(browser.cookies.contains("__Host-session"));
    EXPECT_EQ(browser.get("/settings").status, 303);
    EXPECT_EQ(enter_code(browser, "000000").status, 401);
    const auto right = code();
    EXPECT_EQ(enter_code(browser, right).status, 303);
    EXPECT_EQ(browser.get("/settings").status, 200);

    // The same code in another browser, whose password was right, too.
    Browser thief{*this};
    ASSERT_EQ(thief.sign_in(ada.name, password).status, 303);
    EXPECT_EQ(enter_code(thief, right).status, 401);
    EXPECT_EQ(enter_code(thief, recovery).status, 303);
    Browser second_thief{*this};
    ASSERT_EQ(second_thief.sign_in(ada.name, password).status, 303);
    EXPECT_EQ(enter_code(second_thief, recovery).status, 401);
}

TEST_F(SecondFactorPageTest, TheSecondPageNeedsTheFirst) {
    Browser stranger{*this};
    EXPECT_EQ(location(stranger.get("/sign-in/code")), "/sign-in");
    const auto ada = member();
    auto settings = signed_in(ada);
    set_up(settings);
    Browser browser{*this};
    ASSERT_EQ(browser.sign_in(ada.name, password).status, 303);
    now += 6min;
    EXPECT_EQ(location(browser.get("/sign-in/code")), "/sign-in") << "too late";
    stranger.cookies["__Host-code"] = to_string(ada.id) + ".9999999999.forged";
    EXPECT_EQ(location(stranger.get("/sign-in/code")), "/sign-in");
}

TEST_F(SecondFactorPageTest, O12CodesAreNotGuessedEvenByWhoKnowsThePassword) {
    const auto ada = member();
    auto settings = signed_in(ada);
    set_up(settings);
    now += 15min;
    Browser browser{*this};
    int refused = 0;
    for (int i = 0; i < 12; ++i) {
        // Each right password forgives the counter of passwords, not this one.
        ASSERT_EQ(browser.sign_in(ada.name, password).status, 303);
        refused += enter_code(browser, "000000").status == 429 ? 1 : 0;
    }
    EXPECT_EQ(refused, 2);
    ASSERT_EQ(browser.sign_in(ada.name, password).status, 303);
    EXPECT_EQ(enter_code(browser, code()).status, 429);
    now += 15min;
    ASSERT_EQ(browser.sign_in(ada.name, password).status, 303);
    EXPECT_EQ(enter_code(browser, code()).status, 303);
}

TEST_F(SecondFactorPageTest, IsTakenAwayWithThePasswordOnly) {
    const auto ada = member();
    auto browser = signed_in(ada);
    set_up(browser);
    const std::string path = "/settings/second-factor";
    const auto token = field(browser.get(path), "form_token");
    EXPECT_EQ(browser.post(path + "/remove", {{"password", password}}).status, 403) << "O06";
    EXPECT_EQ(browser.post(path + "/remove", {{"form_token", token}, {"password", "no"}}).status,
              403);
    EXPECT_EQ(
        browser.post(path + "/remove", {{"form_token", token}, {"password", password}}).status,
        303);
    Browser other{*this};
    EXPECT_EQ(location(other.sign_in(ada.name, password)), "/");
}

} // namespace
