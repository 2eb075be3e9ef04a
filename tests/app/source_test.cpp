#include "app/source.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace {

http::Response get(const std::string& archive, const std::string& url) {
    http::Router router;
    app::add_source_route(router, archive, url);
    http::Request request;
    request.target = "/source";
    request.path = "/source";
    return router.answer(request);
}

TEST(Source, IsSentAsTheBuildPackedIt) {
    const auto archive = testing::TempDir() + "staffroom-source.tar.gz";
    std::ofstream(archive) << "packed";
    const auto response = get(archive, "");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/gzip");
    ASSERT_TRUE(response.file);
    EXPECT_EQ(response.file->size, 6U);
    std::remove(archive.c_str());
}

TEST(Source, IsWhereTheOperatorSaysOrSaidToBeMissing) {
    const auto elsewhere = get("", "https://code.school.example/staffroom");
    EXPECT_EQ(elsewhere.status, 303);
    EXPECT_EQ(elsewhere.headers.get("Location"), "https://code.school.example/staffroom");
    EXPECT_EQ(get("", "").status, 404);
    EXPECT_EQ(get("/nonexistent/source.tar.gz", "").status, 404);
}

} // namespace
