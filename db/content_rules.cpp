#include "db/content_rules.h"

#include "db/query.h"

namespace db::content_rules {
namespace {

constexpr auto insert_rule = R"sql(
    INSERT INTO content_rules (kind, value, verdict, note, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (kind, value) WHERE withdrawn_at IS NULL DO NOTHING
    RETURNING id
)sql";
constexpr auto select_rules = R"sql(
    SELECT id, kind, value, verdict, note, created_by, created_at
    FROM content_rules WHERE withdrawn_at IS NULL ORDER BY id
)sql";
constexpr auto select_rule = R"sql(
    SELECT id, kind, value, verdict, note, created_by, created_at
    FROM content_rules WHERE id = $1 AND withdrawn_at IS NULL
)sql";
constexpr auto update_withdrawn = R"sql(
    UPDATE content_rules SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL
)sql";
// A trial shows what it finds to whoever writes rules, who may be the employer: private posts are
// no sample (docs/employer-wall.md).
constexpr auto select_newest = R"sql(
    SELECT s.uri, s.content, s.spoiler_text,
        ARRAY(SELECT m.media_type FROM media_attachments m WHERE m.status_id = s.id ORDER BY m.id),
        EXISTS (SELECT 1 FROM media_attachments m
                WHERE m.status_id = s.id AND m.description = '')
    FROM statuses s
    WHERE s.reblog_of_id IS NULL AND s.visibility IN ('public', 'unlisted')
    ORDER BY s.id DESC LIMIT $1
)sql";

ContentRule read(Columns c) {
    ContentRule rule;
    rule.id = c.id<RuleId>();
    rule.kind = c.text();
    rule.value = c.text();
    rule.verdict = c.text();
    rule.note = c.text();
    rule.created_by = c.text();
    rule.created_at = c.time();
    return rule;
}

Sample read_sample(Columns c) {
    Sample sample;
    sample.uri = c.text();
    sample.content = c.text();
    sample.spoiler_text = c.text();
    sample.media_types = c.texts();
    sample.has_undescribed_media = c.flag();
    return sample;
}

} // namespace

std::optional<RuleId> insert(Tx& tx, const ContentRule& rule) {
    const auto rows = exec(tx,
                           insert_rule,
                           rule.kind,
                           rule.value,
                           rule.verdict,
                           rule.note,
                           rule.created_by,
                           rule.created_at);
    if (rows.empty()) return std::nullopt;
    return Columns(rows.front()).id<RuleId>();
}

std::vector<ContentRule> list(Tx& tx) {
    return rows_of(exec(tx, select_rules), read);
}

std::optional<ContentRule> find(Tx& tx, RuleId id) {
    const auto rows = exec(tx, select_rule, id);
    if (rows.empty()) return std::nullopt;
    return read(Columns(rows.front()));
}

bool withdraw(Tx& tx, RuleId id, Time at) {
    return exec(tx, update_withdrawn, id, at).affected_rows() == 1;
}

std::vector<Sample> newest_posts(Tx& tx, int most) {
    return rows_of(exec(tx, select_newest, most), read_sample);
}

} // namespace db::content_rules
