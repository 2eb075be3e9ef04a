#include "base/html_tree.h"

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <vector>

namespace {

// Far above any post, and low enough that the parser's searches through its open elements, which
// grow with the square of the nesting, stay cheap.
constexpr std::size_t max_start_tags = 5'000;
// 100 kB of text with few tags needs 2 MB. Unclosed formatting is copied into every later
// paragraph (HTML, 13.2.4.3), so that 100 kB can ask for gigabytes.
constexpr std::size_t max_parse_bytes = 32 << 20;

/// At most `max_bytes`, and no part of a code point at the end.
std::size_t truncated_size(std::string_view text, std::size_t max_bytes) {
    std::size_t size = std::min(text.size(), max_bytes);
    const auto continues = [&](std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
    };
    while (size > 0 && continues(size))
        --size;
    return size;
}

/// At most `max_bytes` and max_start_tags.
std::string_view limit(std::string_view html, std::size_t max_bytes) {
    html = html.substr(0, truncated_size(html, max_bytes));
    std::size_t tags = 0;
    for (std::size_t at = html.find('<'); at != std::string_view::npos;
         at = html.find('<', at + 1)) {
        if (++tags > 2 * max_start_tags) return html.substr(0, at); // End tags count as well.
    }
    return html;
}

} // namespace

/// The memory of one parse, given back at once: freeing the tree as gumbo does would recurse as
/// deep as the document.
class HtmlTree::Arena {
  public:
    /// nullptr when max_parse_bytes are used up.
    void* allocate(std::size_t size) {
        size = (size + alignof(std::max_align_t) - 1) & ~(alignof(std::max_align_t) - 1);
        if (size > left_in_chunk_ && !add_chunk(std::max(size, chunk_bytes))) return nullptr;
        void* memory = next_;
        next_ += size;
        left_in_chunk_ -= size;
        return memory;
    }

  private:
    static constexpr std::size_t chunk_bytes = 64 << 10;

    bool add_chunk(std::size_t size) {
        if (size > max_parse_bytes - used_) return false;
        used_ += size;
        chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
        next_ = chunks_.back().get();
        left_in_chunk_ = size;
        return true;
    }

    std::vector<std::unique_ptr<std::byte[]>> chunks_;
    std::byte* next_ = nullptr;
    std::size_t left_in_chunk_ = 0;
    std::size_t used_ = 0;
};

/// gumbo cannot be told that memory has run out, so the allocator jumps over it. The frames
/// between are C, and the arena owns all they hold.
struct HtmlTree::Parse {
    Arena arena{};
    std::jmp_buf exhausted{};

    static void* allocate(void* parse, std::size_t size) {
        auto& self = *static_cast<Parse*>(parse);
        void* memory = self.arena.allocate(size);
        if (!memory) std::longjmp(self.exhausted, 1);
        return memory;
    }
    static void deallocate(void*, void*) {}

    /// nullptr when the tree grows too large.
    const GumboNode* run(const char* html, std::size_t size, As as) {
        if (setjmp(exhausted) != 0) return nullptr;
        GumboOptions options = kGumboDefaultOptions;
        options.allocator = &allocate;
        options.deallocator = &deallocate;
        options.userdata = this;
        options.max_errors = 0;
        if (as == As::Fragment) options.fragment_context = GUMBO_TAG_DIV;
        return gumbo_parse_with_options(&options, html, size)->root;
    }
};

HtmlTree::HtmlTree(std::string_view html, std::size_t max_bytes, As as)
    : parse_(std::make_unique<Parse>()) {
    const auto input = limit(html, max_bytes);
    root_ = parse_->run(input.data(), input.size(), as);
}

HtmlTree::~HtmlTree() = default;
