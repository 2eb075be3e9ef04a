#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `school_moderators`: an org of the roster whose people a moderator looks after, with
/// all that lies below it.
struct ModeratedSchool {
    AccountId account{};
    std::string org{};  ///< Its sourcedId.
    std::string name{}; ///< As the roster calls it; "": it is not in the roster any more.
    std::string given_by{};
    Time given_at{};
};

} // namespace db

namespace db::school_moderators {

/// False when it was so before.
bool insert(Tx& tx, const ModeratedSchool& school);
bool remove(Tx& tx, AccountId account, std::string_view org);
void remove_all(Tx& tx, AccountId account);
/// In order of moderator and name.
std::vector<ModeratedSchool> list(Tx& tx);
std::vector<ModeratedSchool> list_of(Tx& tx, AccountId account);

/// Whether `account` works at `at`, by the roster, at a school that this moderator looks after.
bool looks_after(Tx& tx, AccountId moderator, AccountId account, Time at);

} // namespace db::school_moderators
