#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/lists.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using ImportId = Id<struct ImportTag>;

/// A file that a member brought.
struct Import {
    ImportId id{};
    AccountId account{};
    std::string kind{}; ///< The names of outbox::ImportKind.
    bool overwrite = false;
    std::string state = "preview"; ///< preview, removing, working, done.
    Time created_at{};
    std::optional<Time> finished_at{};
};

struct ImportRow {
    int line = 0;
    std::string subject{};             ///< Whom or what it names, in the one spelling.
    std::vector<std::string> fields{}; ///< The columns in the order of an export.
    std::string state = "waiting";     ///< bad, waiting, done, failed.
    std::string problem{};             ///< For people; of a waiting row why it is tried again.
};

} // namespace db

namespace db::imports {

/// Takes the place of the member's other previews, and of the oldest that are done.
ImportId insert(Tx& tx, const Import& import, const std::vector<ImportRow>& rows);
std::optional<Import> find(Tx& tx, ImportId id);
/// Only the member's own.
std::optional<Import> find_own(Tx& tx, AccountId account, ImportId id);
/// Newest first, at most ten.
std::vector<Import> list(Tx& tx, AccountId account);
/// Begins the work. False when it is no preview, or another one is at work.
bool confirm(Tx& tx, AccountId account, ImportId id);
bool remove_preview(Tx& tx, AccountId account, ImportId id);
void set_state(Tx& tx, ImportId id, std::string_view state, std::optional<Time> finished_at);
void remove_older(Tx& tx, Time before);

struct RowCounts {
    std::int64_t waiting = 0;
    std::int64_t done = 0;
    std::int64_t failed = 0;
    std::int64_t bad = 0;
};
RowCounts count(Tx& tx, ImportId id);
/// Those that are tried again come last.
std::vector<ImportRow> list_waiting(Tx& tx, ImportId id, int most);
/// Bad and failed ones in the order of the file.
std::vector<ImportRow> list_problems(Tx& tx, ImportId id, int most);
void set_row(Tx& tx, ImportId id, int line, std::string_view state, std::string_view problem);

/// What stands here and not in the file, as far as it can be taken away. `host` is what our own
/// handles end with.
std::vector<AccountId> excess_following(Tx& tx,
                                        const Import& import,
                                        std::string_view host,
                                        int most);
std::vector<AccountId> excess_blocks(Tx& tx, const Import& import, std::string_view host, int most);
std::vector<AccountId> excess_mutes(Tx& tx, const Import& import, std::string_view host, int most);
std::vector<StatusId> excess_bookmarks(Tx& tx, const Import& import, int most);
std::vector<std::string> excess_domains(Tx& tx, const Import& import, int most);
/// Lists whose title the file does not name.
std::vector<ListId> excess_lists(Tx& tx, const Import& import, int most);
struct ExcessListed {
    ListId list{};
    AccountId account{};
};
/// People on lists that the file does name.
std::vector<ExcessListed> excess_listed(Tx& tx,
                                        const Import& import,
                                        std::string_view host,
                                        int most);

} // namespace db::imports
