#include "db/annual_reports.h"
#include "db/jobs.h"
#include "db/tags.h"
#include "members/accounts.h"
#include "outbox/annual_report.h"
#include "tests/api/client_support.h"

namespace {

using namespace std::chrono_literals;

class AnnualReportsTest : public ClientTest {
  protected:
    AnnualReportsTest() { now = *parse_iso8601("2026-06-15T12:00:00Z"); }
    ~AnnualReportsTest() override { switch_to(true); }

    void switch_to(bool on) {
        db::Tx tx(pool);
        db::annual_reports::set_on(tx, on);
        tx.commit();
    }
    std::string state(const db::Account& reader, const std::string& year = "2026") {
        const auto answer = get("/api/v1/annual_reports/" + year + "/state", reader);
        EXPECT_EQ(answer.status, 200);
        return json(answer).at("state").get<std::string>();
    }
    http::Response generate(const db::Account& who, const std::string& year = "2026") {
        return post("/api/v1/annual_reports/" + year + "/generate", who);
    }
    /// What the worker does with the jobs of this kind.
    void run_jobs() {
        const auto kind = outbox::annual_report_job([this] { return now; });
        db::Tx tx(pool);
        db::jobs::lock_claims(tx);
        const auto claimed = db::jobs::claim(tx, {kind.name}, 64, 60s);
        for (const auto& step : kind.prepare(claimed))
            (*step)(tx);
        db::jobs::finish(tx, claimed);
        tx.commit();
    }
    Json report(const db::Account& reader, const std::string& year = "2026") {
        return get_json("/api/v1/annual_reports/" + year, reader);
    }
};

TEST_F(AnnualReportsTest, IsMadeWhenAskedForAndSaysWhatWasPublic) {
    const auto ada = member();
    const auto tag = unique("year");
    EXPECT_EQ(state(ada), "ineligible") << "nothing was posted";
    EXPECT_EQ(generate(ada).status, 200);
    now = *parse_iso8601("2026-03-10T12:00:00Z");
    const auto first = post_by(ada);
    post_by(ada, db::Visibility::Unlisted);
    now = *parse_iso8601("2026-04-01T00:00:00Z");
    const auto boosted = post_by(ada);
    post_by(ada, db::Visibility::Private);
    post_by(ada, db::Visibility::Direct);
    now = *parse_iso8601("2025-12-31T23:59:59Z");
    post_by(ada);
    now = *parse_iso8601("2026-06-15T12:00:00Z");
    {
        db::Tx tx(pool);
        db::statuses::add_reblogs_count(tx, boosted.id, 2);
        db::statuses::add_reblogs_count(tx, first.id, 1);
        db::tags::ensure(tx, {tag}, {tag});
        db::tags::attach(tx, first.id, {tag});
        tx.commit();
    }
    EXPECT_EQ(state(ada), "eligible");
    EXPECT_EQ(get("/api/v1/annual_reports/2026", ada).status, 404);
    const auto begun = generate(ada);
    EXPECT_EQ(begun.status, 202);
    EXPECT_EQ(begun.headers.get("Mastodon-Async-Refresh"), "id=\"year-2026\", retry=3");
    EXPECT_EQ(state(ada), "generating");
    EXPECT_EQ(generate(ada).status, 202) << "asked twice, made once";
    const auto refresh = [&] {
        return get_json("/api/v1_alpha/async_refreshes/year-2026", ada)
            .at("async_refresh")
            .at("status")
            .get<std::string>();
    };
    EXPECT_EQ(refresh(), "running");
    run_jobs();
    EXPECT_EQ(refresh(), "finished");
    EXPECT_EQ(state(ada), "available");

    const auto wrapped = report(ada);
    const auto& entity = wrapped.at("annual_reports").at(0);
    EXPECT_EQ(entity.at("year"), 2026);
    EXPECT_EQ(entity.at("schema_version"), 2);
    EXPECT_EQ(entity.at("account_id"), to_string(ada.id));
    EXPECT_TRUE(entity.at("share_url").is_null());
    const auto& data = entity.at("data");
    EXPECT_EQ(data.at("archetype"), "lurker");
    ASSERT_EQ(data.at("time_series").size(), 12U);
    EXPECT_EQ(data.at("time_series").at(1),
              Json({{"month", 2}, {"statuses", 0}, {"followers", 0}}));
    EXPECT_EQ(data.at("time_series").at(2).at("statuses"), 2);
    EXPECT_EQ(data.at("time_series").at(3).at("statuses"), 1) << "hidden posts are not counted";
    EXPECT_EQ(data.at("top_hashtags"), Json::array({{{"name", tag}, {"count", 1}}}));
    EXPECT_EQ(data.at("top_statuses").at("by_reblogs"), to_string(boosted.id));
    EXPECT_EQ(ids(wrapped.at("statuses")), std::vector{to_string(boosted.id)});
    EXPECT_EQ(ids(wrapped.at("accounts")), std::vector{to_string(ada.id)});
    for (const auto& status : wrapped.at("statuses"))
        EXPECT_SCHEMA("Status", status);

    EXPECT_EQ(get_json("/api/v1/annual_reports", ada).at("annual_reports").size(), 1U);
    EXPECT_EQ(post("/api/v1/annual_reports/2026/read", ada).status, 200);
    EXPECT_EQ(get_json("/api/v1/annual_reports", ada).at("annual_reports").size(), 0U);
    EXPECT_EQ(get("/api/v1/annual_reports/2026", ada).status, 200);
}

TEST_F(AnnualReportsTest, CountsWhoBeganToFollow) {
    now = system_now(); // The database's clock dates followers.
    const auto year = format_date(now).substr(0, 4);
    const auto ada = member();
    post_by(ada);
    follow(stranger(), ada);
    generate(ada, year);
    run_jobs();
    std::int64_t followers = 0;
    const auto wrapped = report(ada, year);
    for (const auto& month : wrapped.at("annual_reports").at(0).at("data").at("time_series"))
        followers += month.at("followers").get<std::int64_t>();
    EXPECT_EQ(followers, 1);
}

TEST_F(AnnualReportsTest, IsItsMembersAlone) {
    const auto ada = member();
    const auto eve = member("eve");
    post_by(ada);
    generate(ada);
    run_jobs();
    ASSERT_EQ(get("/api/v1/annual_reports/2026", ada).status, 200);
    EXPECT_EQ(get("/api/v1/annual_reports/2026", eve).status, 404);
    EXPECT_EQ(post("/api/v1/annual_reports/2026/read", eve).status, 404);
    EXPECT_TRUE(get_json("/api/v1/annual_reports", eve).at("annual_reports").empty());
    EXPECT_EQ(get("/api/v1_alpha/async_refreshes/year-2026", eve).status, 404);
    EXPECT_EQ(send("GET", "/api/v1/annual_reports", nullptr).status, 401);
}

TEST_F(AnnualReportsTest, GoesWithItsMember) {
    const auto ada = member();
    post_by(ada);
    generate(ada);
    run_jobs();
    db::Tx tx(pool);
    EXPECT_TRUE(db::annual_reports::find(tx, ada.id, 2026));
    ASSERT_TRUE(members::set_state(tx, ada.id, db::MemberState::Deleted, now));
    EXPECT_FALSE(db::annual_reports::find(tx, ada.id, 2026));
}

TEST_F(AnnualReportsTest, IsOfThisYearOrTheLastAndNamesNothingThatIsGone) {
    const auto ada = member();
    const auto top = post_by(ada);
    {
        db::Tx tx(pool);
        db::statuses::add_reblogs_count(tx, top.id, 1);
        tx.commit();
    }
    for (const auto* year : {"2024", "2027", "99999", "0", "-026", "20a6", "x"})
        EXPECT_EQ(state(ada, year), "ineligible") << year;
    for (const auto* year : {"2024", "2027", "x"}) {
        EXPECT_EQ(generate(ada, year).status, 200) << year;
        EXPECT_EQ(get(std::string("/api/v1/annual_reports/") + year, ada).status, 404) << year;
    }
    generate(ada);
    run_jobs();
    EXPECT_EQ(report(ada).at("statuses").size(), 1U);
    {
        db::Tx tx(pool);
        db::statuses::remove(tx, top.id);
        tx.commit();
    }
    const auto after = report(ada);
    EXPECT_TRUE(after.at("statuses").empty());
    EXPECT_TRUE(
        after.at("annual_reports").at(0).at("data").at("top_statuses").at("by_reblogs").is_null());
}

TEST_F(AnnualReportsTest, OfAYearThatRanIsMadeAgainAndOfAWholeOneIsFinal) {
    const auto ada = member();
    post_by(ada);
    generate(ada);
    run_jobs();
    now += 1h;
    EXPECT_EQ(state(ada), "available");
    now += 24h;
    post_by(ada);
    EXPECT_EQ(state(ada), "eligible");
    now = *parse_iso8601("2027-01-10T00:00:00Z");
    EXPECT_EQ(generate(ada).status, 202);
    run_jobs();
    now = *parse_iso8601("2027-05-10T00:00:00Z");
    EXPECT_EQ(state(ada), "available");
    now = *parse_iso8601("2028-05-10T00:00:00Z");
    EXPECT_EQ(state(ada), "available");
    EXPECT_EQ(
        report(ada).at("annual_reports").at(0).at("data").at("time_series").at(5).at("statuses"),
        2);
}

TEST_F(AnnualReportsTest, AreNotMadeWhenSwitchedOff) {
    const auto ada = member();
    post_by(ada);
    EXPECT_EQ(state(ada), "eligible");
    switch_to(false);
    EXPECT_EQ(state(ada), "ineligible");
    EXPECT_EQ(generate(ada).status, 200);
    run_jobs();
    EXPECT_EQ(get("/api/v1/annual_reports/2026", ada).status, 404);
}

} // namespace
