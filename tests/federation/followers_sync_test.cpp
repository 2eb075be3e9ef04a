#include "federation/followers_sync.h"
#include "tests/federation/vectors.h"

#include <gtest/gtest.h>

namespace federation {
namespace {

TEST(FollowersSyncVectors, HaveTheirDigests) {
    const Json file = vectors::load("followers-sync-fep8fcf.json");
    ASSERT_EQ(file["cases"].size(), 5U);
    for (const auto& c : file["cases"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const auto origin = c["receiver"].get<std::string>();
        const auto expected = c["digest"].get<std::string>();
        EXPECT_EQ(followers_digest(c["followers"], origin), expected);
        if (c.contains("all_followers")) {
            EXPECT_EQ(followers_digest(c["all_followers"], origin), expected);
        }
    }
}

/// A POST by the sender, with the header in or out of what is signed.
struct Delivery {
    http::Request request;
    ParsedSignature signature;
};

Delivery delivery(const std::string& header, bool is_signed) {
    Delivery out;
    out.request.headers.add("Collection-Synchronization", header);
    if (is_signed) out.signature.covered = {"collection-synchronization"};
    return out;
}

TEST(FollowersSyncVectors, HaveTheirHeadersUsedOrIgnored) {
    const Json file = vectors::load("followers-sync-fep8fcf.json");
    ASSERT_EQ(file["headers"].size(), 4U);
    const std::string prefix = "Collection-Synchronization: ";
    const auto good = file["headers"][0]["header"].get<std::string>().substr(prefix.size());
    for (const auto& c : file["headers"]) {
        SCOPED_TRACE(c["id"].get<std::string>());
        const bool is_signed = c["id"] != "sync-header-unsigned";
        const auto line = c["header"].get<std::string>();
        const auto d = delivery(is_signed ? line.substr(prefix.size()) : good, is_signed);
        const auto followers = c["sender"].get<std::string>() + "/followers";
        const auto read = read_followers_sync(d.request, d.signature, followers);
        EXPECT_EQ(static_cast<bool>(read), c["expected"] == "use");
        if (!read) continue;
        EXPECT_EQ(format_followers_sync(*read), good);
    }
}

TEST(FollowersSync, B19_HeadersThatAreForeignOrMalformedAreIgnored) {
    const std::string followers = "https://a.example/u/followers";
    const FollowersSync good{.collection_id = followers,
                             .url = "https://a.example/u/sync",
                             .digest = std::string(64, '0')};
    const auto reads = [&](const std::string& header) {
        const auto d = delivery(header, true);
        return static_cast<bool>(read_followers_sync(d.request, d.signature, followers));
    };
    EXPECT_TRUE(reads(format_followers_sync(good)));
    EXPECT_FALSE(reads(""));
    EXPECT_FALSE(reads("url=\"https://a.example/\""));
    EXPECT_FALSE(reads(format_followers_sync(good) + ", url=\"https://a.example/2\""));
    auto changed = good;
    changed.digest = std::string(63, '0');
    EXPECT_FALSE(reads(format_followers_sync(changed)));
    changed.digest = std::string(64, 'G');
    EXPECT_FALSE(reads(format_followers_sync(changed)));
    changed = good;
    changed.url = "https://evil.test/u/sync";
    EXPECT_FALSE(reads(format_followers_sync(changed)));
    changed.url = "http://a.example/u/sync";
    EXPECT_FALSE(reads(format_followers_sync(changed)));
    const auto loose = delivery(format_followers_sync(good), false);
    EXPECT_FALSE(read_followers_sync(loose.request, loose.signature, followers));
    auto twice = delivery(format_followers_sync(good), true);
    twice.request.headers.add("collection-synchronization", format_followers_sync(good));
    EXPECT_FALSE(read_followers_sync(twice.request, twice.signature, followers));
}

} // namespace
} // namespace federation
