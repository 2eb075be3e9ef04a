#pragma once

#include "db/tx.h"
#include "moderation/filters.h"

#include <span>
#include <vector>

namespace moderation {

/// Reads the posts among the subjects and asks the roster for what they may name students by: two
/// statements for all. `facts` has one for each subject.
void load_student_facts(db::Tx& tx, std::span<const Subject> subjects, std::vector<Facts>& facts);

} // namespace moderation
