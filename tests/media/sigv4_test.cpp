#include "base/crypto.h"
#include "media/sigv4.h"

#include <gtest/gtest.h>

namespace {

const media::S3Key documented{.id = "AKIAIOSFODNN7EXAMPLE",
                              .secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                              .region = "us-east-1"};

// The examples of the protocol's documentation sign further headers; these figures were made with
// its own reference steps, by another program, for what we sign.
TEST(SignV4, SignsHostDigestAndTime) {
    http::Outgoing request{
        .method = "PUT", .url = "https://s3.example/bucket/ab/abcd.png", .body = "hello"};
    media::sign_v4(request, documented, *parse_iso8601("2026-11-22T15:48:00Z"));
    EXPECT_EQ(request.headers.get("x-amz-date"), "20261122T154800Z");
    EXPECT_EQ(request.headers.get("x-amz-content-sha256"), crypto::hex(crypto::sha256("hello")));
    EXPECT_EQ(request.headers.get("Authorization"),
              "AWS4-HMAC-SHA256 "
              "Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/s3/aws4_request,"
              "SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
              "Signature=a1b07d5f70a35a621d64565ec68a8de9de77a69028b7498b5587b53e4e9169cc");
}

TEST(SignV4, CountsTheQuery) {
    http::Outgoing request{.method = "POST",
                           .url = "https://s3.example:9000/bucket/ab/abcd.mp4?uploads="};
    media::sign_v4(request, documented, *parse_iso8601("2026-11-22T15:48:00Z"));
    EXPECT_TRUE(
        request.headers.get("Authorization")
            .ends_with(
                "Signature=ca313b5831cde8fe7d34ad77bdce940060c5a697160954478defdebe43e46bcf"));
}

} // namespace
