#include "db/glass_requests.h"

#include "db/query.h"

namespace db::glass_requests {
namespace {

GlassRequest read(Columns c) {
    GlassRequest request;
    request.id = c.id<GlassId>();
    request.account = c.id<AccountId>();
    request.requester = c.id<AccountId>();
    request.first = c.time();
    request.end = c.time();
    request.reason = c.text();
    request.requested_at = c.time();
    request.decided_by = c.id<AccountId>();
    request.decided_at = c.maybe_time();
    request.decision = c.text();
    request.refusal = c.text();
    request.read_at = c.maybe_time();
    request.told_at = c.maybe_time();
    return request;
}

GlassHold read_hold(Columns c) {
    GlassHold hold;
    hold.id = c.id<GlassHoldId>();
    hold.request = c.id<GlassId>();
    hold.reason = c.text();
    hold.end = c.time();
    hold.asked_by = c.id<AccountId>();
    hold.asked_at = c.time();
    hold.approved_by = c.id<AccountId>();
    hold.approved_at = c.maybe_time();
    return hold;
}

constexpr auto insert_one = R"sql(
    INSERT INTO glass_requests (account_id, requester_id, first_at, end_at, reason, requested_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    RETURNING id
)sql";
constexpr auto select_one = R"sql(
    SELECT id, account_id, requester_id, first_at, end_at, reason, requested_at, decided_by_id,
        decided_at, decision, refusal, read_at, told_at
    FROM glass_requests WHERE id = $1
)sql";
constexpr auto lock_one = R"sql(
    SELECT id, account_id, requester_id, first_at, end_at, reason, requested_at, decided_by_id,
        decided_at, decision, refusal, read_at, told_at
    FROM glass_requests WHERE id = $1 FOR UPDATE
)sql";
constexpr auto select_but = R"sql(
    SELECT id, account_id, requester_id, first_at, end_at, reason, requested_at, decided_by_id,
        decided_at, decision, refusal, read_at, told_at
    FROM glass_requests WHERE account_id <> $1 ORDER BY id DESC LIMIT 100
)sql";
constexpr auto select_told = R"sql(
    SELECT id, account_id, requester_id, first_at, end_at, reason, requested_at, decided_by_id,
        decided_at, decision, refusal, read_at, told_at
    FROM glass_requests WHERE account_id = $1 AND told_at IS NOT NULL ORDER BY id DESC LIMIT 100
)sql";
constexpr auto select_due = R"sql(
    SELECT id, account_id, requester_id, first_at, end_at, reason, requested_at, decided_by_id,
        decided_at, decision, refusal, read_at, told_at
    FROM glass_requests g
    WHERE decision = 'approved' AND told_at IS NULL AND (read_at IS NOT NULL OR decided_at < $2)
      AND NOT EXISTS (SELECT 1 FROM glass_holds h
                      WHERE h.request_id = g.id AND h.approved_at IS NOT NULL AND h.end_at > $1)
    ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED
)sql";
constexpr auto update_decision = R"sql(
    UPDATE glass_requests SET decided_by_id = $2, decided_at = $3, decision = $4, refusal = $5
    WHERE id = $1 AND decision = ''
)sql";
constexpr auto update_read =
    "UPDATE glass_requests SET read_at = $2 WHERE id = $1 AND read_at IS NULL";
constexpr auto update_told =
    "UPDATE glass_requests SET told_at = $2 WHERE id = $1 AND told_at IS NULL";
constexpr auto insert_one_hold = R"sql(
    INSERT INTO glass_holds (request_id, reason, end_at, asked_by_id, asked_at)
    VALUES ($1, $2, $3, $4, $5)
)sql";
constexpr auto select_holds = R"sql(
    SELECT id, request_id, reason, end_at, asked_by_id, asked_at, approved_by_id, approved_at
    FROM glass_holds WHERE request_id = $1 ORDER BY id
)sql";
constexpr auto update_hold = R"sql(
    UPDATE glass_holds SET approved_by_id = $2, approved_at = $3
    WHERE id = $1 AND approved_at IS NULL
)sql";

} // namespace

GlassId insert(Tx& tx, const GlassRequest& request) {
    const auto rows = exec(tx,
                           insert_one,
                           request.account,
                           request.requester,
                           request.first,
                           request.end,
                           request.reason,
                           request.requested_at);
    return Columns(rows.front()).id<GlassId>();
}

std::optional<GlassRequest> find(Tx& tx, GlassId id) {
    return first_of(exec(tx, select_one, id), read);
}

std::optional<GlassRequest> lock(Tx& tx, GlassId id) {
    return first_of(exec(tx, lock_one, id), read);
}

std::vector<GlassRequest> list_but(Tx& tx, AccountId but) {
    return rows_of(exec(tx, select_but, but), read);
}

std::vector<GlassRequest> list_told(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_told, account), read);
}

std::vector<GlassRequest> claim_due(Tx& tx, Time now, Time over) {
    return rows_of(exec(tx, select_due, now, over), read);
}

bool decide(Tx& tx,
            GlassId id,
            AccountId by,
            Time at,
            std::string_view decision,
            std::string_view refusal) {
    return exec(tx, update_decision, id, by, at, decision, refusal).affected_rows() == 1;
}

void set_read(Tx& tx, GlassId id, Time at) {
    exec(tx, update_read, id, at);
}

void set_told(Tx& tx, GlassId id, Time at) {
    exec(tx, update_told, id, at);
}

void insert_hold(Tx& tx, const GlassHold& hold) {
    exec(tx, insert_one_hold, hold.request, hold.reason, hold.end, hold.asked_by, hold.asked_at);
}

std::vector<GlassHold> list_holds(Tx& tx, GlassId request) {
    return rows_of(exec(tx, select_holds, request), read_hold);
}

bool approve_hold(Tx& tx, GlassHoldId id, AccountId by, Time at) {
    return exec(tx, update_hold, id, by, at).affected_rows() == 1;
}

} // namespace db::glass_requests
