#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Structured field values for HTTP (RFC 8941), as far as signatures and digests need them.
namespace federation::structured {

struct Decimal {
    std::int64_t thousandths = 0;
    bool operator==(const Decimal&) const = default;
};
struct Token {
    std::string text;
    bool operator==(const Token&) const = default;
};
struct Bytes {
    std::string value;
    bool operator==(const Bytes&) const = default;
};
/// A std::string is a structured-field String: printable ASCII.
using Value = std::variant<std::int64_t, Decimal, std::string, Token, Bytes, bool>;

struct Parameter {
    std::string name;
    Value value;
    bool operator==(const Parameter&) const = default;
};
using Parameters = std::vector<Parameter>;

struct Item {
    Value value;
    Parameters parameters{};
    bool operator==(const Item&) const = default;
};

/// An item, or an inner list of items with parameters of its own, under a name.
struct Member {
    std::string name;
    bool is_list = false;
    std::vector<Item> items{}; ///< Exactly one when it is no list.
    Parameters parameters{};   ///< Of the list; an item keeps its own.
};
using Dictionary = std::vector<Member>;

/// The members in the order received. Stricter than the RFC in one point: a member or parameter
/// that is given twice is refused, where the RFC lets the last one win (ATTACKS B05).
///
/// Errors: Invalid; TooLarge (over 16 KiB).
Result<Dictionary> parse_dictionary(std::string_view text);

/// The value of the parameter of that name, if it is there and of type T; else nullptr.
template <typename T>
const T* find(const Parameters& parameters, std::string_view name) {
    for (const auto& parameter : parameters) {
        if (parameter.name == name) return std::get_if<T>(&parameter.value);
    }
    return nullptr;
}
bool has(const Parameters& parameters, std::string_view name);

/// Canonical text (RFC 8941 section 4.1): one text per value, parameters in their order.
std::string serialize(const Item& item);
std::string serialize_list(const std::vector<Item>& items, const Parameters& parameters);
std::string serialize(const Dictionary& dictionary);

} // namespace federation::structured
