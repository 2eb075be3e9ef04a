#include "http/message.h"

#include "base/text.h"
#include "base/uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace http {

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& line : lines_) {
        if (iequals(line.name, name)) return line.value;
    }
    return std::nullopt;
}

std::string_view Headers::get(std::string_view name) const {
    return find(name).value_or(std::string_view());
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& line : lines_) {
        if (iequals(line.name, name)) values.emplace_back(line.value);
    }
    return values;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines_, [&](const Line& line) { return iequals(line.name, name); }));
}

void Headers::add(std::string name, std::string value) {
    lines_.push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string_view name, std::string value) {
    std::erase_if(lines_, [&](const Line& line) { return iequals(line.name, name); });
    lines_.push_back({std::string(name), std::move(value)});
}

static bool lists(std::string_view value, std::string_view name) {
    for (std::size_t start = 0; start <= value.size();) {
        const auto end = std::min(value.find(',', start), value.size());
        if (iequals(trim(value.substr(start, end - start)), name)) return true;
        start = end + 1;
    }
    return false;
}

void Headers::add_vary(std::string_view name) {
    for (auto& line : lines_) {
        if (!iequals(line.name, "Vary")) continue;
        if (!lists(line.value, name)) line.value.append(", ").append(name);
        return;
    }
    add("Vary", std::string(name));
}

bool is_header_name(std::string_view name) {
    const auto is_token = [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) !=
                   std::string_view::npos;
    };
    return !name.empty() && std::ranges::all_of(name, is_token);
}

bool is_header_value(std::string_view value) {
    return std::ranges::all_of(
        value, [](unsigned char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; });
}

static bool has_bad_escape(std::string_view text) {
    const auto is_hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
        if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return true;
    }
    return false;
}

// A path that two readers may understand in two ways names nothing here.
static bool is_canonical(std::string_view path) {
    if (path.find("//") != std::string_view::npos) return false;
    if (path.find('\\') != std::string_view::npos) return false;
    if (std::ranges::any_of(path, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
        return false;
    }
    for (std::size_t start = 1; start <= path.size();) {
        const auto end = std::min(path.find('/', start), path.size());
        const auto segment = path.substr(start, end - start);
        if (segment == "." || segment == "..") return false;
        start = end + 1;
    }
    return true;
}

Result<Done> set_target(Request& request, std::string_view target) {
    if (target.empty() || target.front() != '/') {
        return Error{Error::Kind::Invalid, "target is no path"};
    }
    if (std::ranges::any_of(target, [](unsigned char c) { return c <= 0x20 || c >= 0x7f; })) {
        return Error{Error::Kind::Invalid, "target with blanks or control characters"};
    }
    if (target.find('#') != std::string_view::npos) {
        return Error{Error::Kind::Invalid, "target with a fragment"};
    }
    const auto mark = std::min(target.find('?'), target.size());
    const auto raw = target.substr(0, mark);
    if (has_bad_escape(raw)) return Error{Error::Kind::Invalid, "target with a bad escape"};

    std::string path(raw);
    if (raw.find('%') != std::string_view::npos) {
        path = percent_decode(raw);
        // An encoded slash would make one segment into two.
        if (std::ranges::count(path, '/') != std::ranges::count(raw, '/')) {
            return Error{Error::Kind::NotFound, "encoded slash"};
        }
        if (!is_valid_utf8(path)) return Error{Error::Kind::NotFound, "path is not UTF-8"};
    }
    if (!is_canonical(path)) return Error{Error::Kind::NotFound, "path is not canonical"};

    request.target = target;
    request.path = std::move(path);
    request.query = mark < target.size() ? std::string(target.substr(mark + 1)) : std::string();
    return Done{};
}

static Response make_response(std::string_view media_type, std::string body, int status) {
    Response response{.status = status, .body = std::move(body)};
    response.headers.add("Content-Type", std::string(media_type));
    return response;
}

Response json_response(const Json& body, int status) {
    return make_response("application/json; charset=utf-8", dump_json(body), status);
}

Response html_response(std::string body, int status) {
    return make_response("text/html; charset=utf-8", std::move(body), status);
}

Response text_response(std::string body, int status) {
    return make_response("text/plain; charset=utf-8", std::move(body), status);
}

Response activity_response(std::string body, int status) {
    auto response =
        make_response("application/activity+json; charset=utf-8", std::move(body), status);
    response.headers.add("Vary", "Accept, Signature, Signature-Input");
    response.headers.add("Cache-Control", "private, no-store");
    return response;
}

// Foreign text may be part of a location; outside of visible ASCII it is escaped, so that it can
// neither end the header line nor mean something else to a browser (ATTACKS E08).
Response redirect_response(std::string location, int status) {
    std::string safe;
    for (const char c : location) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>') {
            safe += c;
        } else {
            safe += fmt::format("%{:02X}", byte);
        }
    }
    Response response{.status = status};
    response.headers.add("Location", std::move(safe));
    return response;
}

} // namespace http
