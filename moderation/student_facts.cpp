#include "moderation/student_facts.h"

#include "base/crypto.h"
#include "base/html.h"
#include "db/student_marks.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace moderation {
namespace {

std::string text_of(const Subject& subject) {
    std::string text = html_to_text(subject.html);
    for (const auto* more : {&subject.spoiler_text, &subject.more_text})
        if (!more->empty()) text += "\n" + *more;
    return text;
}

} // namespace

void load_student_facts(db::Tx& tx, std::span<const Subject> subjects, std::vector<Facts>& facts) {
    const bool has_posts = std::ranges::any_of(subjects, &Subject::is_post);
    if (!has_posts) return;
    const auto means = db::student_marks::find_means(tx);
    const auto key = crypto::base64_decode(means.key);
    std::optional<educators::KeyedHash> hash;
    if (key && !key->empty()) hash.emplace(*key);
    const StudentReader reader{.hash = hash ? &*hash : nullptr,
                               .student_domains = means.student_domains};
    std::vector<educators::Mark> asked;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        if (!subjects[i].is_post) continue;
        auto text =
            std::make_shared<const StudentText>(read_student_text(text_of(subjects[i]), reader));
        const auto marks = text->marks();
        asked.insert(asked.end(), marks.begin(), marks.end());
        facts[i].student_text = std::move(text);
    }
    const auto known = db::student_marks::find(tx, asked);
    if (known.students.empty()) return;
    const KnownMarks marks{.students = {known.students.begin(), known.students.end()},
                           .staff = {known.staff.begin(), known.staff.end()}};
    for (std::size_t i = 0; i < subjects.size(); ++i)
        if (subjects[i].is_post) facts[i].known_marks = marks;
}

} // namespace moderation
