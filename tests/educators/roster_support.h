#pragma once

#include "educators/csv.h"
#include "educators/plan.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

/// What the roster tests share: packages on disk or in memory, and the rules' clock.
namespace educators {

inline const std::vector<std::string> student_domains{"student.cedarfork.example"};

inline Time at(std::string_view text) {
    return *parse_iso8601(text);
}
inline const Time bulk_taken = at("2026-10-01T00:00:00Z");
inline const Time test_now = at("2026-11-03T00:00:00Z");

/// The folder of packages: our own, or whatever ROSTER_PACKAGES names.
inline std::filesystem::path packages_folder() {
    const char* chosen = std::getenv("ROSTER_PACKAGES");
    return chosen != nullptr ? chosen : "tests/data/oneroster";
}

inline PackageFiles package_of(const std::map<std::string, std::string>& files) {
    PackageFiles package;
    for (const auto& [name, bytes] : files)
        package.names.push_back(name);
    package.read = [files](const std::string& name, std::string& bytes, Findings&) {
        bytes = files.at(name);
        return true;
    };
    return package;
}

inline std::string slurp(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

/// expected.csv of a package: outcome by sourcedId.
inline std::map<std::string, std::string> expected_of(const std::filesystem::path& folder) {
    const auto bytes = slurp(folder / "expected.csv");
    CsvReader reader(bytes);
    std::map<std::string, std::string> expected;
    EXPECT_TRUE(reader.next());
    while (reader.next())
        expected.emplace(reader.fields()[0], reader.fields()[1]);
    return expected;
}

/// The rosters of one district, in memory.
struct District {
    Held held{};
    KeyedHash hash{"a key"};
    std::vector<db::RosterOther> others{};
    Findings findings{};
    Plan plan{};

    /// What import.cpp does with the database. False: refused.
    bool take(const PackageFiles& files, Time now = test_now, Time taken = bulk_taken) {
        findings = {};
        ReadOptions options{
            .student_domains = student_domains, .now = now, .has_statuses = files.has_statuses};
        for (const auto& org : held.orgs)
            options.held_orgs.push_back(org.sourced_id);
        auto package = read_package(files, hash, options, findings);
        if (!package) return false;
        auto known = held;
        known.others = others;
        plan = make_plan(std::move(*package),
                         std::move(known),
                         hash,
                         {.now = now, .taken_at = taken, .student_domains = student_domains},
                         findings);
        if (findings.refusal() != nullptr) return false;
        apply(taken);
        return true;
    }
    bool take_folder(const std::filesystem::path& folder) {
        const auto files = open_folder(folder);
        EXPECT_TRUE(files) << folder;
        return files && take(*files);
    }

    void apply(Time taken) {
        for (const auto& change : plan.changes) {
            std::erase_if(held.people, [&](const auto& person) {
                return person.sourced_id == change.after.sourced_id;
            });
            held.people.push_back(change.after);
        }
        for (const auto& org : plan.orgs) {
            std::erase_if(held.orgs,
                          [&](const auto& one) { return one.sourced_id == org.sourced_id; });
            held.orgs.push_back(org);
        }
        if (plan.is_bulk) {
            held.bulk_taken_at = taken;
            others.clear();
        }
        for (const auto& id : plan.others_removed)
            std::erase_if(others, [&](const auto& other) { return other.id_hash == id; });
        for (const auto& other : plan.others) {
            std::erase_if(others, [&](const auto& one) { return one.id_hash == other.id_hash; });
            others.push_back(other);
        }
    }

    std::map<std::string, std::string> outcomes() const {
        std::map<std::string, std::string> all;
        for (const auto& [sourced_id, outcome] : plan.outcomes) {
            const auto text = std::string(to_string(outcome));
            EXPECT_TRUE(all.emplace(sourced_id, text).second) << sourced_id << " is told twice";
        }
        return all;
    }
    const db::RosterPerson* person(std::string_view id) const {
        const auto found = std::ranges::find(held.people, id, &db::RosterPerson::sourced_id);
        return found == held.people.end() ? nullptr : &*found;
    }
    /// How often a kind of finding was told.
    std::size_t told(const std::string& code) const {
        const auto found = findings.counts().find(code);
        return found == findings.counts().end() ? 0 : found->second;
    }
};

} // namespace educators
