#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tags.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace db {

struct FeaturedTag {
    std::int64_t id = 0;
    Tag tag{};
    std::int64_t statuses_count = 0; ///< The account's public and unlisted posts with it.
    std::optional<Time> last_status_at{};
};

} // namespace db

namespace db::featured_tags {

constexpr int most = 10;

/// False when it is featured already, the tag does not exist (see tags::ensure), or the account
/// has 10.
bool insert(Tx& tx, AccountId account, const std::string& name);
bool remove(Tx& tx, AccountId account, const std::string& name);
bool remove(Tx& tx, AccountId account, std::int64_t id);
std::vector<FeaturedTag> list(Tx& tx, AccountId account);
/// Tags of the account's posts of late that are not featured, most used first.
std::vector<Tag> suggestions(Tx& tx, AccountId account, int limit);

} // namespace db::featured_tags
