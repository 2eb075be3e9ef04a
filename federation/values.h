#pragma once

#include "base/json.h"
#include "base/json_reader.h"
#include "base/result.h"
#include "base/time.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The shapes that one value takes on the wire: a URI or an object, one or a list, a text or a map
/// of languages. For the readers of this folder; what only shape can be wrong with counts as
/// absent.
namespace federation {

/// Refuses @graph, @included, @reverse, @nest and @import anywhere, also where an inline context
/// gives them another name: they move parts of a document elsewhere, so that one who expands
/// JSON-LD reads another document than one who reads plain keys (ATTACKS A24).
/// Errors: Invalid.
Result<Done> check_plain(const Json& document);

/// A URI or the id of an object, canonical (base/uri.h); "" when it is neither or not http(s).
std::string id_of(const Json& value);

/// The ids under `key`: absent, one, or a list. The public collection in its full spelling; others
/// that are not http(s), and duplicates, are left out.
std::vector<std::string> ids_in(JsonReader& json, std::string_view key, std::size_t most = 1000);
/// The first of these, or "".
std::string first_id_in(JsonReader& json, std::string_view key);

/// The types of an object without the "as:" prefix; empty when it has none.
std::vector<std::string> types_of(const Json& object);
bool has_type(const Json& object, std::string_view type);

/// The URL when it is http(s) and parses, with "&#038;" and "&amp;" decoded (WordPress), else "".
std::string web_url(std::string_view text);

struct Link {
    std::string url{};
    std::string media_type{};
};
/// The http(s) URLs of a `url`: a string, a Link, an object with a url, or a list of them.
std::vector<Link> links_in(JsonReader& json, std::string_view key);

/// For names, warnings, choices: one line of cleaned text, without tags should there be any.
std::string plain_text(std::string_view text, std::size_t max_code_points);

std::optional<Time> time_in(JsonReader& json, std::string_view key);
/// Also from a number in text; clamped to 0 .. 2^53.
std::optional<std::int64_t> count_in(JsonReader& json, std::string_view key);
bool is_set(JsonReader& json, std::string_view key, bool fallback = false);

struct Text {
    std::string text{};
    std::string language{};
};
/// A text of `key`, or of `key`Map: the first of `languages` that it has, else its first. The
/// language is known when the map, or a JSON-LD value object, names it for exactly this text.
Text text_in(JsonReader& json, std::string_view key, std::span<const std::string> languages);

} // namespace federation
