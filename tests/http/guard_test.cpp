#include "http/guard.h"

#include <gtest/gtest.h>

namespace {

bool is_routable(const char* text) {
    return http::is_globally_routable(*http::parse_address(text));
}

/// A name service that answers from a list, and counts how often it is asked.
struct FakeNames {
    std::vector<std::string> addresses;
    int asked = 0;

    http::Resolver resolver() {
        return [this](const std::string&) -> Result<std::vector<http::Address>> {
            ++asked;
            std::vector<http::Address> parsed;
            for (const auto& text : addresses)
                parsed.push_back(*http::parse_address(text));
            return parsed;
        };
    }
};

} // namespace

TEST(Guard, C01C02C03KnowsWhatIsNotGloballyRoutable) {
    for (const auto* address : {"8.8.8.8",
                                "1.1.1.1",
                                "9.255.255.255",
                                "11.0.0.0",
                                "100.63.255.255",
                                "100.128.0.0",
                                "172.15.255.255",
                                "172.32.0.0",
                                "192.0.1.0",
                                "192.167.255.255",
                                "192.169.0.0",
                                "198.17.255.255",
                                "198.20.0.0",
                                "223.255.255.255",
                                "2606:4700::1111",
                                "2a00:1450:4001::1",
                                "2001:200::1",
                                "2003::1",
                                "::ffff:8.8.8.8"}) {
        SCOPED_TRACE(address);
        EXPECT_TRUE(is_routable(address));
    }
    for (const auto* address : {"0.0.0.0",
                                "0.1.2.3",
                                "10.0.0.1",
                                "10.255.255.255",
                                "100.64.0.1",
                                "100.127.255.255",
                                "127.0.0.1",
                                "127.255.255.254",
                                "169.254.169.254",
                                "172.16.0.1",
                                "172.31.255.255",
                                "192.0.0.1",
                                "192.0.2.1",
                                "192.88.99.1",
                                "192.168.1.1",
                                "198.18.0.1",
                                "198.19.255.255",
                                "198.51.100.1",
                                "203.0.113.1",
                                "224.0.0.1",
                                "239.255.255.255",
                                "240.0.0.1",
                                "255.255.255.255",
                                "::",
                                "::1",
                                "::7f00:1",
                                "::8.8.8.8",
                                "::ffff:127.0.0.1",
                                "::ffff:10.0.0.1",
                                "::ffff:169.254.169.254",
                                "::ffff:0.0.0.0",
                                "64:ff9b::8.8.8.8",
                                "64:ff9b::7f00:1",
                                "64:ff9b:1::1",
                                "100::1",
                                "2001::1",
                                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                                "2001:1ff::1",
                                "2001:db8::1",
                                "2002:7f00:1::",
                                "2002:808:808::1",
                                "3fff::1",
                                "3fff:fff::1",
                                "fc00::1",
                                "fd12:3456::1",
                                "fe80::1",
                                "febf::1",
                                "fec0::1",
                                "ff02::1",
                                "5f00::1"}) {
        SCOPED_TRACE(address);
        EXPECT_FALSE(is_routable(address));
    }
}

TEST(Guard, C04KnowsOneSpellingOfAnAddress) {
    FakeNames names{.addresses = {"8.8.8.8"}};
    EXPECT_TRUE(http::resolve_checked("8.8.8.8", names.resolver()));
    EXPECT_TRUE(http::resolve_checked("peer.example", names.resolver()));
    EXPECT_EQ(names.asked, 1);
    for (const auto* host : {"127.1",
                             "2130706433",
                             "0177.0.0.1",
                             "0x7f.0.0.1",
                             "0x7f000001",
                             "127.0.0.0x1",
                             "8.8.2056",
                             "peer.0x1",
                             "fe80::1%eth0",
                             "fe80::1%25lo",
                             "1.2.3.4.5",
                             "00.00.00.00"}) {
        SCOPED_TRACE(host);
        const auto refused = http::resolve_checked(host, names.resolver());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, Error::Kind::Forbidden);
    }
    EXPECT_EQ(names.asked, 1);
}

TEST(Guard, C05JudgesAllAddressesOfOneAnswer) {
    FakeNames honest{.addresses = {"8.8.8.8", "2606:4700::1111"}};
    const auto resolved = http::resolve_checked("peer.example", honest.resolver());
    ASSERT_TRUE(resolved);
    EXPECT_EQ(resolved->size(), 2U);
    EXPECT_EQ(honest.asked, 1);
    for (const auto* hidden : {"127.0.0.1", "::1", "0.0.0.0", "::ffff:10.0.0.1"}) {
        SCOPED_TRACE(hidden);
        FakeNames mixed{.addresses = {"8.8.8.8", hidden}};
        EXPECT_FALSE(http::resolve_checked("peer.example", mixed.resolver()));
    }
    FakeNames none;
    EXPECT_FALSE(http::resolve_checked("peer.example", none.resolver()));
}

TEST(Guard, C09RefusesNamesThatAreNeverPublic) {
    FakeNames names{.addresses = {"8.8.8.8"}};
    for (const auto* host : {"localhost",
                             "LOCALHOST",
                             "a.localhost",
                             "printer.local",
                             "metadata.google.internal",
                             "metadata",
                             "router.home.arpa",
                             "x.onion"}) {
        SCOPED_TRACE(host);
        EXPECT_FALSE(http::resolve_checked(host, names.resolver()));
    }
    EXPECT_EQ(names.asked, 0);
}

TEST(Network, ContainsByItsPrefix) {
    const auto network = http::parse_network("10.128.0.0/9");
    ASSERT_TRUE(network);
    EXPECT_TRUE(network->contains(*http::parse_address("10.128.0.1")));
    EXPECT_TRUE(network->contains(*http::parse_address("::ffff:10.255.0.1")));
    EXPECT_FALSE(network->contains(*http::parse_address("10.127.0.1")));
    EXPECT_TRUE(http::parse_network("0.0.0.0/0")->contains(*http::parse_address("8.8.8.8")));
    EXPECT_FALSE(http::parse_network("0.0.0.0/0")->contains(*http::parse_address("2001:db8::1")));
    for (const auto* text :
         {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "::1/129", "a/8"}) {
        SCOPED_TRACE(text);
        EXPECT_FALSE(http::parse_network(text));
    }
}
