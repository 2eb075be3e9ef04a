#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// A database key that cannot be mistaken for the key of another table.
/// 63 bits, ordered by time; in JSON always a string. 0 is no row.
template <typename Tag>
struct Id {
    std::int64_t value = 0;
    auto operator<=>(const Id&) const = default;
    explicit operator bool() const { return value != 0; }
};

template <typename Tag>
struct std::hash<Id<Tag>> {
    std::size_t operator()(Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};

using AccountId = Id<struct AccountTag>;
using StatusId = Id<struct StatusTag>;
using NotificationId = Id<struct NotificationTag>;
using MediaId = Id<struct MediaTag>;
using PollId = Id<struct PollTag>;
using FollowId = Id<struct FollowTag>;
using AppId = Id<struct AppTag>;
using TokenId = Id<struct TokenTag>;
using TagId = Id<struct TagTag>;
using HeldId = Id<struct HeldTag>;
using ReportId = Id<struct ReportTag>;

/// The number of a path or form value; nothing when it is not 1 to 19 digits of a positive int64.
std::optional<std::int64_t> parse_id(std::string_view text);

template <typename Tag>
std::string to_string(Id<Tag> id) {
    return std::to_string(id.value);
}
