#include "db/featured_tags.h"

#include "db/query.h"

namespace db::featured_tags {
namespace {

constexpr auto insert_tag = R"sql(
    INSERT INTO featured_tags (account_id, tag_id)
    SELECT $1, t.id FROM tags t
    WHERE t.name = $2 AND (SELECT count(*) FROM featured_tags f WHERE f.account_id = $1) < 10
    ON CONFLICT (account_id, tag_id) DO NOTHING
)sql";
constexpr auto delete_by_name = R"sql(
    DELETE FROM featured_tags USING tags
    WHERE featured_tags.account_id = $1 AND tags.id = featured_tags.tag_id AND tags.name = $2
)sql";
constexpr auto delete_by_id = "DELETE FROM featured_tags WHERE account_id = $1 AND id = $2";
constexpr auto select_tags = R"sql(
    SELECT f.id, t.id, t.name, t.display, used.count, used.last_at
    FROM featured_tags f
    JOIN tags t ON t.id = f.tag_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, max(s.created_at) AS last_at
        FROM status_tags st JOIN statuses s ON s.id = st.status_id
        WHERE st.tag_id = t.id AND s.account_id = f.account_id AND s.visibility IN ('public', 'unlisted')
    ) AS used
    WHERE f.account_id = $1
    ORDER BY f.id
)sql";

// The last posts alone: what somebody wrote about years ago is no suggestion.
constexpr auto select_suggestions = R"sql(
    SELECT t.id, t.name, t.display
    FROM (SELECT id FROM statuses
          WHERE account_id = $1 AND reblog_of_id IS NULL AND visibility IN ('public', 'unlisted')
          ORDER BY id DESC LIMIT 200) AS late
    JOIN status_tags st ON st.status_id = late.id
    JOIN tags t ON t.id = st.tag_id
    WHERE NOT EXISTS (SELECT 1 FROM featured_tags f WHERE f.account_id = $1 AND f.tag_id = t.id)
    GROUP BY t.id, t.name, t.display
    ORDER BY count(*) DESC, t.name LIMIT $2
)sql";

Tag read_tag(Columns c) {
    Tag tag;
    tag.id = c.id<TagId>();
    tag.name = c.text();
    tag.display = c.text();
    return tag;
}

FeaturedTag read(Columns c) {
    FeaturedTag tag;
    tag.id = c.number();
    tag.tag.id = c.id<TagId>();
    tag.tag.name = c.text();
    tag.tag.display = c.text();
    tag.statuses_count = c.number();
    tag.last_status_at = c.maybe_time();
    return tag;
}

} // namespace

bool insert(Tx& tx, AccountId account, const std::string& name) {
    return exec(tx, insert_tag, account, name).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, const std::string& name) {
    return exec(tx, delete_by_name, account, name).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, std::int64_t id) {
    return exec(tx, delete_by_id, account, id).affected_rows() == 1;
}

std::vector<FeaturedTag> list(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_tags, account), read);
}

std::vector<Tag> suggestions(Tx& tx, AccountId account, int limit) {
    return rows_of(exec(tx, select_suggestions, account, limit), read_tag);
}

} // namespace db::featured_tags
