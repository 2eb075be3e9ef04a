#include "base/uri.h"

#include <gtest/gtest.h>

namespace {

TEST(ParseUri, SplitsAndMakesTheHostCanonical) {
    const auto uri = parse_uri("HTTPS://Maple.Example:443/a%20b/?q=1&r#part");
    ASSERT_TRUE(uri);
    EXPECT_EQ(uri->scheme, "https");
    EXPECT_EQ(uri->host, "maple.example");
    EXPECT_EQ(uri->port, 443);
    EXPECT_EQ(uri->path, "/a%20b/");
    EXPECT_EQ(uri->query, "q=1&r");
    EXPECT_EQ(uri->fragment, "part");
    EXPECT_EQ(uri->origin(), "https://maple.example");
    EXPECT_EQ(uri->target(), "/a%20b/?q=1&r");
    EXPECT_EQ(uri->without_fragment(), "https://maple.example/a%20b/?q=1&r");

    EXPECT_EQ(parse_uri("http://localhost:8080")->without_fragment(), "http://localhost:8080/");
    EXPECT_EQ(parse_uri("https://a.example/?")->target(), "/?");
    EXPECT_EQ(parse_uri("https://a.example?x")->target(), "/?x");
    EXPECT_EQ(parse_uri("https://[2001:DB8::0:1]:8443/")->authority(), "[2001:db8::1]:8443");
    EXPECT_EQ(parse_uri("https://192.0.2.7/")->host, "192.0.2.7");
    EXPECT_EQ(parse_uri("https://b\u00fccher.example/")->host, "xn--bcher-kva.example");
    EXPECT_EQ(parse_uri("https://a.example/?u=x@y")->host, "a.example");
}

TEST(ParseUri, A28_RefusesWhatPassesAComparisonByMistake) {
    ASSERT_TRUE(parse_uri("https://good.example/"));
    for (const char* text : {
             "https://good.example@evil.test/",
             "https://good.example:x@evil.test/",
             "https://@good.example/",
             "https://good.example./",
             "https://good.example\u3002/",
             "https://good.example\\@evil.test/",
             "https://good..example/",
             "https:///good.example/",
             "https://good.example:0/",
             "https://good.example:/",
             "https://good.example:65536/",
             "https://good.example:0443/",
             "https://good.example:443:443/",
             "https://good.example /",
             "https://good.example/\r\n",
             "https://good.example/\x7f",
             "https://good.%65xample/",
             "https://[::1%25eth0]/",
             "https://[::1",
             "https://::1/",
             "https://[127.0.0.1]/",
             "https:good.example",
             "//good.example/",
             "ftp://good.example/",
             "javascript://good.example/%0aalert(1)",
             "https://127.1/",
             "https://0x7f.0.0.1/",
             "https://0177.0.0.1/",
             "https://2130706433/",
             "https://1.2.3.4.5/",
             "https://\uff11\uff12\uff17.1/",
             "",
         }) {
        EXPECT_FALSE(parse_uri(text)) << text;
    }
    EXPECT_FALSE(parse_uri("https://good.example/" + std::string(2048, 'a')));
}

TEST(Origin, OfTwoBrokenIdsIsNeverTheSame) {
    EXPECT_TRUE(same_origin("https://a.example/1", "HTTPS://A.example:443/2"));
    EXPECT_FALSE(same_origin("https://a.example/1", "http://a.example/1"));
    EXPECT_FALSE(same_origin("https://a.example/1", "https://a.example:444/1"));
    EXPECT_FALSE(same_origin("nonsense", "nonsense"));
    EXPECT_EQ(origin_of("urn:x:y"), "");
    EXPECT_EQ(host_of("http://a.example:8080/x"), "a.example:8080");
}

TEST(CanonicalId, ChangesNothingBehindTheAuthority) {
    EXPECT_EQ(canonical_id("HTTPS://A.Example:443"), "https://a.example");
    EXPECT_EQ(canonical_id("https://a.example/B/?Q#F"), "https://a.example/B/?Q#F");
    EXPECT_EQ(canonical_id("https://a.example#"), "https://a.example#");
    EXPECT_EQ(canonical_id("x"), "");
}

TEST(ParseAuthority, TakesWhatAnAdministratorTypes) {
    EXPECT_EQ(*parse_authority("Maple.Example"), "maple.example");
    EXPECT_EQ(*parse_authority("maple.example:443"), "maple.example");
    EXPECT_EQ(*parse_authority("localhost:8080"), "localhost:8080");
    EXPECT_EQ(*parse_authority("[::1]:81"), "[::1]:81");
    for (const char* text :
         {"", "https://a.example", "a.example/", "u@a.example", "a b", "a.example."}) {
        EXPECT_FALSE(parse_authority(text)) << text;
    }
}

TEST(Percent, DecodesOnceAndLeavesBrokenSequences) {
    EXPECT_EQ(percent_decode("a%20b%2541%zz%4"), "a b%41%zz%4");
    EXPECT_EQ(percent_encode("a b/\xc3\xa9~"), "a%20b%2F%C3%A9~");
}

} // namespace
