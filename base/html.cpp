#include "base/html.h"

#include "base/html_tree.h"
#include "base/html_writer.h"
#include "base/text.h"
#include "base/uri.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

namespace {

constexpr std::size_t max_href_bytes = 2'048;

enum class Kind { Allowed, Break, Vanish, Block, Cell, Unwrap };

struct TagRow {
    GumboTag tag = GUMBO_TAG_UNKNOWN;
    Kind kind = Kind::Unwrap;
};

constexpr std::array tag_rows{
    TagRow{GUMBO_TAG_P, Kind::Allowed},
    TagRow{GUMBO_TAG_SPAN, Kind::Allowed},
    TagRow{GUMBO_TAG_A, Kind::Allowed},
    TagRow{GUMBO_TAG_STRONG, Kind::Allowed},
    TagRow{GUMBO_TAG_B, Kind::Allowed},
    TagRow{GUMBO_TAG_EM, Kind::Allowed},
    TagRow{GUMBO_TAG_I, Kind::Allowed},
    TagRow{GUMBO_TAG_U, Kind::Allowed},
    TagRow{GUMBO_TAG_DEL, Kind::Allowed},
    TagRow{GUMBO_TAG_S, Kind::Allowed},
    TagRow{GUMBO_TAG_BLOCKQUOTE, Kind::Allowed},
    TagRow{GUMBO_TAG_PRE, Kind::Allowed},
    TagRow{GUMBO_TAG_CODE, Kind::Allowed},
    TagRow{GUMBO_TAG_UL, Kind::Allowed},
    TagRow{GUMBO_TAG_OL, Kind::Allowed},
    TagRow{GUMBO_TAG_LI, Kind::Allowed},
    TagRow{GUMBO_TAG_H1, Kind::Allowed},
    TagRow{GUMBO_TAG_H2, Kind::Allowed},
    TagRow{GUMBO_TAG_H3, Kind::Allowed},
    TagRow{GUMBO_TAG_H4, Kind::Allowed},
    TagRow{GUMBO_TAG_H5, Kind::Allowed},
    TagRow{GUMBO_TAG_H6, Kind::Allowed},
    TagRow{GUMBO_TAG_RUBY, Kind::Allowed},
    TagRow{GUMBO_TAG_RT, Kind::Allowed},
    TagRow{GUMBO_TAG_RP, Kind::Allowed},
    TagRow{GUMBO_TAG_BR, Kind::Break},
    TagRow{GUMBO_TAG_SCRIPT, Kind::Vanish},
    TagRow{GUMBO_TAG_STYLE, Kind::Vanish},
    TagRow{GUMBO_TAG_TEMPLATE, Kind::Vanish},
    TagRow{GUMBO_TAG_IFRAME, Kind::Vanish},
    TagRow{GUMBO_TAG_OBJECT, Kind::Vanish},
    TagRow{GUMBO_TAG_EMBED, Kind::Vanish},
    TagRow{GUMBO_TAG_APPLET, Kind::Vanish},
    TagRow{GUMBO_TAG_SVG, Kind::Vanish},
    TagRow{GUMBO_TAG_MATH, Kind::Vanish},
    TagRow{GUMBO_TAG_BUTTON, Kind::Vanish},
    TagRow{GUMBO_TAG_SELECT, Kind::Vanish},
    TagRow{GUMBO_TAG_TEXTAREA, Kind::Vanish},
    TagRow{GUMBO_TAG_INPUT, Kind::Vanish},
    TagRow{GUMBO_TAG_DATALIST, Kind::Vanish},
    TagRow{GUMBO_TAG_OPTION, Kind::Vanish},
    TagRow{GUMBO_TAG_OPTGROUP, Kind::Vanish},
    TagRow{GUMBO_TAG_NOSCRIPT, Kind::Vanish},
    TagRow{GUMBO_TAG_NOEMBED, Kind::Vanish},
    TagRow{GUMBO_TAG_NOFRAMES, Kind::Vanish},
    TagRow{GUMBO_TAG_TITLE, Kind::Vanish},
    TagRow{GUMBO_TAG_HEAD, Kind::Vanish},
    TagRow{GUMBO_TAG_CANVAS, Kind::Vanish},
    TagRow{GUMBO_TAG_AUDIO, Kind::Vanish},
    TagRow{GUMBO_TAG_VIDEO, Kind::Vanish},
    TagRow{GUMBO_TAG_DIV, Kind::Block},
    TagRow{GUMBO_TAG_SECTION, Kind::Block},
    TagRow{GUMBO_TAG_ARTICLE, Kind::Block},
    TagRow{GUMBO_TAG_HEADER, Kind::Block},
    TagRow{GUMBO_TAG_FOOTER, Kind::Block},
    TagRow{GUMBO_TAG_MAIN, Kind::Block},
    TagRow{GUMBO_TAG_ASIDE, Kind::Block},
    TagRow{GUMBO_TAG_NAV, Kind::Block},
    TagRow{GUMBO_TAG_ADDRESS, Kind::Block},
    TagRow{GUMBO_TAG_FIGURE, Kind::Block},
    TagRow{GUMBO_TAG_FIGCAPTION, Kind::Block},
    TagRow{GUMBO_TAG_DETAILS, Kind::Block},
    TagRow{GUMBO_TAG_SUMMARY, Kind::Block},
    TagRow{GUMBO_TAG_CENTER, Kind::Block},
    TagRow{GUMBO_TAG_FORM, Kind::Block},
    TagRow{GUMBO_TAG_FIELDSET, Kind::Block},
    TagRow{GUMBO_TAG_TABLE, Kind::Block},
    TagRow{GUMBO_TAG_CAPTION, Kind::Block},
    TagRow{GUMBO_TAG_TR, Kind::Block},
    TagRow{GUMBO_TAG_DL, Kind::Block},
    TagRow{GUMBO_TAG_DT, Kind::Block},
    TagRow{GUMBO_TAG_DD, Kind::Block},
    TagRow{GUMBO_TAG_HR, Kind::Block},
    TagRow{GUMBO_TAG_TD, Kind::Cell},
    TagRow{GUMBO_TAG_TH, Kind::Cell},
};

/// Foreign elements vanish whatever they are called: a parser in SVG or MathML reads text by
/// other rules, and moving text out of them is where markup changes its meaning.
Kind kind_of(const GumboElement& element) {
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML) return Kind::Vanish;
    const auto row = std::ranges::find(tag_rows, element.tag, &TagRow::tag);
    return row == tag_rows.end() ? Kind::Unwrap : row->kind;
}

