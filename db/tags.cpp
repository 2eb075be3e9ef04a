#include "db/tags.h"

#include "db/query.h"

namespace db::tags {
namespace {

// In order of the names, so that two transactions with the same new tags cannot deadlock.
constexpr auto insert_tags = R"sql(
    INSERT INTO tags (name, display)
    SELECT name, display FROM unnest($1::text[], $2::text[]) AS given (name, display)
    WHERE NOT EXISTS (SELECT 1 FROM tags t WHERE t.name = given.name)
    ORDER BY name
    ON CONFLICT (name) DO NOTHING
)sql";
constexpr auto insert_status_tags = R"sql(
    INSERT INTO status_tags (status_id, tag_id)
    SELECT $1, id FROM tags WHERE name = ANY ($2::text[])
    ON CONFLICT DO NOTHING
)sql";
constexpr auto delete_others = R"sql(
    DELETE FROM status_tags USING tags
    WHERE status_tags.status_id = $1 AND tags.id = status_tags.tag_id AND NOT tags.name = ANY ($2::text[])
)sql";
constexpr auto select_by_name = "SELECT id, name, display FROM tags WHERE name = $1";
constexpr auto select_by_id = "SELECT id, name, display FROM tags WHERE id = $1";
constexpr auto select_by_ids = R"sql(
    SELECT t.id, t.name, t.display
    FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (id, place) JOIN tags t ON t.id = wanted.id
    ORDER BY wanted.place
)sql";
constexpr auto select_of_status = R"sql(
    SELECT t.id, t.name, t.display FROM status_tags s JOIN tags t ON t.id = s.tag_id
    WHERE s.status_id = $1 ORDER BY t.name
)sql";
constexpr auto select_all = R"sql(
    SELECT s.status_id, t.id, t.name, t.display FROM status_tags s JOIN tags t ON t.id = s.tag_id
    WHERE s.status_id = ANY ($1::bigint[]) ORDER BY s.status_id, t.name
)sql";
// starts_with: no pattern characters to escape. Bounded: a tag in more than a few thousand posts
// counts no further.
constexpr auto select_by_prefix = R"sql(
    SELECT t.id, t.name, t.display FROM tags t
    WHERE starts_with(t.name, $1)
    ORDER BY (SELECT count(*) FROM (SELECT 1 FROM status_tags s WHERE s.tag_id = t.id LIMIT 1000) AS used)
        DESC, t.name
    LIMIT $2
)sql";

Tag read(Columns c) {
    Tag tag;
    tag.id = c.id<TagId>();
    tag.name = c.text();
    tag.display = c.text();
    return tag;
}

StatusTag read_status_tag(Columns c) {
    const auto status = c.id<StatusId>();
    return {.status = status, .tag = read(c)};
}

} // namespace

void ensure(Tx& tx,
            const std::vector<std::string>& names,
            const std::vector<std::string>& displays) {
    exec(tx, insert_tags, names, displays);
}

void attach(Tx& tx, StatusId status, const std::vector<std::string>& names) {
    exec(tx, insert_status_tags, status, names);
}

void detach_others(Tx& tx, StatusId status, const std::vector<std::string>& names) {
    exec(tx, delete_others, status, names);
}

std::optional<Tag> find(Tx& tx, std::string_view name) {
    return first_of(exec(tx, select_by_name, name), read);
}

std::optional<Tag> find(Tx& tx, TagId id) {
    return first_of(exec(tx, select_by_id, id), read);
}

std::vector<Tag> find_all(Tx& tx, const std::vector<TagId>& ids) {
    return rows_of(exec(tx, select_by_ids, ids), read);
}

std::vector<Tag> list(Tx& tx, StatusId status) {
    return rows_of(exec(tx, select_of_status, status), read);
}

std::vector<StatusTag> list_all(Tx& tx, const std::vector<StatusId>& statuses) {
    return rows_of(exec(tx, select_all, statuses), read_status_tag);
}

std::vector<Tag> search(Tx& tx, std::string_view prefix, int limit) {
    return rows_of(exec(tx, select_by_prefix, prefix, limit), read);
}

} // namespace db::tags
