#include "base/json.h"
#include "tests/support/media.h"

#include <gtest/gtest.h>

namespace {

// H08: the program itself tries, from inside, what a crafted file would make it do.
TEST(Box, H08LetsNothingOutOfItself) {
    const Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    TestMedia files{instance};
    const auto answer = files.box.check();
    ASSERT_TRUE(answer) << answer.error().detail;
    const auto state = parse_json(*answer);
    ASSERT_TRUE(state) << *answer;
    EXPECT_FALSE(state->at("has_sockets").get<bool>());
    EXPECT_FALSE(state->at("starts_programs").get<bool>());
    // Only where the kernel has Landlock; the doctor says so.
    if (state->at("landlock").get<int>() > 0) {
        EXPECT_FALSE(state->at("reads_files").get<bool>());
    }
}

TEST(Box, DoesNothingAfterItWasStopped) {
    const Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    TestMedia files{instance};
    files.box.stop();
    const auto made = files.box.run(
        media::Profile::Avatar, [](int) { return true; }, std::chrono::seconds{5});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, Error::Kind::Unavailable);
}

TEST(Box, LeavesNoFolderBehind) {
    const Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    TestMedia files{instance};
    const auto write = [](int target) { return ::write(target, "<svg/>", 6) == 6; };
    const auto made = files.box.run(media::Profile::Avatar, write, std::chrono::seconds{30});
    ASSERT_FALSE(made);
    EXPECT_TRUE(std::filesystem::is_empty(files.folder + "/work"));
}

} // namespace
