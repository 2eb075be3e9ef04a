#include "db/attestations.h"
#include "db/jobs.h"
#include "educators/import.h"
#include "members/address_blocks.h"
#include "members/duties.h"
#include "members/invitations.h"
#include "members/links.h"
#include "outbox/join.h"
#include "tests/web/web_support.h"

#include <fmt/format.h>

namespace {

/// One small district for all tests of this file: rosters are not rolled back, so every person has
/// an id and an address of their own, and packages are deltas.
class RosterWebTest : public WebTest {
  protected:
    RosterWebTest() {
        deps.roster = &roster;
        deps.papers = {.terms = "<p>Be <strong>kind</strong>.</p>",
                       .terms_at = now,
                       .privacy = "<p>We keep little.</p>",
                       .version = "v1"};
        deps.joining = &joining;
    }

    static std::string unique() { return "n" + crypto::hex(crypto::random_bytes(6)); }

    educators::ImportReport take(const std::string& rows,
                                 educators::ImportMode mode = educators::ImportMode::Apply) {
        const std::map<std::string, std::string> files{
            {"manifest.csv",
             "propertyName,value\noneroster.version,1.1\nfile.orgs,delta\nfile.users,delta\n"},
            {"orgs.csv",
             "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
             "s1,active,2026-01-01T00:00:00Z,One,school,,\n"},
            {"users.csv",
             "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,"
             "givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,"
             "password\n" +
                 rows}};
        educators::PackageFiles package;
        for (const auto& [name, bytes] : files)
            package.names.push_back(name);
        package.read = [files](const std::string& name, std::string& bytes, educators::Findings&) {
            bytes = files.at(name);
            return true;
        };
        now += std::chrono::seconds{1};
        return educators::run_import(roster, package, {}, {.mode = mode, .now = now});
    }
    std::string row(const std::string& id, const std::string& role, const char* status = "active") {
        return fmt::format("{0},{1},{2},true,s1,{3},{0},,Ann,{0},,,{0}@cedar.test,,,,,\n",
                           id,
                           status,
                           format_iso8601(now + std::chrono::milliseconds{500}),
                           role);
    }

    http::Response join(const std::string& name,
                        const std::string& email,
                        const std::string& invitation = "") {
        Browser browser{*this};
        const auto page = browser.get("/join?invite=" + invitation);
        return browser.post("/join",
                            {{"form_token", field(page, "form_token")},
                             {"invite", invitation},
                             {"version", field(page, "version")},
                             {"username", name},
                             {"email", email},
                             {"password", "green ladders sing"},
                             {"reason", "I teach."},
                             {"agreement", "true"}});
    }
    std::optional<db::User> user(const std::string& name) {
        db::Tx tx(pool);
        const auto account = db::accounts::find_by_handle(tx, name, "");
        return account ? db::users::find(tx, account->id) : std::nullopt;
    }
    http::Response confirm(const std::string& name) {
        const auto token = members::make_link_token(
            deps.link_key, members::LinkPurpose::Confirm, *user(name), now);
        Browser browser{*this};
        const auto page = browser.get("/confirm-email?token=" + token);
        return browser.post("/confirm-email",
                            {{"form_token", field(page, "form_token")}, {"token", token}});
    }
    bool is_attested(AccountId account) {
        db::Tx tx(pool);
        const auto standing = db::attestations::find_standing(tx, account);
        return standing && standing->is_good(now);
    }
    std::string invitation(int uses = 1) {
        db::Tx tx(pool);
        auto code = members::invite(tx, {.uses = uses, .by = "test"}, now);
        tx.commit();
        return *code;
    }

