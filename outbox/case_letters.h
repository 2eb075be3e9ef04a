#pragma once

#include "db/cases.h"
#include "db/tx.h"

#include <string>

namespace outbox {

struct ToldOutcome {
    std::string decided_by{}; ///< Another server's host; "": our moderators.
    std::string outcome{};
    std::string note{};
};
/// Writes to every member who reported, each once.
void tell_reporters(db::Tx& tx, const db::Case& one, const ToldOutcome& told);

} // namespace outbox