bool is_text(const GumboNode& node) {
    return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE;
}

std::string_view attribute(const GumboElement& element, const char* name) {
    const GumboAttribute* found = gumbo_get_attribute(&element.attributes, name);
    return found ? std::string_view(found->value) : std::string_view{};
}

std::span<void*> children(const GumboNode& node) {
    const bool has_children = node.type == GUMBO_NODE_ELEMENT;
    return has_children ? std::span(node.v.element.children.data, node.v.element.children.length)
                        : std::span<void*>{};
}

/// Walks a tree without recursion. `enter` returns false to skip an element's content; then there
/// is no `leave` either.
template <typename Enter, typename Leave>
void walk(const GumboNode& root, Enter enter, Leave leave) {
    struct Frame {
        const GumboNode* node = nullptr;
        std::size_t next = 0;
    };
    std::vector<Frame> path{{.node = &root}};
    while (!path.empty()) {
        Frame& top = path.back();
        const auto inner = children(*top.node);
        if (top.next == inner.size()) {
            const GumboNode* done = top.node;
            path.pop_back();
            if (done != &root) leave(*done);
            continue;
        }
        const auto* child = static_cast<const GumboNode*>(inner[top.next++]);
        const bool descend = enter(*child);
        if (descend && child->type == GUMBO_NODE_ELEMENT) path.push_back({.node = child});
    }
}

bool has_class(const GumboElement& element, std::string_view name) {
    std::string_view classes = attribute(element, "class");
    while (!(classes = trim(classes)).empty()) {
        const auto end = std::min(classes.find_first_of(" \t\r\n\f"), classes.size());
        if (classes.substr(0, end) == name) return true;
        classes.remove_prefix(end);
    }
    return false;
}

