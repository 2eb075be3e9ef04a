#include "moderation/student_text.h"

#include "base/text.h"
#include "educators/package.h"
#include "moderation/student_words.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

namespace moderation {
namespace {

using educators::Mark;

// More than the longest post has, so that no words in front hide a name.
constexpr std::size_t most_words = 100'000;
constexpr std::size_t near = 8;        ///< Words between a record's word and a given name.
constexpr std::size_t list_lines = 5;  ///< So many lines of names make a list.
constexpr std::size_t most_pieces = 6; ///< Of one word that hyphens or capitals part.

/// A word with its pieces: of "Okafor-Smith" okafor, smith and okaforsmith.
struct Unit {
    std::vector<std::string> forms{};
    bool is_capital = true; ///< All its pieces.
    bool ends_sentence = false;
    std::size_t line = 0;

    const std::string& word() const { return forms.back(); }
    bool is_skipped() const { return word().size() < 2 || educators::is_particle(word()); }
};

std::vector<Unit> units_of(std::span<const NameWord> words) {
    std::vector<Unit> units;
    for (std::size_t at = 0; at < words.size();) {
        Unit unit{.line = words[at].line};
        std::string whole;
        for (bool goes_on = true; goes_on && at < words.size(); ++at) {
            const NameWord& word = words[at];
            if (unit.forms.size() < most_pieces) unit.forms.push_back(word.text);
            whole += word.text;
            unit.is_capital = unit.is_capital && word.is_capital;
            unit.ends_sentence = word.ends_sentence;
            goes_on = word.is_glued;
        }
        if (unit.forms.size() > 1) unit.forms.push_back(std::move(whole));
        units.push_back(std::move(unit));
    }
    return units;
}

bool is_digits(std::string_view text, std::size_t least) {
    return text.size() >= least &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

class TextReader {
  public:
    TextReader(std::string_view text, const StudentReader& reader)
        : text_(text), reader_(reader), words_(name_words(text, most_words)),
          units_(units_of(words_)) {}

    StudentText read() {
        look_for_addresses();
        look_for_numbers();
        look_for_phrases();
        if (reader_.hash != nullptr) {
            read_pairs();
            read_givens();
        }
        return std::move(found_);
    }

  private:
    void look_for_addresses();
    void look_for_numbers();
    void look_for_phrases();
    bool is_name_line(std::size_t& at) const;
    void read_pairs();
    void add_pairs(std::size_t one, std::size_t other);
    void add_pair(const std::string& one, const std::string& other, std::size_t at, std::size_t to);
    void read_givens();
    void add_identifier(std::string_view text);

    std::string_view text_;
    const StudentReader& reader_;
    std::vector<NameWord> words_;
    std::vector<Unit> units_;
    std::map<std::pair<std::string, std::string>, Mark> marks_; ///< Each is computed once.
    StudentText found_;
};

void TextReader::add_identifier(std::string_view text) {
    if (reader_.hash == nullptr || !educators::is_identifier(text)) return;
    found_.identifiers.push_back({.mark = educators::mark_of_identifier(*reader_.hash, text)});
}

void TextReader::look_for_addresses() {
    const auto is_part = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '.' || c == '-' || c == '_' || c == '+';
    };
    for (auto at = text_.find('@'); at != std::string_view::npos; at = text_.find('@', at + 1)) {
        auto begin = at;
        while (begin > 0 && is_part(text_[begin - 1]))
            --begin;
        auto end = at + 1;
        while (end < text_.size() && is_part(text_[end]))
            ++end;
        while (end > at + 1 && (text_[end - 1] == '.' || text_[end - 1] == '-'))
            --end;
        if (begin == at || end == at + 1) continue;
        const auto address = text_.substr(begin, end - begin);
        found_.has_student_mail = found_.has_student_mail ||
                                  educators::is_student_email(address, reader_.student_domains);
        add_identifier(address);
    }
}

// "123-45-6789", "student ID: 48213", and what the roster has as somebody's number.
void TextReader::look_for_numbers() {
    constexpr std::size_t said_before = 4;
    for (std::size_t i = 0; i < words_.size(); ++i) {
        const auto& word = words_[i];
        add_identifier(word.text);
        if (i + 2 < words_.size() && word.is_glued && words_[i + 1].is_glued &&
            !words_[i + 2].is_glued && word.text.size() == 3 && words_[i + 1].text.size() == 2 &&
            words_[i + 2].text.size() == 4 && is_digits(word.text, 3) &&
            is_digits(words_[i + 1].text, 2) && is_digits(words_[i + 2].text, 4))
            found_.has_number_format = true;
        if (!is_digits(word.text, said_before)) continue;
        bool says_number = false;
        for (std::size_t back = 1; back <= 3 && back <= i; ++back) {
            const auto& before = words_[i - back].text;
            if (before == "id" || before == "number" || before == "no") says_number = true;
            if (says_number && (before == "student" || before == "pupil"))
                found_.has_number_format = true;
        }
    }
    for (const auto& unit : units_)
        if (unit.forms.size() > 1) add_identifier(unit.word());
}

// A line of two to four words that all begin as names do: "Okafor, Maya".
bool TextReader::is_name_line(std::size_t& at) const {
    const auto line = units_[at].line;
    std::size_t units = 0;
    bool all_names = true;
    for (; at < units_.size() && units_[at].line == line; ++at) {
        const auto& unit = units_[at];
        if (is_digits(unit.word(), 1)) continue; // "1. Maya Okafor"
        ++units;
        const bool is_name = unit.is_skipped() || (unit.is_capital && !is_no_name(unit.word()));
        all_names = all_names && is_name;
    }
    return all_names && units >= 2 && units <= 4;
}

void TextReader::look_for_phrases() {
    bool says_list = false;
    const std::span<const NameWord> words(words_);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto rest = words.subspan(i);
        says_list = says_list || list_words(rest) > 0;
        const auto& word = words[i].text;
        found_.names_record = found_.names_record || (word == "report" && record_words(rest) == 2);
        found_.speaks_of_students = found_.speaks_of_students || is_word_for_students(word);
    }
    found_.names_record = found_.names_record || says_list;
    if (!says_list) return;
    std::size_t names = 0;
    for (std::size_t at = 0; at < units_.size();)
        if (is_name_line(at)) ++names;
    found_.is_list = names >= list_lines;
}

void TextReader::add_pair(const std::string& one,
                          const std::string& other,
                          std::size_t at,
                          std::size_t to) {
    if (one.size() < 2 || other.size() < 2 || one == other) return;
    auto key = std::minmax(one, other);
    const std::pair<std::string, std::string> words(key.first, key.second);
    auto known = marks_.find(words);
    if (known == marks_.end())
        known = marks_.emplace(words, educators::mark_of_pair(*reader_.hash, one, other)).first;
    found_.pairs.push_back({.mark = known->second, .first = at, .last = to});
}

void TextReader::add_pairs(std::size_t one, std::size_t other) {
    const Unit& left = units_[one];
    const Unit& right = units_[other];
    if (is_no_name(left.word()) || is_no_name(right.word())) return;
    const bool is_left_word = is_also_word(left.word());
    const bool is_right_word = is_also_word(right.word());
    if (is_left_word && is_right_word && (!left.is_capital || !right.is_capital)) return;
    // "Frank talk", "will Okafor": a name is not half a name.
    if ((is_left_word || is_right_word) && left.is_capital != right.is_capital) return;
    for (const auto& first : left.forms)
        for (const auto& second : right.forms)
            add_pair(first, second, one, other);
}

// Neighbours; an initial, a particle and one middle name may stand between, the end of a sentence
// or of a line may not.
void TextReader::read_pairs() {
    for (std::size_t i = 0; i < units_.size(); ++i) {
        const auto& unit = units_[i];
        for (std::size_t piece = 0; piece + 2 < unit.forms.size(); ++piece)
            add_pair(unit.forms[piece], unit.forms[piece + 1], i, i);
        if (unit.is_skipped()) continue;
        std::size_t between = 0;
        for (std::size_t j = i + 1; j < units_.size(); ++j) {
            if (units_[j - 1].ends_sentence) break;
            if (units_[j].is_skipped()) continue;
            add_pairs(i, j);
            // What is skipped as a middle name is written as a name.
            if (between++ == 1 || !units_[j].is_capital || is_no_name(units_[j].word())) break;
        }
    }
}

void TextReader::read_givens() {
    std::vector<bool> is_near(units_.size(), false);
    // Of each word, the unit that it is a piece of.
    std::size_t unit = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
        const bool is_record = record_words(std::span<const NameWord>(words_).subspan(i)) > 0 ||
                               list_words(std::span<const NameWord>(words_).subspan(i)) > 0;
        if (is_record) {
            const auto begin = unit > near ? unit - near : 0;
            const auto end = std::min(unit + near + 1, units_.size());
            std::fill(is_near.begin() + static_cast<std::ptrdiff_t>(begin),
                      is_near.begin() + static_cast<std::ptrdiff_t>(end),
                      true);
        }
        if (!words_[i].is_glued) ++unit;
    }
    for (std::size_t i = 0; i < units_.size(); ++i) {
        const auto& at = units_[i];
        if (!is_near[i] || !at.is_capital || at.is_skipped()) continue;
        if (is_no_name(at.word()) || is_also_word(at.word())) continue;
        if (i > 0 && is_title(units_[i - 1].word())) continue;
        for (const auto& form : at.forms) {
            found_.givens.push_back(
                {.mark = educators::mark_of_given(*reader_.hash, form), .first = i, .last = i});
        }
    }
}

} // namespace

