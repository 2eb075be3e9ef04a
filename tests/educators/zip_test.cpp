#include "educators/package_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zip.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace educators {
namespace {

struct Entry {
    std::string name;
    std::string bytes = "sourcedId\r\n";
    std::uint32_t unix_mode = S_IFREG | 0644U;
};

std::string make_zip(const std::vector<Entry>& entries) {
    zip_error_t error;
    auto* const source = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(source);
    auto* const zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    for (const auto& entry : entries) {
        auto* const bytes = zip_source_buffer(zip, entry.bytes.data(), entry.bytes.size(), 0);
        const auto index = zip_file_add(zip, entry.name.c_str(), bytes, ZIP_FL_ENC_UTF_8);
        EXPECT_GE(index, 0) << entry.name;
        zip_file_set_external_attributes(
            zip, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX, entry.unix_mode << 16U);
    }
    EXPECT_EQ(zip_close(zip), 0);
    zip_source_open(source);
    zip_stat_t size;
    zip_source_stat(source, &size);
    std::string made(size.size, '\0');
    zip_source_read(source, made.data(), made.size());
    zip_source_close(source);
    zip_source_free(source);
    return made;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    ASSERT_EQ(from.size(), to.size());
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
        text.replace(at, from.size(), to);
}

/// The code of the refusal; "" when the archive is taken.
std::string refusal_of(const std::string& zip) {
    Findings findings;
    const auto files = open_zip(zip, findings);
    std::string bytes;
    if (files) {
        for (const auto& name : files->names)
            if (!files->read(name, bytes, findings)) break;
    }
    return findings.refusal() == nullptr ? "" : findings.refusal()->code;
}

std::string noise(std::size_t size) {
    std::string bytes;
    std::uint32_t state = 1;
    while (bytes.size() < size) {
        state = state * 1664525U + 1013904223U;
        bytes += static_cast<char>(state >> 24U);
    }
    return bytes;
}

TEST(RosterZip, ReadsAnHonestPackage) {
    Findings findings;
    const auto files =
        open_zip(make_zip({{"manifest.csv", "propertyName,value\r\n"}, {"users.csv"}}), findings);
    ASSERT_TRUE(files);
    EXPECT_EQ(files->names, (std::vector<std::string>{"manifest.csv", "users.csv"}));
    std::string bytes;
    EXPECT_TRUE(files->read("manifest.csv", bytes, findings));
    EXPECT_EQ(bytes, "propertyName,value\r\n");
    EXPECT_TRUE(files->changed_at);
    EXPECT_EQ(findings.refusal(), nullptr);
}

TEST(RosterZip, D19RefusesStrangeNames) {
    for (const auto* name : {"../users.csv",
                             "..",
                             "/users.csv",
                             "data/users.csv",
                             "data/",
                             "data\\users.csv",
                             "C:users.csv",
                             ".users.csv",
                             "users\n.csv"}) {
        SCOPED_TRACE(name);
        EXPECT_EQ(refusal_of(make_zip({{"manifest.csv"}, {name}})), "zip-name");
    }
}

TEST(RosterZip, RefusesLinksAndWhatIsNoFile) {
    for (const auto mode : {S_IFLNK | 0777U, S_IFDIR | 0755U, S_IFIFO | 0644U, S_IFCHR | 0644U}) {
        EXPECT_EQ(refusal_of(make_zip({{"users.csv", "/etc/passwd", mode}})), "zip-link");
    }
}

TEST(RosterZip, RefusesOneNameTwice) {
    auto zip = make_zip({{"users.csv"}, {"usert.csv"}});
    replace_all(zip, "usert.csv", "users.csv");
    const auto code = refusal_of(zip);
    EXPECT_TRUE(code == "zip-twice" || code == "zip-unreadable") << code;
}

TEST(RosterZip, D19CountsEntries) {
    std::vector<Entry> entries;
    for (int i = 0; i < 32; ++i)
        entries.push_back({std::to_string(i) + ".csv"});
    EXPECT_EQ(refusal_of(make_zip(entries)), "");
    entries.push_back({"one-more.csv"});
    EXPECT_EQ(refusal_of(make_zip(entries)), "zip-many");
}

TEST(RosterZip, D19BoundsTheRatio) {
    EXPECT_EQ(refusal_of(make_zip({{"users.csv", noise(200'000)}})), "");
    EXPECT_EQ(refusal_of(make_zip({{"users.csv", std::string(2'000'000, 'a')}})), "zip-ratio");
}

TEST(RosterZip, BoundsTheSum) {
    // Each is small enough by itself, and compresses to a fiftieth.
    std::string half = noise(1'200'000) + std::string(48'900'000, 'a');
    EXPECT_EQ(refusal_of(make_zip({{"a.csv", half}, {"b.csv", half}})), "zip-large");
}

TEST(RosterZip, BelievesNoDirectory) {
    const auto bytes = noise(3'000) + std::string(100'000, 'a');
    auto zip = make_zip({{"users.csv", bytes}});
    // The size in the central directory and, where it stands, in the local header.
    const auto little = [](std::uint32_t value) {
        std::string text;
        for (int shift = 0; shift < 32; shift += 8)
            text += static_cast<char>(value >> static_cast<unsigned>(shift));
        return text;
    };
    ASSERT_EQ(refusal_of(zip), "");
    replace_all(zip, little(static_cast<std::uint32_t>(bytes.size())), little(4'000));
    EXPECT_EQ(refusal_of(zip), "zip-unreadable");
}

TEST(RosterZip, RefusesDamagedArchives) {
    const auto zip = make_zip({{"users.csv", noise(5'000)}});
    EXPECT_EQ(refusal_of(""), "zip-unreadable");
    EXPECT_EQ(refusal_of("sourcedId,status\r\n"), "zip-unreadable");
    EXPECT_EQ(refusal_of(zip.substr(0, zip.size() / 2)), "zip-unreadable");
    auto flipped = zip;
    flipped[1'000] = static_cast<char>(flipped[1'000] ^ 0x55);
    EXPECT_EQ(refusal_of(flipped), "zip-unreadable");
}

TEST(RosterFolder, D19FollowsNoLinksAndReadsNothingElse) {
    const auto folder = std::filesystem::temp_directory_path() / "staffroom-roster-folder";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder / "users.csv.d");
    std::ofstream(folder / "manifest.csv") << "propertyName,value\n";
    std::ofstream(folder / "secret.txt") << "secret";
    std::filesystem::create_symlink(folder / "secret.txt", folder / "users.csv");
    const auto files = open_folder(folder);
    ASSERT_TRUE(files);
    EXPECT_EQ(files->names, std::vector<std::string>{"manifest.csv"});
    std::filesystem::remove_all(folder);
    EXPECT_FALSE(open_folder(folder));
}

} // namespace
} // namespace educators
