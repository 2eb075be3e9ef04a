#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

struct PrivacyNoteTag;
using PrivacyNoteId = Id<PrivacyNoteTag>;

/// A peer holds a post of ours, since it may name a student of theirs.
struct ReceivedPrivacyNote {
    PrivacyNoteId id{};
    std::string host{};
    std::string object_uri{};
    std::string reason{};
    Time at{};
};

} // namespace db

/// Notes between districts about students' privacy, sent and received.
namespace db::privacy_notes {

/// True, and written down, when the host was told nothing in the hour before `now`.
bool claim(Tx& tx, std::string_view host, Time now);

/// False when the host said so before. `note.id` is not read.
bool insert(Tx& tx, const ReceivedPrivacyNote& note);
std::int64_t count_since(Tx& tx, std::string_view host, Time since);
/// Those that nobody has put away, newest first, at most 100.
std::vector<ReceivedPrivacyNote> list_unseen(Tx& tx);
bool put_away(Tx& tx, PrivacyNoteId id, Time now);

} // namespace db::privacy_notes
