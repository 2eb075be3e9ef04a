#include "db/attestations.h"
#include "db/jobs.h"
#include "db/roster_orgs.h"
#include "db/roster_people.h"
#include "db/users.h"
#include "educators/vouching.h"
#include "tests/support/database.h"

using namespace educators;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::days day{1};

/// Ann and Ben, of two schools and in the roster for a hundred days; Cat, whom no roster lists.
class VouchingTest : public DatabaseTest {
  protected:
    VouchingTest() {
        now = *parse_iso8601("2026-10-01T08:00:00Z");
        ann = sponsor("ann", {"north"});
        ben = sponsor("ben", {"south"});
        cat = member("cat").id;
    }

    AccountId sponsor(const std::string& name,
                      const std::vector<std::string>& schools,
                      std::chrono::days since = 100 * day) {
        const auto id = member(name).id;
        const Time then = now - since;
        db::RosterPerson person{
            .sourced_id = name, .id_hash = name, .state = "educator", .kind = "teacher"};
        for (const auto& school : schools)
            person.roles.push_back({.sourced_id = "@" + school, .role = "teacher", .org = school});
        db::roster_people::store(tx, std::span(&person, 1), then);
        db::roster_people::bind_account(
            tx, db::roster_people::find_by_sourced_id(tx, name)->id, id, then);
        attest_by_roster(id, then);
        return id;
    }
    void attest_by_roster(AccountId id, Time at) {
        EXPECT_TRUE(
            attest(tx, issuer(), {.account = id, .until = now + 200 * day, .by = "roster"}, at));
    }
    Issuer issuer() { return load_issuer(tx, instance, terms, now); }
    std::string ask(AccountId one, AccountId other) {
        const auto done = ask_for_vouching(tx,
                                           {.candidate = cat,
                                            .kind = "retired",
                                            .statement = "Taught at North until 2024",
                                            .sponsors = {one, other}},
                                           now);
        return done ? "asked" : done.error().shown;
    }
    db::VouchingId asked() {
        const auto found = db::vouchings::find_in_state(tx, cat, db::VouchingState::Asked);
        return found ? found->id : db::VouchingId{};
    }
    std::string confirm(AccountId who, db::VouchingId id) {
        const auto done = confirm_vouching(tx, issuer(), id, who, now);
        if (!done) return done.error().shown;
        return *done == Confirmed::Vouched ? "vouched" : "waits";
    }
    db::VouchingId vouch() {
        EXPECT_EQ(ask(ann, ben), "asked");
        const auto id = asked();
        EXPECT_EQ(confirm(ann, id), "waits");
        EXPECT_EQ(confirm(ben, id), "vouched");
        return id;
    }
    std::string attested_as() {
        const auto standing = db::attestations::find_standing(tx, cat);
        return standing && standing->is_good(now) ? standing->kind + " " + standing->assurance : "";
    }
    bool holds() {
        return db::vouchings::find_in_state(tx, cat, db::VouchingState::Vouched).has_value();
    }

    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    AttestationTerms terms{};
    Time now{};
    AccountId ann;
    AccountId ben;
    AccountId cat;
};

} // namespace

TEST_F(VouchingTest, TwoOfDifferentSchoolsAttestForAYear) {
    const auto id = vouch();
    EXPECT_EQ(attested_as(), "retired vouched");
    const auto standing = db::attestations::find_standing(tx, cat);
    EXPECT_EQ(format_date(standing->valid_until), "2027-10-01");
    EXPECT_EQ(db::accounts::find(tx, cat)->fields.front()["attested"]["assurance"], "vouched");
    EXPECT_EQ(confirm(ben, id), "There is no such vouching any more.") << "a second time";
}

TEST_F(VouchingTest, OneSponsorAloneAttestsNobodyHoweverOftenTheyConfirm) {
    ASSERT_EQ(ask(ann, ben), "asked");
    EXPECT_EQ(confirm(ann, asked()), "waits");
    EXPECT_EQ(confirm(ann, asked()), "waits");
    EXPECT_EQ(attested_as(), "");
    const auto dan = sponsor("dan", {"west"});
    EXPECT_EQ(confirm(dan, asked()), "There is no such vouching any more.") << "was not asked";
}