    members::AddressBlocks addresses{pool};
    outbox::SignUpDesk sign_ups{.pool = pool,
                                .instance = instance,
                                .passwords = passwords,
                                .addresses = addresses,
                                .throttle = throttle};
    educators::RosterDesk roster{.pool = pool,
                                 .settings = {.student_domains = {"student.cedar.test"}},
                                 .accounts = {.instance = &instance}};
    outbox::JoinDesk joining{
        .sign_ups = sign_ups, .roster = roster, .sends_mail = true, .terms_version = "v1"};
};

TEST_F(RosterWebTest, AnEducatorClaimsTheAccountByTheRostersAddress) {
    const auto id = unique();
    ASSERT_EQ(take(row(id, "teacher")).end, educators::ImportEnd::Applied);
    const auto asked = join(id, id + "@CEDAR.test");
    EXPECT_EQ(asked.status, 200);
    ASSERT_TRUE(user(id));
    EXPECT_TRUE(user(id)->is_waiting());
    EXPECT_FALSE(is_attested(user(id)->account));
    EXPECT_TRUE(has(confirm(id), "Welcome"));
    EXPECT_FALSE(user(id)->is_waiting());
    EXPECT_TRUE(is_attested(user(id)->account));
    // Once: the address is taken, and so is the person.
    EXPECT_EQ(join(unique(), id + "@cedar.test").status, 422);
}

TEST_F(RosterWebTest, WhoLeftTheRosterBeforeTheLetterWasAnsweredDoesNotComeIn) {
    const auto id = unique();
    take(row(id, "teacher"));
    join(id, id + "@cedar.test");
    take(row(id, "teacher", "tobedeleted"));
    EXPECT_FALSE(has(confirm(id), "Welcome"));
    EXPECT_TRUE(user(id)->is_waiting());
    EXPECT_FALSE(is_attested(user(id)->account));
}

TEST_F(RosterWebTest, TheAnswerTellsNobodyWhoIsInTheRoster) {
    const auto id = unique();
    take(row(id, "teacher"));
    const auto known = join(id, id + "@cedar.test");
    const auto stranger = unique();
    const auto unknown = join(stranger, stranger + "@elsewhere.test");
    EXPECT_EQ(known.status, unknown.status);
    EXPECT_EQ(known.body, unknown.body);
    EXPECT_FALSE(user(stranger));
}

TEST_F(RosterWebTest, NoStudentOrFamilyJoinsByHand) {
    const auto student = unique();
    const auto parent = unique();
    take(row(student, "student") + row(parent, "parent"));
    const auto code = invitation(10);
    EXPECT_EQ(join(student, student + "@cedar.test", code).status, 422);
    EXPECT_EQ(join(parent, parent + "@Cedar.Test", code).status, 422);
    EXPECT_EQ(join(unique(), unique() + "@student.cedar.test", code).status, 422);
    EXPECT_FALSE(user(student));
}

TEST_F(RosterWebTest, AnInvitationLetsInAsOftenAsItSaysAndAttestsNobody) {
    const auto code = invitation();
    const auto first = unique();
    const auto second = unique();
    EXPECT_EQ(join(first, first + "@mail.test", code).status, 200);
    ASSERT_TRUE(user(first));
    EXPECT_TRUE(has(confirm(first), "Welcome"));
    EXPECT_FALSE(user(first)->is_waiting());
    EXPECT_FALSE(is_attested(user(first)->account));
    join(second, second + "@mail.test", code);
    EXPECT_FALSE(user(second));

    const auto late = invitation();
    now += std::chrono::hours{24 * 15};
    join(second, second + "@mail.test", late);
    EXPECT_FALSE(user(second));
}

TEST_F(RosterWebTest, AnInvitationIsMadeShownOnceAndRevokedByTheOwner) {
    auto owner = signed_in(member(db::Role::Owner));
    const auto page = owner.get("/admin/invitations");
    ASSERT_EQ(page.status, 200);
    const auto made = owner.post("/admin/invitations",
                                 {{"form_token", field(page, "form_token")},
                                  {"note", "Retired <i>Ann</i>"},
                                  {"uses", "2"},
                                  {"days", "3"}});
    EXPECT_TRUE(has(made, "https://maple.test/join?invite&#x3D;") ||
                has(made, "https://maple.test/join?invite="));
    EXPECT_FALSE(has(owner.get("/admin/invitations"), "join?invite"));
    EXPECT_FALSE(has(made, "<i>Ann"));
    EXPECT_EQ(owner
                  .post("/admin/invitations",
                        {{"form_token", field(page, "form_token")}, {"uses", "101"}, {"days", "3"}})
                  .status,
              422);
    EXPECT_EQ(owner.post("/admin/invitations", {{"uses", "1"}}).status, 403);
    auto moderator = signed_in(member(db::Role::Moderator));
    EXPECT_EQ(moderator.get("/admin/invitations").status, 404);
}

TEST_F(RosterWebTest, OnlyTheOwnerAndRosterOfficersSeeTheRoster) {
    const auto teacher = member();
    auto browser = signed_in(teacher);
    auto moderator = signed_in(member(db::Role::Moderator));
    auto owner = signed_in(member(db::Role::Owner));
    for (const auto* path : {"/admin/roster", "/admin/roster/reviews", "/admin/roster/imports/1"}) {
        SCOPED_TRACE(path);
        EXPECT_EQ(browser.get(path).status, 404);
        EXPECT_EQ(moderator.get(path).status, 404);
        Browser stranger{*this};
        EXPECT_EQ(stranger.get(path).status, 303);
    }
    EXPECT_EQ(owner.get("/admin/roster").status, 200);
    {
        db::Tx tx(pool);
        EXPECT_TRUE(members::give_duty(tx, teacher.id, members::Duty::RosterOfficer, "test"));
        EXPECT_FALSE(members::give_duty(tx, teacher.id, members::Duty::RosterOfficer, "test"));
        tx.commit();
    }
    EXPECT_EQ(browser.get("/admin/roster").status, 200);
    {
        db::Tx tx(pool);
        EXPECT_TRUE(members::take_duty(tx, teacher.id, members::Duty::RosterOfficer, "test"));
        tx.commit();
    }
    EXPECT_EQ(browser.get("/admin/roster").status, 404);
}

TEST_F(RosterWebTest, WhatIsAcceptedIsShownWithItsVersionAndIsWhatWasShown) {
    Browser stranger{*this};
    const auto page = stranger.get("/join");
    EXPECT_TRUE(has(page, "<p>Be <strong>kind</strong>.</p>"));
    EXPECT_TRUE(has(page, "<p>We keep little.</p>"));
    EXPECT_TRUE(has(page, "Version v1"));
    EXPECT_TRUE(has(stranger.get("/terms-of-service"), "Be <strong>kind</strong>"));
    EXPECT_TRUE(has(stranger.get("/privacy-policy"), "We keep little"));
    const auto id = unique();
    take(row(id, "teacher"));
    const auto join_as = [&](const std::string& version) {
        return stranger.post("/join",
                             {{"form_token", field(page, "form_token")},
                              {"username", id},
                              {"email", id + "@cedar.test"},
                              {"password", "green ladders sing"},
                              {"agreement", "true"},
                              {"version", version}});
    };
    EXPECT_EQ(join_as("v0").status, 422);
    EXPECT_FALSE(user(id));
    EXPECT_EQ(join_as("v1").status, 200);
    EXPECT_TRUE(user(id));
    deps.papers.terms.clear();
    EXPECT_FALSE(has(stranger.get("/join"), "/terms-of-service"));
    EXPECT_EQ(stranger.get("/terms-of-service").status, 404);
}

TEST_F(RosterWebTest, TheServiceIsAskedByAButtonOnce) {
    auto owner = signed_in(member(db::Role::Owner));
    const auto bare = owner.get("/admin/roster");
    EXPECT_FALSE(has(bare, "/admin/roster/pull"));
    const auto token = field(bare, "form_token");
    EXPECT_EQ(owner.post("/admin/roster/pull", {{"form_token", token}}).status, 404);
    roster.settings.service_host = "sis.cedar.test";
    EXPECT_TRUE(has(owner.get("/admin/roster"), "Student checks are not fed by it"));
    roster.settings.service_reads_students = true;
    EXPECT_FALSE(has(owner.get("/admin/roster"), "Student checks are not fed by it"));
    EXPECT_EQ(owner.post("/admin/roster/pull", {}).status, 403);
    EXPECT_EQ(signed_in(member(db::Role::Moderator)).post("/admin/roster/pull", {}).status, 403);
    const auto waiting = [this] {
        db::Tx tx(pool);
        return db::jobs::size(tx).waiting;
    };
    const auto before = waiting();
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(owner.post("/admin/roster/pull", {{"form_token", token}}).status, 303);
        EXPECT_EQ(waiting(), before + 1);
        EXPECT_TRUE(has(owner.get("/admin/roster"), "It is being asked"));
    }
}