struct Link {
    std::string href;
    std::string host; ///< Empty when the scheme is not http or https.
};

/// Browsers skip tabs and line breaks in a URL and blanks around it; so must whoever judges it.
std::string tidy_href(std::string_view href) {
    std::string out;
    for (const char c : href) {
        if (c == '\t' || c == '\n' || c == '\r') continue;
        out += c;
    }
    const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
    while (!out.empty() && is_blank(out.back()))
        out.pop_back();
    out.erase(out.begin(), std::ranges::find_if_not(out, is_blank));
    for (std::size_t at = out.find(' '); at != std::string::npos; at = out.find(' ', at)) {
        out.replace(at, 1, "%20");
    }
    return out;
}

std::optional<Link> read_link(const GumboElement& element) {
    constexpr std::array<std::string_view, 7> other_schemes{
        "mailto", "xmpp", "matrix", "gemini", "tel", "magnet", "geo"};
    Link link{.href = tidy_href(attribute(element, "href")), .host = {}};
    if (link.href.size() > max_href_bytes || clean_text(link.href, max_href_bytes) != link.href) {
        return std::nullopt;
    }
    const auto colon = link.href.find(':');
    if (colon == std::string::npos) return std::nullopt;
    const std::string scheme = ascii_lower(link.href.substr(0, colon));
    if (scheme == "http" || scheme == "https") {
        const auto uri = parse_uri(link.href);
        if (!uri) return std::nullopt;
        link.host = uri->authority();
        return link;
    }
    const bool allowed = std::ranges::find(other_schemes, scheme) != other_schemes.end();
    return allowed ? std::optional(link) : std::nullopt;
}

/// What a reader takes for the host in a link's text: what stands before the first slash, behind
/// a scheme and "www."; empty when the text does not look like an address.
std::string shown_host(std::string_view text) {
    text = trim(text);
    bool looks_like_address = false;
    for (const std::string_view prefix : {"https://", "http://", "www."}) {
        if (iequals(text.substr(0, prefix.size()), prefix)) {
            text.remove_prefix(prefix.size());
            looks_like_address = true;
        }
    }
    const auto end = text.find_first_of("/?# \t\r\n");
    looks_like_address |= text.find('.') < std::min(end, text.size());
    std::string_view name = text.substr(0, end);
    const auto colon = name.rfind(':');
    const std::string port(colon == std::string_view::npos ? "" : name.substr(colon));
    const std::string host = host_to_ascii(name.substr(0, colon));
    return looks_like_address && !host.empty() ? host + port : std::string{};
}

std::string_view without_www(std::string_view host) {
    return host.starts_with("www.") ? host.substr(4) : host;
}

struct LinkText {
    std::string all;
    std::string visible; ///< Without what the class "invisible" hides.
};

LinkText text_of(const GumboNode& link) {
    LinkText text;
    int hidden = 0;
    walk(
        link,
        [&](const GumboNode& node) {
            if (is_text(node)) {
                text.all += node.v.text.text;
                if (hidden == 0) text.visible += node.v.text.text;
            }
            if (node.type != GUMBO_NODE_ELEMENT) return false;
            if (kind_of(node.v.element) == Kind::Vanish) return false;
            if (has_class(node.v.element, "invisible")) ++hidden;
            return true;
        },
        [&](const GumboNode& node) {
            if (has_class(node.v.element, "invisible")) --hidden;
        });
    return text;
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += "=\"";
    out += escape_html(value);
    out += '"';
}

bool is_language_tag(std::string_view text) {
    return !text.empty() && text.size() <= 35 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

std::optional<int> small_number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && value >= -99'999 && value <= 99'999 ? std::optional(value) : std::nullopt;
}

class Sanitizer {
  public:
    std::string run(const GumboNode& root) {
        walk(
            root,
            [this](const GumboNode& node) { return enter(node); },
            [this](const GumboNode& node) { leave(node); });
        return writer_.finish();
    }

