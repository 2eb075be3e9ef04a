#pragma once

#include "base/name_words.h"

#include <span>
#include <string_view>

/// Words that the student-privacy guard tells from names.
namespace moderation {

/// Nobody is called so: "the", "and", "homework".
bool is_no_name(std::string_view word);

/// A name that is a word as well: "Will", "May", "Hope". Two of them are a name only when both are
/// written so.
bool is_also_word(std::string_view word);

/// "Ms", "coach": an adult follows.
bool is_title(std::string_view word);

/// How many words from the beginning of `words` say that a student's record is meant: "IEP",
/// "504", "report card". 0: none.
std::size_t record_words(std::span<const NameWord> words);

/// The same of a list of students: "class list", "bus roster".
std::size_t list_words(std::span<const NameWord> words);

bool is_word_for_students(std::string_view word); ///< "students", "kids".

} // namespace moderation
