#include "members/scopes.h"

#include "http/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace members {
namespace {

struct Scope {
    std::string_view name;
    std::string_view meaning; ///< What the member reads before agreeing.
};

// A wide scope stands before its parts.
constexpr std::array scopes{
    Scope{"read", "See everything you can see: your timelines, posts, messages and settings"},
    Scope{"read:accounts", "See profiles, your own details among them"},
    Scope{"read:blocks", "See whom you block"},
    Scope{"read:bookmarks", "See your bookmarks"},
    Scope{"read:favourites", "See your favourites"},
    Scope{"read:filters", "See your filters"},
    Scope{"read:follows", "See whom you follow and who follows you"},
    Scope{"read:lists", "See your lists"},
    Scope{"read:mutes", "See whom you mute"},
    Scope{"read:notifications", "See your notifications"},
    Scope{"read:search", "Search in your name"},
    Scope{"read:statuses", "See posts that you can see, messages to you among them"},
    Scope{"write", "Act in your name: post, edit and delete, follow, and change your profile"},
    Scope{"write:accounts", "Change your profile and how you see other people"},
    Scope{"write:blocks", "Block people and servers"},
    Scope{"write:bookmarks", "Add and remove bookmarks"},
    Scope{"write:conversations", "Mute and tidy up conversations"},
    Scope{"write:favourites", "Add and remove favourites"},
    Scope{"write:filters", "Change your filters"},
    Scope{"write:follows", "Follow and unfollow people"},
    Scope{"write:lists", "Change your lists"},
    Scope{"write:media", "Upload pictures, sound and film"},
    Scope{"write:mutes", "Mute people and conversations"},
    Scope{"write:notifications", "Clear your notifications"},
    Scope{"write:reports", "Report people to the moderators"},
    Scope{"write:statuses", "Post, edit and delete in your name"},
    Scope{"follow", "See and change whom you follow, block and mute"},
    Scope{"push", "Send notifications to your device"},
    Scope{"profile", "See your name, handle and picture"},
    Scope{"admin:read", "See everything that moderators see"},
    Scope{"admin:read:accounts", "See what moderators see of accounts"},
    Scope{"admin:read:reports", "See reports to the moderators"},
    Scope{"admin:read:domain_allows", "See which servers are let in"},
    Scope{"admin:read:domain_blocks", "See which servers are blocked"},
    Scope{"admin:read:ip_blocks", "See which addresses are blocked"},
    Scope{"admin:read:email_domain_blocks", "See which e-mail hosts are blocked"},
    Scope{"admin:read:canonical_email_blocks", "See which e-mail addresses are blocked"},
    Scope{"admin:write", "Act as a moderator in your name"},
    Scope{"admin:write:accounts", "Act on accounts as a moderator"},
    Scope{"admin:write:reports", "Act on reports as a moderator"},
    Scope{"admin:write:domain_allows", "Change which servers are let in"},
    Scope{"admin:write:domain_blocks", "Change which servers are blocked"},
    Scope{"admin:write:ip_blocks", "Change which addresses are blocked"},
    Scope{"admin:write:email_domain_blocks", "Change which e-mail hosts are blocked"},
    Scope{"admin:write:canonical_email_blocks", "Change which e-mail addresses are blocked"},
};

bool covers(const std::vector<std::string>& held, std::string_view scope) {
    return http::Caller{.scopes = held}.has_scope(scope);
}

void add_once(std::vector<std::string>& list, std::string_view scope) {
    if (std::ranges::find(list, scope) == list.end()) list.emplace_back(scope);
}

} // namespace

std::vector<std::string> split_scopes(std::string_view text) {
    constexpr std::size_t max_scopes = 100;
    std::vector<std::string> parts;
    while (!text.empty() && parts.size() < max_scopes) {
        const auto end = std::min(text.find_first_of(" +,\n\t"), text.size());
        if (end > 0) add_once(parts, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::string join_scopes(const std::vector<std::string>& list) {
    return fmt::format("{}", fmt::join(list, " "));
}

bool is_scope(std::string_view scope) {
    return std::ranges::find(scopes, scope, &Scope::name) != scopes.end();
}

std::vector<std::string> all_scopes() {
    std::vector<std::string> names;
    names.reserve(scopes.size());
    for (const auto& scope : scopes)
        names.emplace_back(scope.name);
    return names;
}

std::vector<std::string> common_scopes(const std::vector<std::string>& registered,
                                       const std::vector<std::string>& wanted) {
    std::vector<std::string> common;
    for (const auto& scope : wanted) {
        if (is_scope(scope) && covers(registered, scope)) add_once(common, scope);
    }
    for (const auto& scope : registered) {
        if (covers(wanted, scope)) add_once(common, scope);
    }
    return common;
}

std::vector<std::string> describe_scopes(const std::vector<std::string>& list) {
    std::vector<std::string> lines;
    for (const auto& scope : scopes) {
        if (std::ranges::find(list, scope.name) == list.end()) continue;
        // What a wide scope says already is not said again.
        auto others = list;
        std::erase(others, scope.name);
        if (!covers(others, scope.name)) lines.emplace_back(scope.meaning);
    }
    return lines;
}

} // namespace members
