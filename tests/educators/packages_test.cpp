#include "tests/educators/roster_support.h"

namespace educators {
namespace {

using std::filesystem::path;

std::vector<path> folders_with(const char* file) {
    std::vector<path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(packages_folder()))
        if (entry.path().filename() == file) found.push_back(entry.path().parent_path());
    std::ranges::sort(found);
    return found;
}

bool is_delta(const path& folder) {
    return slurp(folder / "manifest.csv").find("file.users,delta") != std::string::npos ||
           slurp(folder / "manifest.csv").find("file.roles,delta") != std::string::npos;
}

// A delta comes after the snapshot of its version.
path base_of(const path& folder) {
    const bool is_v1p1 =
        slurp(folder / "manifest.csv").find("oneroster.version,1.1") != std::string::npos;
    return path("tests/data/oneroster") / (is_v1p1 ? "v1p1-bulk" : "v1p2-bulk");
}

void take_base(District& district, const path& folder) {
    if (is_delta(folder)) {
        ASSERT_TRUE(district.take_folder(base_of(folder)));
    }
}

TEST(RosterPackages, EveryPersonHasTheExpectedOutcome) {
    const auto folders = folders_with("expected.csv");
    ASSERT_FALSE(folders.empty());
    for (const auto& folder : folders) {
        SCOPED_TRACE(folder);
        District district;
        take_base(district, folder);
        ASSERT_TRUE(district.take_folder(folder));
        EXPECT_EQ(district.outcomes(), expected_of(folder));
    }
}

TEST(RosterPackages, TheSamePackageTwiceChangesNothing) {
    for (const auto& folder : folders_with("expected.csv")) {
        SCOPED_TRACE(folder);
        District district;
        take_base(district, folder);
        ASSERT_TRUE(district.take_folder(folder));
        const auto first = district.outcomes();
        ASSERT_TRUE(district.take_folder(folder));
        EXPECT_TRUE(district.plan.changes.empty());
        EXPECT_TRUE(district.plan.orgs.empty());
        EXPECT_EQ(district.outcomes(), first);
    }
}

TEST(RosterPackages, WhatIsInvalidIsRefusedWhole) {
    const struct {
        const char* folder;
        const char* code;
        const char* file;
        int line;
    } cases[] = {
        {"duplicate-header", "header-twice", "users.csv", 1},
        {"empty-users", "file-empty", "users.csv", 1},
        {"header-order", "header", "users.csv", 1},
        {"latin1", "encoding", "users.csv", 2},
        {"missing-file", "file-missing", "users.csv", 0},
        {"newline-in-field", "line-break", "users.csv", 2},
        {"no-manifest", "no-manifest", "manifest.csv", 0},
        {"unclosed-quote", "line-break", "users.csv", 3},
        {"version-mismatch", "version", "manifest.csv", 3},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.folder);
        District district;
        EXPECT_FALSE(district.take_folder(path("tests/data/oneroster/invalid") / c.folder));
        const auto* refusal = district.findings.refusal();
        ASSERT_NE(refusal, nullptr);
        EXPECT_EQ(refusal->code, c.code);
        EXPECT_EQ(refusal->file, c.file);
        EXPECT_EQ(refusal->line, c.line);
    }
}

TEST(RosterPackages, FurtherInvalidPackagesAreRefusedOrHeld) {
    const auto invalid = packages_folder() / "invalid";
    if (!std::filesystem::exists(invalid)) return;
    for (const auto& entry : std::filesystem::directory_iterator(invalid)) {
        SCOPED_TRACE(entry.path());
        District district;
        ASSERT_TRUE(district.take_folder("tests/data/oneroster/v1p1-bulk"));
        const bool was_read = district.take_folder(entry.path());
        EXPECT_TRUE(!was_read || needs_approval(district.plan, 10, 5));
    }
}

TEST(RosterPackages, ASnapshotThatLosesTooManyWaits) {
    District district;
    ASSERT_TRUE(district.take_folder("tests/data/oneroster/v1p1-bulk"));
    EXPECT_FALSE(needs_approval(district.plan, 10, 5));
    ASSERT_TRUE(district.take_folder("tests/data/oneroster/invalid/shrink"));
    EXPECT_EQ(district.plan.educators_held, 17U);
    EXPECT_EQ(district.plan.educators_lost, 14U);
    EXPECT_TRUE(needs_approval(district.plan, 10, 5));
    EXPECT_FALSE(needs_approval(district.plan, 90, 5));
    EXPECT_FALSE(needs_approval(district.plan, 10, 15));
}

TEST(RosterPackages, NamesSurviveAndArePreferred) {
    District district;
    ASSERT_TRUE(district.take_folder("tests/data/oneroster/v1p2-bulk"));
    EXPECT_EQ(district.person("u01")->given_name, "María");
    EXPECT_EQ(district.person("u03")->given_name, "Zo");
    EXPECT_EQ(district.person("u03")->family_name, "Nguyễn-Łukasz");
    EXPECT_EQ(district.person("u04")->family_name, "Van der Berg, Jr.");
    EXPECT_EQ(district.person("u05")->given_name, "Robert \"Bob\"");
    EXPECT_EQ(district.person("u19")->family_name, "هارون");
    EXPECT_EQ(district.person("u37")->given_name, "=HYPERLINK(\"http://bad.example\",\"Click\")");
    EXPECT_EQ(district.person("u38")->given_name, "evE");
    EXPECT_EQ(district.person("u38")->family_name, "Bidi");
    EXPECT_EQ(district.person("u39")->given_name.size(), 100U);
    EXPECT_EQ(district.told("invisible"), 2U);
    EXPECT_EQ(district.told("long"), 1U);
    EXPECT_EQ(district.told("boolean-case"), 1U);
    EXPECT_EQ(district.told("email-of-staff"), 2U);
    EXPECT_TRUE(district.person("u12")->leader);
    EXPECT_EQ(district.person("u12")->kind, "leader");
    EXPECT_EQ(district.person("u15")->kind, "technology");
    EXPECT_FALSE(district.person("u15")->leader);
    EXPECT_EQ(district.person("u16")->kind, "counselor");
}

TEST(RosterPackages, StudentsAndFamiliesAreHashesOnly) {
    District district;
    ASSERT_TRUE(district.take_folder("tests/data/oneroster/v1p1-bulk"));
    EXPECT_EQ(district.others.size(), 11U);
    EXPECT_EQ(std::ranges::count(district.others, 's', &db::RosterOther::kind), 6);
    for (const auto* id : {"u26", "u30", "u33"})
        EXPECT_EQ(district.person(id), nullptr);
    // u35 is a parent with the name and the address of u10, a teacher.
    const auto parent =
        std::ranges::find(district.others, district.hash.of_id("u35"), &db::RosterOther::id_hash);
    ASSERT_NE(parent, district.others.end());
    EXPECT_EQ(parent->email_hash, "");
    EXPECT_EQ(parent->name_hash, "");
    const auto student =
        std::ranges::find(district.others, district.hash.of_id("u26"), &db::RosterOther::id_hash);
    EXPECT_EQ(student->name_hash, district.hash.of_name(" AVERY ", "stone"));
    EXPECT_EQ(student->email_hash, district.hash.of_email("A.Stone@student.cedarfork.example"));
}

} // namespace
} // namespace educators
