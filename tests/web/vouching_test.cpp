#include "db/attestations.h"
#include "db/roster_people.h"
#include "educators/attestation.h"
#include "educators/import.h"
#include "tests/web/web_support.h"

namespace {

class VouchingPageTest : public WebTest {
  protected:
    VouchingPageTest() { deps.roster = &roster; }

    /// In the roster and attested for a hundred days.
    Member sponsor(const std::string& school) {
        const auto who = member();
        const Time then = now - std::chrono::days{100};
        db::Tx tx(pool);
        db::RosterPerson person{.sourced_id = who.name,
                                .id_hash = who.name,
                                .state = "educator",
                                .kind = "teacher",
                                .roles = {{.sourced_id = "@", .role = "teacher", .org = school}}};
        db::roster_people::store(tx, std::span(&person, 1), then);
        db::roster_people::bind_account(
            tx, db::roster_people::find_by_sourced_id(tx, who.name)->id, who.id, then);
        const auto issuer = educators::load_issuer(tx, instance, {}, then);
        EXPECT_TRUE(educators::attest(
            tx,
            issuer,
            {.account = who.id, .until = now + std::chrono::days{200}, .by = "roster"},
            then));
        tx.commit();
        return who;
    }
    http::Response ask(Browser& browser, const std::string& one, const std::string& other) {
        const auto page = browser.get(path);
        return browser.post(path,
                            {{"form_token", field(page, "form_token")},
                             {"kind", "retired"},
                             {"sponsor1", one},
                             {"sponsor2", other},
                             {"statement", "Taught at <North> until 2024"}});
    }
    /// The address of the form on the sponsor's page.
    static std::string form_of(const http::Response& page, const std::string& act) {
        const auto end = page.body.find("/" + act + "\"");
        if (end == std::string::npos) return "";
        const auto start = page.body.rfind('"', end) + 1;
        return page.body.substr(start, end - start) + "/" + act;
    }
    std::string attested(const Member& who) {
        db::Tx tx(pool);
        const auto standing = db::attestations::find_standing(tx, who.id);
        return standing && standing->is_good(now) ? standing->assurance : "";
    }

    const std::string path = "/settings/vouching";
    educators::RosterDesk roster{.pool = pool, .accounts = {.instance = &instance}};
};

} // namespace

TEST_F(VouchingPageTest, TwoColleaguesConfirmWithTheirPasswords) {
    const auto cat = member();
    const auto ann = sponsor("north");
    const auto ben = sponsor("south");
    auto asks = signed_in(cat);
    EXPECT_EQ(ask(asks, ann.name, "nobody-of-that-name").status, 422);
    EXPECT_EQ(ask(asks, ann.name, ben.name + "@elsewhere.example").status, 422);
    EXPECT_EQ(ask(asks, "@" + ann.name, " " + ben.name + "@maple.test").status, 303);
    EXPECT_TRUE(has(asks.get(path), "has not answered yet"));

    auto sponsor_one = signed_in(ann);
    EXPECT_TRUE(has(sponsor_one.get("/settings"), "Vouching (1 wait"));
    auto page = sponsor_one.get(path);
    EXPECT_TRUE(has(page, "Taught at &lt;North&gt; until 2024"));
    auto form = form_of(page, "confirm");
    const auto token = field(page, "form_token");
    EXPECT_EQ(sponsor_one.post(form, {{"form_token", token}, {"password", "wrong"}}).status, 403);
    EXPECT_EQ(sponsor_one.post(form, {{"form_token", "forged"}, {"password", password}}).status,
              403);
    EXPECT_EQ(sponsor_one.post(form, {{"form_token", token}, {"password", password}}).status, 303);
    EXPECT_EQ(attested(cat), "");

    auto sponsor_two = signed_in(ben);
    page = sponsor_two.get(path);
    form = form_of(page, "confirm");
    EXPECT_EQ(
        sponsor_two.post(form, {{"form_token", field(page, "form_token")}, {"password", password}})
            .status,
        303);
    EXPECT_EQ(attested(cat), "vouched");
    EXPECT_TRUE(has(asks.get(path), "You are vouched for"));
    EXPECT_TRUE(has(sponsor_two.get(path), "You stand for"));
}

TEST_F(VouchingPageTest, AStrangerCannotAnswerForASponsor) {
    const auto cat = member();
    const auto ann = sponsor("north");
    const auto ben = sponsor("south");
    auto asks = signed_in(cat);
    ASSERT_EQ(ask(asks, ann.name, ben.name).status, 303);
    auto sponsor_one = signed_in(ann);
    const auto page = sponsor_one.get(path);
    const auto confirm = form_of(page, "confirm");
    const auto decline = form_of(page, "decline");

    auto stranger = signed_in(sponsor("west"));
    const auto token = field(stranger.get(path), "form_token");
    const Fields typed{{"form_token", token}, {"password", password}};
    EXPECT_EQ(stranger.post(confirm, typed).status, 404);
    EXPECT_EQ(stranger.post(decline, typed).status, 404);
    EXPECT_EQ(stranger.post(path + "/abc/confirm", typed).status, 404);
    auto own = signed_in(cat);
    const Fields by_candidate{{"form_token", field(own.get(path), "form_token")},
                              {"password", password}};
    EXPECT_EQ(own.post(confirm, by_candidate).status, 404);

    EXPECT_EQ(sponsor_one.post(decline, {{"form_token", field(page, "form_token")}}).status, 303);
    EXPECT_TRUE(has(asks.get(path), "Ask to be vouched for"));
    EXPECT_EQ(attested(cat), "");
}

TEST_F(VouchingPageTest, IsNotThereWhereNobodyIsAttested) {
    deps.roster = nullptr;
    auto browser = signed_in(member());
    EXPECT_EQ(browser.get(path).status, 404);
    EXPECT_EQ((Browser{*this}).get(path).status, 303) << "signed out";
}
