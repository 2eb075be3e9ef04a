// The sanitiser: nothing but the allow list comes out, and reading it again changes nothing. The
// reader of pages: its texts are clean and bounded.
#include "base/html.h"

#include "base/html_page.h"
#include "base/text.h"
#include "tests/fuzz/planted.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

constexpr std::array<std::string_view, 25> tags{
    "p",   "br", "span",       "a",   "strong", "b",    "em", "i",  "u",
    "del", "s",  "blockquote", "pre", "code",   "ul",   "ol", "li", "h1",
    "h2",  "h3", "h4",         "h5",  "h6",     "ruby", "rt"};
constexpr std::array<std::string_view, 9> attribute_names{
    "href", "rel", "target", "class", "lang", "translate", "start", "reversed", "value"};

template <std::size_t Size>
bool is_one_of(std::string_view name, const std::array<std::string_view, Size>& names) {
    return std::ranges::find(names, name) != names.end();
}

/// What stands behind a tag's name: ` name="value"` or ` name`, again and again.
bool are_known(std::string_view attributes) {
    while (!attributes.empty()) {
        if (attributes.front() != ' ') return false;
        attributes.remove_prefix(1);
        const auto end = std::min(attributes.find_first_of("= "), attributes.size());
        if (!is_one_of(attributes.substr(0, end), attribute_names)) return false;
        attributes.remove_prefix(end);
        if (!attributes.starts_with('=')) continue;
        const auto quote = attributes.find('"', 2);
        if (!attributes.starts_with("=\"") || quote == std::string_view::npos) return false;
        attributes.remove_prefix(quote + 1);
    }
    return true;
}

/// Escaping leaves "<" and ">" only where tags begin and end, so that this needs no parser.
bool is_clean(std::string_view html) {
    for (auto open = html.find('<'); open != std::string_view::npos; open = html.find('<')) {
        html.remove_prefix(open + 1);
        if (html.starts_with('/')) html.remove_prefix(1);
        const auto close = html.find('>');
        if (close == std::string_view::npos) return false;
        const std::string_view tag = html.substr(0, close);
        const auto name_end = std::min(tag.find(' '), tag.size());
        const std::string_view name = tag.substr(0, name_end);
        if (!is_one_of(name, tags) && name != "rp") return false;
        if (!are_known(tag.substr(name_end))) return false;
        html.remove_prefix(close + 1);
    }
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view html(reinterpret_cast<const char*>(data), size);
    const std::string clean = sanitize_html(html);
    require(is_valid_utf8(clean) && is_clean(clean));
    require(sanitize_html(clean, clean.size() + 1) == clean);
    html_to_text(html);
    const HtmlPage page = read_page(html);
    require(is_valid_utf8(page.title) && is_valid_utf8(page.description));
    require(page.me_links.size() <= 100);
    const std::string link = first_link(clean);
    require(link.empty() || link.starts_with("http"));
    planted_bug(clean.find("class=\"invisible\"") != std::string::npos);
    return 0;
}
