#include "base/json_reader.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <utility>

namespace {

/// JSON-LD lets a string be written as {"@value": "..."}; nothing if `value` is neither.
const std::string* string_in(const Json& value) {
    if (value.is_string()) return value.get_ptr<const std::string*>();
    if (!value.is_object()) return nullptr;
    const auto inner = value.find("@value");
    if (inner == value.end() || !inner->is_string()) return nullptr;
    return inner->get_ptr<const std::string*>();
}

/// The id of a link that is a URI or an object; empty when the object is anonymous, nothing when
/// `value` cannot be a link.
std::optional<std::string> id_in(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_object()) return std::nullopt;
    for (const char* key : {"id", "@id"}) {
        const auto found = value.find(key);
        if (found != value.end() && found->is_string()) return found->get<std::string>();
    }
    return std::string{};
}

} // namespace

JsonReader::JsonReader(const Json& object, std::string path)
    : object_(object), path_(std::move(path)) {
    if (object_.is_object()) return;
    error_ = Error{
        .kind = Error::Kind::Invalid,
        .detail = fmt::format("{}: not an object", path_.empty() ? "document" : path_),
    };
}

void JsonReader::fail(std::string_view key, std::string_view why) {
    if (error_) return;
    error_ = Error{
        .kind = Error::Kind::Invalid,
        .detail = fmt::format("{}{}{}: {}", path_, path_.empty() ? "" : ".", key, why),
    };
}

const Json* JsonReader::find(std::string_view key) {
    if (error_) return nullptr;
    const auto spelled = [&](const std::string& name) -> const Json* {
        const auto found = object_.find(name);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    };
    const Json* plain = spelled(std::string(key));
    const bool keyword = key == "id" || key == "type";
    const Json* other = spelled((keyword ? "@" : "as:") + std::string(key));
    if (plain == nullptr) return other;
    // Two readers that choose differently would see two documents (ATTACKS A26).
    if (other != nullptr && *other != *plain) {
        fail(key, "given twice");
        return nullptr;
    }
    return plain;
}

std::string JsonReader::text(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr) {
        fail(key, "missing");
        return {};
    }
    const std::string* found = string_in(*value);
    if (found == nullptr) {
        fail(key, "not a string");
        return {};
    }
    return *found;
}

std::string JsonReader::text_or(std::string_view key, std::string fallback) {
    if (find(key) != nullptr) return text(key);
    if (error_) return {};
    return fallback;
}

std::string JsonReader::lenient_text(std::string_view key) {
    const Json* value = find(key);
    const std::string* found = value == nullptr ? nullptr : string_in(*value);
    return found == nullptr ? std::string{} : *found;
}

bool JsonReader::flag_or(std::string_view key, bool fallback) {
    const Json* value = find(key);
    if (value == nullptr) return !error_ && fallback;
    if (!value->is_boolean()) {
        fail(key, "not a boolean");
        return false;
    }
    return value->get<bool>();
}

std::optional<std::int64_t> JsonReader::number(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr) return std::nullopt;
    constexpr double exact = 9007199254740992.0; // 2^53: above it a double skips integers.
    if (value->is_number_float()) {
        const auto real = value->get<double>();
        if (std::trunc(real) == real && std::fabs(real) <= exact) {
            return static_cast<std::int64_t>(real);
        }
    } else if (value->is_number_unsigned()) {
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        if (std::cmp_less_equal(value->get<std::uint64_t>(), most)) {
            return value->get<std::int64_t>();
        }
    } else if (value->is_number_integer()) {
        return value->get<std::int64_t>();
    }
    fail(key, "not an integer");
    return std::nullopt;
}

std::string JsonReader::id(std::string_view key) {
    std::string found = id_or_empty(key);
    if (found.empty()) fail(key, "missing");
    return found;
}

std::string JsonReader::id_or_empty(std::string_view key) {
    const auto entries = list(key, 1);
    if (entries.empty()) return {};
    auto found = id_in(*entries.front());
    if (!found) {
        fail(key, "neither a URI nor an object");
        return {};
    }
    return std::move(*found);
}

std::vector<std::string> JsonReader::ids(std::string_view key, std::size_t most) {
    std::vector<std::string> found;
    for (const Json* entry : list(key, most)) {
        auto id = id_in(*entry);
        if (!id) {
            fail(key, "neither a URI nor an object");
            return {};
        }
        // An anonymous object cannot be referred to, so it is no member of a list of ids.
        if (!id->empty()) found.push_back(std::move(*id));
    }
    return found;
}

std::vector<const Json*> JsonReader::list(std::string_view key, std::size_t most) {
    std::vector<const Json*> entries;
    const Json* value = find(key);
    if (value == nullptr || most == 0) return entries;
    if (!value->is_array()) return {value};
    for (const Json& entry : *value) {
        if (entry.is_null()) continue;
        entries.push_back(&entry);
        if (entries.size() == most) break;
    }
    return entries;
}
