#include "db/annual_reports.h"
#include "members/duties.h"
#include "outbox/policy_job.h"
#include "tests/web/web_support.h"
#include "web/desk.h"
#include "web/peering.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace {

class DeskTest : public WebTest {
  protected:
    DeskTest() { web::add_peering_routes(router, peering); }

    Member officer(members::Duty duty) {
        const auto who = member();
        db::Tx tx(pool);
        members::give_duty(tx, who.id, duty, "command line");
        tx.commit();
        return who;
    }
    static constexpr auto navigation = "<nav class=\"desk\" aria-label=\"Desk\">";
    const outbox::PolicyReader policies{pool, instance, fetcher, resolver, peers, clock};
    const web::PeeringPages peering{deps, policies};
};

TEST_F(DeskTest, EveryRowOfTheTableIsARouteForMembersAndHasANameOfItsOwn) {
    std::set<std::string_view> paths;
    std::set<std::string_view> titles;
    for (const auto& page : web::desk_pages()) {
        SCOPED_TRACE(page.path);
        EXPECT_TRUE(paths.insert(page.path).second);
        EXPECT_TRUE(titles.insert(page.title).second);
        const auto has_route = std::ranges::any_of(router.routes(), [&](const http::Route& route) {
            return route.method == "GET" && route.pattern == page.path &&
                   route.access == http::Access::Session;
        });
        EXPECT_TRUE(has_route);
    }
}

TEST_F(DeskTest, IsLinkedAndThereForThoseWhoHaveADutyAndForNobodyElse) {
    auto teacher = signed_in(member());
    EXPECT_EQ(teacher.get("/admin").status, 404);
    EXPECT_FALSE(has(teacher.get("/settings"), "href=\"/admin"));
    EXPECT_EQ(Browser{*this}.get("/admin").status, 303);

    for (const auto& who : {member(db::Role::Owner),
                            member(db::Role::Moderator),
                            officer(members::Duty::RosterOfficer),
                            officer(members::Duty::PrivacyOfficer),
                            officer(members::Duty::RecordsOfficer)}) {
        auto browser = signed_in(who);
        const auto settings = browser.get("/settings");
        EXPECT_TRUE(has(settings, "<a href=\"/admin\">Desk</a>"));
        EXPECT_FALSE(has(settings, navigation));
        const auto desk = browser.get("/admin");
        EXPECT_EQ(desk.status, 200);
        EXPECT_TRUE(has(desk, navigation));
        EXPECT_TRUE(has(desk, "<a href=\"/admin\" aria-current=\"page\">Desk</a>"));
    }
}

TEST_F(DeskTest, ShowsEachOnlyThePagesThatOpenForThem) {
    for (const auto& who : {member(db::Role::Owner),
                            member(db::Role::Moderator),
                            officer(members::Duty::PrivacyOfficer),
                            officer(members::Duty::RecordsOfficer)}) {
        auto browser = signed_in(who);
        const auto desk = browser.get("/admin");
        for (const auto& page : web::desk_pages()) {
            SCOPED_TRACE(page.path);
            // The roster's need the roster's desk, which these tests are without.
            if (page.who.roster_officer && !page.who.owner) continue;
            const auto link = fmt::format("<a href=\"{}\"", page.path);
            EXPECT_EQ(browser.get(std::string(page.path)).status == 200, has(desk, link));
        }
    }
}

TEST_F(DeskTest, TheOwnerSwitchesAnnualReportsAndSeesHowTheServerIsSet) {
    auto owner = signed_in(member(db::Role::Owner));
    const auto page = owner.get("/admin/settings");
    EXPECT_TRUE(has(page, "Maple &lt;District&gt;"));
    const auto token = field(page, "form_token");
    const auto is_on = [&] {
        db::Tx tx(pool);
        return db::annual_reports::is_on(tx);
    };
    const auto path = "/admin/settings/annual-reports";
    EXPECT_EQ(owner.post(path, {{"form_token", token}, {"on", "maybe"}}).status, 422);
    EXPECT_EQ(owner.post(path, {{"form_token", "x"}, {"on", "false"}}).status, 403);
    EXPECT_TRUE(is_on());
    EXPECT_EQ(owner.post(path, {{"form_token", token}, {"on", "false"}}).status, 303);
    EXPECT_FALSE(is_on());
    EXPECT_EQ(owner.post(path, {{"form_token", token}, {"on", "true"}}).status, 303);
    EXPECT_TRUE(is_on());
}

TEST_F(DeskTest, WhoLosesTheDutyFindsNoDeskWithTheSameSession) {
    const auto who = officer(members::Duty::RecordsOfficer);
    auto browser = signed_in(who);
    EXPECT_EQ(browser.get("/admin/break-glass").status, 200);
    {
        db::Tx tx(pool);
        members::take_duty(tx, who.id, members::Duty::RecordsOfficer, "command line");
        tx.commit();
    }
    EXPECT_EQ(browser.get("/admin/break-glass").status, 404);
    EXPECT_EQ(browser.get("/admin").status, 404);
    EXPECT_FALSE(has(browser.get("/settings"), "href=\"/admin"));
}

} // namespace
