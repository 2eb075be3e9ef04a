#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

struct AskedPostTag;
using AskedPostId = Id<AskedPostTag>;

/// A post whose author was asked whether it names a student.
struct AskedPost {
    AskedPostId id{};
    AccountId account{};
    Json draft{}; ///< As outbox/draft_json.h writes it.
    std::string reason{};
    std::optional<Time> scheduled_at{};
    Time asked_at{};
};

} // namespace db

namespace db::asked_posts {

/// The same draft again is the same row: apps repeat what fails. `asked.id` is not read.
AskedPostId put(Tx& tx, const AskedPost& asked, std::string_view digest);
/// The member's own, newest first.
std::vector<AskedPost> list(Tx& tx, AccountId account);
/// Takes it out; of two answers one finds it.
std::optional<AskedPost> take(Tx& tx, AccountId account, AskedPostId id);
/// Leaves the newest `most` of a member's.
void trim(Tx& tx, AccountId account, int most);
void remove_older_than(Tx& tx, Time limit);

} // namespace db::asked_posts
