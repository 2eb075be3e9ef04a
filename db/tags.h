#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

struct Tag {
    TagId id{};
    std::string name{};    ///< Folded, without "#".
    std::string display{}; ///< As first written.
};

struct StatusTag {
    StatusId status{};
    Tag tag{};
};

} // namespace db

namespace db::tags {

/// Makes the tags that do not exist. `names` and `displays` go together.
void ensure(Tx& tx,
            const std::vector<std::string>& names,
            const std::vector<std::string>& displays);
/// Ties existing tags to a status.
void attach(Tx& tx, StatusId status, const std::vector<std::string>& names);
/// Unties every other tag.
void detach_others(Tx& tx, StatusId status, const std::vector<std::string>& names);

std::optional<Tag> find(Tx& tx, std::string_view name);
std::optional<Tag> find(Tx& tx, TagId id);
/// In the order of `ids`.
std::vector<Tag> find_all(Tx& tx, const std::vector<TagId>& ids);
std::vector<Tag> list(Tx& tx, StatusId status);
std::vector<StatusTag> list_all(Tx& tx, const std::vector<StatusId>& statuses);
/// Tags whose folded name begins so, most used first.
std::vector<Tag> search(Tx& tx, std::string_view prefix, int limit);

} // namespace db::tags
