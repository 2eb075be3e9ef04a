#include "base/crypto.h"
#include "base/csv.h"
#include "db/audit_log.h"
#include "db/jobs.h"
#include "db/users.h"
#include "members/duties.h"
#include "outbox/break_glass.h"
#include "outbox/two_people.h"
#include "outbox/glass_file.h"
#include "tests/support/database.h"

namespace {

using namespace std::chrono_literals;
using outbox::GlassState;

/// Ada asks, Cleo approves, Bob wrote.
class BreakGlassTest : public DatabaseTest {
  protected:
    db::Account with_role(const std::string& name, db::Role role) {
        auto account = member(name);
        db::users::set_role(tx, account.id, role);
        return account;
    }
    outbox::GlassDraft draft() {
        return {.account = bob.id, .first = now - 48h, .end = now + 24h, .reason = reason};
    }
    db::GlassId asked() { return *outbox::request_glass(tx, ada.id, draft(), now); }
    db::GlassId opened() {
        const auto id = asked();
        EXPECT_TRUE(outbox::approve_glass(tx, cleo.id, id, now));
        return id;
    }
    db::GlassId opened_with_hold(Time end) {
        auto wanted = draft();
        wanted.hold = {.reason = reason, .end = end};
        const auto id = *outbox::request_glass(tx, ada.id, wanted, now);
        EXPECT_TRUE(outbox::approve_glass(tx, cleo.id, id, now));
        return id;
    }
    Result<outbox::GlassPosts> read(db::GlassId id, AccountId by, Time at) {
        return outbox::read_glass(tx, by, id, {.act = "glass.view", .most = 40}, at);
    }
    bool is_told() { return !db::glass_requests::list_told(tx, bob.id).empty(); }
    std::size_t acts(const std::string& act) {
        return db::audit_log::list_acts(tx, bob.uri, {act}).size();
    }
    static std::string shown(const Result<Done>& done) { return done ? "" : done.error().shown; }

