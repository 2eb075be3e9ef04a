#include "db/approvals.h"

#include "db/paged.h"

namespace db::approvals {
namespace {

Approval read(Columns c) {
    Approval approval;
    approval.id = c.id<ApprovalId>();
    approval.kind = c.text();
    approval.subject = c.text();
    approval.details = c.json();
    approval.reason = c.text();
    approval.asked_by = c.id<AccountId>();
    approval.asked_at = c.time();
    approval.alone_at = c.maybe_time();
    approval.decided_by = c.id<AccountId>();
    approval.decided_at = c.maybe_time();
    approval.decision = c.text();
    approval.refusal = c.text();
    return approval;
}

constexpr auto insert_one = R"sql(
    INSERT INTO approvals (kind, subject, details, reason, asked_by_id, asked_at, alone_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
)sql";
constexpr Sql select_approvals = R"sql(
    SELECT id, kind, subject, details, reason, asked_by_id, asked_at, alone_at, decided_by_id,
        decided_at, decision, refusal
    FROM approvals)sql";
constexpr auto select_one = select_approvals + Sql(" WHERE id = $1");
constexpr auto lock_one = select_approvals + Sql(" WHERE id = $1 FOR UPDATE");
constexpr auto select_open = select_approvals + Sql(R"sql(
    WHERE decision = '' AND kind = $1 AND subject = $2 AND asked_at > $3 ORDER BY id LIMIT 1
)sql");
constexpr auto select_newest = select_approvals + Sql(R"sql(
    WHERE kind = $1 AND subject = $2 AND asked_by_id = $3 ORDER BY id DESC LIMIT 1
)sql");
constexpr auto select_page =
    select_approvals + Sql(" WHERE $1::bigint = 0 OR id < $1 ORDER BY id DESC LIMIT $2");
// outbox::approval_waits says seven days. Officers are asked of one kind each, owners of all.
constexpr auto count_waiting = R"sql(
    SELECT count(*), min(asked_at) + interval '7 days' FROM approvals
    WHERE decision = '' AND asked_at > $2::timestamptz - interval '7 days' AND asked_by_id <> $1
      AND (EXISTS (SELECT 1 FROM users u WHERE u.account_id = $1 AND u.role = 'owner') OR
           EXISTS (SELECT 1 FROM member_duties d WHERE d.account_id = $1 AND
                   (kind, d.duty) IN (('records.export', 'records officer'),
                                      ('roster.apply', 'roster officer'))))
)sql";
constexpr auto update_decision = R"sql(
    UPDATE approvals SET decided_by_id = $2, decided_at = $3, decision = $4, refusal = $5
    WHERE id = $1 AND decision = ''
)sql";

} // namespace

ApprovalId insert(Tx& tx, const Approval& approval) {
    const auto rows = exec(tx,
                           insert_one,
                           approval.kind,
                           approval.subject,
                           approval.details,
                           approval.reason,
                           approval.asked_by,
                           approval.asked_at,
                           approval.alone_at);
    return Columns(rows.front()).id<ApprovalId>();
}

std::optional<Approval> find(Tx& tx, ApprovalId id) {
    return first_of(exec(tx, select_one.text, id), read);
}

std::optional<Approval> lock(Tx& tx, ApprovalId id) {
    return first_of(exec(tx, lock_one.text, id), read);
}

std::optional<Approval> find_open(Tx& tx,
                                  std::string_view kind,
                                  std::string_view subject,
                                  Time since) {
    return first_of(exec(tx, select_open.text, kind, subject, since), read);
}

std::optional<Approval> find_newest(Tx& tx,
                                    std::string_view kind,
                                    std::string_view subject,
                                    AccountId asked_by) {
    return first_of(exec(tx, select_newest.text, kind, subject, asked_by), read);
}

std::vector<Approval> list(Tx& tx, ApprovalId below, int most) {
    return rows_of(exec(tx, select_page.text, below, most), read);
}

Waiting waiting(Tx& tx, AccountId me, Time now) {
    Columns c(exec(tx, count_waiting, me, now).front());
    Waiting found;
    found.count = c.number();
    found.deadline = c.maybe_time();
    return found;
}

bool decide(Tx& tx, const ApprovalDecision& decision, Time at) {
    return exec(tx,
                update_decision,
                decision.id,
                decision.by,
                at,
                decision.decision,
                decision.refusal)
               .affected_rows() == 1;
}

} // namespace db::approvals
