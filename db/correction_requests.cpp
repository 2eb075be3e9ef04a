#include "db/correction_requests.h"

#include "db/query.h"

namespace db::correction_requests {
namespace {

constexpr auto insert_request = R"sql(
    INSERT INTO correction_requests AS r (account_id, text, asked_at) VALUES ($1, $2, $3)
    ON CONFLICT (account_id) DO UPDATE
    SET id = new_id(), text = excluded.text, asked_at = excluded.asked_at,
        answered_at = NULL, answered_by = '', answer = ''
    WHERE r.answered_at IS NOT NULL
)sql";
constexpr auto select_of_account = R"sql(
    SELECT id, account_id, text, asked_at, answered_at, answered_by, answer
    FROM correction_requests WHERE account_id = $1
)sql";
constexpr auto select_open = R"sql(
    SELECT r.id, r.account_id, r.text, r.asked_at, r.answered_at, r.answered_by, r.answer
    FROM correction_requests r JOIN users u ON u.account_id = r.account_id AND u.state = 'active'
    WHERE r.answered_at IS NULL
    ORDER BY r.id LIMIT $1
)sql";
constexpr auto update_answered = R"sql(
    UPDATE correction_requests SET answered_at = $4, answered_by = $2, answer = $3
    WHERE id = $1 AND answered_at IS NULL
    RETURNING account_id
)sql";

CorrectionRequest read(Columns c) {
    CorrectionRequest request;
    request.id = c.id<CorrectionId>();
    request.account = c.id<AccountId>();
    request.text = c.text();
    request.asked_at = c.time();
    request.answered_at = c.maybe_time();
    request.answered_by = c.text();
    request.answer = c.text();
    return request;
}

} // namespace

bool insert(Tx& tx, const CorrectionRequest& request) {
    return exec(tx, insert_request, request.account, request.text, request.asked_at)
               .affected_rows() == 1;
}

std::optional<CorrectionRequest> find(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_of_account, account), read);
}

std::vector<CorrectionRequest> list_open(Tx& tx, int most) {
    return rows_of(exec(tx, select_open, most), read);
}

std::optional<AccountId> answer(Tx& tx, const Answer& answer, Time at) {
    const auto ids =
        ids_of<AccountId>(exec(tx, update_answered, answer.request, answer.by, answer.text, at));
    if (ids.empty()) return std::nullopt;
    return ids.front();
}

} // namespace db::correction_requests
