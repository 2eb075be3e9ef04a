#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <vector>

namespace db {

/// Who is addressed by name. `silent`: a reader whom no Mention tag names; not notified.
struct Mention {
    StatusId status{};
    AccountId account{};
    bool silent = false;
};

} // namespace db

namespace db::mentions {

/// Those that stand already stay as they are. Returns whom this added.
std::vector<AccountId> insert_all(Tx& tx,
                                  StatusId status,
                                  const std::vector<AccountId>& accounts,
                                  bool silent);
/// The same for actor ids, of which those that we know count, but not the author: `tagged` are
/// mentioned, `silent` only readers. Returns whom this added, tagged ones only.
std::vector<AccountId> insert_by_uri(Tx& tx,
                                     StatusId status,
                                     const std::vector<std::string>& tagged,
                                     const std::vector<std::string>& silent);
/// After an edit: those already addressed whom a tag names are mentioned, all others silent
/// readers: an edit takes the tag away, not the post.
void silence_others(Tx& tx, StatusId status, const std::vector<AccountId>& accounts);
std::vector<Mention> list(Tx& tx, StatusId status);
std::vector<Mention> list_all(Tx& tx, const std::vector<StatusId>& statuses);
bool exists(Tx& tx, StatusId status, AccountId account);

} // namespace db::mentions
