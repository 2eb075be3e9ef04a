#include "actors/local.h"
#include "db/audit_log.h"
#include "outbox/cases.h"
#include "outbox/moderate.h"
#include "outbox/report.h"
#include "tests/outbox/verbs_support.h"

#include <set>

namespace {

using db::Visibility;
using std::chrono::hours;

class CasesTest : public VerbsTest {
  protected:
    CasesTest() {
        server = actors::ensure_server_actor(tx, instance, now);
        db::users::set_role(tx, boss.id, db::Role::Moderator);
        db::users::set_role(tx, other_boss.id, db::Role::Moderator);
    }
    ReportId report(const db::Account& by_whom,
                    const db::Account& target,
                    std::vector<StatusId> posts = {},
                    bool is_urgent = false) {
        const auto id = outbox::report(tx,
                                       by(by_whom),
                                       {.target = target.id,
                                        .statuses = std::move(posts),
                                        .comment = "rude",
                                        .forward = true,
                                        .is_urgent = is_urgent});
        EXPECT_TRUE(id);
        return *id;
    }
    db::Case open_about(const db::Account& target) {
        return db::cases::find_open(tx, target.id).value();
    }
    /// As a server's Flag leaves it.
    db::Report report_by_peer(const db::Account& target, std::vector<StatusId> posts = {}) {
        return outbox::file_report(tx,
                                   {.target = target.id,
                                    .host = "cedar.example",
                                    .uri = "https://cedar.example/actor#flags/1",
                                    .statuses = std::move(posts),
                                    .created_at = now,
                                    .sender = alice.id},
                                   false);
    }

    db::Account boss = member("boss");
    db::Account other_boss = member("boss2");
    db::Account server;
};

TEST_F(CasesTest, AllReportsAboutOneAccountAreOneCase) {
    const auto first = report(bob, alice);
    report(bob, alice);
    report(eve, alice);
    report(eve, carol);
    const auto one = open_about(alice);
    EXPECT_EQ(one.reporters, 2);
    EXPECT_EQ(db::reports::list_of_case(tx, one.id, 10).size(), 3U);
    EXPECT_NE(open_about(carol).id, one.id);

    ASSERT_TRUE(outbox::close_case(tx, by(boss), one.id, {.outcome = "warned"}));
    EXPECT_TRUE(db::reports::find(tx, first)->resolved_at);
    EXPECT_FALSE(db::cases::find_open(tx, alice.id));
    EXPECT_FALSE(outbox::close_case(tx, by(boss), one.id, {.outcome = "warned"})) << "once";
    report(bob, alice);
    EXPECT_NE(open_about(alice).id, one.id);
    EXPECT_FALSE(outbox::reopen_case(tx, by(boss), one.id)) << "another one is open";
}

TEST_F(CasesTest, KeepsCopiesOfPostsWhenTheAuthorDeletesOrEditsThem) {
    const auto post = status_by(eve);
    report(bob, eve, {post.id});
    const auto one = open_about(eve);
    db::statuses::remove(tx, post.id);
    const auto kept = db::cases::list_posts(tx, one.id);
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].content, post.content);
    EXPECT_TRUE(kept[0].is_gone);

    ASSERT_TRUE(outbox::close_case(tx, by(boss), one.id, {.outcome = "removed"}));
    db::cases::forget_posts(tx, now - hours{24});
    EXPECT_EQ(db::cases::list_posts(tx, one.id).size(), 1U);
    db::cases::forget_posts(tx, now + hours{24});
    EXPECT_TRUE(db::cases::list_posts(tx, one.id).empty());
}

TEST_F(CasesTest, WhatWasNoBreachComesUpAgainOnlyWhenItWasEdited) {
    const auto post = status_by(eve);
    report(bob, eve, {post.id});
    const auto one = open_about(eve);
    ASSERT_TRUE(outbox::close_case(tx, by(boss), one.id, {.outcome = "no-breach"}));

    const auto again = db::reports::find(tx, report(other_boss, eve, {post.id}));
    EXPECT_TRUE(again->resolved_at);
    EXPECT_EQ(again->of_case, one.id);
    EXPECT_FALSE(db::cases::find_open(tx, eve.id)) << "nobody is troubled";

    const auto another = status_by(eve);
    report(bob, eve, {post.id, another.id});
    const auto two = open_about(eve);
    ASSERT_TRUE(outbox::close_case(tx, by(boss), two.id, {.outcome = "warned"}));

    auto edited = *db::statuses::find(tx, post.id);
    edited.content = "<p>Now it is rude</p>";
    edited.edited_at = now + hours{1};
    db::statuses::update_content(tx, edited);
    EXPECT_FALSE(db::reports::find(tx, report(bob, eve, {post.id}))->resolved_at);
    EXPECT_TRUE(db::cases::find_open(tx, eve.id));
}

