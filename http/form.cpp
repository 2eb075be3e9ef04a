#include "http/form.h"

#include "base/text.h"
#include "base/uri.h"
#include "http/multipart.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <span>
#include <utility>

namespace http {
namespace {

Error invalid(std::string detail) {
    return Error{Error::Kind::Invalid, std::move(detail)};
}
Error too_large(std::string detail) {
    return Error{Error::Kind::TooLarge, std::move(detail)};
}

bool is_acceptable_text(std::string_view text) {
    return text.find('\0') == std::string_view::npos && is_valid_utf8(text);
}

/// "poll[options][]" is {"poll", "options", ""}; a name whose brackets do not pair is one literal
/// segment. Nothing when it is deeper than `max_depth`.
std::optional<std::vector<std::string>> split_name(std::string_view name, std::size_t max_depth) {
    const std::vector<std::string> literal{std::string(name)};
    const auto open = name.find('[');
    if (open == std::string_view::npos || open == 0) return literal;
    std::vector<std::string> segments{std::string(name.substr(0, open))};
    for (auto rest = name.substr(open); !rest.empty();) {
        const auto close = rest.find(']');
        if (rest.front() != '[' || close == std::string_view::npos) return literal;
        if (segments.size() >= max_depth) return std::nullopt;
        segments.emplace_back(rest.substr(1, close - 1));
        rest.remove_prefix(close + 1);
    }
    return segments;
}

bool has_path(const Json& node, std::span<const std::string> path) {
    const Json* at = &node;
    for (const auto& segment : path) {
        if (segment.empty()) return false;
        if (!at->is_object()) return false;
        const auto found = at->find(segment);
        if (found == at->end()) return false;
        at = &*found;
    }
    return true;
}

/// Puts `value` at `path` as Rails does: "[]" appends, "[][name]" opens a new object when the last
/// one has that name already. False when one name is used for two shapes.
bool insert(Json& node, std::span<const std::string> path, std::string value) {
    if (path.empty()) {
        if (node.is_structured()) return false;
        node = std::move(value);
        return true;
    }
    const auto& segment = path.front();
    const auto rest = path.subspan(1);
    if (segment.empty()) {
        if (node.is_null()) node = Json::array();
        if (!node.is_array()) return false;
        const bool continues = !rest.empty() && !node.empty() && node.back().is_object() &&
                               !has_path(node.back(), rest);
        if (!continues) node.push_back(nullptr);
        return insert(node.back(), rest, std::move(value));
    }
    if (node.is_null()) node = Json::object();
    if (!node.is_object()) return false;
    return insert(node[segment], rest, std::move(value));
}

class TreeBuilder {
  public:
    explicit TreeBuilder(const FormLimits& limits) : limits_(limits) {}

    Result<Done> add(std::string_view name, std::string value) {
        if (++fields_ > limits_.max_fields) return too_large("form with too many fields");
        if (name.empty()) return Done{};
        if (!is_acceptable_text(name) || !is_acceptable_text(value)) {
            return invalid("form field is not UTF-8");
        }
        const auto path = split_name(name, limits_.max_depth);
        if (!path) return too_large("form nested too deeply");
        if (!insert(tree_, *path, std::move(value))) return invalid("form field of two shapes");
        return Done{};
    }

    Result<Done> add_urlencoded(std::string_view text) {
        while (!text.empty()) {
            const auto end = std::min(text.find('&'), text.size());
            const auto pair = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            if (pair.empty()) continue;
            const auto equals = std::min(pair.find('='), pair.size());
            const auto value = equals < pair.size() ? pair.substr(equals + 1) : "";
            if (auto added = add(decode(pair.substr(0, equals)), decode(value)); !added) {
                return added;
            }
        }
        return Done{};
    }

    Json take() { return std::move(tree_); }

  private:
    static std::string decode(std::string_view text) {
        std::string spaced(text);
        std::ranges::replace(spaced, '+', ' ');
        return percent_decode(spaced);
    }

