#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace moderation {

constexpr std::size_t max_list_bytes = std::size_t{4} * 1024 * 1024;
constexpr std::size_t max_list_entries = 20'000;

struct ListedHost {
    std::string host{};     ///< Canonical.
    std::string severity{}; ///< "limit", "hold".
    std::string reason{};   ///< As written there, at most 500 bytes; may be empty.
};

/// What was read of a block list, and what was passed over.
struct ListFile {
    std::string form{};              ///< "csv", "json".
    std::vector<ListedHost> hosts{}; ///< Each once, by name; of two entries the stronger.
    std::size_t without_effect = 0;  ///< Severity "noop" or "none": their makers only noted them.
    std::vector<std::string> unreadable{}; ///< Names hidden with stars, or no names of hosts.
};

/// Reads the export of a server's domain blocks: Mastodon's CSV (#domain, #severity,
/// #public_comment, ...), GoToSocial's CSV of the same columns, and GoToSocial's JSON ("domain",
/// "severity", "public_comment"). "silence" and "limit" limit; "suspend", or no severity, as in
/// GoToSocial's JSON, holds. Pure.
///
/// Errors: TooLarge; Unprocessable, with a text to show: none of these forms, an unknown severity,
/// a list of allowed servers (a CSV whose only column is #domain). Source:
/// https://docs.gotosocial.org/en/latest/admin/domain_permission_subscriptions/
Result<ListFile> parse_list_file(std::string_view text);

} // namespace moderation
