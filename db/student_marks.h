#pragma once

#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// By what students are known again in texts: marks of educators/student_marks.h, on the rows of
/// `roster_others`; and the same of staff, whose own names name nobody else.
namespace db::student_marks {

/// What reading a text takes.
struct Means {
    std::string key{};                          ///< Of the hashes, Base64; "": no student is known.
    std::vector<std::string> student_domains{}; ///< Of mail.
};
Means find_means(Tx& tx);
/// As the configuration has them.
void set_student_domains(Tx& tx, const std::vector<std::string>& domains);

/// Those of `asked` that are a student's, and those that are of staff.
struct Known {
    std::vector<std::int64_t> students{};
    std::vector<std::int64_t> staff{};
};
Known find(Tx& tx, const std::vector<std::int64_t>& asked);

/// From now on these are all that staff have.
void set_of_staff(Tx& tx, const std::vector<std::int64_t>& marks);

} // namespace db::student_marks
