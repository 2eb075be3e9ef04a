#include "db/partner_strikes.h"

#include "db/query.h"

namespace db::partner_strikes {
namespace {

constexpr auto insert_one = R"sql(
    INSERT INTO partner_strikes (organisation, member_id, host, uri, account_id, at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (uri) DO NOTHING
)sql";
constexpr auto select_one = R"sql(
    SELECT 1 FROM partner_strikes WHERE organisation = $1 AND member_id = $2 AND at > $3 LIMIT 1
)sql";
constexpr auto count_all = "SELECT count_partner_strikes($1, $2)";
constexpr auto count_host = R"sql(
    SELECT count(*) FROM partner_strikes WHERE organisation = $1 AND host = $2 AND at > $3
)sql";
constexpr auto insert_stop = R"sql(
    INSERT INTO partner_stops (organisation, name, stopped_at) VALUES ($1, $2, $3)
    ON CONFLICT (organisation) DO UPDATE SET name = excluded.name, stopped_at = excluded.stopped_at,
        lifted_at = NULL
    WHERE partner_stops.lifted_at IS NOT NULL
)sql";
constexpr auto update_lifted = R"sql(
    UPDATE partner_stops SET lifted_at = $2 WHERE organisation = $1 AND lifted_at IS NULL
)sql";
constexpr auto select_stop =
    "SELECT 1 FROM partner_stops WHERE organisation = $1 AND lifted_at IS NULL";
constexpr auto select_stopped = R"sql(
    SELECT organisation, name, stopped_at FROM partner_stops WHERE lifted_at IS NULL ORDER BY organisation
)sql";
constexpr auto select_weeks =
    "SELECT organisation, mentions, is_stopped FROM partner_weeks($1::text[], $2)";

PartnerStop read_stop(Columns c) {
    PartnerStop stop;
    stop.organisation = c.text();
    stop.name = c.text();
    stop.stopped_at = c.time();
    return stop;
}

PartnerWeek read_week(Columns c) {
    PartnerWeek week;
    week.organisation = c.text();
    week.mentions = c.number();
    week.is_stopped = c.flag();
    return week;
}

} // namespace

bool insert(Tx& tx, const PartnerStrike& strike) {
    return exec(tx,
                insert_one,
                strike.organisation,
                or_null(strike.member),
                strike.host,
                or_null(strike.uri),
                or_null(strike.account),
                strike.at)
               .affected_rows() > 0;
}

std::int64_t count_of_host(Tx& tx,
                           std::string_view organisation,
                           std::string_view host,
                           Time since) {
    return Columns(exec(tx, count_host, organisation, host, since).front()).number();
}

bool exists(Tx& tx, std::string_view organisation, AccountId member, Time since) {
    return !exec(tx, select_one, organisation, member, since).empty();
}

std::int64_t count(Tx& tx, std::string_view organisation, Time since) {
    return Columns(exec(tx, count_all, organisation, since).front()).number();
}

bool stop(Tx& tx, const PartnerStop& stop) {
    return exec(tx, insert_stop, stop.organisation, stop.name, stop.stopped_at).affected_rows() > 0;
}

bool lift(Tx& tx, std::string_view organisation, Time now) {
    return exec(tx, update_lifted, organisation, now).affected_rows() > 0;
}

bool is_stopped(Tx& tx, std::string_view organisation) {
    return !exec(tx, select_stop, organisation).empty();
}

std::vector<PartnerStop> list_stopped(Tx& tx) {
    return rows_of(exec(tx, select_stopped), read_stop);
}

std::vector<PartnerWeek> weeks(Tx& tx, const std::vector<std::string>& organisations, Time since) {
    if (organisations.empty()) return {};
    return rows_of(exec(tx, select_weeks, organisations, since), read_week);
}

} // namespace db::partner_strikes
