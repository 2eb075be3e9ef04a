#include "base/text.h"
#include "tests/educators/roster_support.h"

#include <set>

/// Packages that a stranger might send, against the 22 rules of the sample data's README.
namespace educators {
namespace {

using Files = std::map<std::string, std::string>;
using Outcomes = std::map<std::string, std::string>;

constexpr std::string_view users_header =
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password";
constexpr std::string_view users_header_v1p2 =
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,"
    "resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,"
    "primaryOrgSourcedId,pronouns";
const std::string bom = "\xEF\xBB\xBF";

std::string row(const std::string& id,
                const std::string& role = "teacher",
                std::string name = "Ann") {
    return id + ",,,true,s1," + role + "," + id + ",," + name + ",Lee,,,,,,,,";
}
Files good() {
    return {{"manifest.csv",
             "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,bulk\n"
             "file.users,bulk\n"},
            {"orgs.csv",
             "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
             "s1,,,One,school,,\n"},
            {"users.csv", std::string(users_header) + "\n" + row("u1") + "\n"}};
}
Files with(const char* file, const std::string& bytes) {
    auto files = good();
    files[file] = bytes;
    return files;
}
Files with_users(const std::string& rows) {
    return with("users.csv", std::string(users_header) + "\n" + rows);
}
std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}
std::string utf16(std::string_view ascii) {
    std::string bytes = "\xFF\xFE";
    for (const char c : ascii)
        bytes += std::string{c, '\0'};
    return bytes;
}
std::string refusal(District& district, const Files& files) {
    if (district.take(package_of(files))) return "";
    return district.findings.refusal() == nullptr ? "?" : district.findings.refusal()->code;
}

TEST(OddPackages, WhatIsRefusedWholeAndWhy) {
    const std::string manifest = good()["manifest.csv"];
    const std::string users = good()["users.csv"];
    const auto header = std::string(users_header);
    const struct {
        const char* name;
        Files files;
        const char* code;
    } cases[] = {
        {"an honest one", good(), ""},
        {"a BOM, CRLF and no last line end",
         {{"manifest.csv", bom + replaced(manifest, "\n", "\r\n")},
          {"orgs.csv", bom + replaced(good()["orgs.csv"], "\n", "\r\n")},
          {"users.csv", bom + header + "\r\n" + row("u1")}},
         ""},
        {"a quoted header", with("users.csv", replaced(users, "sourcedId,", "\"sourcedId\",")), ""},
        {"two BOMs", with("users.csv", bom + bom + users), "header"},
        {"UTF-16", with("users.csv", utf16(users)), "encoding"},
        {"UTF-16 of a manifest", with("manifest.csv", utf16(manifest)), "encoding"},
        {"an overlong form of /", with_users(row("u1", "teacher", "A\xC0\xAF") + "\n"), "encoding"},
        {"half a surrogate", with_users(row("u1", "teacher", "\xED\xA0\x80") + "\n"), "encoding"},
        {"a NUL byte", with_users(row("u1", "teacher", std::string("A\0b", 3)) + "\n"), "nul-byte"},
        {"line ends of old Macs", with("users.csv", replaced(users, "\n", "\r")), "line-break"},
        {"a line break in quotes",
         with_users(row("u1", "teacher", "\"A\nB\"") + "\n"),
         "line-break"},
        {"a quote that never closes",
         with_users(row("u1", "teacher", "\"Ann") + "\n"),
         "line-break"},
        {"a quote in the middle", with_users(row("u1", "teacher", "An\"n") + "\n"), "quote"},
        {"letters after a quote", with_users(row("u1", "teacher", "\"An\"n") + "\n"), "quote"},
        {"no bytes", with("users.csv", ""), "header"},
        {"nothing but a BOM", with("users.csv", bom), "header"},
        {"a header alone", with("users.csv", header + "\n"), "file-empty"},
        {"a header and blank lines", with("users.csv", header + "\n\n\n"), "file-empty"},
        {"semicolons", with("users.csv", replaced(users, ",", ";")), "header"},
        {"a spreadsheet's sep=", with("users.csv", "sep=,\n" + users), "header"},
        {"the last column missing", with("users.csv", replaced(users, ",password", "")), "header"},
        {"one in the middle missing",
         with("users.csv", replaced(users, "username,", "")),
         "header"},
        {"small letters", with("users.csv", replaced(users, "sourcedId", "sourcedid")), "header"},
        {"a blank after a name",
         with("users.csv", replaced(users, "status,", "status ,")),
         "header"},
        {"an own column without metadata.",
         with("users.csv", replaced(users, ",password", ",password,house")),
         "header"},
        {"an own column twice",
         with("users.csv", replaced(users, ",password", ",password,metadata.a,metadata.a")),
         "header-twice"},
        {"no manifest", {{"orgs.csv", good()["orgs.csv"]}, {"users.csv", users}}, "no-manifest"},
        {"Manifest.csv",
         {{"Manifest.csv", manifest}, {"orgs.csv", good()["orgs.csv"]}, {"users.csv", users}},
         "no-manifest"},
        {"the version twice",
         with("manifest.csv", manifest + "oneroster.version,1.2\n"),
         "manifest-property"},
        {"a file twice",
         with("manifest.csv", manifest + "file.users,absent\n"),
         "manifest-property"},
        {"a mode in capitals",
         with("manifest.csv", replaced(manifest, "bulk", "Bulk")),
         "manifest-property"},
        {"a mode with a blank",
         with("manifest.csv", replaced(manifest, "bulk", "bulk ")),
         "manifest-property"},
        {"version 1.0",
         with("manifest.csv", replaced(manifest, "r.version,1.1", "r.version,1.0")),
         "version"},
        {"no version",
         with("manifest.csv", replaced(manifest, "oneroster.version,1.1\n", "")),
         "version"},
        {"another manifest",
         with("manifest.csv", replaced(manifest, "version,1.0", "version,2.0")),
         "manifest-property"},
        {"three columns",
         with("manifest.csv", replaced(manifest, "value", "value,more")),
         "header"},
        {"a promise that is not kept",
         with("manifest.csv", manifest + "file.classes,bulk\n"),
         "file-missing"},
        {"1.2 without roles", with("manifest.csv", replaced(manifest, "1.1", "1.2")), "modes"},
        {"a delta of orgs with a snapshot of nobody",
         with("manifest.csv", replaced(manifest, "file.users,bulk", "file.users,absent")),
         ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        District district;
        EXPECT_EQ(refusal(district, c.files), c.code);
        if (*c.code != '\0') {
            EXPECT_TRUE(district.held.people.empty());
            EXPECT_TRUE(district.others.empty());
        }
    }
}

TEST(OddPackages, RowsOfAnyShapeHarmNobodyElse) {
    const std::string long_id(256, 'x');
    const struct {
        const char* name;
        std::string row;
        Outcomes outcomes;
        const char* told;
    } cases[] = {
        {"an id of 255 bytes",
         row(std::string(255, 'x')),
         {{std::string(255, 'x'), "educator"}},
         ""},
        {"an id of 256 bytes", row(long_id), {}, "long-id"},
        {"no id", row(""), {}, "no-id"},
        {"only commas", std::string(17, ','), {}, "no-id"},
        {"one column too many", row("u2") + ",x", {{"u2", "error"}}, "columns"},
        {"one column too few", "u2,,,true", {{"u2", "error"}}, "columns"},
        {"blanks", "   ", {{"   ", "error"}}, "columns"},
        {"a role in capitals", row("u2", "Teacher"), {{"u2", "error"}}, "role"},
        {"a role of 1.2", row("u2", "principal"), {{"u2", "error"}}, "role"},
        {"an ext: role in 1.1", row("u2", "ext:coach"), {{"u2", "error"}}, "role"},
        {"no role", row("u2", ""), {{"u2", "error"}}, "role"},
        {"an unknown org", replaced(row("u2"), "s1", "s9"), {{"u2", "error"}}, "org-unknown"},
        {"orgs with a comma at the end",
         replaced(row("u2"), ",s1,", ",\"s1,\","),
         {{"u2", "educator"}},
         ""},
        {"orgs with a blank between",
         replaced(row("u2"), ",s1,", ",\"s1, s1\","),
         {{"u2", "error"}},
         "org-unknown"},
        {"enabled 1", replaced(row("u2"), ",true,", ",1,"), {{"u2", "error"}}, "boolean"},
        {"a parent", row("u2", "parent"), {{"u2", "ignored"}}, ""},
        {"a formula for a name",
         row("u2", "teacher", "=cmd|' /C calc'!A0"),
         {{"u2", "educator"}},
         ""},
        {"a script for a name", row("u2", "teacher", "<script>"), {{"u2", "educator"}}, ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        District district;
        ASSERT_TRUE(district.take(package_of(with_users(row("u1") + "\n" + c.row + "\n"))));
        auto expected = c.outcomes;
        expected.emplace("u1", "educator");
        EXPECT_EQ(district.outcomes(), expected);
        if (*c.told != '\0') {
            EXPECT_EQ(district.told(c.told), 1U);
        }
    }
}

TEST(OddPackages, NoCellIsTooLargeToRead) {
    std::string accents = "A";
    for (int i = 0; i < 500'000; ++i)
        accents += "\u0301";
    const struct {
        const char* name;
        std::string given;
    } cases[] = {
        {"five megabytes of letters", std::string(5'000'000, 'a')},
        {"one letter with half a million accents", accents},
        {"a million quotes", "\"" + std::string(1'000'000, '"') + "\""},
        {"nothing but hidden characters", replaced(std::string(100'000, 'z'), "z", "\u200B")},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        District district;
        ASSERT_TRUE(district.take(package_of(with_users(row("u1", "teacher", c.given) + "\n"))));
        ASSERT_NE(district.person("u1"), nullptr);
        EXPECT_LE(district.person("u1")->given_name.size(), 1'600U);
        EXPECT_TRUE(is_valid_utf8(district.person("u1")->given_name));
        EXPECT_EQ(district.outcomes(), (Outcomes{{"u1", "educator"}}));
    }
    District district;
    auto wide = row("u1");
    wide.replace(wide.find(",u1,") + 1, 2, std::string(100'000, 'u'));
    ASSERT_TRUE(district.take(package_of(with_users(wide + "\n"))));
    EXPECT_LE(district.person("u1")->username.size(), 1'600U);
    EXPECT_EQ(district.told("long"), 1U);
}

TEST(OddPackages, OrgsMayBeAnything) {
    const std::string header =
        "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n";
    const struct {
        const char* name;
        std::string rows;
        const char* outcome;
        const char* told;
    } cases[] = {
        {"an unknown type", "s1,,,One,campus,,\n", "error", "org-type"},
        {"a type in capitals", "s1,,,One,School,,\n", "error", "org-type"},
        {"its own parent", "s1,,,One,school,,s1\n", "educator", "org-parent"},
        {"parents in a circle",
         "s1,,,One,school,,s2\ns2,,,Two,school,,s1\n",
         "educator",
         "org-parent"},
        {"a parent that is missing", "s1,,,One,school,,s9\n", "educator", "org-parent"},
        {"the same row twice", "s1,,,One,school,,\ns1,,,One,school,,\n", "educator", "same-row"},
        {"one id for two", "s1,,,One,school,,\ns1,,,Two,school,,\n", "educator", "id-twice"},
        {"an id too long",
         "s1,,,One,school,,\n" + std::string(300, 'o') + ",,,Two,school,,\n",
         "educator",
         "long-id"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        District district;
        ASSERT_TRUE(district.take(package_of(with("orgs.csv", header + c.rows))));
        EXPECT_EQ(district.outcomes(), (Outcomes{{"u1", c.outcome}}));
        EXPECT_GE(district.told(c.told), 1U);
    }
}

Files delta(const std::string& rows) {
    return {{"manifest.csv",
             "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.users,delta\n"},
            {"users.csv", std::string(users_header) + "\n" + rows}};
}
std::string changed(const std::string& id, const std::string& status, const std::string& when) {
    return replaced(row(id), id + ",,,", id + "," + status + "," + when + ",") + "\n";
}

// A row that is broken, or about nobody, is told and changes nothing.
TEST(OddPackages, DeltasAboutPeopleWhomNobodyKnows) {
    const std::string day = "2026-10-20T08:00:00.000Z";
    const struct {
        const char* name;
        std::string row;
        Outcomes outcomes;
        const char* told;
        bool keeps_u1;
    } cases[] = {
        {"a new one", changed("u9", "active", day), {{"u9", "educator"}}, "", true},
        {"deletes a stranger",
         changed("u9", "tobedeleted", day),
         {{"u9", "ignored"}},
         "unknown-deleted",
         true},
        {"deletes one of ours", changed("u1", "tobedeleted", day), {{"u1", "removed"}}, "", false},
        {"a status of 1.0", changed("u1", "inactive", day), {{"u1", "educator"}}, "status", true},
        {"no status", changed("u1", "", day), {{"u1", "educator"}}, "status", true},
        {"no time", changed("u1", "active", ""), {{"u1", "educator"}}, "modified", true},
        {"a time ahead",
         changed("u1", "active", "2036-10-20T08:00:00.000Z"),
         {{"u1", "educator"}},
         "modified",
         true},
        {"a time that is none",
         changed("u1", "tobedeleted", "yesterday"),
         {{"u1", "educator"}},
         "modified",
         true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        District district;
        ASSERT_TRUE(district.take(package_of(good())));
        ASSERT_TRUE(district.take(package_of(delta(c.row)), test_now, at("2026-10-21T00:00:00Z")));
        EXPECT_EQ(district.outcomes(), c.outcomes);
        if (*c.told != '\0') {
            EXPECT_EQ(district.told(c.told), 1U);
        }
        EXPECT_EQ(district.person("u1")->state == "educator", c.keeps_u1);
    }
}

TEST(OddPackages, OnlyTheFilesOfTheRulesAreOpened) {
    auto files = good();
    files["manifest.csv"] =
        "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\n"
        "file.users,bulk\nfile.roles,bulk\nfile.userProfiles,bulk\nfile.demographics,bulk\n"
        "file.scoreScales,absent\nsource.systemName,SIS\nmore,1\n";
    files["users.csv"] =
        std::string(users_header_v1p2) + "\nu1,,,true,u1,,Ann,Lee,,,,,,,,,,,,,,s1,they\n";
    files["roles.csv"] = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,"
                         "endDate,orgSourcedId,userProfileSourcedId\n"
                         "r1,,,u1,primary,teacher,,,s1,p1\n"
                         "r2,,,u1,secondary,ext:coach,,,s1,p1\n"
                         "r3,,,u1,secondary,teacher,2026-12-01,2026-01-01,s1,\n";
    for (const auto* extra : {"userProfiles.csv", "demographics.csv", "scoreScales.csv", "x.csv"})
        files[extra] = "TRAP";
    auto package = package_of(files);
    std::set<std::string> opened;
    package.read = [read = package.read,
                    &opened](const std::string& name, std::string& bytes, Findings& findings) {
        opened.insert(name);
        return read(name, bytes, findings);
    };
    District district;
    ASSERT_TRUE(district.take(package)) << district.findings.refusal();
    EXPECT_EQ(opened,
              (std::set<std::string>{"manifest.csv", "orgs.csv", "users.csv", "roles.csv"}));
    EXPECT_EQ(district.outcomes(), (Outcomes{{"u1", "educator"}}));
    EXPECT_EQ(district.told("role-extension"), 1U);
    EXPECT_EQ(district.told("manifest-unknown"), 1U);
}

TEST(OddPackages, TenThousandRolesOfOnePerson) {
    auto files = good();
    files["manifest.csv"] =
        replaced(files["manifest.csv"], "r.version,1.1", "r.version,1.2") + "file.roles,bulk\n";
    files["users.csv"] =
        std::string(users_header_v1p2) + "\nu1,,,true,u1,,Ann,Lee,,,,,,,,,,,,,,s1,\n";
    std::string roles = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,"
                        "endDate,orgSourcedId,userProfileSourcedId\n";
    for (int i = 0; i < 10'000; ++i)
        roles += "r" + std::to_string(i) + ",,,u1,secondary,aide,,,s1,\n";
    files["roles.csv"] = roles;
    District district;
    ASSERT_TRUE(district.take(package_of(files)));
    EXPECT_EQ(district.outcomes(), (Outcomes{{"u1", "educator"}}));
    EXPECT_EQ(district.person("u1")->roles.size(), 10'000U);
}

} // namespace
} // namespace educators
