#include "db/audit_chain.h"

#include "db/paged.h"

namespace db::audit_chain {
namespace {

constexpr auto lock_chain = "SELECT pg_advisory_xact_lock(7260005)";

Line read(Columns c) {
    Line line;
    line.id = c.number();
    line.number = c.number();
    line.hash = c.text();
    line.at = c.text();
    line.actor = c.text();
    line.act = c.text();
    line.subject = c.text();
    line.verdict = c.text();
    line.filter = c.text();
    line.reason = c.text();
    line.rule_version = c.text();
    line.details = c.text();
    return line;
}

constexpr auto select_head = R"sql(
    SELECT line, hash FROM audit_log WHERE line IS NOT NULL ORDER BY line DESC LIMIT 1
)sql";
constexpr Sql select_lines = R"sql(
    SELECT id, line, hash, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor,
           act, subject, verdict, filter, reason, rule_version::text, details::text
    FROM audit_log)sql";
constexpr auto select_unchained = select_lines + Sql(" WHERE line IS NULL ORDER BY id LIMIT $1");
constexpr auto update_lines = R"sql(
    UPDATE audit_log SET line = new.line, hash = new.hash
    FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS new (id, line, hash)
    WHERE audit_log.id = ANY ($1) AND audit_log.id = new.id AND audit_log.line IS NULL
)sql";
constexpr auto select_after = select_lines + Sql(" WHERE line > $1 ORDER BY line LIMIT $2");
constexpr auto select_one = select_lines + Sql(" WHERE line = $1");
constexpr auto count_late = "SELECT count(*) FROM audit_log WHERE line IS NULL AND at < $1";
constexpr Sql matching = R"sql(
    WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR act = $2)
      AND ($3 = '' OR starts_with(act, $3)) AND ($4 = '' OR subject = $4)
      AND ($5::timestamptz IS NULL OR at >= $5) AND ($6::timestamptz IS NULL OR at < $6)
      AND ($7::bigint = 0 OR id < $7))sql";
constexpr Sql newest = " ORDER BY id DESC LIMIT $8";
// One plan for each index: a wanted actor, act or subject is a plain comparison in its own.
constexpr auto select_wanted = select_lines + matching + newest;
constexpr auto select_of_actor = select_lines + matching + Sql(" AND actor = $1") + newest;
constexpr auto select_of_act = select_lines + matching + Sql(" AND act = $2") + newest;
constexpr auto select_of_subject = select_lines + matching + Sql(" AND subject = $4") + newest;

constexpr auto insert_checkpoint = R"sql(
    INSERT INTO audit_checkpoints (line, hash, document, made_at, sent_to)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (line) DO NOTHING
)sql";
constexpr auto select_checkpoints = R"sql(
    SELECT '', line, hash, document, made_at, sent_to
    FROM audit_checkpoints ORDER BY line DESC LIMIT $1
)sql";
constexpr auto insert_kept = R"sql(
    INSERT INTO kept_checkpoints (host, line, hash, document, received_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
)sql";
constexpr auto select_kept = R"sql(
    SELECT host, line, hash, document, received_at, '{}'::text[]
    FROM kept_checkpoints WHERE $1 = '' OR host = $1
    ORDER BY received_at DESC, line DESC LIMIT $2
)sql";
constexpr auto count_kept =
    "SELECT count(*) FROM kept_checkpoints WHERE host = $1 AND received_at >= $2";
constexpr auto select_keepers = R"sql(
    SELECT a.id, p.host
    FROM peers p JOIN accounts a ON a.uri = p.server_actor_uri
    WHERE p.level = 'member' AND p.unavailable_at IS NULL AND a.deleted_at IS NULL
    ORDER BY p.host = ANY (COALESCE(
                 (SELECT sent_to FROM audit_checkpoints ORDER BY line DESC LIMIT 1), '{}')) DESC,
             p.failures, p.host
    LIMIT $1
)sql";

Checkpoint read_checkpoint(Columns c) {
    Checkpoint checkpoint;
    checkpoint.host = c.text();
    checkpoint.number = c.number();
    checkpoint.hash = c.text();
    checkpoint.document = c.text();
    checkpoint.at = c.time();
    checkpoint.sent_to = c.texts();
    return checkpoint;
}

Keeper read_keeper(Columns c) {
    Keeper keeper;
    keeper.account = c.id<AccountId>();
    keeper.host = c.text();
    return keeper;
}

Head read_head(Columns c) {
    Head head;
    head.number = c.number();
    head.hash = c.text();
    return head;
}

} // namespace

void lock(Tx& tx) {
    exec(tx, lock_chain);
}

Head head(Tx& tx) {
    return first_of(exec(tx, select_head), read_head).value_or(Head{});
}

std::vector<Line> list_unchained(Tx& tx, int limit) {
    return rows_of(exec(tx, select_unchained.text, limit), read);
}

void write(Tx& tx, const std::vector<Line>& lines) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> numbers;
    std::vector<std::string> hashes;
    for (const Line& line : lines) {
        ids.push_back(line.id);
        numbers.push_back(line.number);
        hashes.push_back(line.hash);
    }
    exec(tx, update_lines, ids, numbers, hashes);
}

std::vector<Line> list_after(Tx& tx, std::int64_t after, int limit) {
    return rows_of(exec(tx, select_after.text, after, limit), read);
}

std::optional<Line> find(Tx& tx, std::int64_t number) {
    return first_of(exec(tx, select_one.text, number), read);
}

std::int64_t count_unchained_before(Tx& tx, Time before) {
    return Columns(exec(tx, count_late, before).front()).number();
}

std::vector<Line> search(Tx& tx, const Search& wanted) {
    const bool is_beginning = wanted.act.ends_with('*');
    const auto* const statement = !wanted.subject.empty()                ? select_of_subject.text
                                  : !wanted.actor.empty()                ? select_of_actor.text
                                  : !wanted.act.empty() && !is_beginning ? select_of_act.text
                                                                         : select_wanted.text;
    return rows_of(exec(tx,
                        statement,
                        wanted.actor,
                        is_beginning ? std::string() : wanted.act,
                        is_beginning ? wanted.act.substr(0, wanted.act.size() - 1) : std::string(),
                        wanted.subject,
                        wanted.since,
                        wanted.until,
                        wanted.below,
                        wanted.limit),
                   read);
}

void insert_own(Tx& tx, const Checkpoint& checkpoint) {
    exec(tx,
         insert_checkpoint,
         checkpoint.number,
         checkpoint.hash,
         checkpoint.document,
         checkpoint.at,
         checkpoint.sent_to);
}

std::vector<Checkpoint> list_own(Tx& tx, int limit) {
    return rows_of(exec(tx, select_checkpoints, limit), read_checkpoint);
}

bool keep(Tx& tx, const Checkpoint& checkpoint) {
    return exec(tx,
                insert_kept,
                checkpoint.host,
                checkpoint.number,
                checkpoint.hash,
                checkpoint.document,
                checkpoint.at)
               .affected_rows() == 1;
}

std::vector<Checkpoint> list_kept(Tx& tx, std::string_view host, int limit) {
    return rows_of(exec(tx, select_kept, host, limit), read_checkpoint);
}

std::int64_t count_kept_since(Tx& tx, std::string_view host, Time since) {
    return Columns(exec(tx, count_kept, host, since).front()).number();
}

std::vector<Keeper> find_keepers(Tx& tx, int limit) {
    return rows_of(exec(tx, select_keepers, limit), read_keeper);
}

} // namespace db::audit_chain
