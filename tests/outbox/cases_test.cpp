#include "actors/local.h"
#include "db/audit_log.h"
#include "db/case_files.h"
#include "db/covenants.h"
#include "db/jobs.h"
#include "db/media_attachments.h"
#include "db/media_garbage.h"
#include "db/moderator_groups.h"
#include "db/peerings.h"
#include "db/records.h"
#include "db/strikes.h"
#include "moderation/covenant.h"
#include "outbox/case_files.h"
#include "outbox/case_posts.h"
#include "outbox/cases.h"
#include "outbox/moderate.h"
#include "outbox/report.h"
#include "tests/outbox/verbs_support.h"

#include <algorithm>
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
                                   instance,
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
    ASSERT_TRUE(outbox::forward_case(tx, by(boss), one.id, {.comment = "Please look at this."}));
    EXPECT_FALSE(outbox::forward_case(tx, by(boss), one.id, {.comment = "again"}));
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
    EXPECT_FALSE(outbox::forward_case(tx, by(boss), open_about(eve).id, {})) << "one of ours";
}

TEST_F(CasesTest, ReportsGoToTheModeratorsGroupWhereAServerNamesOne) {
    report(bob, alice);
    EXPECT_TRUE(db::jobs::exists(tx, "find_moderators", "https://cedar.example")) << "looked for";
    const std::string group = "https://cedar.example/moderation";
    db::moderator_groups::put(tx,
                              {.host = "cedar.example",
                               .actor_uri = group,
                               .inbox_uri = group + "/inbox",
                               .read_at = now});
    ASSERT_TRUE(outbox::forward_case(
        tx, by(boss), open_about(alice).id, {.comment = "Look", .clause = "no-students"}));
    auto sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].inbox, group + "/inbox");
    EXPECT_EQ(sent[0].activity["to"], Json::array({group}));
    EXPECT_EQ(sent[0].activity["clause"], "no-students");
    EXPECT_EQ(sent[0].activity["object"][0], alice.uri) << "it is still about the person";

    // Of a server that names none, and of one whose answer cannot be its own.
    report(bob, carol);
    db::moderator_groups::put(tx,
                              {.host = "birch.example",
                               .actor_uri = group,
                               .inbox_uri = group + "/inbox",
                               .read_at = now});
    EXPECT_FALSE(outbox::forward_case(tx, by(boss), open_about(carol).id, {.clause = "made-up"}));
    ASSERT_TRUE(outbox::forward_case(tx, by(boss), open_about(carol).id, {}));
    sent = queued();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].activity["to"], Json::array({carol.uri}));
    EXPECT_FALSE(sent[0].activity.contains("clause"));
}

