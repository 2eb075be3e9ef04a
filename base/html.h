#pragma once

#include <string>
#include <string_view>

/// HTML that strangers wrote, made safe; gumbo's only home.
///
/// A parse tree is built as browsers do, and rebuilt from an allow list: elements p br span a
/// strong b em i u del s blockquote pre code ul ol li h1-h6 (as written) ruby rt rp; attributes
/// href (http, https, and few more schemes), rel, class (h-card, u-url, mention, hashtag, ellipsis,
/// invisible, quote-inline), lang, translate, ol's start/reversed, li's value. Links get
/// rel="nofollow noopener noreferrer" and target="_blank". Everything else loses its tags and keeps
/// its text, but script, style, template, iframe, object, svg, math, form controls and comments,
/// which vanish with their content. Serialised once; idempotent. At most `max_bytes` of input are
/// read and depth is bounded.
std::string sanitize_html(std::string_view html, std::size_t max_bytes = 100'000);

/// The text that a reader would see: paragraphs and br become line breaks.
std::string html_to_text(std::string_view html);

/// For text that is put between tags or into a quoted attribute.
std::string escape_html(std::string_view text);
