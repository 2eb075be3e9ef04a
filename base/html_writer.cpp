#include "base/html_writer.h"

#include "base/html.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace {

constexpr std::size_t max_depth = 24;
constexpr int max_breaks = 4; // More only pushes other people's posts off the screen.

bool is_heading(std::string_view tag) {
    return tag.size() == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6';
}

/// Elements whose start tag ends an open paragraph.
bool is_block(std::string_view tag) {
    constexpr std::array<std::string_view, 5> blocks{"p", "blockquote", "pre", "ul", "ol"};
    return is_heading(tag) || std::ranges::find(blocks, tag) != blocks.end();
}

/// For text between tags: quotes stay as people wrote them.
void append_escaped(std::string& out, std::string_view text) {
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
        default:
            out += c;
        }
    }
}

} // namespace

bool HtmlWriter::is_open(std::string_view tag) const {
    return std::ranges::find(stack_, tag, &Open::tag) != stack_.end();
}

bool HtmlWriter::may_open(std::string_view tag) const {
    if (stack_.size() >= max_depth) return false;
    const std::string_view parent = stack_.empty() ? "" : stack_.back().tag;
    if (tag == "a") return !is_open("a");
    if (tag == "li") return parent == "ul" || parent == "ol";
    if (tag == "rt" || tag == "rp") return parent == "ruby";
    if (is_heading(tag)) {
        return std::ranges::none_of(stack_, [](const Open& open) { return is_heading(open.tag); });
    }
    return true;
}

std::size_t HtmlWriter::open(std::string_view tag,
                             std::string_view attributes,
                             std::string before_end) {
    const bool starts_line = is_block(tag) || tag == "li";
    if (!starts_line) break_if_separated();
    flush();
    if (is_block(tag)) {
        while (is_open("p"))
            close_top();
    }
    if (starts_line) separated_ = line_has_content_ = false;
    out_ += '<';
    out_ += tag;
    out_ += attributes;
    out_ += '>';
    after_pre_ = tag == "pre";
    stack_.push_back({.tag = tag, .number = ++opened_, .before_end = std::move(before_end)});
    return opened_;
}

void HtmlWriter::close(std::size_t element) {
    if (std::ranges::find(stack_, element, &Open::number) == stack_.end()) return;
    while (stack_.back().number != element)
        close_top();
    close_top();
}

void HtmlWriter::close_top() {
    pending_ += stack_.back().before_end;
    flush();
    const std::string_view tag = stack_.back().tag;
    out_ += "</";
    out_ += tag;
    out_ += '>';
    if (is_block(tag) || tag == "li") separated_ = line_has_content_ = false;
    after_pre_ = false;
    stack_.pop_back();
}

void HtmlWriter::text(std::string_view plain) {
    if (!trim(plain).empty()) {
        break_if_separated();
        line_has_content_ = true;
        breaks_ = 0;
    }
    pending_ += plain;
}

void HtmlWriter::line_break() {
    flush();
    separated_ = line_has_content_ = false;
    if (++breaks_ > max_breaks) return;
    out_ += "<br>";
    after_pre_ = false;
}

void HtmlWriter::separate() {
    separated_ = separated_ || line_has_content_;
}

void HtmlWriter::break_if_separated() {
    if (separated_) line_break();
}

void HtmlWriter::flush() {
    if (pending_.empty()) return;
    const std::string clean = clean_text(pending_, pending_.size(), Lines::Keep);
    pending_.clear();
    if (clean.empty()) return;
    if (after_pre_ && clean.front() == '\n') out_ += '\n';
    after_pre_ = false;
    append_escaped(out_, clean);
}

std::string HtmlWriter::finish() {
    flush();
    while (!stack_.empty())
        close_top();
    return std::move(out_);
}