  private:
    bool enter(const GumboNode& node) {
        if (is_text(node)) writer_.text(node.v.text.text);
        if (node.type != GUMBO_NODE_ELEMENT) return false; // Comments and CDATA vanish.
        const GumboElement& element = node.v.element;
        switch (kind_of(element)) {
        case Kind::Vanish:
            return false;
        case Kind::Break:
            writer_.line_break();
            return false;
        case Kind::Cell:
            writer_.text(" ");
            break;
        case Kind::Block:
            writer_.separate();
            break;
        case Kind::Unwrap:
            break;
        case Kind::Allowed:
            open(node);
            return true;
        }
        open_.push_back(0);
        return true;
    }

    void open(const GumboNode& node) {
        const GumboElement& element = node.v.element;
        const std::string_view tag = gumbo_normalized_tagname(element.tag);
        const bool is_link = element.tag == GUMBO_TAG_A;
        const auto link = is_link ? read_link(element) : std::nullopt;
        if (!writer_.may_open(tag) || (is_link && !link)) {
            if (!is_inline(element.tag)) writer_.separate();
            open_.push_back(0);
            return;
        }
        std::string attributes;
        std::string before_end;
        if (link) {
            link_depth_ = open_.size();
            before_end = read_link_text(node, *link);
            append_link(attributes, element, *link);
        }
        append_common(attributes, element);
        open_.push_back(writer_.open(tag, attributes, std::move(before_end)));
    }

    void leave(const GumboNode& node) {
        const std::size_t written = open_.back();
        open_.pop_back();
        if (written != 0) writer_.close(written);
        if (open_.size() <= link_depth_) hides_ = false;
        const GumboElement& element = node.v.element;
        const Kind kind = kind_of(element);
        const bool lost_its_tags = kind == Kind::Allowed && written == 0;
        if (kind == Kind::Block || (lost_its_tags && !is_inline(element.tag))) writer_.separate();
    }

    /// Decides whether parts may be hidden, and returns what must be added so that the text does
    /// not name another host than the link goes to (ATTACKS A30, H11).
    std::string read_link_text(const GumboNode& node, const Link& link) {
        hides_ = false;
        if (link.host.empty()) return {};
        const LinkText text = text_of(node);
        const std::string_view host = without_www(link.host);
        hides_ = text.visible != text.all && without_www(shown_host(text.visible)) == host;
        const std::string shown = shown_host(hides_ ? text.visible : text.all);
        std::string marker = " [" + link.host + "]";
        if (shown.empty() || without_www(shown) == host || text.all.ends_with(marker)) return {};
        return marker;
    }

    static void append_link(std::string& out, const GumboElement& element, const Link& link) {
        append_attribute(out, "href", link.href);
        const std::string_view rel = attribute(element, "rel");
        const bool is_tag = rel == "tag" || rel.starts_with("tag ") || rel.ends_with(" tag");
        out += is_tag ? R"( rel="tag nofollow noopener noreferrer")"
                      : R"( rel="nofollow noopener noreferrer")";
        out += R"( target="_blank")";
    }

    void append_common(std::string& out, const GumboElement& element) const {
        append_classes(out, element);
        const std::string_view lang = attribute(element, "lang");
        if (is_language_tag(lang)) append_attribute(out, "lang", lang);
        const std::string_view translate = attribute(element, "translate");
        if (translate == "no" || translate == "yes") append_attribute(out, "translate", translate);
        if (element.tag == GUMBO_TAG_OL) {
            if (const auto start = small_number(attribute(element, "start"))) {
                append_attribute(out, "start", std::to_string(*start));
            }
            if (gumbo_get_attribute(&element.attributes, "reversed")) out += " reversed";
        }
        if (element.tag == GUMBO_TAG_LI) {
            if (const auto value = small_number(attribute(element, "value"))) {
                append_attribute(out, "value", std::to_string(*value));
            }
        }
    }

    void append_classes(std::string& out, const GumboElement& element) const {
        constexpr std::array<std::string_view, 7> known{
            "h-card", "u-url", "mention", "hashtag", "ellipsis", "invisible", "quote-inline"};
        const auto tag = element.tag;
        if (tag != GUMBO_TAG_A && tag != GUMBO_TAG_SPAN && tag != GUMBO_TAG_P) return;
        std::string classes;
        for (const std::string_view name : known) {
            if (!has_class(element, name) || (name == "invisible" && !hides_)) continue;
            if (!classes.empty()) classes += ' ';
            classes += name;
        }
        if (!classes.empty()) append_attribute(out, "class", classes);
    }

