#include "educators/student_marks.h"

#include "base/name_words.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace educators {
namespace {

constexpr std::size_t most_words = 12; ///< Of one name.

void add_once(std::vector<std::string>& words, std::string word) {
    if (word.size() < 2 || std::ranges::find(words, word) != words.end()) return;
    words.push_back(std::move(word));
}

/// Its words without particles, and all of it as one word: "de la Cruz" is also "delacruz".
std::vector<std::string> forms_of(std::string_view name, std::string_view preferred) {
    std::vector<std::string> forms;
    for (const auto text : {name, preferred}) {
        std::string whole;
        for (const auto& word : name_words(text, most_words)) {
            whole += word.text;
            if (!is_particle(word.text)) add_once(forms, word.text);
        }
        add_once(forms, std::move(whole));
    }
    return forms;
}

void sort_once(std::vector<Mark>& marks) {
    std::ranges::sort(marks);
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
}

} // namespace

Mark mark_of_pair(const KeyedHash& hash, std::string_view one, std::string_view other) {
    const auto& [first, second] = std::minmax(one, other);
    return hash.mark_of("pair", std::string(first) + ' ' + std::string(second));
}

Mark mark_of_given(const KeyedHash& hash, std::string_view word) {
    return hash.mark_of("given", word);
}

Mark mark_of_identifier(const KeyedHash& hash, std::string_view identifier) {
    return hash.mark_of("identifier", fold(trim(identifier)));
}

bool is_identifier(std::string_view text) {
    constexpr std::size_t least = 5;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() >= least &&
           (std::ranges::any_of(text, is_digit) || text.find('@') != std::string_view::npos);
}

bool is_particle(std::string_view word) {
    constexpr std::array<std::string_view, 24> particles = {
        "af", "al",  "ap", "av",  "bin", "bint", "da",  "de",  "del", "della", "den", "der",
        "di", "dos", "du", "ibn", "la",  "las",  "los", "san", "ten", "van",   "von", "y"};
    return std::ranges::find(particles, word) != particles.end();
}

std::vector<Mark> marks_of_pairs(const KeyedHash& hash, const RosterName& name) {
    std::vector<Mark> marks;
    const auto families = forms_of(name.family, name.preferred_family);
    for (const auto& given : forms_of(name.given, name.preferred_given))
        for (const auto& family : families)
            marks.push_back(mark_of_pair(hash, given, family));
    sort_once(marks);
    return marks;
}

std::vector<Mark> marks_of_student(const KeyedHash& hash,
                                   const RosterName& name,
                                   const std::vector<std::string_view>& identifiers) {
    auto marks = marks_of_pairs(hash, name);
    for (const auto& given : forms_of(name.given, name.preferred_given))
        marks.push_back(mark_of_given(hash, given));
    for (const auto identifier : identifiers)
        if (is_identifier(trim(identifier))) marks.push_back(mark_of_identifier(hash, identifier));
    sort_once(marks);
    return marks;
}

} // namespace educators