TEST_F(RosterWebTest, AFaultyPackageIsExplainedAndAChangeNeedsTheForm) {
    auto owner = signed_in(member(db::Role::Owner));
    const auto page = owner.get("/admin/roster");
    const auto token = field(page, "form_token");
    auto uploading = owner;
    uploading.headers.set("Content-Type", "multipart/form-data; boundary=x");
    const auto body = "--x\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n" + token +
                      "\r\n--x\r\nContent-Disposition: form-data; name=\"package\"; "
                      "filename=\"a.zip\"\r\n\r\nno zip\r\n--x--\r\n";
    const auto answer = uploading.send("POST", "/admin/roster", body);
    ASSERT_EQ(answer.status, 303) << answer.body;
    const auto shown = owner.get(location(answer));
    EXPECT_TRUE(has(shown, "is no ZIP that can be read"));
    EXPECT_TRUE(has(shown, "export the package again"));

    const auto id = unique();
    take(row(id, "proctor"));
    db::Tx tx(pool);
    const auto person = db::roster_people::find_by_sourced_id(tx, id);
    const auto target = "/admin/roster/reviews/" + to_string(person->id) + "/accept";
    EXPECT_TRUE(has(owner.get("/admin/roster/reviews"), "as a proctor only"));
    EXPECT_EQ(owner.post(target, {}).status, 403);
    EXPECT_EQ(db::roster_people::find(tx, person->id)->state, "review");
    EXPECT_EQ(owner.post(target, {{"form_token", token}}).status, 303);
    EXPECT_EQ(db::roster_people::find(tx, person->id)->state, "educator");
    auto teacher = signed_in(member());
    const auto own = field(teacher.get("/settings"), "form_token");
    EXPECT_EQ(teacher.post(target, {{"form_token", own}}).status, 404);
}

