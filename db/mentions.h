#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// Who is addressed by name. `silent`: a reader whom no Mention tag names; `unaddressed`: named by
/// a tag alone, which makes nobody a reader. Neither is notified.
struct Mention {
    StatusId status{};
    AccountId account{};
    bool silent = false;
    bool unaddressed = false;
};

} // namespace db

namespace db::mentions {

/// Those that stand already stay as they are. Returns whom this added.
std::vector<AccountId> insert_all(Tx& tx,
                                  StatusId status,
                                  const std::vector<AccountId>& accounts,
                                  bool silent);
/// Actor ids, each once.
struct ByUri {
    std::vector<std::string> tagged{};      ///< Mentioned.
    std::vector<std::string> silent{};      ///< Only readers.
    std::vector<std::string> unaddressed{}; ///< Only named.
};
/// The same for actor ids, of which those that we know count, but not the author. Returns whom this
/// added, tagged ones only.
std::vector<AccountId> insert_by_uri(Tx& tx, StatusId status, const ByUri& uris);
/// After an edit: those already addressed whom a tag names are mentioned, all others silent
/// readers: an edit takes the tag away, not the post.
void silence_others(Tx& tx, StatusId status, const std::vector<AccountId>& accounts);
std::vector<Mention> list(Tx& tx, StatusId status);
std::vector<Mention> list_all(Tx& tx, const std::vector<StatusId>& statuses);
bool exists(Tx& tx, StatusId status, AccountId account);

} // namespace db::mentions
