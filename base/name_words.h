#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// A text cut into words as people mean them when they compare names.

/// One word, or a piece of one: of "Okafor-Smith" and "#MayaOkafor" each half is a piece.
struct NameWord {
    /// Case-folded, without accents, apostrophes, a possessive 's and invisible characters:
    /// "josé", "JOSE" and "José's" are one.
    std::string text{};
    bool is_capital = false;    ///< Begins so; letters of scripts without case do.
    bool is_glued = false;      ///< The next one is the rest of the same word.
    bool ends_sentence = false; ///< A full stop, a question or exclamation mark, or the line's end.
    std::size_t line = 0;
};

/// At most `most` of them, from the beginning. Invalid UTF-8 parts words.
std::vector<NameWord> name_words(std::string_view utf8, std::size_t most);
