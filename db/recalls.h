#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

struct RecallTag;
using RecallId = Id<RecallTag>;

/// An object of ours that was withdrawn everywhere.
struct Recall {
    RecallId id{};
    std::string object_uri{};
    std::string author_uri{};
    std::string recalled_by{}; ///< "command line", or an account's uri.
    std::string reason{};
    Time recalled_at{};
};

/// A server that had it.
struct RecallHost {
    RecallId recall{};
    std::string host{};
    std::string server_actor{}; ///< Who is asked to confirm; "": nobody there can.
    int tries = 0;              ///< How often it was asked.
    std::optional<Time> next_at{};
    std::optional<Time> confirmed_at{};
    bool is_sending = false;  ///< The Delete is still queued.
    bool was_reached = false; ///< Something got through to it since.
};

} // namespace db

namespace db::recalls {

/// Nothing when it was recalled before. `recall.id` is not read.
std::optional<RecallId> insert(Tx& tx, const Recall& recall);
/// With the address of its server actor, as `peers` has it; asked for the first time at `next_at`
/// when there is one.
void insert_hosts(Tx& tx, RecallId id, const std::vector<std::string>& hosts, Time next_at);
std::optional<Recall> find(Tx& tx, RecallId id);
/// Newest first.
std::vector<Recall> list(Tx& tx, int most);
std::vector<RecallHost> list_hosts(Tx& tx, RecallId id);

/// Whose next question is due, locked until the end of the transaction; at most `most`.
std::vector<RecallHost> claim_due(Tx& tx, Time now, int most);
void note_asked(Tx& tx, const RecallHost& host, std::optional<Time> next_at);
/// Asks all that have not confirmed once more, from `now` on. Returns how many.
int ask_again(Tx& tx, RecallId id, Time now);
/// False when it is not known, or confirmed before.
bool confirm(Tx& tx, RecallId id, std::string_view host, Time at);

} // namespace db::recalls