TEST_F(RosterWebTest, ALargeImportIsAppliedWhenASecondPersonAgreed) {
    std::string rows;
    std::string last;
    for (int i = 0; i < 21; ++i) {
        last = unique();
        rows += row(last, "teacher");
    }
    const auto report = take(rows, educators::ImportMode::Preview);
    ASSERT_EQ(report.end, educators::ImportEnd::Waits);
    const auto page = "/admin/roster/imports/" + to_string(report.id);
    const auto is_in = [&] {
        db::Tx tx(pool);
        return db::roster_people::find_by_sourced_id(tx, last).has_value();
    };
    auto first = signed_in(member(db::Role::Owner));
    auto second = signed_in(member(db::Role::Owner));
    const auto token = [&](Browser& browser) {
        return field(browser.get("/settings"), "form_token");
    };
    EXPECT_TRUE(has(first.get(page), "Ask for a second person"));
    EXPECT_EQ(first.post(page + "/apply", {{"form_token", token(first)}}).status, 422);
    EXPECT_EQ(location(first.post(page + "/apply",
                                  {{"form_token", token(first)}, {"reason", "a new school"}})),
              "/admin/approvals");
    EXPECT_FALSE(is_in());
    const auto approvals = second.get("/admin/approvals");
    EXPECT_TRUE(has(approvals, "21 people become educators"));
    const auto at = approvals.body.find("/approve\"");
    const auto from = approvals.body.rfind("/admin/approvals/", at);
    EXPECT_EQ(second
                  .post(approvals.body.substr(from, at - from) + "/approve",
                        {{"form_token", token(second)}, {"password", password}})
                  .status,
              303);
    EXPECT_FALSE(is_in()) << "who asked applies it";
    EXPECT_TRUE(has(first.get(page), "Apply it"));
    EXPECT_EQ(first.post(page + "/apply", {{"form_token", token(first)}}).status, 303);
    EXPECT_TRUE(is_in());
}

} // namespace
