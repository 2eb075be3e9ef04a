#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Writes HTML that every parser reads back as the same tree: no tag is implied, none is closed
/// out of order, and what the parsing rules of HTML would move elsewhere loses its tags instead
/// (a link inside a link, a heading inside a heading, a list item outside a list).
/// Elements come from html.cpp's allow list only.
class HtmlWriter {
  public:
    /// False: this element cannot stand here, write its content without its tags.
    bool may_open(std::string_view tag) const;
    /// `attributes` is finished text, " href=\"...\""; `before_end` is plain text that goes in
    /// front of the end tag. Returns what close() wants.
    std::size_t open(std::string_view tag,
                     std::string_view attributes,
                     std::string before_end = {});
    /// Closes that element and all inside it; nothing when a block has ended it already.
    void close(std::size_t element);

    void text(std::string_view plain);
    void line_break();
    /// The edge of a block whose tags are dropped: what follows begins on a new line.
    void separate();

    std::string finish();

  private:
    struct Open {
        std::string_view tag;
        std::size_t number = 0;
        std::string before_end{};
    };
    bool is_open(std::string_view tag) const;
    void flush();
    void close_top();
    void break_if_separated();

    std::string out_;
    std::string pending_; ///< Text of one node in the output, cleaned as a whole.
    std::vector<Open> stack_;
    std::size_t opened_ = 0;
    int breaks_ = 0; ///< Line breaks in a row.
    bool separated_ = false;
    bool line_has_content_ = false;
    bool after_pre_ = false; ///< A parser swallows a line break right behind <pre>.
};
