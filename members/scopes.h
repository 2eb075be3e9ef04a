#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What an app may be let in for (docs.joinmastodon.org/api/oauth-scopes).
namespace members {

/// "read write:statuses" in its parts: blanks, pluses or commas between, repetitions left out.
std::vector<std::string> split_scopes(std::string_view text);
std::string join_scopes(const std::vector<std::string>& scopes);

bool is_scope(std::string_view scope);

/// Every scope that we know, for the server's metadata.
std::vector<std::string> all_scopes();

/// What is both registered and wanted; a wide scope on one side keeps the narrow ones of the other
/// (ATTACKS O04).
std::vector<std::string> common_scopes(const std::vector<std::string>& registered,
                                       const std::vector<std::string>& wanted);

/// One plain line for each thing that these scopes allow.
std::vector<std::string> describe_scopes(const std::vector<std::string>& scopes);

} // namespace members
