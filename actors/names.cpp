#include "actors/names.h"

#include "base/names.h"
#include "base/text.h"
#include "db/accounts.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace actors {
namespace {

constexpr std::size_t max_name_length = 30;

constexpr std::array<std::string_view, 36> reserved_names = {
    "about",         "abuse",   "account",  "accounts", "actor",     "admin",
    "administrator", "api",     "auth",     "contact",  "help",      "hostmaster",
    "inbox",         "info",    "instance", "mod",      "moderator", "moderators",
    "nodeinfo",      "noreply", "oauth",    "official", "outbox",    "owner",
    "postmaster",    "root",    "security", "server",   "settings",  "staff",
    "staffroom",     "support", "system",   "users",    "webmaster", "www",
};

/// By the tables of UTS 39, which know more pairs than the skeleton of the database.
bool is_confusable_with_reserved(std::string_view name) {
    const auto skeleton = confusable_skeleton(ascii_lower(name));
    return std::ranges::any_of(reserved_names, [&skeleton](std::string_view reserved) {
        return confusable_skeleton(reserved) == skeleton;
    });
}

} // namespace

bool is_account_name(std::string_view name) {
    return !name.empty() && name.size() <= max_name_length && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

bool is_reserved_name(std::string_view name) {
    return std::ranges::find(reserved_names, ascii_lower(name)) != reserved_names.end();
}

NameVerdict judge_name(db::Tx& tx, std::string_view name) {
    if (!is_account_name(name)) return NameVerdict::Malformed;
    const std::vector<std::string> reserved(reserved_names.begin(), reserved_names.end());
    if (is_confusable_with_reserved(name) || db::accounts::looks_like_any(tx, name, reserved))
        return NameVerdict::Reserved;
    if (db::accounts::looks_like_local(tx, name)) return NameVerdict::Taken;
    return NameVerdict::Fine;
}

} // namespace actors
