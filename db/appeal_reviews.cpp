#include "db/appeal_reviews.h"

#include "db/paged.h"
#include "db/query.h"

namespace db {
namespace {

constexpr auto insert_review =
    "INSERT INTO appeal_reviews (strike_id, host, asked_at) VALUES ($1, $2, $3)";
constexpr auto select_reviews = R"sql(
    SELECT strike_id, host, asked_at, decision, note, decided_at FROM appeal_reviews
    WHERE strike_id = $1 ORDER BY host
)sql";
constexpr auto decide_review = R"sql(
    UPDATE appeal_reviews SET decision = $3, note = $4, decided_at = $5
    WHERE strike_id = $1 AND host = $2 AND decided_at IS NULL
)sql";
constexpr auto insert_foreign = R"sql(
    INSERT INTO foreign_appeals (host, uri, act, reason, appeal, answer, received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (uri) DO NOTHING
)sql";
constexpr auto count_foreign =
    "SELECT count(*)::int FROM foreign_appeals WHERE host = $1 AND received_at >= $2";
constexpr Sql foreign_columns = R"sql(
    SELECT id, host, uri, act, reason, appeal, answer, received_at, decision, note, decided_by,
        decided_at
    FROM foreign_appeals
)sql";
constexpr auto select_foreign = foreign_columns + Sql("WHERE id = $1 FOR UPDATE");
constexpr auto select_open =
    foreign_columns + Sql("WHERE decided_at IS NULL ORDER BY received_at LIMIT $1");
constexpr auto decide_foreign = R"sql(
    UPDATE foreign_appeals SET decision = $2, note = $3, decided_by = $4, decided_at = $5
    WHERE id = $1
)sql";

AppealReview read_review(Columns c) {
    AppealReview review;
    review.strike = c.id<StrikeId>();
    review.host = c.text();
    review.asked_at = c.time();
    review.decision = c.text();
    review.note = c.text();
    review.decided_at = c.maybe_time();
    return review;
}

ForeignAppeal read_foreign(Columns c) {
    ForeignAppeal appeal;
    appeal.id = c.id<ForeignAppealId>();
    appeal.host = c.text();
    appeal.uri = c.text();
    appeal.act = c.text();
    appeal.reason = c.text();
    appeal.appeal = c.text();
    appeal.answer = c.text();
    appeal.received_at = c.time();
    appeal.decision = c.text();
    appeal.note = c.text();
    appeal.decided_by = c.text();
    appeal.decided_at = c.maybe_time();
    return appeal;
}

} // namespace

namespace appeal_reviews {

void insert(Tx& tx, const AppealReview& review) {
    exec(tx, insert_review, review.strike, review.host, review.asked_at);
}

std::vector<AppealReview> list(Tx& tx, StrikeId strike) {
    return rows_of(exec(tx, select_reviews, strike), read_review);
}

bool set_decision(Tx& tx, const AppealReview& decided) {
    return exec(tx,
                decide_review,
                decided.strike,
                decided.host,
                decided.decision,
                decided.note,
                decided.decided_at)
               .affected_rows() == 1;
}

} // namespace appeal_reviews

namespace foreign_appeals {

bool insert(Tx& tx, const ForeignAppeal& appeal) {
    return exec(tx,
                insert_foreign,
                appeal.host,
                appeal.uri,
                appeal.act,
                appeal.reason,
                appeal.appeal,
                appeal.answer,
                appeal.received_at)
               .affected_rows() == 1;
}

int count_since(Tx& tx, std::string_view host, Time since) {
    return Columns(exec(tx, count_foreign, host, since).front()).small();
}

std::optional<ForeignAppeal> find_for_update(Tx& tx, ForeignAppealId id) {
    return first_of(exec(tx, select_foreign.text, id), read_foreign);
}

std::vector<ForeignAppeal> list_open(Tx& tx, int most) {
    return rows_of(exec(tx, select_open.text, most), read_foreign);
}

void set_decision(Tx& tx, const ForeignAppeal& decided) {
    exec(tx,
         decide_foreign,
         decided.id,
         decided.decision,
         decided.note,
         decided.decided_by,
         decided.decided_at);
}

} // namespace foreign_appeals
} // namespace db