TEST_F(VouchingTest, WhoMaySponsor) {
    struct Case {
        const char* name;
        AccountId who;
        const char* answer;
    };
    constexpr auto cannot = "One of the two cannot vouch for anybody at present.";
    const auto fresh = sponsor("fresh", {"west"}, 89 * day);
    const auto long_enough = sponsor("old", {"east"}, 90 * day);
    const auto neighbour = sponsor("neighbour", {"north"});
    const auto both = sponsor("both", {"west", "north"});
    const auto nowhere = sponsor("nowhere", {});
    const auto stranger = member("stranger").id;
    const auto broken = sponsor("broken", {"west"});
    revoke(tx, broken, {.reason = "disabled in the district's roster"}, now - 10 * day);
    attest_by_roster(broken, now - 9 * day);
    const auto other_kind = sponsor("aide", {"west"});
    ASSERT_TRUE(attest(tx,
                       issuer(),
                       {.account = other_kind, .kind = Kind::Leader, .by = "roster"},
                       now - 5 * day));
    const Case cases[] = {
        {"89 days in the roster", fresh, cannot},
        {"the same school", neighbour, "The two must be of different schools."},
        {"one school in common", both, "The two must be of different schools."},
        {"no school", nowhere, cannot},
        {"nobody's educator", stranger, cannot},
        {"out of the roster in between", broken, cannot},
        {"the candidate", cat, "Please name two different colleagues."},
        {"the same person twice", ann, "Please name two different colleagues."},
        {"somebody elsewhere", remote_account().id, cannot},
        {"90 days", long_enough, "asked"},
        {"another kind since a week", other_kind, "asked"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(ask(ann, c.who), c.answer) << c.name;
        // As if it had not been: asks are counted.
        if (const auto id = asked()) {
            db::vouchings::end(tx, id, {}, now);
        }
    }
}

TEST_F(VouchingTest, ADepartmentCountsAsTheSchoolItIsPartOf) {
    const std::vector<db::RosterOrg> orgs = {
        {.sourced_id = "district", .name = "Maple", .type = "district"},
        {.sourced_id = "north", .name = "North", .type = "school", .parent = "district"},
        {.sourced_id = "south", .name = "South", .type = "school", .parent = "district"},
        {.sourced_id = "n-math", .name = "Maths", .type = "department", .parent = "north"},
        {.sourced_id = "n-algebra", .name = "Algebra", .type = "department", .parent = "n-math"},
        {.sourced_id = "s-math", .name = "Maths", .type = "department", .parent = "south"},
        {.sourced_id = "office", .name = "Payroll", .type = "department", .parent = "district"},
        {.sourced_id = "annex", .name = "Annex", .type = "school", .parent = "north"},
        {.sourced_id = "loop", .name = "Loop", .type = "department", .parent = "pool"},
        {.sourced_id = "pool", .name = "Pool", .type = "department", .parent = "loop"},
    };
    db::roster_orgs::store(tx, orgs);
    constexpr auto same = "The two must be of different schools.";
    const std::array<std::array<std::string, 3>, 9> cases = {{
        {"n-math", "north", same},
        {"n-algebra", "n-math", same},
        {"n-algebra", "north", same},
        {"office", "district", same},
        {"n-math", "s-math", "asked"},
        {"n-math", "office", "asked"},
        // A school below another is one of its own.
        {"annex", "north", "asked"},
        {"loop", "north", "asked"},
        {"unknown", "north", "asked"},
    }};
    int number = 0;
    for (const auto& [one, other, answer] : cases) {
        const auto name = std::to_string(++number);
        EXPECT_EQ(ask(sponsor("one" + name, {one}), sponsor("other" + name, {other})), answer)
            << one << " and " << other;
        if (const auto id = asked()) db::vouchings::end(tx, id, {}, now);
        if (answer == "asked") cat = member("cat" + name).id;
    }
}

TEST_F(VouchingTest, LettersTellWhoIsConcernedAndEachOnce) {
    const auto sent = [&](std::string_view letter) {
        std::int64_t found = 0;
        const auto orders = db::jobs::claim(tx, {"mail"}, 100, 1min);
        for (const auto& order : orders)
            if (Json::parse(order.payload).at("letter") == letter) ++found;
        db::jobs::finish(tx, orders);
        return found;
    };
    vouch();
    EXPECT_EQ(sent("vouch_asked"), 2) << "to the two who were asked";
    now += 334 * day;
    attest_by_roster(ann, now - 100 * day);
    attest_by_roster(ben, now - 100 * day);
    settle_vouchings(tx, now);
    EXPECT_EQ(sent("vouch_ends"), 0);
    now += 1 * day;
    settle_vouchings(tx, now);
    settle_vouchings(tx, now);
    EXPECT_EQ(sent("vouch_ends"), 3) << "to candidate and sponsors, 30 days before the end";
    ASSERT_TRUE(leave(tx, ben, "left the district", now));
    settle_vouchings(tx, now);
    settle_vouchings(tx, now);
    EXPECT_EQ(sent("vouch_short"), 1) << "to the candidate, who lacks a sponsor";
    ASSERT_TRUE(revoke_vouching(tx, cat, "no educator", "command line", now));
    EXPECT_EQ(sent("vouch_frozen"), 2) << "to who vouched";
}

TEST_F(VouchingTest, WhatIsAttestedOtherwiseIsNoSponsorsFault) {
    vouch();
    attest_by_roster(cat, now);
    EXPECT_FALSE(revoke_vouching(tx, cat, "falsified papers", "command line", now));
    EXPECT_TRUE(db::vouchings::list_frozen(tx).empty());
}

TEST_F(VouchingTest, StandsForFiveAtMost) {
    for (int i = 0; i < 5; ++i) {
        cat = member("c" + std::to_string(i)).id;
        vouch();
    }
    cat = member("sixth").id;
    EXPECT_EQ(ask(ann, sponsor("dan", {"west"})),
              "One of the two cannot vouch for anybody at present.");
    // One who was asked while there was room is counted when the answer comes.
    const auto found = db::vouchings::list_living(tx).front();
    ASSERT_TRUE(decline_vouching(tx, found.id, ann, now)) << "a withdrawn one makes room";
    const auto dan = db::accounts::find_by_handle(tx, "dan", "")->id;
    EXPECT_EQ(ask(ann, dan), "asked");
    EXPECT_EQ(confirm(ann, asked()), "waits");
}

TEST_F(VouchingTest, TheRosterWins) {
    EXPECT_EQ(ask_for_vouching(
                  tx,
                  {.candidate = ann, .kind = "teacher", .statement = "x", .sponsors = {ben, cat}},
                  now)
                  .error()
                  .shown,
              "The roster lists you: it says what you are.");
    vouch();
    attest_by_roster(cat, now);
    EXPECT_EQ(attested_as(), "teacher roster");
    settle_vouchings(tx, now);
    EXPECT_FALSE(holds());
    EXPECT_EQ(attested_as(), "teacher roster") << "what the roster says stays";
}

TEST_F(VouchingTest, TakenBackForCauseFreezesWhoVouched) {
    vouch();
    EXPECT_FALSE(revoke_vouching(tx, cat, " ", "command line", now)) << "no reason";
    ASSERT_TRUE(revoke_vouching(tx, cat, "never was at that school", "command line", now));
    EXPECT_EQ(attested_as(), "");
    EXPECT_TRUE(db::attestations::find_standing(tx, cat)->for_cause);
    EXPECT_EQ(ask(ann, ben), "An earlier vouching was taken back. Please turn to a moderator.");
    EXPECT_EQ(db::vouchings::list_frozen(tx).size(), 2U);

    cat = member("zoe").id;
    const auto dan = sponsor("dan", {"west"});
    EXPECT_EQ(ask(ann, dan), "One of the two cannot vouch for anybody at present.");
    ASSERT_TRUE(unfreeze_sponsor(tx, ann, "was misled", "command line"));
    EXPECT_FALSE(unfreeze_sponsor(tx, ann, "again", "command line"));
    EXPECT_EQ(ask(ann, dan), "asked");
    EXPECT_FALSE(revoke_vouching(tx, dan, "nobody vouches for dan", "command line", now));
}

TEST_F(VouchingTest, WhoLosesASponsorHasThirtyDaysToFindAnother) {
    const auto id = vouch();
    ASSERT_TRUE(decline_vouching(tx, id, ben, now));
    EXPECT_FALSE(decline_vouching(tx, id, ben, now)) << "a second time";
    now += 29 * day;
    settle_vouchings(tx, now);
    EXPECT_EQ(attested_as(), "retired vouched");
    now += 1 * day;
    settle_vouchings(tx, now);
    EXPECT_EQ(attested_as(), "");
    EXPECT_FALSE(holds());
}

TEST_F(VouchingTest, AReplacementKeepsItAlive) {
    const auto id = vouch();
    ASSERT_TRUE(leave(tx, ben, "left the district", now));
    settle_vouchings(tx, now);
    EXPECT_TRUE(db::vouchings::find_locked(tx, id)->short_since);
    now += 10 * day;
    const auto dan = sponsor("dan", {"west"});
    ASSERT_EQ(ask(ann, dan), "asked");
    const auto second = asked();
    EXPECT_EQ(confirm(ann, second), "waits");
    EXPECT_EQ(confirm(dan, second), "vouched");
    now += 40 * day;
    settle_vouchings(tx, now);
    EXPECT_TRUE(holds());
    EXPECT_EQ(attested_as(), "retired vouched");
    EXPECT_EQ(db::vouchings::list_living(tx).size(), 1U) << "the older one ended";
}

TEST_F(VouchingTest, ASponsorWhoComesBackInTimeIsCountedAgain) {
    const auto id = vouch();
    revoke(tx, ben, {.reason = "disabled in the district's roster"}, now);
    settle_vouchings(tx, now);
    EXPECT_TRUE(db::vouchings::find_locked(tx, id)->short_since);
    attest_by_roster(ben, now + 5 * day);
    now += 6 * day;
    settle_vouchings(tx, now);
    EXPECT_FALSE(db::vouchings::find_locked(tx, id)->short_since);
}

TEST_F(VouchingTest, LapsesAfterAYearAndCanBeRenewedBefore) {
    vouch();
    EXPECT_EQ(ask(ann, ben), "You are vouched for. It can be renewed 60 days before it ends.");
    now += 310 * day;
    attest_by_roster(ann, now - 100 * day);
    attest_by_roster(ben, now - 100 * day);
    const auto second = vouch();
    EXPECT_EQ(format_date(*db::vouchings::find_locked(tx, second)->until), "2028-08-06");
    now += 366 * day;
    settle_vouchings(tx, now);
    EXPECT_FALSE(holds());
    EXPECT_EQ(attested_as(), "");
}

TEST_F(VouchingTest, AQuestionEndsByANoByTheCandidateAndByItself) {
    ASSERT_EQ(ask(ann, ben), "asked");
    EXPECT_EQ(ask(ann, ben), "You have asked already. Cancel that first.");
    auto id = asked();
    ASSERT_TRUE(decline_vouching(tx, id, ben, now));
    EXPECT_FALSE(asked());
    EXPECT_EQ(confirm(ann, id), "There is no such vouching any more.");

    ASSERT_EQ(ask(ann, ben), "asked");
    EXPECT_TRUE(cancel_asking(tx, cat, now));
    EXPECT_FALSE(cancel_asking(tx, cat, now));

    ASSERT_EQ(ask(ann, ben), "asked");
    id = asked();
    now += 30 * day;
    EXPECT_EQ(confirm(ann, id), "There is no such vouching any more.");
    settle_vouchings(tx, now);
    EXPECT_FALSE(asked());
    now -= 29 * day;
    EXPECT_EQ(ask(ann, ben), "You have asked three times in a month. Please wait.");
}
