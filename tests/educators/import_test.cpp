#include "base/crypto.h"
#include "db/attestations.h"
#include "db/leavings.h"
#include "db/query.h"
#include "db/stay_requests.h"
#include "db/student_marks.h"
#include "db/users.h"
#include "educators/import.h"
#include "educators/leavers.h"
#include "educators/reviews.h"
#include "educators/student_marks.h"
#include "educators/watch.h"
#include "tests/educators/roster_support.h"
#include "tests/support/database.h"

namespace educators {
namespace {

/// Imports commit, and there is one roster; each test begins with an empty one.
class RosterImport : public testing::Test {
  protected:
    RosterImport() { forget(); }
    ~RosterImport() override { forget(); }

    static void forget() {
        db::Tx tx(test_pool());
        db::exec(
            tx, "TRUNCATE roster_people, roster_roles, roster_orgs, roster_others, roster_imports, staff_marks");
        tx.commit();
    }
    /// Everything that the database holds, as text.
    static std::string dump() {
        db::Tx tx(test_pool());
        return db::Columns(db::exec(tx, "SELECT database_to_xml(true, false, '')::text").front())
            .text();
    }

    ImportReport take(const std::filesystem::path& folder, ImportRequest request = {}) {
        request.now = test_now;
        request.taken_at = bulk_taken;
        Findings findings;
        const auto files = open_package(folder, findings);
        EXPECT_TRUE(files);
        return run_import(desk, *files, std::move(findings), request);
    }
    ImportReport take_sample(const std::string& name, ImportRequest request = {}) {
        return take("tests/data/oneroster/" + name, std::move(request));
    }
    static std::map<std::string, std::string> outcomes(const ImportReport& report) {
        std::map<std::string, std::string> all;
        for (const auto& one : report.outcomes)
            all.emplace(one.sourced_id, to_string(one.outcome));
        return all;
    }
    static std::optional<db::RosterPerson> person(const std::string& id) {
        db::Tx tx(test_pool());
        return db::roster_people::find_by_sourced_id(tx, id);
    }
    static db::roster_people::Counts counts() {
        db::Tx tx(test_pool());
        return db::roster_people::count(tx);
    }
    /// An account of ours that claimed this person.
    static AccountId bind(const std::string& id) {
        db::Tx tx(test_pool());
        const auto name = "t" + crypto::hex(crypto::random_bytes(8));
        const auto account =
            db::accounts::insert(tx, {.uri = "https://maple.test/users/" + name, .username = name});
        db::users::insert(tx, {.account = account, .password_hash = "none"});
        const auto found = db::roster_people::find_by_sourced_id(tx, id);
        db::roster_people::bind_account(tx, found->id, account, test_now);
        tx.commit();
        return account;
    }
    static db::MemberState state_of(AccountId account) {
        db::Tx tx(test_pool());
        return db::users::find(tx, account)->state;
    }

    /// The first package once more, later.
    void list_again() {
        const auto request = ImportRequest{.now = test_now, .taken_at = test_now};
        Findings findings;
        const auto files = open_package("tests/data/oneroster/v1p1-bulk", findings);
        ASSERT_EQ(run_import(desk, *files, {}, request).end, ImportEnd::Applied);
    }
    /// They ask to stay as retired, and an officer approves.
    Result<Done> let_stay(AccountId account) {
        db::Tx tx(test_pool());
        if (auto asked = ask_to_stay(tx, {.account = account, .kind = "retired"}, test_now); !asked)
            return asked;
        const auto request = db::stay_requests::find_latest(tx, account);
        auto approved =
            approve_stay(tx, instance, {}, {.request = request->id, .by = "officer"}, test_now);
        if (approved) tx.commit();
        return approved;
    }
    static std::string kind_of(AccountId account) {
        db::Tx tx(test_pool());
        const auto standing = db::attestations::find_standing(tx, account);
        return standing && standing->is_good(test_now) ? standing->kind : "";
    }