    const std::string reason = "Subpoena 12-345 of the county court";
    Time now = system_now();
    db::Account ada = with_role("ada", db::Role::Owner);
    db::Account cleo = with_role("cleo", db::Role::Owner);
    db::Account bob = member("bob");
};

TEST_F(BreakGlassTest, IsForOwnersAndRecordsOfficersAlone) {
    const auto dan = with_role("dan", db::Role::Moderator);
    EXPECT_FALSE(outbox::find_glass_officer(tx, dan.id));
    members::give_duty(tx, dan.id, members::Duty::PrivacyOfficer, "test");
    EXPECT_FALSE(outbox::find_glass_officer(tx, dan.id));
    members::give_duty(tx, dan.id, members::Duty::RecordsOfficer, "test");
    EXPECT_TRUE(outbox::find_glass_officer(tx, dan.id));
    EXPECT_TRUE(outbox::find_glass_officer(tx, ada.id));
    db::users::set_state(tx, dan.id, db::MemberState::Disabled);
    EXPECT_FALSE(outbox::find_glass_officer(tx, dan.id));
    db::users::set_state(tx, ada.id, db::MemberState::Left);
    EXPECT_FALSE(outbox::find_glass_officer(tx, ada.id));
}

TEST_F(BreakGlassTest, ARequestNamesAMemberAPeriodAndAReason) {
    const auto eve = member("eve");
    db::users::set_state(tx, eve.id, db::MemberState::Deleted);
    const auto left = member("left");
    db::users::set_state(tx, left.id, db::MemberState::Left);
    const auto stranger = remote_account();
    const struct {
        const char* name;
        outbox::GlassDraft draft;
        bool is_taken;
    } cases[] = {
        {"a member, two days, a reason", draft(), true},
        {"of somebody who left", {left.id, now - 48h, now, reason}, true},
        {"of somebody deleted", {eve.id, now - 48h, now, reason}, false},
        {"of somebody elsewhere", {stranger.id, now - 48h, now, reason}, false},
        {"of nobody", {AccountId{}, now - 48h, now, reason}, false},
        {"of oneself", {ada.id, now - 48h, now, reason}, false},
        {"no reason", {bob.id, now - 48h, now, "because"}, false},
        {"a reason of blanks", {bob.id, now - 48h, now, std::string(40, ' ')}, false},
        {"a reason without end", {bob.id, now - 48h, now, std::string(1'001, 'x')}, false},
        {"backwards", {bob.id, now, now - 48h, reason}, false},
        {"in the future", {bob.id, now + 1h, now + 48h, reason}, false},
        {"longer than a year", {bob.id, now - 367 * 24h, now, reason}, false},
        {"a hold of 90 days", {bob.id, now - 1h, now, reason, {{reason, now + 90 * 24h}}}, true},
        {"a hold of 91 days", {bob.id, now - 1h, now, reason, {{reason, now + 91 * 24h}}}, false},
        {"a hold that is over", {bob.id, now - 1h, now, reason, {{reason, now - 1h}}}, false},
        {"a hold without reason", {bob.id, now - 1h, now, reason, {{"", now + 24h}}}, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(static_cast<bool>(outbox::request_glass(tx, ada.id, c.draft, now)), c.is_taken);
    }
    EXPECT_FALSE(outbox::request_glass(tx, eve.id, draft(), now));
}

TEST_F(BreakGlassTest, TakesTwoPeople) {
    const auto id = asked();
    EXPECT_EQ(outbox::approve_glass(tx, ada.id, id, now).error().kind, Error::Kind::Forbidden);
    EXPECT_EQ(outbox::refuse_glass(tx, ada.id, id, reason, now).error().kind,
              Error::Kind::Forbidden);
    EXPECT_EQ(read(id, ada.id, now).error().kind, Error::Kind::Forbidden);
    const auto dan = with_role("dan", db::Role::Moderator);
    EXPECT_EQ(outbox::approve_glass(tx, dan.id, id, now).error().kind, Error::Kind::NotFound);
    EXPECT_TRUE(outbox::approve_glass(tx, cleo.id, id, now));
    EXPECT_TRUE(read(id, ada.id, now));
    EXPECT_EQ(read(id, cleo.id, now).error().kind, Error::Kind::Forbidden) << "not for approvers";
    EXPECT_EQ(outbox::approve_glass(tx, cleo.id, id, now).error().kind, Error::Kind::Unprocessable);
    EXPECT_EQ(acts("glass.request"), 1U);
    EXPECT_EQ(acts("glass.approve"), 1U);
}

TEST_F(BreakGlassTest, TheMemberConcernedNeitherSeesNorDecidesIt) {
    db::users::set_role(tx, bob.id, db::Role::Owner);
    const auto id = asked();
    EXPECT_EQ(outbox::approve_glass(tx, bob.id, id, now).error().kind, Error::Kind::NotFound);
    EXPECT_EQ(outbox::refuse_glass(tx, bob.id, id, reason, now).error().kind,
              Error::Kind::NotFound);
    for (const auto& request : db::glass_requests::list_but(tx, bob.id))
        EXPECT_NE(request.account, bob.id);
}

TEST_F(BreakGlassTest, WhatTheCommandLineGaveMayHaveBeenGivenByWhoAsks) {
    const auto house_began = [&](Time at) {
        db::audit_log::insert(tx, {.at = at, .actor = "command line", .act = "account.create"});
    };
    const auto given = [&](const char* name) {
        auto account = with_role(name, db::Role::Owner);
        db::audit_log::insert(tx,
                              {.at = now,
                               .actor = "command line",
                               .act = "account.role.owner",
                               .subject = account.uri});
        return account;
    };
    house_began(now - 30 * 24h);
    const auto dan = given("dan");
    EXPECT_EQ(outbox::approve_glass(tx, dan.id, asked(), now).error().kind, Error::Kind::Forbidden);
    EXPECT_TRUE(outbox::approve_glass(tx, cleo.id, asked(), now));
    now += outbox::new_power + 1h;
    EXPECT_TRUE(outbox::approve_glass(tx, dan.id, asked(), now));
}

TEST_F(BreakGlassTest, OnTheFirstDayTheCommandLineSetsTheHouseUp) {
    const auto dan = with_role("dan", db::Role::Owner);
    db::audit_log::insert(
        tx, {.at = now, .actor = "command line", .act = "account.role.owner", .subject = dan.uri});
    EXPECT_TRUE(outbox::approve_glass(tx, dan.id, asked(), now + 1h));
}

TEST_F(BreakGlassTest, NobodyApprovesForWhoGaveThemPowerLately) {
    const auto dan = member("dan");
    members::give_duty(tx, dan.id, members::Duty::RecordsOfficer, ada.uri);
    EXPECT_EQ(outbox::approve_glass(tx, dan.id, asked(), now).error().kind, Error::Kind::Forbidden);
    // Given again by another, it is still the first who gave it within the week.
    members::take_duty(tx, dan.id, members::Duty::RecordsOfficer, cleo.uri);
    members::give_duty(tx, dan.id, members::Duty::RecordsOfficer, cleo.uri);
    EXPECT_FALSE(outbox::approve_glass(tx, dan.id, asked(), now));

    const auto eve = with_role("eve", db::Role::Owner);
    db::audit_log::insert(
        tx, {.at = now, .actor = ada.uri, .act = "account.role.owner", .subject = eve.uri});
    EXPECT_FALSE(outbox::approve_glass(tx, eve.id, asked(), now));

    now += outbox::new_power + 1h;
    EXPECT_TRUE(outbox::approve_glass(tx, dan.id, asked(), now));
    EXPECT_TRUE(outbox::approve_glass(tx, eve.id, asked(), now));
    const auto fay = member("fay");
    members::give_duty(tx, fay.id, members::Duty::RecordsOfficer, cleo.uri);
    EXPECT_TRUE(outbox::approve_glass(tx, fay.id, asked(), now)) << "given by another";
}

TEST_F(BreakGlassTest, ARequestWaitsThreeDays) {
    const auto id = asked();
    EXPECT_EQ(outbox::state_of(*db::glass_requests::find(tx, id), now + 72h - 1ms),
              GlassState::Waits);
    EXPECT_EQ(shown(outbox::approve_glass(tx, cleo.id, id, now + 72h)),
              "The request is older than 72 hours; it must be made again.");
    EXPECT_FALSE(outbox::refuse_glass(tx, cleo.id, id, reason, now + 72h));
    EXPECT_TRUE(outbox::approve_glass(tx, cleo.id, id, now + 72h - 1ms));
}

TEST_F(BreakGlassTest, ARefusalSaysWhyAndIsFinal) {
    const auto id = asked();
    EXPECT_EQ(outbox::refuse_glass(tx, cleo.id, id, " ", now).error().kind,
              Error::Kind::Unprocessable);
    EXPECT_TRUE(outbox::refuse_glass(tx, cleo.id, id, "This is no grave reason.", now));
    EXPECT_FALSE(outbox::approve_glass(tx, cleo.id, id, now));
    EXPECT_FALSE(read(id, ada.id, now));
    EXPECT_EQ(db::glass_requests::find(tx, id)->refusal, "This is no grave reason.");
    outbox::tell_of_glass(tx, now + 365 * 24h);
    EXPECT_FALSE(is_told());
}

TEST_F(BreakGlassTest, IsOpenForADayToWhoMayStillAsk) {
    const auto id = opened();
    EXPECT_TRUE(read(id, ada.id, now + 24h - 1ms));
    EXPECT_FALSE(read(id, ada.id, now + 24h));
    db::users::set_role(tx, ada.id, db::Role::Member);
    EXPECT_EQ(read(id, ada.id, now).error().kind, Error::Kind::NotFound);
}

TEST_F(BreakGlassTest, ShowsTheMembersPrivatePostsOfThePeriodAndNothingElse) {
    const auto at = [&](const db::Account& author, db::Visibility visibility, Time when) {
        const auto id = db::statuses::new_id(tx, when);
        const auto uri = author.uri + "/statuses/" + to_string(id);
        EXPECT_TRUE(db::statuses::insert(tx,
                                         {.id = id,
                                          .uri = uri,
                                          .author = author.id,
                                          .local = true,
                                          .thread = id.value,
                                          .content = "<p>x</p>",
                                          .visibility = visibility,
                                          .created_at = when}));
        return uri;
    };
    at(bob, db::Visibility::Public, now - 1h);
    at(bob, db::Visibility::Unlisted, now - 1h);
    at(cleo, db::Visibility::Direct, now - 1h);
    at(bob, db::Visibility::Direct, now - 48h - 1ms);
    const auto first = at(bob, db::Visibility::Private, now - 48h);
    const auto last = at(bob, db::Visibility::Direct, now - 1ms);
    const auto id = opened();
    at(bob, db::Visibility::Direct, now + 1h);
    const auto found = read(id, ada.id, now + 2h);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->posts.size(), 2U);
    EXPECT_EQ(found->posts[0].uri, last);
    EXPECT_EQ(found->posts[1].uri, first);

    const auto one = outbox::read_glass(tx, ada.id, id, {.act = "glass.view", .most = 1}, now);
    EXPECT_TRUE(one->is_more);
    const auto rest = outbox::read_glass(
        tx, ada.id, id, {.act = "glass.view", .below = one->posts[0].id, .most = 1}, now);
    EXPECT_FALSE(rest->is_more);
    EXPECT_EQ(rest->posts.at(0).uri, first);
    EXPECT_EQ(acts("glass.view"), 3U) << "every look is an entry";
}

TEST_F(BreakGlassTest, TheMemberIsToldAtTheFirstReading) {
    const auto waiting = db::jobs::size(tx).waiting;
    const auto id = opened();
    outbox::tell_of_glass(tx, now + 1h);
    EXPECT_FALSE(is_told());
    EXPECT_TRUE(read(id, ada.id, now + 2h));
    EXPECT_TRUE(is_told());
    EXPECT_TRUE(read(id, ada.id, now + 3h));
    EXPECT_EQ(db::jobs::size(tx).waiting, waiting + 1) << "one letter";
    EXPECT_EQ(db::glass_requests::list_told(tx, bob.id).at(0).read_at, now + 2h);
    EXPECT_TRUE(db::glass_requests::list_told(tx, ada.id).empty());
}

TEST_F(BreakGlassTest, TheMemberIsToldAlsoOfWhatNobodyRead) {
    opened();
    outbox::tell_of_glass(tx, now + 24h);
    EXPECT_FALSE(is_told());
    outbox::tell_of_glass(tx, now + 24h + 1ms);
    EXPECT_TRUE(is_told());
}

TEST_F(BreakGlassTest, AHoldDelaysTellingUntilItIsOver) {
    const auto end = now + 10 * 24h;
    const auto id = opened_with_hold(end);
    EXPECT_TRUE(read(id, ada.id, now));
    outbox::tell_of_glass(tx, end - 1ms);
    EXPECT_FALSE(is_told());
    outbox::tell_of_glass(tx, end);
    EXPECT_TRUE(is_told());
    EXPECT_EQ(acts("glass.hold.ask"), 1U);
    EXPECT_EQ(acts("glass.hold.approve"), 1U);
    EXPECT_FALSE(outbox::ask_glass_hold(tx, ada.id, id, {reason, end + 24h}, end))
        << "the member knows";
}

TEST_F(BreakGlassTest, AHoldIsRenewedByTwoPeople) {
    const auto end = now + 10 * 24h;
    const auto id = opened_with_hold(end);
    EXPECT_TRUE(read(id, ada.id, now));
    const auto later = end - 24h;
    EXPECT_FALSE(outbox::ask_glass_hold(tx, cleo.id, id, {reason, later + 91 * 24h}, later));
    ASSERT_TRUE(outbox::ask_glass_hold(tx, cleo.id, id, {reason, later + 90 * 24h}, later));
    const auto hold = db::glass_requests::list_holds(tx, id).back();
    EXPECT_EQ(outbox::approve_glass_hold(tx, cleo.id, id, hold.id, later).error().kind,
              Error::Kind::Forbidden);
    const auto other = asked();
    EXPECT_EQ(outbox::approve_glass_hold(tx, ada.id, other, hold.id, later).error().kind,
              Error::Kind::NotFound);
    EXPECT_TRUE(outbox::approve_glass_hold(tx, ada.id, id, hold.id, later));
    EXPECT_FALSE(outbox::approve_glass_hold(tx, ada.id, id, hold.id, later)) << "once";
    outbox::tell_of_glass(tx, end);
    EXPECT_FALSE(is_told());
    outbox::tell_of_glass(tx, later + 90 * 24h);
    EXPECT_TRUE(is_told());
}

TEST_F(BreakGlassTest, AHoldThatNobodyApprovedHoldsNothing) {
    const auto id = opened();
    ASSERT_TRUE(outbox::ask_glass_hold(tx, ada.id, id, {reason, now + 24h}, now));
    EXPECT_TRUE(read(id, ada.id, now));
    EXPECT_TRUE(is_told());
}

TEST_F(BreakGlassTest, AFileHasAHashOfEachPost) {
    auto status = status_by(bob, db::Visibility::Direct);
    const auto id = *outbox::request_glass(
        tx, ada.id, {bob.id, status.created_at - 1h, now + 1h, reason}, now + 1h);
    ASSERT_TRUE(outbox::approve_glass(tx, cleo.id, id, now + 1h));
    const auto found = read(id, ada.id, now + 1h);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->posts.size(), 1U);
    const auto& post = found->posts[0];
    const auto hash = crypto::hex(crypto::sha256(post.uri + "\n" + format_iso8601(post.created_at) +
                                                 "\n\ndirect\n\n" + post.spoiler_text + "\n" +
                                                 post.content + "\n"));
    const auto csv = parse_csv(outbox::render_glass_csv(*found));
    ASSERT_TRUE(csv);
    ASSERT_EQ(csv->size(), 2U);
    EXPECT_EQ((*csv)[1].fields.at(0), post.uri);
    EXPECT_EQ((*csv)[1].fields.at(7), hash);
    EXPECT_EQ(outbox::render_glass_json(*found).at("posts").at(0).at("sha256"), hash);
}

} // namespace
