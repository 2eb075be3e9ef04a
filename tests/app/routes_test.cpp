#include "app/doors.h"
#include "tests/support/database.h"
#include "tests/support/media.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iostream>

namespace {

using http::Access;

// Who may come in without a word is decided by a table; this test prints the open rows, and a new
// one needs a line in tests/data/open_routes.txt, where a reviewer sees it.
TEST(Routes, OnlyThePinnedOnesAreOpen) {
    app::Context context{.config = {}, .instance = {}, .postgres = {}, .pool = {}};
    context.instance.origin = "https://maple.test";
    context.instance.host = "maple.test";
    context.instance.handle_host = "maple.test";
    const TestMedia files(context.instance);
    context.instance.data_dir = files.folder;
    context.pool = std::make_unique<db::Pool>(test_pool().options());
    app::Parts parts(context);
    const app::Doors doors(context, parts);

    std::vector<std::string> open;
    for (const auto& route : doors.router.routes()) {
        const bool is_open = route.access == Access::Anyone ||
                             route.access == Access::OptionalToken ||
                             route.access == Access::OptionalSession;
        if (is_open) open.push_back(route.method + " " + route.pattern);
    }
    std::ranges::sort(open);
    open.erase(std::unique(open.begin(), open.end()), open.end());

    std::ifstream file("tests/data/open_routes.txt");
    std::vector<std::string> pinned;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line.front() != '#') pinned.push_back(line);
    }
    std::ranges::sort(pinned);
    EXPECT_EQ(open, pinned);
    if (open != pinned) {
        std::cout << "The open routes are now:\n";
        for (const auto& row : open)
            std::cout << row << "\n";
    }
    EXPECT_GT(doors.router.routes().size(), 100U) << "this is not the whole table";
}

} // namespace
