#include "db/tag_rules.h"

#include "db/paged.h"

namespace db::tag_rules {
namespace {

// Tags are nobody's: $1 is always true.
constexpr auto select_page =
    paged(Sql("SELECT id FROM tags WHERE $1::boolean AND id < $2 AND id > $3"));
constexpr auto select_rules = R"sql(
    SELECT t.id, t.usable, t.listable, r.allowed
    FROM tags t LEFT JOIN trend_reviews r ON r.kind = 'tag' AND r.key = t.id::text
    WHERE t.id = ANY ($1::bigint[])
)sql";
constexpr auto update_rules = "UPDATE tags SET usable = $2, listable = $3 WHERE id = $1";
constexpr auto update_display = "UPDATE tags SET display = $2 WHERE id = $1";
constexpr auto select_unusable =
    "SELECT name FROM tags WHERE name = ANY ($1::text[]) AND NOT usable ORDER BY name";

TagId read_id(Columns c) {
    return c.id<TagId>();
}

std::string read_name(Columns c) {
    return c.text();
}

TagRules read(Columns c) {
    TagRules rules;
    rules.id = c.id<TagId>();
    rules.usable = c.flag();
    rules.listable = c.flag();
    if (const auto allowed = c.maybe_text()) rules.may_trend = *allowed == "t";
    return rules;
}

} // namespace

std::vector<TagId> list(Tx& tx, const Page& page) {
    return page_of(tx, select_page, read_id, page, true);
}

std::vector<TagRules> find_all(Tx& tx, const std::vector<TagId>& ids) {
    return rows_of(exec(tx, select_rules, ids), read);
}

void put(Tx& tx, const TagRules& rules) {
    exec(tx, update_rules, rules.id, rules.usable, rules.listable);
}

void set_display(Tx& tx, TagId id, std::string_view display) {
    exec(tx, update_display, id, display);
}

std::vector<std::string> unusable_among(Tx& tx, const std::vector<std::string>& names) {
    return rows_of(exec(tx, select_unusable, names), read_name);
}

} // namespace db::tag_rules
