#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What a page elsewhere says about itself in its head, and whom it links to as its own author.
/// All of it is a stranger's text: plain, cleaned, bounded; URLs are as written, not resolved.
struct HtmlPage {
    std::string title{}; ///< og:title, else the title element.
    std::string description{};
    std::string site_name{};
    std::string language{};
    std::string published{};         ///< article:published_time.
    std::string author{};            ///< The `author` meta.
    std::string creator{};           ///< fediverse:creator: "@ada@maple.example".
    std::string canonical{};         ///< og:url, else link rel=canonical.
    std::string image{};             ///< og:image.
    std::string image_description{}; ///< og:image:alt.
    std::string oembed{};            ///< link rel=alternate of type application/json+oembed.
    /// Targets of `a` and `link` with rel=me, at most 100.
    std::vector<std::string> me_links{};
};

/// Reads at most `max_bytes`. What is no HTML gives an empty page.
HtmlPage read_page(std::string_view html, std::size_t max_bytes = 1 << 20);

/// The first link of clean HTML (base/html.h) that leads out: neither a mention nor a hashtag, nor
/// what stands in a quote's fallback. "" when there is none.
std::string first_link(std::string_view html);

/// The links of clean HTML that lead out, as first_link() has it; those of a quote's fallback too.
std::vector<std::string> links_out(std::string_view html);
