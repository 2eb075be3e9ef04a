#pragma once

#include "educators/package.h"

#include <unordered_set>

/// Who is an educator: rules 7 to 10 over one person. Internal to educators/.
namespace educators {

struct JudgeOptions {
    db::Day today{};
    const std::vector<std::string>& student_domains;
    const std::unordered_set<std::string>& orgs; ///< A role counts only at an org that exists.
};

/// Whether a role or proctor's role counts today: a member of staff, whatever else is said.
bool is_staff(const db::RosterPerson& person, const JudgeOptions& options);
/// A role as staff that begins later.
bool begins_later(const db::RosterPerson& person, const JudgeOptions& options);
/// "s", "f" of somebody who is no member of staff; nothing when their roles do not say.
std::optional<char> other_kind(const db::RosterPerson& person, const JudgeOptions& options);

/// Sets `state`, `kind`, `leader`, `reasons` and the decision of a member of staff; `shares_email`:
/// with another one.
void judge_staff(db::RosterPerson& person, bool shares_email, const JudgeOptions& options);

} // namespace educators
