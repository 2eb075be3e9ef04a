#include "db/media_garbage.h"
#include "media/tasks.h"
#include "tests/support/media.h"

#include <gtest/gtest.h>

#include <fstream>

namespace {

media::WriteContents text(const std::string& contents) {
    return [contents](int target) {
        return ::write(target, contents.data(), contents.size()) ==
               static_cast<ssize_t>(contents.size());
    };
}

std::string read(const http::FilePart& file) {
    std::string bytes(file.size, '\0');
    EXPECT_EQ(::pread(file.file->get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
    return bytes;
}

class Storage : public testing::Test {
  protected:
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    TestMedia files{instance};
};

TEST_F(Storage, GivesBackWhatWasPutUntilItIsRemoved) {
    const auto name = media::new_name("png");
    ASSERT_TRUE(files.store.put(name, text("hello")));
    const auto found = files.store.open(name);
    ASSERT_TRUE(found);
    EXPECT_EQ(read(*found), "hello");
    EXPECT_TRUE(files.store.remove(name));
    EXPECT_TRUE(files.store.remove(name));
    EXPECT_FALSE(files.store.open(name));
}

TEST_F(Storage, LeavesNothingOfAFileThatCouldNotBeWritten) {
    const auto name = media::new_name("png");
    EXPECT_FALSE(files.store.put(name, [](int) { return false; }));
    EXPECT_FALSE(files.store.open(name));
}

// E13: a name never becomes another path.
TEST_F(Storage, E13NamesAreOursAlone) {
    EXPECT_TRUE(media::is_name(media::new_name("")));
    EXPECT_TRUE(media::is_name(media::new_name("jpg")));
    const auto good = media::new_name("");
    for (const auto& name : {std::string("../../etc/passwd"),
                             std::string(),
                             "zz" + good.substr(2),
                             good + "/x",
                             good + ".",
                             good + ".p/g",
                             good.substr(0, 20)}) {
        SCOPED_TRACE(name);
        EXPECT_FALSE(media::is_name(name));
        EXPECT_FALSE(files.store.put(name, text("x")));
        EXPECT_FALSE(files.store.open(name));
    }
}

TEST_F(Storage, RefusesWhenTheDiskIsNearlyFull) {
    media::DiskStore full(files.folder + "/full", std::uint64_t{1} << 62U);
    const auto put = full.put(media::new_name("png"), text("x"));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, Error::Kind::Unavailable);
}

TEST_F(Storage, RemovesWhatNoRowNamesWhenItsTimeHasCome) {
    const auto now = system_now();
    const auto due = media::new_name("png");
    const auto kept = media::new_name("png");
    const auto later = media::new_name("png");
    for (const auto& name : {due, kept, later})
        ASSERT_TRUE(files.store.put(name, text("x")));
    {
        db::Tx tx(test_pool());
        db::media_garbage::add(tx, {due, kept}, now - std::chrono::hours{1});
        db::media_garbage::add(tx, {later}, now + std::chrono::hours{1});
        db::media_garbage::keep(tx, {kept});
        tx.commit();
    }
    const media::TaskDeps tasks{.pool = test_pool(),
                                .store = files.store,
                                .folder = files.folder,
                                .clock = [&] { return now; }};
    media::remove_garbage(tasks);
    EXPECT_FALSE(files.store.open(due));
    EXPECT_TRUE(files.store.open(kept));
    EXPECT_TRUE(files.store.open(later));
}

} // namespace
