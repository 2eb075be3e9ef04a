#include "base/html_page.h"

#include "base/html_tree.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <functional>

namespace {

constexpr std::size_t max_title = 300;
constexpr std::size_t max_description = 1'000;
constexpr std::size_t max_name = 200;
constexpr std::size_t max_url_bytes = 2'048;
constexpr std::size_t max_me_links = 100;
constexpr int max_depth = 400;

std::string_view attribute(const GumboNode& node, const char* name) {
    const auto* found = gumbo_get_attribute(&node.v.element.attributes, name);
    return found == nullptr ? std::string_view() : std::string_view(found->value);
}

bool has_word(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const auto end = std::min(list.find_first_of(" \t\n\r\f"), list.size());
        if (ascii_lower(list.substr(0, end)) == word) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

/// A URL short enough to be one, or "".
std::string url_of(std::string_view text) {
    text = trim(text);
    return text.size() <= max_url_bytes ? std::string(text) : std::string();
}

/// Calls `see` for each element, in the order of the document, until it says no. What nests deeper
/// than max_depth is left out.
void each_element(const GumboNode& node,
                  const std::function<bool(const GumboNode&)>& see,
                  int depth = 0) {
    const bool is_document = node.type == GUMBO_NODE_DOCUMENT;
    if (!is_document && node.type != GUMBO_NODE_ELEMENT) return;
    if (!is_document && !see(node)) return;
    if (depth == max_depth) return;
    const auto& children = is_document ? node.v.document.children : node.v.element.children;
    for (unsigned i = 0; i < children.length; ++i)
        each_element(*static_cast<const GumboNode*>(children.data[i]), see, depth + 1);
}

std::string text_in(const GumboNode& node) {
    std::string text;
    const auto& children = node.v.element.children;
    for (unsigned i = 0; i < children.length; ++i) {
        const auto& child = *static_cast<const GumboNode*>(children.data[i]);
        if (child.type == GUMBO_NODE_TEXT || child.type == GUMBO_NODE_WHITESPACE)
            text += child.v.text.text;
    }
    return text;
}

/// Which meta gives what; earlier rows win over later ones.
struct MetaRow {
    std::string_view name;
    std::string HtmlPage::*member;
    std::size_t most;
};
constexpr std::array meta_rows{
    MetaRow{"og:title", &HtmlPage::title, max_title},
    MetaRow{"twitter:title", &HtmlPage::title, max_title},
    MetaRow{"og:description", &HtmlPage::description, max_description},
    MetaRow{"twitter:description", &HtmlPage::description, max_description},
    MetaRow{"description", &HtmlPage::description, max_description},
    MetaRow{"og:site_name", &HtmlPage::site_name, max_name},
    MetaRow{"og:locale", &HtmlPage::language, 35},
    MetaRow{"article:published_time", &HtmlPage::published, 40},
    MetaRow{"author", &HtmlPage::author, max_name},
    MetaRow{"fediverse:creator", &HtmlPage::creator, max_name},
    MetaRow{"og:image", &HtmlPage::image, max_url_bytes},
    MetaRow{"twitter:image", &HtmlPage::image, max_url_bytes},
    MetaRow{"og:image:alt", &HtmlPage::image_description, max_description},
    MetaRow{"twitter:image:alt", &HtmlPage::image_description, max_description},
    MetaRow{"og:url", &HtmlPage::canonical, max_url_bytes},
};

class PageReader {
  public:
    bool see(const GumboNode& node) {
        switch (node.v.element.tag) {
        case GUMBO_TAG_SCRIPT:
        case GUMBO_TAG_STYLE:
        case GUMBO_TAG_SVG:
        case GUMBO_TAG_TEMPLATE:
            return false;
        case GUMBO_TAG_HTML:
            html_language_ = clean_text(attribute(node, "lang"), 35);
            break;
        case GUMBO_TAG_TITLE:
            if (title_.empty()) title_ = clean_text(text_in(node), max_title);
            break;
        case GUMBO_TAG_META:
            see_meta(node);
            break;
        case GUMBO_TAG_LINK:
            see_link(node);
            see_me(node);
            break;
        case GUMBO_TAG_A:
            see_me(node);
            break;
        default:
            break;
        }
        return true;
    }

    HtmlPage finish() {
        for (std::size_t i = 0; i < meta_rows.size(); ++i) {
            auto& member = page_.*meta_rows.at(i).member;
            if (member.empty()) member = found_.at(i);
        }
        if (page_.title.empty()) page_.title = title_;
        if (page_.language.empty()) page_.language = html_language_;
        if (page_.canonical.empty()) page_.canonical = canonical_;
        return std::move(page_);
    }

  private:
    void see_meta(const GumboNode& node) {
        auto name = attribute(node, "property");
        if (name.empty()) name = attribute(node, "name");
        const auto row = std::ranges::find(meta_rows, ascii_lower(name), &MetaRow::name);
        if (row == meta_rows.end()) return;
        auto& value = found_.at(static_cast<std::size_t>(row - meta_rows.begin()));
        if (value.empty()) value = clean_text(attribute(node, "content"), row->most);
    }

    void see_link(const GumboNode& node) {
        const auto rel = attribute(node, "rel");
        const auto href = url_of(attribute(node, "href"));
        if (has_word(rel, "canonical") && canonical_.empty()) canonical_ = href;
        if (has_word(rel, "alternate") && page_.oembed.empty() &&
            ascii_lower(attribute(node, "type")) == "application/json+oembed") {
            page_.oembed = href;
        }
    }

    void see_me(const GumboNode& node) {
        if (page_.me_links.size() == max_me_links || !has_word(attribute(node, "rel"), "me"))
            return;
        auto href = url_of(attribute(node, "href"));
        if (!href.empty()) page_.me_links.push_back(std::move(href));
    }

    HtmlPage page_{};
    std::array<std::string, meta_rows.size()> found_{};
    std::string title_{};
    std::string canonical_{};
    std::string html_language_{};
};

} // namespace

HtmlPage read_page(std::string_view html, std::size_t max_bytes) {
    const HtmlTree tree(html, max_bytes, HtmlTree::As::Document);
    if (tree.root() == nullptr) return {};
    PageReader reader;
    each_element(*tree.root(), [&](const GumboNode& node) { return reader.see(node); });
    return reader.finish();
}

static std::string link_out(const GumboNode& node) {
    const auto classes = attribute(node, "class");
    if (node.v.element.tag != GUMBO_TAG_A || has_word(classes, "mention") ||
        has_word(classes, "hashtag") || has_word(classes, "u-url")) {
        return {};
    }
    auto href = url_of(attribute(node, "href"));
    return href.starts_with("https://") || href.starts_with("http://") ? href : std::string{};
}

std::string first_link(std::string_view html) {
    const HtmlTree tree(html, 1 << 20, HtmlTree::As::Fragment);
    std::string link;
    if (tree.root() == nullptr) return link;
    each_element(*tree.root(), [&](const GumboNode& node) {
        if (has_word(attribute(node, "class"), "quote-inline")) return false;
        if (link.empty()) link = link_out(node);
        return true;
    });
    return link;
}

std::vector<std::string> links_out(std::string_view html) {
    const HtmlTree tree(html, 1 << 20, HtmlTree::As::Fragment);
    std::vector<std::string> links;
    if (tree.root() == nullptr) return links;
    each_element(*tree.root(), [&](const GumboNode& node) {
        if (auto link = link_out(node); !link.empty()) links.push_back(std::move(link));
        return true;
    });
    return links;
}
