#include "db/link_cards.h"

#include "db/query.h"

namespace db::link_cards {
namespace {

constexpr auto select_card = "SELECT card FROM link_cards WHERE url = $1 AND fetched_at >= $2";
constexpr auto put_card = R"sql(
    INSERT INTO link_cards (url, card, fetched_at) VALUES ($1, $2, $3)
    ON CONFLICT (url) DO UPDATE SET card = excluded.card, fetched_at = excluded.fetched_at
)sql";
// An edit may have changed the link meanwhile.
constexpr auto update_status = "UPDATE statuses SET card = $3 WHERE id = $1 AND card->>'url' = $2";
constexpr auto delete_old = "DELETE FROM link_cards WHERE fetched_at < $1";

std::optional<Json> or_null(const Json& json) {
    if (json.is_null()) return std::nullopt;
    return json;
}

} // namespace

std::optional<Json> find(Tx& tx, std::string_view url, Time not_before) {
    const auto rows = exec(tx, select_card, url, not_before);
    if (rows.empty()) return std::nullopt;
    return Columns(rows.front()).json();
}

void put(Tx& tx, std::string_view url, const Json& card, Time now) {
    exec(tx, put_card, url, or_null(card), now);
}

void show_on(Tx& tx, StatusId status, std::string_view url, const Json& card) {
    exec(tx, update_status, status, url, card);
}

void remove_older_than(Tx& tx, Time time) {
    exec(tx, delete_old, time);
}

} // namespace db::link_cards
