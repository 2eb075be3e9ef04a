#pragma once

#include "base/time.h"
#include "http/client.h"

#include <string>
#include <string_view>

namespace media {

struct S3Key {
    std::string id{};
    std::string secret{};
    std::string region{};
};

/// Signs a request to an S3-compatible store: adds x-amz-date, x-amz-content-sha256 and
/// Authorization. The query must be sorted and encoded already; only the host and these lines are
/// signed. Pure.
/// Source: AWS Signature Version 4
/// (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html)
void sign_v4(http::Outgoing& request, const S3Key& key, Time now);

} // namespace media
