#include "db/quote_requests.h"

#include "db/paged.h"

namespace db::quote_requests {
namespace {

constexpr auto insert_one = R"sql(
    INSERT INTO quote_requests (status_id, author_id, asker_id, quoting_uri, request_uri, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (status_id, quoting_uri) DO NOTHING
)sql";
constexpr auto select_one = R"sql(
    SELECT id, status_id, author_id, asker_id, quoting_uri, request_uri, created_at, decided_at,
        accepted
    FROM quote_requests WHERE author_id = $1 AND id = $2
)sql";
constexpr auto select_about = R"sql(
    SELECT id, status_id, author_id, asker_id, quoting_uri, request_uri, created_at, decided_at,
        accepted
    FROM quote_requests WHERE status_id = $1 AND quoting_uri = $2
)sql";
constexpr auto select_open = paged(Sql(R"sql(
    SELECT id, status_id, author_id, asker_id, quoting_uri, request_uri, created_at, decided_at,
        accepted
    FROM quote_requests
    WHERE author_id = $1 AND id < $2 AND id > $3 AND decided_at IS NULL
)sql"));
constexpr auto select_count = R"sql(
    SELECT count(*) FROM quote_requests
    WHERE author_id = $1 AND asker_id = $2 AND decided_at IS NULL
)sql";
constexpr auto update_decision = R"sql(
    UPDATE quote_requests SET accepted = $2, decided_at = $3 WHERE id = $1 AND decided_at IS NULL
)sql";

QuoteRequest read(Columns c) {
    QuoteRequest request;
    request.id = c.number();
    request.status = c.id<StatusId>();
    request.author = c.id<AccountId>();
    request.asker = c.id<AccountId>();
    request.quoting_uri = c.text();
    request.request_uri = c.text();
    request.created_at = c.time();
    request.decided_at = c.maybe_time();
    request.accepted = c.flag();
    return request;
}

} // namespace

bool insert(Tx& tx, const QuoteRequest& r) {
    return exec(tx,
                insert_one,
                r.status,
                r.author,
                r.asker,
                r.quoting_uri,
                r.request_uri,
                r.created_at)
               .affected_rows() == 1;
}

std::optional<QuoteRequest> find(Tx& tx, AccountId author, std::int64_t id) {
    return first_of(exec(tx, select_one, author, id), read);
}

std::optional<QuoteRequest> find_about(Tx& tx, StatusId status, std::string_view quoting_uri) {
    return first_of(exec(tx, select_about, status, quoting_uri), read);
}

std::vector<QuoteRequest> list_open(Tx& tx, AccountId author, const Page& page) {
    return page_of(tx, select_open, read, page, author);
}

int count_open(Tx& tx, AccountId author, AccountId asker) {
    return Columns(exec(tx, select_count, author, asker).front()).small();
}

bool decide(Tx& tx, std::int64_t id, bool accepted, Time now) {
    return exec(tx, update_decision, id, accepted, now).affected_rows() == 1;
}

} // namespace db::quote_requests
