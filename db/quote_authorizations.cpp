#include "db/quote_authorizations.h"

#include "db/query.h"

namespace db::quote_authorizations {
namespace {

QuoteAuthorization read(Columns c) {
    QuoteAuthorization stamp;
    stamp.id = c.number();
    stamp.status = c.id<StatusId>();
    stamp.quoting_uri = c.text();
    stamp.created_at = c.time();
    return stamp;
}

// The update changes nothing; it makes RETURNING show the row that stands.
constexpr auto insert_or_keep = R"sql(
    INSERT INTO quote_authorizations (status_id, quoting_uri, created_at) VALUES ($1, $2, $3)
    ON CONFLICT (status_id, quoting_uri) DO UPDATE SET quoting_uri = excluded.quoting_uri
    WHERE quote_authorizations.revoked_at IS NULL
    RETURNING id, status_id, quoting_uri, created_at
)sql";
constexpr auto select_one = R"sql(
    SELECT id, status_id, quoting_uri, created_at FROM quote_authorizations
    WHERE id = $1 AND revoked_at IS NULL
)sql";
constexpr auto bar = R"sql(
    INSERT INTO quote_authorizations (status_id, quoting_uri, created_at, revoked_at)
    VALUES ($1, $2, $3, $3)
    ON CONFLICT (status_id, quoting_uri) DO UPDATE SET revoked_at = excluded.revoked_at
    WHERE quote_authorizations.revoked_at IS NULL
    RETURNING id
)sql";
constexpr auto revoke_quotes = R"sql(
    UPDATE statuses AS quoting SET quote_state = 'revoked'
    FROM statuses AS quoted
    WHERE quoting.quote_authorization_uri = $1 AND quoted.id = quoting.quote_id
      AND quoted.account_id = $2 AND quoting.quote_state = 'accepted'
    RETURNING quoting.id
)sql";

} // namespace

std::optional<QuoteAuthorization> ensure(Tx& tx,
                                         StatusId status,
                                         std::string_view quoting_uri,
                                         Time now) {
    return first_of(exec(tx, insert_or_keep, status, quoting_uri, now), read);
}

std::optional<std::int64_t> withdraw(Tx& tx,
                                     StatusId status,
                                     std::string_view quoting_uri,
                                     Time now) {
    const auto rows = exec(tx, bar, status, quoting_uri, now);
    if (rows.empty()) return std::nullopt;
    Columns c(rows.front());
    return c.number();
}

std::optional<QuoteAuthorization> find(Tx& tx, std::int64_t id) {
    return first_of(exec(tx, select_one, id), read);
}

std::vector<StatusId> revoke(Tx& tx, std::string_view stamp_uri, AccountId author) {
    return ids_of<StatusId>(exec(tx, revoke_quotes, stamp_uri, author));
}

} // namespace db::quote_authorizations
