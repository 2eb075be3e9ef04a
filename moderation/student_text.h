#pragma once

#include "educators/student_marks.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

/// A text as the student-privacy guard reads it (filter 9, POLICY section 2). Pure.
namespace moderation {

/// Who reads: with a hash where a roster told of students, and the mail domains of students.
struct StudentReader {
    const educators::KeyedHash* hash = nullptr;
    std::vector<std::string> student_domains{};
};

/// Something in a text that names a student when its mark is one.
struct NamedBy {
    educators::Mark mark{};
    std::size_t first = 0; ///< Which word of the text.
    std::size_t last = 0;
};

/// What a text may name students by. Words of it are not kept.
struct StudentText {
    std::vector<NamedBy> pairs{};       ///< Of neighbours, in either order.
    std::vector<NamedBy> givens{};      ///< Next to words of students' records ("IEP", "504").
    std::vector<NamedBy> identifiers{}; ///< Numbers and addresses.
    bool has_student_mail = false;      ///< An address below a student domain.
    bool has_number_format = false;     ///< A social security number, "student ID 48213".
    bool is_list = false;               ///< Of names, and calls itself a class or bus list.
    bool speaks_of_students = false;    ///< "my students": for the question about pictures.
    bool names_record = false;          ///< "report card": with a picture, it may be one.

    /// All marks that it asks for, each once.
    std::vector<educators::Mark> marks() const;
};

/// At most 20,000 words are read.
StudentText read_student_text(std::string_view text, const StudentReader& reader);

/// Of what StudentText::marks() asks for: what is a student's, and what is of staff.
struct KnownMarks {
    std::unordered_set<educators::Mark> students{};
    std::unordered_set<educators::Mark> staff{};
};

/// A reason of explain(), when the text names a student. `by_ours`: by a member of ours; then a
/// given name next to a record counts, too, which says nothing about other districts' students.
std::optional<std::string_view> names_student(const StudentText& text,
                                              const KnownMarks& known,
                                              bool by_ours);

} // namespace moderation