    static bool is_inline(GumboTag tag) {
        constexpr std::array inline_tags{GUMBO_TAG_SPAN,
                                         GUMBO_TAG_A,
                                         GUMBO_TAG_STRONG,
                                         GUMBO_TAG_B,
                                         GUMBO_TAG_EM,
                                         GUMBO_TAG_I,
                                         GUMBO_TAG_U,
                                         GUMBO_TAG_DEL,
                                         GUMBO_TAG_S,
                                         GUMBO_TAG_CODE,
                                         GUMBO_TAG_RUBY,
                                         GUMBO_TAG_RT,
                                         GUMBO_TAG_RP};
        return std::ranges::find(inline_tags, tag) != inline_tags.end();
    }

    HtmlWriter writer_;
    std::vector<std::size_t>
        open_; ///< For each element on the path: the writer's, 0 if not written.
    std::size_t link_depth_ = 0;
    bool hides_ = false; ///< Inside a link whose invisible parts hide nothing but its ends.
};

/// A line of text per block, as a reader sees it.
class TextReader {
  public:
    bool enter(const GumboNode& node) {
        if (is_text(node)) add(node.v.text.text);
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        const GumboElement& element = node.v.element;
        const Kind kind = kind_of(element);
        if (kind == Kind::Vanish) return false;
        if (kind == Kind::Break) out_ += '\n';
        if (kind == Kind::Cell) add(" ");
        if (element.tag == GUMBO_TAG_PRE) ++preformatted_;
        edge(element.tag, kind);
        return true;
    }

    void leave(const GumboNode& node) {
        const GumboElement& element = node.v.element;
        if (element.tag == GUMBO_TAG_PRE) --preformatted_;
        edge(element.tag, kind_of(element));
    }

    std::string finish() const {
        return std::string(trim(clean_text(out_, out_.size(), Lines::Keep)));
    }

  private:
    void edge(GumboTag tag, Kind kind) {
        constexpr std::array blocks{GUMBO_TAG_P,
                                    GUMBO_TAG_BLOCKQUOTE,
                                    GUMBO_TAG_PRE,
                                    GUMBO_TAG_H1,
                                    GUMBO_TAG_H2,
                                    GUMBO_TAG_H3,
                                    GUMBO_TAG_H4,
                                    GUMBO_TAG_H5,
                                    GUMBO_TAG_H6,
                                    GUMBO_TAG_UL,
                                    GUMBO_TAG_OL};
        const bool paragraph = std::ranges::find(blocks, tag) != blocks.end();
        if (paragraph) end_with("\n\n");
        if (tag == GUMBO_TAG_LI || kind == Kind::Block) end_with("\n");
    }

    void end_with(std::string_view breaks) {
        while (out_.ends_with(' '))
            out_.pop_back();
        while (!out_.empty() && !out_.ends_with(breaks))
            out_ += '\n';
    }

    void add(std::string_view text) {
        for (const char c : text) {
            const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
            if (preformatted_ > 0 || !blank) {
                out_ += c;
            } else if (!out_.empty() && out_.back() != ' ' && out_.back() != '\n') {
                out_ += ' ';
            }
        }
    }

    std::string out_;
    int preformatted_ = 0;
};

} // namespace

std::string sanitize_html(std::string_view html, std::size_t max_bytes) {
    const HtmlTree tree(html, max_bytes, HtmlTree::As::Fragment);
    const GumboNode* root = tree.root();
    return root ? Sanitizer().run(*root) : std::string{};
}

std::string html_to_text(std::string_view html) {
    const HtmlTree tree(html, 1 << 20, HtmlTree::As::Fragment);
    const GumboNode* root = tree.root();
    if (!root) return {};
    TextReader reader;
    walk(
        *root,
        [&](const GumboNode& node) { return reader.enter(node); },
        [&](const GumboNode& node) { reader.leave(node); });
    return reader.finish();
}

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}
