#include "actors/local.h"
#include "db/cases.h"
#include "outbox/cases.h"
#include "tests/web/web_support.h"

namespace {

class ReportPagesTest : public WebTest {
  protected:
    db::CaseId report(const Member& by, const Member& about, const std::string& comment = "rude") {
        db::Tx tx(pool);
        const auto made = outbox::file_report(
            tx,
            instance,
            {.target = about.id, .reporter = by.id, .comment = comment, .created_at = now},
            false);
        tx.commit();
        return made.of_case;
    }
    db::Case stored(db::CaseId id) {
        db::Tx tx(pool);
        return *db::cases::find(tx, id);
    }
    static std::string path_of(db::CaseId id) { return "/admin/reports/" + to_string(id); }
    http::Response act(Browser& browser, db::CaseId id, Fields fields) {
        fields.emplace_back("form_token", field(browser.get(path_of(id)), "form_token"));
        return browser.post(path_of(id), fields);
    }
};

TEST_F(ReportPagesTest, AreForModeratorsAndNotAboutThemselves) {
    const auto boss = member(db::Role::Moderator);
    const auto sue = member();
    const auto own = report(sue, boss);
    const auto other = report(sue, member());
    auto browser = signed_in(boss);
    EXPECT_EQ(browser.get("/admin/reports").status, 200);
    EXPECT_EQ(browser.get(path_of(other)).status, 200);
    EXPECT_EQ(browser.get(path_of(own)).status, 404);
    EXPECT_FALSE(has(browser.get("/admin/reports"), path_of(own)));
    auto stranger = signed_in(sue);
    EXPECT_EQ(stranger.get("/admin/reports").status, 404);
    EXPECT_EQ(stranger.get(path_of(other)).status, 404);
    EXPECT_EQ(browser.get("/admin/reports/1").status, 404);
    EXPECT_EQ(browser.get("/admin/reports/x").status, 404);
}

TEST_F(ReportPagesTest, AModeratorTakesItNotesAndDecidesAndTheReporterReadsIt) {
    const auto boss = member(db::Role::Moderator);
    const auto sue = member();
    const auto id = report(sue, member(), "rude <b>");
    auto browser = signed_in(boss);
    const auto page = browser.get(path_of(id));
    EXPECT_TRUE(has(page, "rude &lt;b&gt;"));
    EXPECT_TRUE(has(page, "@" + sue.name));
    EXPECT_FALSE(has(page, "Send it on")) << "one of ours";

    EXPECT_EQ(browser.post(path_of(id), {{"do", "assign"}}).status, 403) << "of another page";
    EXPECT_EQ(act(browser, id, {{"do", "assign"}}).status, 303);
    EXPECT_EQ(stored(id).assigned, boss.id);
    EXPECT_EQ(act(browser, id, {{"do", "note"}, {"text", ""}}).status, 422);
    EXPECT_EQ(act(browser, id, {{"do", "note"}, {"text", "seen before"}}).status, 303);
    EXPECT_TRUE(has(browser.get(path_of(id)), "seen before"));
    EXPECT_EQ(act(browser, id, {{"do", "close"}, {"outcome", "promoted"}}).status, 422);
    EXPECT_EQ(act(browser, id, {{"do", "dance"}}).status, 422);

    auto reporter = signed_in(sue);
    EXPECT_TRUE(has(reporter.get("/settings/reports"), "To be decided by"));
    EXPECT_EQ(
        act(browser, id, {{"do", "close"}, {"outcome", "warned"}, {"text", "We spoke."}}).status,
        303);
    const auto mine = reporter.get("/settings/reports");
    EXPECT_TRUE(has(mine, "has been warned"));
    EXPECT_TRUE(has(mine, "We spoke."));
    EXPECT_FALSE(has(mine, "seen before"));
    EXPECT_FALSE(has(signed_in(member()).get("/settings/reports"), "We spoke."));
    EXPECT_EQ(act(browser, id, {{"do", "reopen"}}).status, 303);
    EXPECT_FALSE(stored(id).closed_at);
}

TEST_F(ReportPagesTest, TheCalendarTakesDatesAlone) {
    auto browser = signed_in(member(db::Role::Moderator));
    const auto send = [&](const std::string& first, const std::string& last) {
        return browser
            .post("/admin/reports",
                  {{"form_token", field(browser.get("/admin/reports"), "form_token")},
                   {"first", first},
                   {"last", last}})
            .status;
    };
    EXPECT_EQ(send("2031-02-30", "2031-03-01"), 422);
    EXPECT_EQ(send("tomorrow", "2031-03-01"), 422);
    EXPECT_EQ(send("2031-03-02", "2031-03-01"), 422);
    EXPECT_EQ(send("2031-03-01", "2032-03-01"), 422);
    EXPECT_EQ(send("2031-03-01", "2031-03-09"), 303);
    EXPECT_TRUE(has(browser.get("/admin/reports"), "2031-03-01 to 2031-03-09"));
    browser.post("/admin/reports",
                 {{"form_token", field(browser.get("/admin/reports"), "form_token")},
                  {"remove", "2031-03-01"}});
    EXPECT_FALSE(has(browser.get("/admin/reports"), "2031-03-01 to"));
}

} // namespace
