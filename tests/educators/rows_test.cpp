#include "tests/educators/roster_support.h"

namespace educators {
namespace {

constexpr auto users_v1p1 =
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n";
constexpr auto users_v1p2 =
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,"
    "resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,"
    "primaryOrgSourcedId,pronouns\n";
constexpr auto roles_header = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,"
                              "beginDate,endDate,orgSourcedId,userProfileSourcedId\n";
constexpr auto orgs = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
                      "s1,,,One,school,,\n";

using Files = std::map<std::string, std::string>;

std::string manifest(const std::string& version, const std::string& mode, const char* orgs_mode) {
    auto text = "propertyName,value\nmanifest.version,1.0\noneroster.version," + version +
                "\nfile.orgs," + orgs_mode + "\nfile.users," + mode + "\n";
    if (version == "1.2") text += "file.roles," + mode + "\n";
    return text;
}

Files bulk_v1p1(const std::string& rows) {
    return {{"manifest.csv", manifest("1.1", "bulk", "bulk")},
            {"orgs.csv", orgs},
            {"users.csv", users_v1p1 + rows}};
}
Files delta_v1p1(const std::string& rows) {
    return {{"manifest.csv", manifest("1.1", "delta", "absent")}, {"users.csv", users_v1p1 + rows}};
}
Files bulk_v1p2(const std::string& users, const std::string& roles) {
    return {{"manifest.csv", manifest("1.2", "bulk", "bulk")},
            {"orgs.csv", orgs},
            {"users.csv", users_v1p2 + users},
            {"roles.csv", roles_header + roles}};
}

/// A row of 1.1, undated.
std::string user(const std::string& id, const std::string& role, const std::string& mail = "") {
    return id + ",,,true,s1," + role + "," + id + ",,Ann," + id + ",,," + mail + ",,,,,\n";
}
std::string changed(const std::string& id,
                    const std::string& role,
                    const std::string& status,
                    const std::string& when,
                    const std::string& mail = "") {
    return id + "," + status + "," + when + ",true,s1," + role + "," + id + ",,Ann," + id + ",,," +
           mail + ",,,,,\n";
}
std::string user_v1p2(const std::string& id, const std::string& org = "s1") {
    return id + ",,,true," + id + ",,Ann," + id + ",,,,,,,,,,,,,," + org + ",\n";
}
std::string role_v1p2(const std::string& id,
                      const std::string& who,
                      const std::string& role,
                      const std::string& dates = ",",
                      const std::string& org = "s1") {
    return id + ",,," + who + ",primary," + role + "," + dates + "," + org + ",\n";
}

using Outcomes = std::map<std::string, std::string>;

TEST(RosterRows, OneRowOfAnyShape) {
    const struct {
        const char* name;
        std::string rows;
        Outcomes outcomes;
        const char* told; ///< A finding that there must be; "": none.
    } cases[] = {
        {"a teacher", user("a", "teacher"), {{"a", "educator"}}, ""},
        {"a role of 1.2", user("a", "principal"), {{"a", "error"}}, "role"},
        {"a role with the prefix of 1.2", user("a", "ext:coach"), {{"a", "error"}}, "role"},
        {"a blank before the role", user("a", " teacher"), {{"a", "error"}}, "role"},
        {"no role", user("a", ""), {{"a", "error"}}, "role"},
        {"too few columns", "a,,,true,s1,teacher\n", {{"a", "error"}}, "columns"},
        {"too many columns", "a" + std::string(20, ',') + "\n", {{"a", "error"}}, "columns"},
        {"no id", user("", "teacher"), {}, "no-id"},
        {"not enabled, oddly written",
         "a,,,yes,s1,teacher,a,,Ann,A,,,,,,,,\n",
         {{"a", "error"}},
         "boolean"},
        {"False", "a,,,False,s1,teacher,a,,Ann,A,,,,,,,,\n", {{"a", "disabled"}}, "boolean-case"},
        {"one of two orgs is unknown",
         "a,,,true,\"s1,s2\",teacher,a,,Ann,A,,,,,,,,\n",
         {{"a", "error"}},
         "org-unknown"},
        {"no org", "a,,,true,,teacher,a,,Ann,A,,,,,,,,\n", {{"a", "error"}}, "no-org"},
        {"a student of an unknown org",
         "a,,,true,s9,student,a,,Ann,A,,,,,,,,\n",
         {{"a", "error"}},
         "org-unknown"},
        {"nobody's name", "a,,,true,s1,teacher,a,,,,,,,,,,,\n", {{"a", "error"}}, "no-name"},
        {"one name", "a,,,true,s1,teacher,a,,,Madonna,,,,,,,,\n", {{"a", "educator"}}, ""},
        {"an address that is none", user("a", "teacher", "nobody"), {{"a", "educator"}}, "email"},
        {"the same row twice",
         user("a", "teacher") + user("a", "teacher"),
         {{"a", "educator"}},
         "same-row"},
        {"one id for a teacher and a student",
         user("a", "teacher") + user("a", "student"),
         {{"a", "review"}},
         "id-twice"},
        {"one id for a student and a teacher",
         user("a", "student") + user("a", "teacher"),
         {{"a", "review"}},
         "id-twice"},
        {"an address below the students' domain",
         user("a", "teacher", "a@x.Student.CedarFork.example"),
         {{"a", "review"}},
         ""},
        {"an address that only ends alike",
         user("a", "teacher", "a@notstudent.cedarfork.example"),
         {{"a", "educator"}},
         ""},
        {"a status in a bulk file",
         changed("a", "teacher", "active", ""),
         {{"a", "educator"}},
         "bulk-status"},
        {"a deleted student in a bulk file",
         changed("a", "student", "tobedeleted", ""),
         {{"a", "ignored"}},
         "bulk-deleted"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        District district;
        ASSERT_TRUE(district.take(package_of(bulk_v1p1(c.rows))));
        EXPECT_EQ(district.outcomes(), c.outcomes);
        if (*c.told != '\0')
            EXPECT_EQ(district.told(c.told), 1U);
        else
            EXPECT_TRUE(district.findings.list().empty())
                << describe(district.findings.list().front());
    }
}

TEST(RosterRows, RolesOfV1p2CountTodayAndOnlyWhereTheyAreGood) {
    const struct {
        const char* name;
        std::string roles;
        const char* outcome;
    } cases[] = {
        {"a teacher", role_v1p2("r", "a", "teacher"), "educator"},
        {"from today", role_v1p2("r", "a", "teacher", "2026-11-03,"), "educator"},
        {"until today", role_v1p2("r", "a", "teacher", "2026-08-01,2026-11-03"), "educator"},
        {"until yesterday", role_v1p2("r", "a", "teacher", "2026-08-01,2026-11-02"), "ignored"},
        {"from tomorrow", role_v1p2("r", "a", "teacher", "2026-11-04,"), "ignored"},
        {"no such day", role_v1p2("r", "a", "teacher", "2026-02-30,"), "error"},
        {"a role of 1.1", role_v1p2("r", "a", "administrator"), "error"},
        {"an extension alone", role_v1p2("r", "a", "ext:coach"), "ignored"},
        {"a proctor", role_v1p2("r", "a", "proctor"), "review"},
        {"a proctor who teaches",
         role_v1p2("r", "a", "proctor") + role_v1p2("q", "a", "teacher"),
         "educator"},
        {"a teacher who is a parent",
         role_v1p2("r", "a", "teacher") + role_v1p2("q", "a", "parent"),
         "educator"},
        {"a good role and a broken one",
         role_v1p2("r", "a", "teacher") + role_v1p2("q", "a", "Teacher"),
         "educator"},
        {"a good role and one at an unknown org",
         role_v1p2("r", "a", "teacher") + role_v1p2("q", "a", "aide", ",", "s9"),
         "educator"},
        {"a student role that ended",
         role_v1p2("r", "a", "teacher") + role_v1p2("q", "a", "student", "2020-08-01,2024-06-30"),
         "educator"},
        {"a student role today",
         role_v1p2("r", "a", "teacher") + role_v1p2("q", "a", "student"),
         "review"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        District district;
        ASSERT_TRUE(district.take(package_of(bulk_v1p2(user_v1p2("a"), c.roles))));
        EXPECT_EQ(district.outcomes(), (Outcomes{{"a", c.outcome}}));
    }
}

TEST(RosterRows, ARoleNeedsItsUser) {
    District district;
    ASSERT_TRUE(district.take(package_of(bulk_v1p2(
        user_v1p2("a"), role_v1p2("r", "a", "teacher") + role_v1p2("q", "b", "teacher")))));
    EXPECT_EQ(district.outcomes(), (Outcomes{{"a", "educator"}, {"b", "error"}}));
    EXPECT_EQ(district.told("user-unknown"), 1U);
    ASSERT_TRUE(
        district.take(package_of(bulk_v1p2(user_v1p2("a", "s9"), role_v1p2("r", "a", "teacher")))));
    EXPECT_EQ(district.outcomes(), (Outcomes{{"a", "educator"}})); // Held, so nothing changes.
    EXPECT_EQ(district.told("org-unknown"), 1U);
}

TEST(RosterRows, ASnapshotRemovesWhoIsMissingButNotWhoseRowIsBroken) {
    District district;
    ASSERT_TRUE(district.take(
        package_of(bulk_v1p1(user("a", "teacher") + user("b", "teacher") + user("c", "teacher")))));
    ASSERT_TRUE(district.take(package_of(bulk_v1p1(user("a", "teacher") + user("b", "Teacher")))));
    EXPECT_EQ(district.outcomes(),
              (Outcomes{{"a", "educator"}, {"b", "educator"}, {"c", "removed"}}));
    ASSERT_TRUE(district.take(
        package_of(bulk_v1p1(user("a", "parent") + user("b", "teacher") + user("c", "teacher")))));
    EXPECT_EQ(district.outcomes(),
              (Outcomes{{"a", "removed"}, {"b", "educator"}, {"c", "educator"}}));
    EXPECT_EQ(district.others.size(), 1U);
    // A parent yesterday.
    ASSERT_TRUE(district.take(
        package_of(bulk_v1p1(user("a", "teacher") + user("b", "teacher") + user("c", "teacher")))));
    EXPECT_EQ(district.person("a")->state, "review");
    EXPECT_EQ(district.person("a")->reasons, std::vector<std::string>{"was_family"});
    // And a person has to say so: the next snapshot does not.
    ASSERT_TRUE(district.take(
        package_of(bulk_v1p1(user("a", "teacher") + user("b", "teacher") + user("c", "teacher")))));
    EXPECT_EQ(district.person("a")->state, "review");
    EXPECT_TRUE(district.plan.changes.empty());
}

TEST(RosterRows, ADeltaNeverGoesBack) {
    District district;
    ASSERT_TRUE(district.take(package_of(bulk_v1p1(user("a", "teacher")))));
    const auto after = [](const std::string& rows) { return package_of(delta_v1p1(rows)); };
    ASSERT_TRUE(
        district.take(after(changed("a", "teacher", "tobedeleted", "2026-11-02T08:00:00Z"))));
    EXPECT_EQ(district.person("a")->state, "removed");
    ASSERT_TRUE(district.take(after(changed("a", "teacher", "active", "2026-11-01T08:00:00Z"))));
    EXPECT_EQ(district.person("a")->state, "removed");
    EXPECT_EQ(district.told("older"), 1U);
    ASSERT_TRUE(district.take(after(changed("a", "teacher", "active", "2026-11-02T09:00:00Z"))));
    EXPECT_EQ(district.person("a")->state, "educator");
    for (const auto* when : {"", "yesterday", "2026-11-02", "2027-01-01T00:00:00Z"}) {
        SCOPED_TRACE(when);
        ASSERT_TRUE(district.take(after(changed("a", "teacher", "tobedeleted", when))));
        EXPECT_EQ(district.person("a")->state, "educator");
        EXPECT_EQ(district.told("modified"), 1U);
    }
    // An older snapshot is refused whole.
    EXPECT_FALSE(district.take(
        package_of(bulk_v1p1(user("b", "teacher"))), test_now, at("2026-09-01T00:00:00Z")));
    // A newer one that does not know what the delta told later leaves that alone.
    ASSERT_TRUE(district.take(
        package_of(bulk_v1p1(user("b", "teacher"))), test_now, at("2026-11-02T08:30:00Z")));
    EXPECT_EQ(district.person("a")->state, "educator");
}

TEST(RosterRows, SharedAddressesHoldBothAcrossDeltas) {
    District district;
    ASSERT_TRUE(district.take(package_of(bulk_v1p1(user("a", "teacher", "a@cedar.example")))));
    ASSERT_TRUE(district.take(package_of(
        delta_v1p1(changed("b", "aide", "active", "2026-11-02T08:00:00Z", "A@Cedar.example")))));
    EXPECT_EQ(district.person("a")->state, "review");
    EXPECT_EQ(district.person("b")->state, "review");
    ASSERT_TRUE(district.take(package_of(
        delta_v1p1(changed("b", "aide", "active", "2026-11-02T09:00:00Z", "b@cedar.example")))));
    EXPECT_EQ(district.person("a")->state, "educator");
    EXPECT_EQ(district.person("b")->state, "educator");
}

TEST(RosterRows, AStudentsAddressUnderANewIdIsLookedAt) {
    District district;
    ASSERT_TRUE(district.take(
        package_of(bulk_v1p1(user("a", "teacher") + user("s", "student", "kid@mail.example")))));
    ASSERT_TRUE(district.take(package_of(
        delta_v1p1(changed("t", "aide", "active", "2026-11-02T08:00:00Z", "kid@mail.example")))));
    EXPECT_EQ(district.person("t")->state, "review");
}

TEST(RosterRows, DecisionsHoldUntilSomethingNewIsKnown) {
    District district;
    ASSERT_TRUE(district.take(package_of(bulk_v1p1(user("a", "proctor")))));
    auto& person = district.held.people.front();
    person.decision = "accepted";
    person.decided_reasons = person.reasons;
    ASSERT_TRUE(district.take(package_of(bulk_v1p1(user("a", "proctor")))));
    EXPECT_EQ(district.person("a")->state, "educator");
    EXPECT_EQ(district.person("a")->kind, "aide");
    ASSERT_TRUE(
        district.take(package_of(bulk_v1p1(user("a", "proctor", "a@student.cedarfork.example")))));
    EXPECT_EQ(district.person("a")->state, "review");
    EXPECT_EQ(district.person("a")->decision, "");
}

TEST(RosterRows, ManifestsArePickedApart) {
    const auto good = bulk_v1p1(user("a", "teacher"));
    const struct {
        const char* name;
        std::string manifest;
        const char* code; ///< "": taken.
    } cases[] = {
        {"good", good.at("manifest.csv"), ""},
        {"a quoted value",
         "propertyName,value\noneroster.version,\"1.1\"\nfile.users,bulk\nfile.orgs,bulk\n",
         ""},
        {"nothing but itself", "propertyName,value\noneroster.version,1.1\n", ""},
        {"no version", "propertyName,value\nfile.users,bulk\n", "version"},
        {"version 1.0", "propertyName,value\noneroster.version,1.0\n", "version"},
        {"another manifest",
         "propertyName,value\nmanifest.version,2.0\noneroster.version,1.1\n",
         "manifest-property"},
        {"a mode in capitals",
         "propertyName,value\noneroster.version,1.1\nfile.users,Bulk\n",
         "manifest-property"},
        {"a file twice",
         "propertyName,value\noneroster.version,1.1\nfile.users,bulk\nfile.users,absent\n",
         "manifest-property"},
        {"users without their roles",
         "propertyName,value\noneroster.version,1.2\nfile.users,bulk\n",
         "modes"},
        {"a promised file of no interest",
         "propertyName,value\noneroster.version,1.1\nfile.courses,bulk\n",
         "file-missing"},
        {"no rows", "propertyName,value\n", "file-empty"},
        {"nothing", "", "header"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto files = good;
        files["manifest.csv"] = c.manifest;
        District district;
        EXPECT_EQ(district.take(package_of(files)), *c.code == '\0');
        const auto* refusal = district.findings.refusal();
        EXPECT_EQ(refusal == nullptr ? "" : refusal->code, c.code);
    }
}

TEST(RosterRows, HeadersAreExactUnlessAskedOtherwise) {
    const auto row = [](const std::string& header, const std::string& cells) {
        auto files = bulk_v1p1("");
        files["users.csv"] = header + "\n" + cells + "\n";
        return files;
    };
    const auto shuffled =
        row("role,sourcedId,enabledUser,orgSourcedId,givenName,familyName,extra,email",
            "teacher,a,true,s1,Ann,A,x,a@cedar.example");
    District strict;
    EXPECT_FALSE(strict.take(package_of(shuffled)));
    Findings findings;
    const auto package =
        read_package(package_of(shuffled), KeyedHash("k"), {.lenient_headers = true}, findings);
    ASSERT_TRUE(package);
    ASSERT_EQ(package->people.size(), 1U);
    EXPECT_EQ(package->people[0].person.email, "a@cedar.example");
    EXPECT_FALSE(package->people[0].is_broken);

    auto header = std::string(users_v1p1);
    header.pop_back();
    District own;
    EXPECT_TRUE(own.take(
        package_of(row(header + ",metadata.badge", "a,,,true,s1,teacher,a,,Ann,A,,,,,,,,,B1"))));
    EXPECT_FALSE(
        own.take(package_of(row(header + ",badge", "a,,,true,s1,teacher,a,,Ann,A,,,,,,,,,B1"))));
    EXPECT_FALSE(own.take(package_of(
        row(header + ",metadata.a,metadata.a", "a,,,true,s1,teacher,a,,Ann,A,,,,,,,,,1,2"))));
}

TEST(RosterRows, PasswordsAndFilesThatAreAbsentAreNeverRead) {
    auto files = bulk_v1p1("a,,,true,s1,teacher,a,,Ann,A,,,,,,,,TRAP-password\n");
    files["manifest.csv"] += "file.demographics,bulk\nfile.courses,absent\n";
    files["demographics.csv"] = "TRAP";
    files["courses.csv"] = "TRAP";
    auto package = package_of(files);
    std::vector<std::string> opened;
    package.read = [&](const std::string& name, std::string& bytes, Findings&) {
        opened.push_back(name);
        bytes = files.at(name);
        return true;
    };
    District district;
    ASSERT_TRUE(district.take(package));
    EXPECT_EQ(opened, (std::vector<std::string>{"manifest.csv", "orgs.csv", "users.csv"}));
    EXPECT_EQ(district.told("not-read"), 1U);
}

TEST(RosterCsv, WritesNothingThatASpreadsheetRuns) {
    const std::vector<std::string> cells{"=1+1", "+1", "-1", "@a", "\tx", "a \"b\", c", "plain"};
    EXPECT_EQ(csv_line(cells),
              "\"'=1+1\",\"'+1\",\"'-1\",\"'@a\",\"'\tx\",\"a \"\"b\"\", c\",\"plain\"\r\n");
}

} // namespace
} // namespace educators
