#include "http/multipart.h"

#include "base/text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace http {
namespace {

constexpr std::size_t max_part_headers = 8;
constexpr std::size_t max_part_header_bytes = 4096;
constexpr std::size_t content_step = 1024UL * 1024;

Error invalid(std::string detail) {
    return Error{Error::Kind::Invalid, std::move(detail)};
}

/// Takes what stands before `mark` off the front of `text`, with the mark.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view mark) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    const auto taken = text.substr(0, at);
    text.remove_prefix(at + mark.size());
    return taken;
}

/// Reads a token or a quoted string off the front of `text`.
std::optional<std::string> take_value(std::string_view& text) {
    std::string value;
    if (text.empty() || text.front() != '"') {
        const auto end = std::min(text.find(';'), text.size());
        value = trim(text.substr(0, end));
        text.remove_prefix(end);
        return value;
    }
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return value;
        }
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        value += text[i];
    }
    return std::nullopt;
}

Result<Done> read_header(Part& part, std::string_view line, bool& has_disposition) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return invalid("part header without a name");
    const auto name = line.substr(0, colon);
    const auto value = trim(line.substr(colon + 1));
    if (iequals(name, "Content-Disposition")) {
        if (std::exchange(has_disposition, true)) return invalid("two Content-Dispositions");
        if (!iequals(trim(value.substr(0, value.find(';'))), "form-data")) {
            return invalid("part is no form-data");
        }
        auto field = header_parameter(value, "name");
        if (!field) return field.error();
        part.name = std::move(*field);
        for (const auto* file_name : {"filename", "filename*"}) {
            const auto given = header_parameter(value, file_name);
            if (!given && given.error().kind == Error::Kind::Invalid) return given.error();
            if (given) part.is_file = true;
        }
    } else if (iequals(name, "Content-Type")) {
        part.media_type = ascii_lower(trim(value.substr(0, value.find(';'))));
    } else if (iequals(name, "Content-Transfer-Encoding")) {
        if (!iequals(value, "binary") && !iequals(value, "8bit") && !iequals(value, "7bit")) {
            return invalid("part with a transfer encoding");
        }
    }
    return Done{};
}

/// The same in steps, since what stands before the mark may be a film.
std::optional<std::string_view> take_content(std::string_view& text,
                                             std::string_view mark,
                                             const Passed& passed) {
    for (std::size_t at = 0; at < text.size(); at += content_step) {
        const auto step = text.substr(at, content_step + mark.size());
        const auto found = step.find(mark);
        if (passed) passed(step);
        if (found == std::string_view::npos) continue;
        const auto taken = text.substr(0, at + found);
        text.remove_prefix(taken.size() + mark.size());
        return taken;
    }
    return std::nullopt;
}

Result<Part> read_part(std::string_view& rest, std::string_view delimiter, const Passed& passed) {
    Part part;
    bool has_disposition = false;
    std::size_t headers = 0;
    std::size_t header_bytes = 0;
    for (;;) {
        const auto line = take_until(rest, "\r\n");
        if (!line) return invalid("part without an end of its headers");
        if (line->empty()) break;
        header_bytes += line->size();
        if (++headers > max_part_headers || header_bytes > max_part_header_bytes) {
            return Error{Error::Kind::TooLarge, "part with too many headers"};
        }
        if (auto read = read_header(part, *line, has_disposition); !read) return read.error();
    }
    if (!has_disposition) return invalid("part without a name");

    // An empty part's delimiter begins with the line break that ended its headers.
    if (rest.starts_with(delimiter.substr(2))) {
        rest.remove_prefix(delimiter.size() - 2);
        return part;
    }
    const auto bytes = take_content(rest, delimiter, passed);
    if (!bytes) return invalid("part without an end");
    part.bytes = *bytes;
    return part;
}

} // namespace

Result<std::string> header_parameter(std::string_view header, std::string_view name) {
    std::optional<std::string> found;
    auto rest = header.substr(std::min(header.find(';'), header.size()));
    for (rest = trim(rest); !rest.empty(); rest = trim(rest)) {
        if (rest.front() != ';') return invalid("malformed header parameters");
        rest = trim(rest.substr(1));
        if (rest.empty()) break;
        const auto key = take_until(rest, "=");
        if (!key) return invalid("header parameter without a value");
        auto value = take_value(rest);
        if (!value) return invalid("unfinished quoted string");
        if (!iequals(trim(*key), name)) continue;
        if (found) return invalid("header parameter twice");
        found = std::move(*value);
    }
    if (!found) return Error{Error::Kind::NotFound, "no such header parameter"};
    return std::move(*found);
}

Result<std::vector<Part>> parse_multipart(std::string_view content_type,
                                          std::string_view body,
                                          std::size_t max_parts,
                                          const Passed& passed) {
    const auto boundary = header_parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 70) {
        return invalid("multipart without a boundary");
    }
    const auto delimiter = "\r\n--" + *boundary;
    auto rest = body;
    // A preamble is allowed; without one the body begins with the delimiter but its line break.
    if (rest.starts_with(std::string_view(delimiter).substr(2))) {
        rest.remove_prefix(delimiter.size() - 2);
    } else if (!take_until(rest, delimiter)) {
        return invalid("multipart without its boundary");
    }
    std::vector<Part> parts;
    while (!rest.starts_with("--")) {
        const auto padding = take_until(rest, "\r\n");
        if (!padding || !trim(*padding).empty()) return invalid("malformed boundary line");
        if (parts.size() >= max_parts) return Error{Error::Kind::TooLarge, "too many parts"};
        auto part = read_part(rest, delimiter, passed);
        if (!part) return part.error();
        parts.push_back(std::move(*part));
    }
    return parts;
}

} // namespace http
