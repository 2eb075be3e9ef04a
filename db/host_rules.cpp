#include "db/host_rules.h"

#include "db/paged.h"

#include <array>

namespace db {
namespace {

constexpr std::array<std::string_view, 4> severities{"", "noop", "silence", "suspend"};

} // namespace

std::string_view to_string(Severity severity) {
    return severities[static_cast<std::size_t>(severity)];
}

std::optional<Severity> parse_severity(std::string_view text) {
    for (std::size_t i = 0; i < severities.size(); ++i) {
        if (severities[i] == text) return static_cast<Severity>(i);
    }
    return std::nullopt;
}

} // namespace db

namespace db::host_rules {
namespace {

HostRule read(Columns c) {
    HostRule rule;
    rule.id = c.number();
    rule.host = c.text();
    rule.level = parse_peer_level(c.text()).value_or(PeerLevel::Unknown);
    rule.severity = parse_severity(c.text()).value_or(Severity::None);
    rule.reject_media = c.flag();
    rule.reject_reports = c.flag();
    rule.private_comment = c.text();
    rule.public_comment = c.text();
    rule.obfuscate = c.flag();
    rule.added_at = c.time();
    return rule;
}

constexpr Sql select = R"sql(
    SELECT id, host, level, CASE level WHEN 'blocked' THEN 'suspend' ELSE severity END,
        reject_media, reject_reports, private_comment, public_comment, obfuscate, added_at
    FROM peers
)sql";
// $1 says nothing here: there is one list for all.
constexpr auto allowed = paged(select + Sql(R"sql(
    WHERE level IN ('guest', 'partner', 'member') AND $1 AND id < $2 AND id > $3
)sql"));
constexpr auto blocked = paged(select + Sql(R"sql(
    WHERE (level = 'blocked' OR severity <> '') AND $1 AND id < $2 AND id > $3
)sql"));
constexpr auto by_id = select + Sql("WHERE id = $1");
constexpr auto by_host = select + Sql("WHERE host = $1");

constexpr auto upsert = R"sql(
    INSERT INTO peers (host, severity, reject_media, reject_reports, private_comment,
        public_comment, obfuscate)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (host) DO UPDATE SET severity = excluded.severity,
        reject_media = excluded.reject_media, reject_reports = excluded.reject_reports,
        private_comment = excluded.private_comment, public_comment = excluded.public_comment,
        obfuscate = excluded.obfuscate
)sql";
constexpr auto update_limited = R"sql(
    UPDATE accounts SET limited_at = $2, limited_with_host = true
    WHERE host = $1 AND limited_at IS NULL
)sql";
constexpr auto update_unlimited = R"sql(
    UPDATE accounts SET limited_at = NULL, limited_with_host = false
    WHERE host = $1 AND limited_with_host
)sql";

} // namespace

std::vector<HostRule> list_allowed(Tx& tx, const Page& page) {
    return page_of(tx, allowed, read, page, true);
}

std::vector<HostRule> list_blocked(Tx& tx, const Page& page) {
    return page_of(tx, blocked, read, page, true);
}

std::optional<HostRule> find(Tx& tx, std::int64_t id) {
    return first_of(exec(tx, by_id.text, id), read);
}

std::optional<HostRule> find_by_host(Tx& tx, std::string_view host) {
    return first_of(exec(tx, by_host.text, host), read);
}

void set(Tx& tx, const HostRule& rule) {
    const auto severity = rule.severity == Severity::Suspend ? Severity::None : rule.severity;
    exec(tx,
         upsert,
         rule.host,
         to_string(severity),
         rule.reject_media,
         rule.reject_reports,
         rule.private_comment,
         rule.public_comment,
         rule.obfuscate);
}

void limit_accounts(Tx& tx, std::string_view host, Time at) {
    exec(tx, update_limited, host, at);
}

void unlimit_accounts(Tx& tx, std::string_view host) {
    exec(tx, update_unlimited, host);
}

} // namespace db::host_rules
