#include "base/time.h"
#include "base/uri.h"
#include "tests/api/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace {

const Json& schemas() {
    static const Json all = [] {
        std::ifstream file("tests/data/mastodon_schemas.json");
        return Json::parse(file).at("schemas");
    }();
    return all;
}

bool has_type(const Json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    return type == "null" && value.is_null();
}

bool has_format(const std::string& text, const std::string& format) {
    if (format == "uri") return static_cast<bool>(parse_uri(text)) || text.starts_with("ws");
    if (format == "date-time") return text.size() == 24 && parse_iso8601(text);
    if (format == "date") return text.size() == 10 && parse_iso8601(text);
    return true;
}

std::string problem(const Json& schema, const Json& value, const std::string& path) {
    if (schema.contains("$ref")) {
        const auto name = schema.at("$ref").get<std::string>();
        return problem(schemas().at(name.substr(name.rfind('/') + 1)), value, path);
    }
    if (schema.contains("oneOf")) {
        std::string first;
        for (const auto& choice : schema.at("oneOf")) {
            const auto found = problem(choice, value, path);
            if (found.empty()) return {};
            if (first.empty()) first = found;
        }
        return first;
    }
    if (schema.contains("type")) {
        const auto& type = schema.at("type");
        const auto fits = [&](const Json& one) { return has_type(value, one.get<std::string>()); };
        if (!(type.is_array() ? std::any_of(type.begin(), type.end(), fits) : fits(type)))
            return path + " is " + value.type_name();
    }
    if (schema.contains("enum") && !value.is_null()) {
        const auto& known = schema.at("enum");
        if (std::find(known.begin(), known.end(), value) == known.end())
            return path + " is none of the known words: " + value.dump();
    }
    if (value.is_string() && schema.contains("format") &&
        !has_format(value.get<std::string>(), schema.at("format").get<std::string>())) {
        return path + " is no " + schema.at("format").get<std::string>() + ": " + value.dump();
    }
    if (value.is_array() && schema.contains("items")) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            auto found =
                problem(schema.at("items"), value[i], path + "[" + std::to_string(i) + "]");
            if (!found.empty()) return found;
        }
    }
    if (!value.is_object()) return {};
    const Json required = schema.value("required", Json::array());
    for (const auto& name : required) {
        if (!value.contains(name.get<std::string>()))
            return path + "." + name.get<std::string>() + " is missing";
    }
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [name, member] : properties.items()) {
        if (!value.contains(name)) continue;
        auto found = problem(member, value.at(name), path + "." + name);
        if (!found.empty()) return found;
    }
    return {};
}

TEST(Schema, FindsWhatIsWrong) {
    EXPECT_EQ(schema_problem("Marker", {{"last_read_id", "1"}, {"version", 1}}),
              "Marker.updated_at is missing");
    EXPECT_EQ(
        schema_problem(
            "Marker",
            {{"last_read_id", 1}, {"version", 1}, {"updated_at", "2026-03-01T08:30:00.000Z"}}),
        "Marker.last_read_id is number");
}

} // namespace

std::string schema_problem(const std::string& name, const Json& value) {
    return problem(schemas().at(name), value, name);
}