    FormLimits limits_;
    std::size_t fields_ = 0;
    Json tree_ = Json::object();
};

Result<Json> read_json(std::string_view body, const FormLimits& limits) {
    const JsonLimits json_limits{.max_depth = limits.max_depth + 2,
                                 .max_members = limits.max_fields};
    auto document = parse_json(body, json_limits);
    if (!document) return document;
    if (!document->is_object()) return invalid("JSON form is no object");
    return document;
}

std::optional<std::string> scalar_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
    if (value.is_number()) return dump_json(value);
    return std::nullopt;
}

const Json* find_value(const Json& tree, std::string_view key) {
    const auto found = tree.find(key);
    return found == tree.end() || found->is_null() ? nullptr : &*found;
}

/// The entries of a list, or of an object whose keys are numbers, in their order:
/// `fields_attributes[0][name]`.
std::vector<const Json*> entries_of(const Json& value) {
    std::vector<const Json*> entries;
    if (value.is_array()) {
        for (const auto& entry : value)
            entries.push_back(&entry);
        return entries;
    }
    if (!value.is_object()) return entries;
    std::map<std::uint64_t, const Json*> numbered;
    for (const auto& [key, entry] : value.items()) {
        std::uint64_t number = 0;
        const auto* end = key.data() + key.size();
        const auto [stop, error] = std::from_chars(key.data(), end, number);
        if (error == std::errc() && stop == end) numbered.emplace(number, &entry);
    }
    for (const auto& [number, entry] : numbered)
        entries.push_back(entry);
    return entries;
}

struct Body {
    Json tree = Json::object();
    std::vector<UploadedFile> files{};
};

UploadedFile file_of(const Part& part, const std::shared_ptr<SpooledBody>& spooled) {
    UploadedFile file{.field = part.name, .media_type = part.media_type};
    if (!spooled) {
        file.bytes = part.bytes;
        return file;
    }
    file.spooled = spooled;
    file.part = part.bytes;
    return file;
}

Result<Body> read_parts(std::string_view content_type,
                        std::string_view body,
                        const FormLimits& limits,
                        const std::shared_ptr<SpooledBody>& spooled = nullptr) {
    const auto parts = parse_multipart(
        content_type, body, limits.max_parts, spooled ? Passed(SpooledBody::forget) : Passed());
    if (!parts) return parts.error();
    TreeBuilder builder(limits);
    std::vector<UploadedFile> files;
    for (const auto& part : *parts) {
        if (!part.is_file) {
            if (part.bytes.size() > limits.max_text_bytes) {
                return Error{Error::Kind::TooLarge, "form field too long"};
            }
            const auto added = builder.add(part.name, std::string(part.bytes));
            if (!added) return added.error();
            continue;
        }
        if (!is_acceptable_text(part.name)) return invalid("file field is not UTF-8");
        // No bytes are what a browser sends for a file input that was left alone.
        if (part.bytes.empty()) continue;
        files.push_back(file_of(part, spooled));
    }
    return Body{.tree = builder.take(), .files = std::move(files)};
}

Result<Body> read_body(std::string_view content_type,
                       std::string_view body,
                       const FormLimits& limits) {
    const auto type = ascii_lower(trim(content_type.substr(0, content_type.find(';'))));
    if (type == "multipart/form-data") return read_parts(content_type, body, limits);
    if (type == "application/json") {
        auto document = read_json(body, limits);
        if (!document) return document.error();
        return Body{.tree = std::move(*document)};
    }
    if (type != "application/x-www-form-urlencoded") {
        return Error{Error::Kind::WrongType, "body of a type that is no form"};
    }
    TreeBuilder builder(limits);
    if (auto added = builder.add_urlencoded(body); !added) return added.error();
    return Body{.tree = builder.take()};
}

} // namespace

Form::Form(Json tree, std::vector<UploadedFile> files)
    : tree_(tree.is_object() ? std::move(tree) : Json::object()), files_(std::move(files)) {}

bool Form::has(std::string_view key) const {
    return find_value(tree_, key) != nullptr || file(key) != nullptr;
}

std::string Form::text(std::string_view key) const {
    return maybe_text(key).value_or("");
}

std::optional<std::string> Form::maybe_text(std::string_view key) const {
    const auto* value = find_value(tree_, key);
    return value ? scalar_text(*value) : std::nullopt;
}

std::optional<bool> Form::flag(std::string_view key) const {
    const auto text = maybe_text(key);
    if (!text) return std::nullopt;
    const auto word = ascii_lower(trim(*text));
    for (const auto* yes : {"true", "1", "on", "yes", "t"}) {
        if (word == yes) return true;
    }
    for (const auto* no : {"false", "0", "off", "no", "f"}) {
        if (word == no) return false;
    }
    return std::nullopt;
}

bool Form::flag_or(std::string_view key, bool fallback) const {
    return flag(key).value_or(fallback);
}

std::optional<std::int64_t> Form::number(std::string_view key) const {
    const auto written = maybe_text(key);
    if (!written) return std::nullopt;
    const auto text = trim(*written);
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

std::vector<std::string> Form::list(std::string_view key) const {
    std::vector<std::string> texts;
    const auto* value = find_value(tree_, key);
    if (!value) return texts;
    if (auto text = scalar_text(*value)) {
        texts.push_back(std::move(*text));
        return texts;
    }
    for (const auto* entry : entries_of(*value)) {
        if (auto text = scalar_text(*entry)) texts.push_back(std::move(*text));
    }
    return texts;
}

Form Form::child(std::string_view key) const {
    const auto* value = find_value(tree_, key);
    return value ? Form(*value) : Form();
}

std::vector<Form> Form::children(std::string_view key) const {
    std::vector<Form> forms;
    const auto* value = find_value(tree_, key);
    if (!value) return forms;
    for (const auto* entry : entries_of(*value)) {
        if (entry->is_object()) forms.emplace_back(*entry);
    }
    return forms;
}

const UploadedFile* Form::file(std::string_view key) const {
    const auto found = std::ranges::find(files_, key, &UploadedFile::field);
    return found == files_.end() ? nullptr : &*found;
}

// What stands in both, the body says.
static Result<Form> merged(const Json& query, Result<Body> body) {
    if (!body) return body.error();
    for (const auto& [key, value] : query.items()) {
        if (!body->tree.contains(key)) body->tree[key] = value;
    }
    return Form(std::move(body->tree), std::move(body->files));
}

std::uint64_t UploadedFile::size() const {
    return spooled ? part.size() : bytes.size();
}

bool UploadedFile::save(int target) const {
    if (spooled) return spooled->copy(part, target);
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const auto written = ::write(target, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Result<Form> parse_form(std::string_view query,
                        std::string_view content_type,
                        std::string_view body,
                        const FormLimits& limits) {
    TreeBuilder from_query(limits);
    if (auto added = from_query.add_urlencoded(query); !added) return added.error();
    if (body.empty()) return Form(from_query.take());
    return merged(from_query.take(), read_body(content_type, body, limits));
}

Result<Form> parse_form(std::string_view query,
                        std::string_view content_type,
                        const std::shared_ptr<SpooledBody>& body,
                        const FormLimits& limits) {
    TreeBuilder from_query(limits);
    if (auto added = from_query.add_urlencoded(query); !added) return added.error();
    const auto type = ascii_lower(trim(content_type.substr(0, content_type.find(';'))));
    if (type != "multipart/form-data") return Error{Error::Kind::TooLarge, "long form"};
    return merged(from_query.take(), read_parts(content_type, body->map(), limits, body));
}

} // namespace http
