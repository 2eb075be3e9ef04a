#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <string>
#include <unordered_map>
#include <vector>

/// A member's private remarks about others.
namespace db::account_notes {

/// An empty comment removes it.
void put(Tx& tx, AccountId account, AccountId target, const std::string& comment);
/// Only those that have one.
std::unordered_map<AccountId, std::string> find_all(Tx& tx,
                                                    AccountId account,
                                                    const std::vector<AccountId>& targets);

} // namespace db::account_notes
