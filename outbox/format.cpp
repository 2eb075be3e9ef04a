#include "outbox/format.h"

#include "base/html.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/uris.h"

#include <algorithm>
#include <unordered_set>

namespace outbox {
namespace {

constexpr std::size_t max_mentions = 50;
constexpr std::size_t max_hashtags = 30;
constexpr std::size_t max_hashtag_bytes = 400;
constexpr std::size_t max_host_bytes = 253;
constexpr std::size_t characters_per_link = 23;
constexpr std::size_t shown_of_link = 30;

/// A piece of what was typed. Pieces follow each other without gaps.
struct Token {
    enum class Kind { Text, Lines, Link, Mention, Hashtag };
    Kind kind = Kind::Text;
    std::string_view text{};
    Handle handle{}; ///< Of a mention.
};

bool is_ascii_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_beyond_ascii(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}

std::size_t code_point_bytes(std::string_view text) {
    std::size_t bytes = 1;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80)
        ++bytes;
    return bytes;
}

/// What may not stand before an @ or #: it would be part of an address or a link.
bool ends_open(std::string_view before) {
    if (before.empty()) return false;
    const char c = before.back();
    return is_ascii_word(c) || c == '/' || c == '=' || c == '@' || c == '#' || c == '&';
}

/// The bytes of a link at the start of `text`: up to a blank, without the punctuation that ends a
/// sentence and without a bracket that was opened outside.
std::size_t link_bytes(std::string_view text) {
    std::size_t end = 0;
    int open_brackets = 0;
    while (end < text.size() && !is_space(text[end]) && text[end] != '<' && text[end] != '>' &&
           text[end] != '"') {
        if (text[end] == '(') ++open_brackets;
        if (text[end] == ')') --open_brackets;
        ++end;
    }
    for (; end > 0; --end) {
        const char last = text[end - 1];
        if (last == ')' && open_brackets < 0) {
            ++open_brackets;
            continue;
        }
        if (std::string_view(".,;:!?'*_~").find(last) == std::string_view::npos) break;
    }
    return end;
}

bool starts_link(std::string_view text) {
    return text.starts_with("https://") || text.starts_with("http://");
}

/// The bytes of a host at the start of `text`; letters of any script, digits, dots, dashes. A port
/// only behind a loopback name: "@bob@cedar.example:80" is a sentence with a colon.
std::size_t host_bytes(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && end < max_host_bytes &&
           (is_ascii_word(text[end]) || text[end] == '.' || text[end] == '-' ||
            is_beyond_ascii(text[end])))
        ++end;
    while (end > 0 && (text[end - 1] == '.' || text[end - 1] == '-'))
        --end;
    const auto host = text.substr(0, end);
    if (host != "localhost" && !host.starts_with("127.")) return end;
    std::size_t digits = 0;
    while (digits < 5 && end + 1 + digits < text.size() && text[end] == ':' &&
           text[end + 1 + digits] >= '0' && text[end + 1 + digits] <= '9')
        ++digits;
    return digits == 0 ? end : end + 1 + digits;
}

/// A mention at the start of `text`, which begins with "@"; its bytes, 0 when there is none.
std::size_t read_mention(std::string_view text, Handle& handle) {
    std::size_t end = 1;
    while (end < text.size() && (is_ascii_word(text[end]) || text[end] == '.' || text[end] == '-'))
        ++end;
    while (end > 1 && !is_ascii_word(text[end - 1]))
        --end;
    if (end == 1 || !is_ascii_word(text[1])) return 0;
    handle.user = text.substr(1, end - 1);
    if (end >= text.size() || text[end] != '@') return end;
    const std::size_t host = host_bytes(text.substr(end + 1));
    const auto canonical = parse_authority(text.substr(end + 1, host));
    if (host == 0 || !canonical) return end;
    handle.host = *canonical;
    return end + 1 + host;
}

/// A hashtag at the start of `text`, which begins with "#"; its bytes, 0 when there is none.
std::size_t read_hashtag(std::string_view text) {
    std::size_t end = 1;
    while (end < text.size() && end < max_hashtag_bytes) {
        if (is_ascii_word(text[end])) {
            ++end;
            continue;
        }
        const std::size_t bytes = code_point_bytes(text.substr(end));
        // Behind a letter, digits and marks count too.
        if (!is_beyond_ascii(text[end]) || !is_hashtag("a" + std::string(text.substr(end, bytes))))
            break;
        end += bytes;
    }
    return end > 1 && is_hashtag(text.substr(1, end - 1)) ? end : 0;
}

/// What begins at `text`, and is not plain text.
Token next_token(std::string_view before, std::string_view text) {
    Token token;
    if (text.front() == '\n') {
        std::size_t lines = 0;
        while (lines < text.size() && text[lines] == '\n')
            ++lines;
        return {Token::Kind::Lines, text.substr(0, lines), {}};
    }
    if (text.front() == 'h' && starts_link(text) &&
        (before.empty() || !is_ascii_word(before.back()))) {
        const std::size_t bytes = link_bytes(text);
        const auto link = text.substr(0, bytes);
        // What is no link stays text as a whole, so that no byte is looked at again and again.
        return {parse_uri(link) ? Token::Kind::Link : Token::Kind::Text,
                bytes == 0 ? text.substr(0, 1) : link,
                {}};
    }
    if (text.front() == '@' && !ends_open(before)) {
        const std::size_t bytes = read_mention(text, token.handle);
        if (bytes > 0) return {Token::Kind::Mention, text.substr(0, bytes), token.handle};
    }
    if (text.front() == '#' && !ends_open(before)) {
        const std::size_t bytes = read_hashtag(text);
        if (bytes > 0) return {Token::Kind::Hashtag, text.substr(0, bytes), {}};
    }
    return {Token::Kind::Text, text.substr(0, 1), {}};
}

