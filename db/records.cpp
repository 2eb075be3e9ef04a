#include "db/records.h"

#include "db/paged.h"

namespace db::records {
namespace {

constexpr auto select_rules =
    "SELECT kind, days, set_by, set_at FROM retention_rules ORDER BY kind";
constexpr auto put_rule = R"sql(
    INSERT INTO retention_rules (kind, days, set_by, set_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (kind) DO UPDATE
    SET days = excluded.days, set_by = excluded.set_by, set_at = excluded.set_at
)sql";
constexpr auto delete_rule = "DELETE FROM retention_rules WHERE kind = $1";
constexpr auto select_past = R"sql(
    SELECT s.id FROM statuses s
    WHERE s.local AND s.reblog_of_id IS NULL AND s.created_at < $2
      AND record_kind(s.account_id, s.visibility, s.group_uri) = $1
      AND NOT EXISTS (SELECT 1 FROM legal_holds h
                      WHERE h.account_id = s.account_id AND h.lifted_at IS NULL)
    ORDER BY s.created_at LIMIT $3
)sql";

constexpr auto insert_one_hold = R"sql(
    INSERT INTO legal_holds (account_id, matter, reason, set_by, set_at)
    VALUES ($1, $2, $3, $4, $5) RETURNING id
)sql";
constexpr Sql select_holds = R"sql(
    SELECT id, account_id, matter, reason, set_by, set_at, lifted_by, lifted_at
    FROM legal_holds)sql";
constexpr auto select_hold = select_holds + Sql(" WHERE id = $1");
constexpr auto select_all_holds =
    select_holds + Sql(" ORDER BY (lifted_at IS NULL) DESC, id DESC LIMIT 200");
constexpr auto update_lifted = R"sql(
    UPDATE legal_holds SET lifted_by = $2, lifted_at = $3 WHERE id = $1 AND lifted_at IS NULL
)sql";
constexpr auto delete_released = R"sql(
    DELETE FROM kept_posts k
    WHERE NOT EXISTS (SELECT 1 FROM legal_holds h
                      WHERE h.account_id = k.account_id AND h.lifted_at IS NULL)
)sql";

constexpr auto select_official =
    "SELECT account_id, set_by, set_at FROM official_accounts ORDER BY set_at";
constexpr auto insert_official = R"sql(
    INSERT INTO official_accounts (account_id, set_by, set_at) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING
)sql";
constexpr auto delete_official = "DELETE FROM official_accounts WHERE account_id = $1";

// A post stands in one of the two tables.
constexpr auto select_records = R"sql(
    SELECT id, account_id, uri, kind, created_at, edited_at, deleted_at, spoiler_text, content,
        document, versions
    FROM (
        SELECT s.id, s.account_id, s.uri,
            record_kind(s.account_id, s.visibility, s.group_uri) AS kind, s.created_at, s.edited_at,
            NULL::timestamptz AS deleted_at, s.spoiler_text, s.content, s.text, s.document,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('at', e.created_at,
                        'spoiler_text', e.spoiler_text, 'content', e.content) ORDER BY e.id), '[]')
             FROM status_edits e WHERE e.status_id = s.id) AS versions
        FROM statuses s
        WHERE s.local AND s.reblog_of_id IS NULL AND s.visibility IN ('public', 'unlisted')
        UNION ALL
        SELECT k.id, k.account_id, k.uri,
            record_kind(k.account_id, k.visibility, k.group_uri), k.created_at, k.edited_at,
            k.deleted_at, k.spoiler_text, k.content, k.text, k.document, k.versions
        FROM kept_posts k WHERE k.visibility IN ('public', 'unlisted')
    ) AS found
    WHERE ($1::bigint = 0 OR account_id = $1) AND ($2 = '' OR kind = $2)
      AND ($3 = '' OR strpos(lower(spoiler_text || ' ' || text), lower($3)) > 0
           OR strpos(lower(versions::text), lower($3)) > 0)
      AND ($4::timestamptz IS NULL OR created_at >= $4)
      AND ($5::timestamptz IS NULL OR created_at < $5) AND ($6::bigint = 0 OR id < $6)
    ORDER BY id DESC LIMIT $7
)sql";

RetentionRule read_rule(Columns c) {
    RetentionRule rule;
    rule.kind = c.text();
    rule.days = c.small();
    rule.set_by = c.text();
    rule.set_at = c.time();
    return rule;
}

LegalHold read_hold(Columns c) {
    LegalHold hold;
    hold.id = c.id<LegalHoldId>();
    hold.account = c.id<AccountId>();
    hold.matter = c.text();
    hold.reason = c.text();
    hold.set_by = c.text();
    hold.set_at = c.time();
    hold.lifted_by = c.text();
    hold.lifted_at = c.maybe_time();
    return hold;
}

OfficialAccount read_official(Columns c) {
    OfficialAccount account;
    account.account = c.id<AccountId>();
    account.set_by = c.text();
    account.set_at = c.time();
    return account;
}

RecordPost read_post(Columns c) {
    RecordPost post;
    post.id = c.id<StatusId>();
    post.account = c.id<AccountId>();
    post.uri = c.text();
    post.kind = c.text();
    post.created_at = c.time();
    post.edited_at = c.maybe_time();
    post.deleted_at = c.maybe_time();
    post.spoiler_text = c.text();
    post.content = c.text();
    post.document = c.text();
    post.versions = c.json();
    return post;
}

} // namespace

std::vector<RetentionRule> list_rules(Tx& tx) {
    return rows_of(exec(tx, select_rules), read_rule);
}

void set_rule(Tx& tx, const RetentionRule& rule) {
    exec(tx, put_rule, rule.kind, rule.days, rule.set_by, rule.set_at);
}

bool remove_rule(Tx& tx, std::string_view kind) {
    return exec(tx, delete_rule, kind).affected_rows() == 1;
}

std::vector<StatusId> list_past(Tx& tx, std::string_view kind, Time before, int most) {
    return ids_of<StatusId>(exec(tx, select_past, kind, before, most));
}

LegalHoldId insert_hold(Tx& tx, const LegalHold& hold) {
    const auto rows =
        exec(tx, insert_one_hold, hold.account, hold.matter, hold.reason, hold.set_by, hold.set_at);
    return Columns(rows.front()).id<LegalHoldId>();
}

std::optional<LegalHold> find_hold(Tx& tx, LegalHoldId id) {
    return first_of(exec(tx, select_hold.text, id), read_hold);
}

std::vector<LegalHold> list_holds(Tx& tx) {
    return rows_of(exec(tx, select_all_holds.text), read_hold);
}

bool lift_hold(Tx& tx, LegalHoldId id, std::string_view by, Time at) {
    return exec(tx, update_lifted, id, by, at).affected_rows() == 1;
}

int remove_released(Tx& tx) {
    return static_cast<int>(exec(tx, delete_released).affected_rows());
}

std::vector<OfficialAccount> list_official(Tx& tx) {
    return rows_of(exec(tx, select_official), read_official);
}

bool set_official(Tx& tx, const OfficialAccount& account) {
    return exec(tx, insert_official, account.account, account.set_by, account.set_at)
               .affected_rows() == 1;
}

bool unset_official(Tx& tx, AccountId account) {
    return exec(tx, delete_official, account).affected_rows() == 1;
}

std::vector<RecordPost> search(Tx& tx, const RecordSearch& wanted) {
    return rows_of(exec(tx,
                        select_records,
                        wanted.account,
                        wanted.kind,
                        wanted.words,
                        wanted.since,
                        wanted.until,
                        wanted.below,
                        wanted.most),
                   read_post);
}

} // namespace db::records
