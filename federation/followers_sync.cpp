#include "federation/followers_sync.h"

#include "base/uri.h"
#include "federation/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace federation {

namespace {

constexpr std::string_view header_name = "collection-synchronization";
constexpr std::size_t digest_characters = 64;

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

std::string followers_digest(const std::vector<std::string>& followers, std::string_view origin) {
    // An id that is there twice would cancel itself out.
    const std::set<std::string_view> unique(followers.begin(), followers.end());
    std::string sum(32, '\0');
    for (const auto id : unique) {
        if (!same_origin(id, origin)) continue;
        std::ranges::transform(sum, crypto::sha256(id), sum.begin(), [](char a, char b) {
            return static_cast<char>(a ^ b);
        });
    }
    return crypto::hex(sum);
}

std::string format_followers_sync(const FollowersSync& sync) {
    return fmt::format(
        R"(collectionId="{}", url="{}", digest="{}")", sync.collection_id, sync.url, sync.digest);
}

Result<FollowersSync> read_followers_sync(const http::Request& request,
                                          const ParsedSignature& signature,
                                          std::string_view sender_followers) {
    const auto refused = [](Error::Kind kind, std::string_view why) {
        return Error{.kind = kind, .detail = fmt::format("followers synchronisation: {}", why)};
    };
    const auto lines = request.headers.count(header_name);
    if (lines == 0) return refused(Error::Kind::NotFound, "no header");
    if (lines > 1) return refused(Error::Kind::Invalid, "two headers");
    if (!signature.covers(header_name)) return refused(Error::Kind::Unauthorized, "not signed");

    const auto parameters = parse_parameters(request.headers.get(header_name));
    if (!parameters) return parameters.error();
    const auto* collection_id = find(*parameters, "collectionid");
    const auto* url = find(*parameters, "url");
    const auto* digest = find(*parameters, "digest");
    if (collection_id == nullptr || url == nullptr || digest == nullptr) {
        return refused(Error::Kind::Invalid, "a parameter is missing");
    }
    if (canonical_id(*collection_id) != canonical_id(sender_followers)) {
        return refused(Error::Kind::Invalid, "not the sender's collection");
    }
    if (!same_origin(*url, sender_followers)) return refused(Error::Kind::Invalid, "foreign url");
    if (digest->size() != digest_characters || !is_hex(*digest)) {
        return refused(Error::Kind::Invalid, "digest");
    }
    return FollowersSync{.collection_id = *collection_id, .url = *url, .digest = *digest};
}

} // namespace federation