TEST_F(CasesTest, LeavesTheHouseOnlyByAModeratorsDecisionAndNamesNobody) {
    const auto post = status_by(alice);
    const auto hidden = status_by(alice, Visibility::Direct);
    report(bob, alice, {post.id, hidden.id});
    EXPECT_TRUE(queued().empty());
    const auto one = open_about(alice);
    ASSERT_TRUE(outbox::forward_case(tx, by(boss), one.id, "Please look at this."));
    EXPECT_FALSE(outbox::forward_case(tx, by(boss), one.id, "again"));
    const auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    const Json& flag = sent[0].activity;
    EXPECT_EQ(flag["type"], "Flag");
    EXPECT_EQ(flag["actor"], server.uri);
    EXPECT_EQ(flag["object"], Json::array({alice.uri, post.uri}));
    EXPECT_EQ(flag["content"], "Please look at this.");
    EXPECT_EQ(flag["caseId"], to_string(one.id));
    EXPECT_EQ(flag["contentKept"], true);
    EXPECT_EQ(flag.dump().find(bob.uri), std::string::npos);
    EXPECT_TRUE(db::cases::find_by_flag(tx, flag["id"].get<std::string>()));

    report(bob, eve);
    EXPECT_FALSE(outbox::forward_case(tx, by(boss), open_about(eve).id, "")) << "one of ours";
}

TEST_F(CasesTest, ServersThatReportedAreToldTheOutcomeOfTheirOwnReportAlone) {
    report(bob, eve);
    const auto theirs = report_by_peer(eve);
    outbox::accept_flag(tx, instance, theirs);
    auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].activity["type"], "Accept");
    EXPECT_EQ(sent[0].activity["object"]["id"], theirs.uri);
    const auto id = sent[0].activity["result"]["id"];
    EXPECT_EQ(id, "https://maple.test/cases/" + to_string(theirs.id));
    EXPECT_EQ(sent[0].activity["result"]["caseStatus"], "open");
    EXPECT_EQ(sent[0].activity.dump().find(bob.uri), std::string::npos);

    ASSERT_TRUE(outbox::close_case(
        tx, by(boss), open_about(eve).id, {.outcome = "warned", .note = "We spoke with them."}));
    sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    const Json& update = sent[0].activity;
    EXPECT_EQ(update["type"], "Update");
    EXPECT_EQ(update["object"]["id"], id);
    EXPECT_EQ(update["object"]["outcome"], "warned");
    EXPECT_EQ(update["object"]["moderationNote"]["type"], "ModerationNote");
    EXPECT_EQ(update["object"]["moderationNote"]["content"], "We spoke with them.");
}

TEST_F(CasesTest, AnActOnTheAccountDecidesItsCase) {
    const auto id = report(bob, eve);
    ASSERT_TRUE(outbox::sanction(
        tx,
        by(boss),
        {.target = eve.id, .sanction = outbox::Sanction::Silence, .text = "enough", .report = id}));
    EXPECT_FALSE(db::cases::find_open(tx, eve.id));
    const auto one = db::cases::find(tx, db::reports::find(tx, id)->of_case);
    EXPECT_EQ(one->outcome, "limited");
    EXPECT_EQ(one->closed_by, boss.id);
}

TEST_F(CasesTest, NobodyDecidesAboutThemselves) {
    report(bob, boss);
    const auto one = open_about(boss);
    EXPECT_EQ(outbox::assign_case(tx, by(boss), one.id).error().kind, Error::Kind::Forbidden);
    EXPECT_EQ(outbox::note_on_case(tx, by(boss), one.id, "x").error().kind, Error::Kind::Forbidden);
    EXPECT_EQ(outbox::close_case(tx, by(boss), one.id, {}).error().kind, Error::Kind::Forbidden);
    EXPECT_TRUE(outbox::close_case(tx, by(other_boss), one.id, {}));
}

TEST_F(CasesTest, SchoolDaysLeaveOutWeekendsAndHolidays) {
    // 2026-03-06 is a Friday.
    const auto friday = parse_iso8601("2026-03-06T15:00:00Z").value();
    db::cases::insert(tx, alice.id, friday, {});
    EXPECT_EQ(format_iso8601(open_about(alice).decide_by).substr(0, 16), "2026-03-13T15:00");
    EXPECT_EQ(open_about(alice).acknowledge_by, friday + hours{24});
    db::cases::insert_break(tx, {.first_day = "2026-03-09", .last_day = "2026-03-13"});
    db::cases::insert(tx, carol.id, friday, {});
    EXPECT_EQ(format_iso8601(open_about(carol).decide_by).substr(0, 16), "2026-03-20T15:00");
    // A calendar without school ends, too.
    db::cases::insert_break(tx, {.first_day = "2026-03-06", .last_day = "2030-03-13"});
    db::cases::insert(tx, eve.id, friday, {});
    EXPECT_EQ(open_about(eve).decide_by, friday + hours{365 * 24});
}

TEST_F(CasesTest, ThreatsHaveTwoHoursAndLateOnesAreSaidOnce) {
    report(bob, alice);
    report(eve, alice, {}, true);
    const auto one = open_about(alice);
    EXPECT_TRUE(one.urgent);
    EXPECT_EQ(one.decide_by, now + hours{2});
    EXPECT_TRUE(db::cases::claim_late(tx, now + hours{1}, 10).empty());
    EXPECT_EQ(db::cases::claim_late(tx, now + hours{3}, 10), std::vector{one.id});
    EXPECT_TRUE(db::cases::claim_late(tx, now + hours{3}, 10).empty());
    EXPECT_EQ(db::cases::count_late_since(tx, now - hours{24}, now + hours{3}), 1);
    ASSERT_TRUE(outbox::assign_case(tx, by(boss), one.id));
    EXPECT_EQ(db::cases::find(tx, one.id)->assigned, boss.id);
    EXPECT_TRUE(db::cases::find(tx, one.id)->acknowledged_at);
}

} // namespace
