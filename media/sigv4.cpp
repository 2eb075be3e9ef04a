#include "media/sigv4.h"

#include "base/crypto.h"
#include "base/uri.h"

#include <fmt/format.h>

#include <algorithm>

namespace media {
namespace {

/// "20261122T154800Z"
std::string compact_time(Time at) {
    auto text = format_iso8601(std::chrono::floor<std::chrono::seconds>(at));
    text = text.substr(0, text.find('.'));
    if (!text.ends_with('Z')) text += 'Z';
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

} // namespace

void sign_v4(http::Outgoing& request, const S3Key& key, Time now) {
    const auto uri = parse_uri(request.url);
    if (!uri) return; // The client refuses it.
    const auto time = compact_time(now);
    const auto day = time.substr(0, 8);
    const auto digest = crypto::hex(crypto::sha256(request.body));
    constexpr auto names = "host;x-amz-content-sha256;x-amz-date";
    const auto canonical =
        fmt::format("{}\n{}\n{}\nhost:{}\nx-amz-content-sha256:{}\nx-amz-date:{}\n\n{}\n{}",
                    request.method,
                    uri->path,
                    uri->query,
                    uri->authority(),
                    digest,
                    time,
                    names,
                    digest);
    const auto scope = fmt::format("{}/{}/s3/aws4_request", day, key.region);
    const auto to_sign = fmt::format(
        "AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope, crypto::hex(crypto::sha256(canonical)));
    auto signing = crypto::hmac_sha256("AWS4" + key.secret, day);
    for (const auto& part : {key.region, std::string("s3"), std::string("aws4_request")})
        signing = crypto::hmac_sha256(signing, part);
    request.headers.set("x-amz-date", time);
    request.headers.set("x-amz-content-sha256", digest);
    request.headers.set(
        "Authorization",
        fmt::format("AWS4-HMAC-SHA256 Credential={}/{},SignedHeaders={},Signature={}",
                    key.id,
                    scope,
                    names,
                    crypto::hex(crypto::hmac_sha256(signing, to_sign))));
}

} // namespace media