std::vector<Token> tokens_of(std::string_view text) {
    std::vector<Token> tokens;
    std::size_t at = 0;
    while (at < text.size()) {
        const Token token = next_token(text.substr(0, at), text.substr(at));
        at += token.text.size();
        const bool joins = token.kind == Token::Kind::Text && !tokens.empty() &&
                           tokens.back().kind == Token::Kind::Text;
        if (joins) {
            const auto begin = tokens.back().text.data();
            tokens.back().text =
                std::string_view(begin, tokens.back().text.size() + token.text.size());
        } else {
            tokens.push_back(token);
        }
    }
    return tokens;
}

std::string without_carriage_returns(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r')
            result += text[i];
        else if (i + 1 == text.size() || text[i + 1] != '\n')
            result += '\n';
    }
    return result;
}

/// Mastodon's form: clients shorten a link by these classes.
std::string link_html(std::string_view url) {
    const std::size_t scheme = url.find("//") + 2;
    const auto www = url.substr(scheme).starts_with("www.") ? std::size_t{4} : std::size_t{0};
    const auto hidden = url.substr(0, scheme + www);
    const auto rest = url.substr(hidden.size());
    const std::string shown = truncate(rest, shown_of_link);
    const bool is_cut = shown.size() < rest.size();
    return "<a href=\"" + escape_html(url) +
           "\" target=\"_blank\" rel=\"nofollow noopener noreferrer\"><span class=\"invisible\">" +
           escape_html(hidden) + "</span><span class=\"" + (is_cut ? "ellipsis" : "") + "\">" +
           escape_html(shown) + "</span><span class=\"invisible\">" +
           escape_html(rest.substr(shown.size())) + "</span></a>";
}

std::string mention_html(const Token& token, const std::vector<Named>& known) {
    const auto named = std::ranges::find_if(known, [&](const Named& one) {
        return iequals(one.handle.user, token.handle.user) && one.handle.host == token.handle.host;
    });
    if (named == known.end()) return escape_html(token.text);
    return "<span class=\"h-card\"><a href=\"" + escape_html(named->url) +
           "\" class=\"u-url mention\">@<span>" + escape_html(named->handle.user) +
           "</span></a></span>";
}

std::string hashtag_html(const Instance& instance, std::string_view tag) {
    return "<a href=\"" + escape_html(federation::tag_url(instance, fold(tag))) +
           "\" class=\"mention hashtag\" rel=\"tag\">#<span>" + escape_html(tag) + "</span></a>";
}

} // namespace

std::vector<Handle> find_mentions(std::string_view text) {
    std::vector<Handle> handles;
    std::unordered_set<std::string> seen;
    for (const Token& token : tokens_of(text)) {
        if (token.kind != Token::Kind::Mention) continue;
        if (!seen.insert(ascii_lower(token.handle.user) + '@' + token.handle.host).second) continue;
        handles.push_back(token.handle);
        if (handles.size() == max_mentions) break;
    }
    return handles;
}

std::vector<std::string> find_hashtags(std::string_view text) {
    std::vector<std::string> tags;
    std::unordered_set<std::string> seen;
    for (const Token& token : tokens_of(text)) {
        if (token.kind != Token::Kind::Hashtag) continue;
        const auto tag = token.text.substr(1);
        if (!seen.insert(fold(tag)).second) continue;
        tags.emplace_back(tag);
        if (tags.size() == max_hashtags) break;
    }
    return tags;
}

std::size_t count_characters(std::string_view text) {
    std::size_t count = 0;
    const std::string normal = without_carriage_returns(text);
    for (const Token& token : tokens_of(normal)) {
        if (token.kind == Token::Kind::Link)
            count += characters_per_link;
        else if (token.kind == Token::Kind::Mention)
            count += 1 + token.handle.user.size();
        else
            count += count_code_points(token.text);
    }
    return count;
}

std::string format_html(const Instance& instance,
                        std::string_view text,
                        const std::vector<Named>& known) {
    const std::string normal = without_carriage_returns(text);
    const std::string_view trimmed = trim(normal);
    if (trimmed.empty()) return "";
    std::string html = "<p>";
    for (const Token& token : tokens_of(trimmed)) {
        switch (token.kind) {
        case Token::Kind::Text:
            html += escape_html(token.text);
            break;
        case Token::Kind::Lines:
            html += token.text.size() == 1 ? "<br>" : "</p><p>";
            break;
        case Token::Kind::Link:
            html += link_html(token.text);
            break;
        case Token::Kind::Mention:
            html += mention_html(token, known);
            break;
        case Token::Kind::Hashtag:
            html += hashtag_html(instance, token.text.substr(1));
            break;
        }
    }
    return html + "</p>";
}

} // namespace outbox