std::vector<Mark> StudentText::marks() const {
    std::vector<Mark> all;
    for (const auto* list : {&pairs, &givens, &identifiers})
        for (const auto& named : *list)
            all.push_back(named.mark);
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

StudentText read_student_text(std::string_view text, const StudentReader& reader) {
    return TextReader(text, reader).read();
}

std::optional<std::string_view> names_student(const StudentText& text,
                                              const KnownMarks& known,
                                              bool by_ours) {
    std::unordered_set<std::size_t> of_staff;
    for (const auto& pair : text.pairs) {
        if (!known.staff.contains(pair.mark)) continue;
        of_staff.insert(pair.first);
        of_staff.insert(pair.last);
    }
    for (const auto& pair : text.pairs)
        if (known.students.contains(pair.mark) && !known.staff.contains(pair.mark))
            return "student-name";
    const auto is_known = [&](const NamedBy& named) {
        return known.students.contains(named.mark) && !of_staff.contains(named.first);
    };
    for (const auto& identifier : text.identifiers)
        if (known.students.contains(identifier.mark)) return "student-number";
    if (text.has_number_format) return "student-number";
    if (text.has_student_mail) return "student-mail";
    if (text.is_list) return "student-list";
    if (by_ours && std::ranges::any_of(text.givens, is_known)) return "student-record";
    return std::nullopt;
}

} // namespace moderation