TEST_F(CasesTest, TimesAreThoseOfTheCovenantsOnBothSides) {
    const auto first = moderation::ensure_covenant(tx, instance, now);
    auto promises = moderation::promises_of(instance, first);
    promises.acknowledge_hours = 12;
    promises.urgent_hours = 1;
    auto settings = federation::render_promises(promises);
    db::covenants::insert(
        tx, {.version = 2, .text = "x", .settings = settings, .made_at = now, .made_by = "x"});
    report(bob, alice);
    auto one = open_about(alice);
    EXPECT_EQ(one.acknowledge_by, one.opened_at + hours{12});
    ASSERT_TRUE(outbox::mark_case_urgent(tx, by(boss), one.id));
    EXPECT_EQ(open_about(alice).decide_by, now + hours{1});

    // What cedar signed counts for cedar, however long; birch promised nothing.
    promises.actor = "https://cedar.example/actor";
    promises.covenant_url = "https://cedar.example/covenant/1";
    promises.report_group = "";
    promises.id = "https://cedar.example/actor/policy/1";
    promises.at = now;
    promises.version = 1;
    promises.urgent_hours = 3;
    promises.acknowledge_hours = 48;
    ASSERT_TRUE(
        db::peerings::insert_policy(tx,
                                    {.host = "cedar.example",
                                     .version = 1,
                                     .document = dump_json(federation::render_policy(promises)),
                                     .read_at = now}));
    ASSERT_TRUE(outbox::forward_case(tx, by(boss), one.id, {}));
    one = open_about(alice);
    EXPECT_EQ(one.peer_acknowledge_by, now + hours{3}) << "urgent, so no later than that";
    EXPECT_EQ(one.peer_decide_by, now + hours{3});
    EXPECT_FALSE(one.is_peer_late(now + hours{2}));
    EXPECT_TRUE(one.is_peer_late(now + hours{4}));
    const auto misses = db::cases::list_peer_misses(tx, now - hours{1}, now + hours{4}, 10);
    ASSERT_EQ(misses.size(), 1U);
    EXPECT_EQ(misses[0].host, "cedar.example");
    EXPECT_EQ(misses[0].count, 2) << "neither taken up nor decided";
    EXPECT_TRUE(db::cases::list_peer_misses(tx, now - hours{1}, now + hours{2}, 10).empty());

    report(bob, carol);
    ASSERT_TRUE(outbox::forward_case(tx, by(boss), open_about(carol).id, {}));
    EXPECT_FALSE(open_about(carol).peer_decide_by);
    EXPECT_FALSE(open_about(carol).is_peer_late(now + hours{9'999}));
}

TEST_F(CasesTest, FilesOfReportedPostsOutliveThePost) {
    const auto media = db::media_attachments::insert(
        tx, {.account = eve.id, .type = "image", .created_at = now, .original_file = "a.jpg"});
    const auto post = status_by(eve);
    ASSERT_TRUE(db::media_attachments::attach(tx, eve.id, post.id, {media}));
    const auto theirs = status_by(alice);
    db::media_attachments::insert_all(
        tx, alice.id, theirs.id, {{.type = "image", .remote_url = "https://cedar.example/b.jpg"}});
    report(bob, eve, {post.id});
    report(bob, alice, {theirs.id});
    const auto one = open_about(eve);
    const auto abroad = open_about(alice);
    EXPECT_TRUE(db::jobs::exists(tx, "case_files", to_string(abroad.id))) << "copied soon";
    EXPECT_FALSE(db::jobs::exists(tx, "case_files", to_string(one.id)));
    auto missing = db::case_files::list_missing(tx, abroad.id);
    ASSERT_EQ(missing.size(), 1U);
    missing[0].file = "b.jpg";
    db::case_files::set_file(tx, missing[0]);
    EXPECT_TRUE(db::case_files::list_missing(tx, abroad.id).empty());

    const auto is_due = [&] {
        const auto due = db::media_garbage::list_due(tx, system_now() + hours{1}, 1'000);
        return std::ranges::find(due, "a.jpg") != due.end();
    };
    db::statuses::remove(tx, post.id);
    ASSERT_EQ(db::case_files::list(tx, one.id).size(), 1U);
    EXPECT_EQ(db::case_files::find(tx, one.id, media)->file, "a.jpg");
    db::media_garbage::add(tx, {"a.jpg"}, now - hours{1}); // Whoever says so.
    EXPECT_FALSE(is_due()) << "named by the case";

    ASSERT_TRUE(outbox::close_case(tx, by(boss), one.id, {.outcome = "removed"}));
    outbox::forget_evidence(tx, instance, now + hours{29 * 24});
    EXPECT_FALSE(is_due());
    const auto hold = db::records::insert_hold(
        tx, {.account = eve.id, .matter = "m", .reason = "r", .set_by = "x", .set_at = now});
    outbox::forget_evidence(tx, instance, now + hours{31 * 24});
    EXPECT_FALSE(is_due()) << "a legal hold stands";
    ASSERT_TRUE(db::records::lift_hold(tx, hold, "x", now));
    outbox::forget_evidence(tx, instance, now + hours{31 * 24});
    EXPECT_TRUE(db::case_files::list(tx, one.id).empty());
    EXPECT_TRUE(is_due());
}

TEST_F(CasesTest, AnActOnAPostDecidesTheCase) {
    const auto post = status_by(eve);
    const auto other = status_by(eve);
    report(bob, eve, {post.id});
    auto one = open_about(eve);
    const auto act = [&](const db::Account& who, outbox::CasePostAct wanted) {
        return outbox::act_on_case_post(tx, by(who), one.id, wanted);
    };
    EXPECT_FALSE(act(boss, {.status = other.id, .measure = "delete"})) << "not reported";
    EXPECT_FALSE(act(boss, {.status = post.id, .measure = "burn"}));
    EXPECT_FALSE(act(boss, {.status = post.id, .measure = "label"})) << "without one";
    EXPECT_FALSE(act(eve, {.status = post.id, .measure = "mark-sensitive"})) << "about herself";
    EXPECT_TRUE(db::cases::find_open(tx, eve.id));
    ASSERT_TRUE(act(boss, {.status = post.id, .measure = "mark-sensitive", .text = "blood"}));
    one = *db::cases::find(tx, one.id);
    EXPECT_EQ(one.outcome, "warned");
    EXPECT_EQ(one.note, "The post was marked as sensitive.");
    EXPECT_TRUE(db::statuses::find(tx, post.id)->sensitive);
    EXPECT_FALSE(act(boss, {.status = post.id, .measure = "delete"})) << "decided already";

    report(bob, eve, {post.id});
    one = open_about(eve);
    ASSERT_TRUE(act(boss, {.status = post.id, .measure = "delete", .answer = "Gone."}));
    EXPECT_FALSE(db::statuses::find(tx, post.id));
    EXPECT_EQ(db::cases::find(tx, one.id)->outcome, "removed");
    EXPECT_EQ(db::cases::find(tx, one.id)->note, "Gone.");
    const auto strikes = db::strikes::list(tx, eve.id);
    ASSERT_EQ(strikes.size(), 2U);
    EXPECT_EQ(strikes[0].act, "delete");
    EXPECT_EQ(strikes[0].status_uri, post.uri);

    const auto abroad = status_by(alice);
    report(bob, alice, {abroad.id});
    one = open_about(alice);
    (void)queued();
    ASSERT_TRUE(act(boss, {.status = abroad.id, .measure = "delete"}));
    EXPECT_FALSE(db::statuses::find(tx, abroad.id));
    EXPECT_TRUE(queued().empty()) << "a copy; nobody else's business";
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
