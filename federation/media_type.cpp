#include "federation/media_type.h"

#include "base/text.h"

#include <optional>
#include <string>

namespace federation {
namespace {

constexpr std::string_view activity_streams = "https://www.w3.org/ns/activitystreams";

struct Parameter {
    std::string name;
    std::string value;
};

// Takes ";name=value" or ";name="value"" from the front (RFC 9110 section 5.6.6).
std::optional<Parameter> take_parameter(std::string_view& rest) {
    rest.remove_prefix(1); // The semicolon.
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    Parameter parameter{ascii_lower(trim(rest.substr(0, equals))), {}};
    rest.remove_prefix(equals + 1);
    if (!rest.starts_with('"')) {
        const auto end = std::min(rest.find(';'), rest.size());
        parameter.value = trim(rest.substr(0, end));
        rest.remove_prefix(end);
        return parameter;
    }
    rest.remove_prefix(1);
    while (!rest.empty() && !rest.starts_with('"')) {
        if (rest.starts_with('\\')) rest.remove_prefix(1);
        if (rest.empty()) return std::nullopt;
        parameter.value += rest.front();
        rest.remove_prefix(1);
    }
    if (rest.empty()) return std::nullopt;
    rest.remove_prefix(1);
    rest = trim(rest);
    if (!rest.empty() && !rest.starts_with(';')) return std::nullopt;
    return parameter;
}

bool lists(std::string_view profile, std::string_view iri) {
    while (!profile.empty()) {
        const auto end = std::min(profile.find(' '), profile.size());
        if (profile.substr(0, end) == iri) return true;
        profile.remove_prefix(std::min(end + 1, profile.size()));
    }
    return false;
}

} // namespace

bool is_activity_media_type(std::string_view content_type) {
    std::string_view rest = trim(content_type);
    const auto end = std::min(rest.find(';'), rest.size());
    const std::string type = ascii_lower(trim(rest.substr(0, end)));
    rest.remove_prefix(end);

    const bool is_ld = type == "application/ld+json";
    if (!is_ld && type != "application/activity+json") return false;
    bool has_profile = false;
    bool has_charset = false;
    while (!rest.empty()) {
        const auto parameter = take_parameter(rest);
        if (!parameter) return false;
        if (parameter->name == "profile") {
            if (has_profile) return false;
            has_profile = true;
            if (is_ld && !lists(parameter->value, activity_streams)) return false;
        }
        if (parameter->name == "charset") {
            if (has_charset || !iequals(parameter->value, "utf-8")) return false;
            has_charset = true;
        }
    }
    return !is_ld || has_profile;
}

} // namespace federation