    static bool is_attested(AccountId account) {
        db::Tx tx(test_pool());
        const auto standing = db::attestations::find_standing(tx, account);
        return standing && standing->is_good(test_now);
    }

    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    RosterDesk desk{.pool = test_pool(),
                    .settings = {.student_domains = student_domains},
                    .accounts = {.instance = &instance}};
};

using std::chrono::seconds;

TEST_F(RosterImport, EveryPackageHasTheExpectedOutcomesAndTwiceChangesNothing) {
    for (const auto* version : {"v1p1", "v1p2"}) {
        forget();
        for (const auto* part : {"-bulk", "-delta"}) {
            const auto name = std::string(version) + part;
            SCOPED_TRACE(name);
            const auto expected = expected_of("tests/data/oneroster/" + name);
            const auto first = take_sample(name);
            ASSERT_EQ(first.end, ImportEnd::Applied);
            EXPECT_EQ(outcomes(first), expected);
            EXPECT_FALSE(first.differences.empty());
            const auto second = take_sample(name);
            EXPECT_EQ(outcomes(second), expected);
            EXPECT_TRUE(second.differences.empty());
        }
    }
}

TEST_F(RosterImport, KeepsNothingThatNamesStudentsOrFamilies) {
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    const auto all = dump();
    EXPECT_NE(all.find("m.alvarez@cedarfork.example"), std::string::npos);
    for (const auto* word : {"TRAP",
                             "Avery",
                             "a.stone@",
                             "Mallory",
                             "mr.jones",
                             "小明",
                             "petra.h@",
                             ">u26<",
                             ">u33<",
                             "Haddad"}) {
        EXPECT_EQ(all.find(word), std::string::npos) << word;
    }
    db::Tx tx(test_pool());
    const auto others = db::roster_others::count(tx);
    EXPECT_EQ(others.students, 6);
    EXPECT_EQ(others.families, 5);
    const auto hash = load_keyed_hash(tx);
    EXPECT_EQ(
        db::roster_others::find_kind(tx, hash.of_email("A.STONE@student.cedarfork.example"), ""),
        's');
    EXPECT_EQ(db::roster_others::find_kind(tx, "", hash.of_name("Petra", "Haddad")), 'f');
    // u29 is a student with the address of u01, u35 a parent with the name of u10.
    EXPECT_FALSE(
        db::roster_others::find_kind(tx, hash.of_email("m.alvarez@cedarfork.example"), ""));
    EXPECT_FALSE(db::roster_others::find_kind(tx, "", hash.of_name("Joy", "Okafor")));
}

// By what the student-privacy guard knows a student again (ATTACKS: no name is stored, see above).
TEST_F(RosterImport, KeepsMarksOfStudentsAndOfStaffWhoAreCalledSo) {
    take_sample("v1p1-bulk");
    db::Tx tx(test_pool());
    const auto hash = load_keyed_hash(tx);
    const auto is_student = [&](Mark mark) {
        return db::student_marks::find(tx, {mark}).students.size() == 1;
    };
    const auto is_staff = [&](Mark mark) {
        return db::student_marks::find(tx, {mark}).staff.size() == 1;
    };
    EXPECT_TRUE(is_student(mark_of_pair(hash, "avery", "stone")));
    EXPECT_TRUE(is_student(mark_of_pair(hash, "stone", "avery")));
    EXPECT_TRUE(is_student(mark_of_given(hash, "avery")));
    EXPECT_TRUE(is_student(mark_of_identifier(hash, "A.Stone@student.cedarfork.example")));
    EXPECT_FALSE(is_student(mark_of_pair(hash, "petra", "haddad"))) << "a parent";
    EXPECT_TRUE(is_staff(mark_of_pair(hash, "okafor", "joy")));
    EXPECT_FALSE(is_student(mark_of_pair(hash, "joy", "okafor")));
    EXPECT_FALSE(db::student_marks::find_means(tx).key.empty());
}

TEST_F(RosterImport, ADryRunTellsTheSameAndChangesNothing) {
    const auto before = dump();
    const auto dry = take_sample("v1p1-bulk", {.mode = ImportMode::DryRun});
    EXPECT_EQ(dry.end, ImportEnd::LookedAt);
    EXPECT_EQ(outcomes(dry), expected_of("tests/data/oneroster/v1p1-bulk"));
    EXPECT_EQ(take_sample("invalid/latin1", {.mode = ImportMode::DryRun}).end, ImportEnd::Refused);
    // The key for hashes is made once, whatever is done first.
    const auto after = dump();
    EXPECT_EQ(after.find("alvarez"), std::string::npos);
    EXPECT_EQ(counts().educators, 0);
    EXPECT_LE(after.size(), before.size() + 1'000);
}

TEST_F(RosterImport, ARefusedPackageChangesNothingAndIsRemembered) {
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    for (const auto* name : {"duplicate-header",
                             "empty-users",
                             "header-order",
                             "latin1",
                             "missing-file",
                             "newline-in-field",
                             "no-manifest",
                             "unclosed-quote",
                             "version-mismatch"}) {
        SCOPED_TRACE(name);
        const auto report = take_sample(std::string("invalid/") + name);
        EXPECT_EQ(report.end, ImportEnd::Refused);
        EXPECT_EQ(counts().educators, 17);
        db::Tx tx(test_pool());
        EXPECT_EQ(db::roster_imports::find(tx, report.id)->state, "refused");
    }
}

TEST_F(RosterImport, AShrinkingSnapshotWaitsUntilAPersonReleasesIt) {
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    const auto report = take_sample("invalid/shrink");
    ASSERT_EQ(report.end, ImportEnd::Waits);
    EXPECT_EQ(report.educators_lost, 14U);
    EXPECT_EQ(counts().educators, 17);
    const auto changed = release_import(desk, report.id, "owner", test_now);
    ASSERT_TRUE(changed);
    EXPECT_EQ(counts().educators, 3);
    EXPECT_EQ(person("u12")->state, "removed");
    EXPECT_FALSE(release_import(desk, report.id, "owner", test_now));

    forget();
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    EXPECT_EQ(take_sample("invalid/shrink", {.accept_shrink = true}).end, ImportEnd::Applied);
    EXPECT_EQ(counts().educators, 3);
}

TEST_F(RosterImport, WhatWaitsIsForgottenOrGoesStale) {
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    const auto rejected = take_sample("invalid/shrink");
    ASSERT_TRUE(reject_import(desk, rejected.id, "owner", test_now));
    EXPECT_FALSE(release_import(desk, rejected.id, "owner", test_now));
    const auto stale = take_sample("invalid/shrink");
    ASSERT_EQ(take_sample("v1p1-delta").end, ImportEnd::Applied);
    const auto released = release_import(desk, stale.id, "owner", test_now);
    ASSERT_FALSE(released);
    EXPECT_EQ(released.error().kind, Error::Kind::Unprocessable);
    EXPECT_EQ(counts().educators, 18);
}

TEST_F(RosterImport, AWaitingImportHoldsNoStudent) {
    const auto report = take_sample("v1p1-bulk", {.mode = ImportMode::Preview});
    ASSERT_EQ(report.end, ImportEnd::Waits);
    const auto all = dump();
    for (const auto* word : {"Avery", "a.stone@", "petra.h@", "u26", "u33"})
        EXPECT_EQ(all.find(word), std::string::npos) << word;
    ASSERT_TRUE(release_import(desk, report.id, "owner", test_now));
    EXPECT_EQ(counts().educators, 17);
    db::Tx tx(test_pool());
    EXPECT_EQ(db::roster_others::count(tx).students, 6);
}

TEST_F(RosterImport, AccountsFollowTheRoster) {
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    const auto leaver = bind("u18");
    const auto stays = bind("u01");
    const auto back = bind("u06");
    {
        db::Tx tx(test_pool());
        db::users::set_state(tx, back, db::MemberState::Disabled);
        auto disabled = *db::roster_people::find_by_sourced_id(tx, "u06");
        disabled.closed_account = true;
        db::roster_people::store(tx, std::span(&disabled, 1), test_now);
        tx.commit();
    }
    // A snapshot attests again whoever is not; here everybody, the accounts being new.
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    EXPECT_TRUE(is_attested(leaver));
    EXPECT_TRUE(is_attested(stays));
    EXPECT_FALSE(is_attested(back));
    ASSERT_EQ(take_sample("v1p1-delta").end, ImportEnd::Applied);
    EXPECT_FALSE(is_attested(leaver));
    EXPECT_TRUE(is_attested(stays));
    EXPECT_TRUE(is_attested(back));
    EXPECT_EQ(state_of(leaver), db::MemberState::Left);
    EXPECT_EQ(state_of(stays), db::MemberState::Active);
    EXPECT_EQ(state_of(back), db::MemberState::Active);
    EXPECT_EQ(person("u01")->family_name, "Álvarez-Stone");
    EXPECT_EQ(person("u01")->account, stays);
}

TEST_F(RosterImport, WhomAModeratorShutOutTheRosterDoesNotLetIn) {
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    const auto account = bind("u18");
    {
        db::Tx tx(test_pool());
        db::users::set_state(tx, account, db::MemberState::Disabled);
        tx.commit();
    }
    ASSERT_EQ(take_sample("v1p1-delta").end, ImportEnd::Applied); // u18 is gone,
    auto request = ImportRequest{.now = test_now, .taken_at = test_now};
    Findings findings;
    const auto files = open_package("tests/data/oneroster/v1p1-bulk", findings);
    ASSERT_EQ(run_import(desk, *files, {}, request).end, ImportEnd::Applied); // and back.
    EXPECT_EQ(person("u18")->state, "educator");
    EXPECT_NE(state_of(account), db::MemberState::Active);
}

TEST_F(RosterImport, TheLeaversTimeEndsWhenTheRosterListsThemAgain) {
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    const auto account = bind("u18");
    ASSERT_EQ(take_sample("v1p1-delta").end, ImportEnd::Applied);
    {
        db::Tx tx(test_pool());
        const auto leaving = db::leavings::find(tx, account);
        ASSERT_TRUE(leaving);
        EXPECT_EQ(leaving->left_at, test_now);
        ASSERT_TRUE(ask_to_stay(tx, {.account = account, .kind = "retired"}, test_now));
        tx.commit();
    }
    list_again();
    EXPECT_EQ(state_of(account), db::MemberState::Active);
    db::Tx tx(test_pool());
    EXPECT_FALSE(db::leavings::find(tx, account));
    EXPECT_FALSE(db::stay_requests::find_latest(tx, account));
}

TEST_F(RosterImport, WhoStaysAsRetiredIsAttestedByTheRosterOnceListedAgain) {
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    const auto account = bind("u18");
    ASSERT_EQ(take_sample("v1p1-delta").end, ImportEnd::Applied);
    ASSERT_TRUE(let_stay(account));
    EXPECT_EQ(kind_of(account), "retired");
    EXPECT_FALSE(person("u18")->closed_account);
    ASSERT_EQ(take_sample("v1p1-delta").end, ImportEnd::Applied);
    EXPECT_EQ(state_of(account), db::MemberState::Active) << "the same roster changes nothing";
    EXPECT_EQ(kind_of(account), "retired");
    list_again();
    EXPECT_EQ(state_of(account), db::MemberState::Active);
    EXPECT_NE(kind_of(account), "retired");
}

TEST_F(RosterImport, AnOfficerDoesNotLetInWhomAModeratorShutOut) {
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    const auto account = bind("u18");
    {
        db::Tx tx(test_pool());
        db::users::set_state(tx, account, db::MemberState::Disabled);
        tx.commit();
    }
    ASSERT_EQ(take_sample("v1p1-delta").end, ImportEnd::Applied);
    const auto refused = let_stay(account);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Error::Kind::Unprocessable);
    EXPECT_EQ(state_of(account), db::MemberState::Left);
}

TEST_F(RosterImport, APersonDecidesWhatTheRosterCannot) {
    ASSERT_EQ(take_sample("v1p1-bulk").end, ImportEnd::Applied);
    ASSERT_EQ(take_sample("v1p1-delta").end, ImportEnd::Applied);
    const auto proctor = person("u20");
    ASSERT_TRUE(decide_review(desk, proctor->id, Decision::Accepted, "owner", test_now));
    EXPECT_EQ(person("u20")->state, "educator");
    EXPECT_FALSE(decide_review(desk, proctor->id, Decision::Accepted, "owner", test_now));
    const auto twice = person("u24");
    EXPECT_FALSE(decide_review(desk, twice->id, Decision::Accepted, "owner", test_now));
    ASSERT_TRUE(decide_review(desk, person("u26")->id, Decision::Refused, "owner", test_now));
    EXPECT_EQ(person("u26")->state, "review");
    EXPECT_EQ(person("u26")->decision, "refused");
    // Decisions outlive the next import.
    ASSERT_EQ(take_sample("v1p1-delta").end, ImportEnd::Applied);
    EXPECT_EQ(person("u20")->state, "educator");
    EXPECT_EQ(person("u26")->decision, "refused");
}

TEST_F(RosterImport, RolesBeginAndEndWithoutAnImport) {
    ASSERT_EQ(take_sample("v1p2-bulk").end, ImportEnd::Applied);
    ASSERT_EQ(take_sample("v1p2-delta").end, ImportEnd::Applied);
    EXPECT_EQ(judge_today(desk, test_now), 0U);
    db::Tx tx(test_pool());
    auto person = *db::roster_people::find_by_sourced_id(tx, "u01");
    person.roles.front().ends = std::chrono::floor<std::chrono::days>(test_now);
    db::roster_people::store(tx, std::span(&person, 1), test_now);
    tx.commit();
    EXPECT_EQ(judge_today(desk, test_now), 0U);
    EXPECT_EQ(judge_today(desk, test_now + std::chrono::hours{24}), 1U);
    EXPECT_EQ(RosterImport::person("u01")->state, "removed");
}

TEST_F(RosterImport, AWatchedPackageIsTakenOnceAndOnlyWhenItIsWhole) {
    const auto folder = std::filesystem::temp_directory_path() / "staffroom-watched";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    std::filesystem::copy("tests/data/oneroster/v1p1-bulk", folder / "monday");
    std::ofstream(folder / "notes.txt") << "not a package";
    const Time now = system_now();
    EXPECT_EQ(import_watched(desk, folder, now), 0); // Written a moment ago.
    EXPECT_EQ(import_watched(desk, folder, now + seconds{61}), 1);
    EXPECT_EQ(counts().educators, 17);
    EXPECT_EQ(import_watched(desk, folder, now + seconds{122}), 0);
    std::ofstream(folder / "half.zip") << "PK";
    EXPECT_EQ(import_watched(desk, folder, now + seconds{200}), 1); // Refused, once.
    EXPECT_EQ(import_watched(desk, folder, now + seconds{300}), 0);
    EXPECT_EQ(import_watched(desk, folder / "absent", now), 0);
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace educators
