#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// What moderators decided about a tag. Whether it may trend is decided in db/trends.h.
struct TagRules {
    TagId id{};
    bool usable = true;              ///< Our people may write it.
    bool listable = true;            ///< It is found by search.
    std::optional<bool> may_trend{}; ///< Absent: nobody decided yet.
};

} // namespace db

namespace db::tag_rules {

/// All tags, the newest first.
std::vector<TagId> list(Tx& tx, const Page& page);
/// In no order.
std::vector<TagRules> find_all(Tx& tx, const std::vector<TagId>& ids);
/// But for `may_trend`.
void put(Tx& tx, const TagRules& rules);
/// Another way to write the same name.
void set_display(Tx& tx, TagId id, std::string_view display);
/// Those of the folded names that our people may not write.
std::vector<std::string> unusable_among(Tx& tx, const std::vector<std::string>& names);

} // namespace db::tag_rules
