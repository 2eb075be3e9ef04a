#pragma once

#include <gumbo.h>

#include <cstddef>
#include <memory>
#include <string_view>

/// A parse tree of HTML that strangers wrote. Only files base/html*.cpp include this.
class HtmlTree {
  public:
    enum class As { Fragment, Document };

    /// Reads at most `max_bytes` and 5,000 elements of `html`, which must outlive the tree.
    HtmlTree(std::string_view html, std::size_t max_bytes, As as);
    ~HtmlTree();
    HtmlTree(const HtmlTree&) = delete;
    HtmlTree& operator=(const HtmlTree&) = delete;

    /// Lives as long as the tree; nullptr when it grew too large.
    const GumboNode* root() const { return root_; }

  private:
    class Arena;
    struct Parse;
    std::unique_ptr<Parse> parse_;
    const GumboNode* root_ = nullptr;
};
