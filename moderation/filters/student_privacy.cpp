#include "moderation/filters.h"

namespace moderation {
namespace {

Finding ask(std::string_view reason) {
    return {.verdict = Verdict::Hold, .reason = reason, .effects = {.about_students = reason}};
}

bool shows_pictures(const Subject& subject) {
    for (const auto& type : subject.media_types)
        if (type.starts_with("image/") || type.starts_with("video/")) return true;
    return false;
}

} // namespace

// 9: no student is named. What the post may name them by was read before (student_text.h), and the
// roster was asked only for that. One of ours is asked first; what a peer sends waits for the
// privacy officer.
std::optional<Finding> student_privacy(const Subject& subject, const Facts& facts) {
    if (!subject.is_post || !facts.student_text) return std::nullopt;
    const bool by_ours = subject.direction == Direction::Out;
    const auto& text = *facts.student_text;
    if (const auto reason = names_student(text, facts.known_marks, by_ours)) return ask(*reason);
    // Only who took the picture knows who is in it.
    if (!by_ours || subject.no_student_seen || !shows_pictures(subject)) return std::nullopt;
    if (text.speaks_of_students || text.names_record) return ask("student-seen");
    return std::nullopt;
}

} // namespace moderation
