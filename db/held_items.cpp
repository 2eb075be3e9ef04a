#include "db/held_items.h"

#include "db/paged.h"

namespace db::held_items {
namespace {

HeldDecision parse_decision(std::string_view text) {
    if (text == "released") return HeldDecision::Released;
    if (text == "rejected") return HeldDecision::Rejected;
    return HeldDecision::Open;
}

std::string_view to_string(HeldDecision decision) {
    switch (decision) {
    case HeldDecision::Released:
        return "released";
    case HeldDecision::Rejected:
        return "rejected";
    case HeldDecision::Open:
        break;
    }
    return "";
}

std::string_view to_string(HeldDirection direction) {
    return direction == HeldDirection::In ? "in" : "out";
}

HeldDirection parse_direction(std::string_view text) {
    return text == "in" ? HeldDirection::In : HeldDirection::Out;
}

HeldItem read(Columns c) {
    HeldItem item;
    item.id = c.id<HeldId>();
    item.direction = parse_direction(c.text());
    item.account = c.id<AccountId>();
    item.host = c.text();
    item.payload = c.text();
    item.filter = c.text();
    item.reason = c.text();
    item.rule_version = c.small();
    item.release_at_deadline = c.text() == "release";
    item.deadline = c.time();
    item.created_at = c.time();
    item.decided_at = c.maybe_time();
    item.decision = parse_decision(c.text());
    item.rule = c.id<RuleId>();
    return item;
}

constexpr auto insert_one = R"sql(
    INSERT INTO held_items (direction, account_id, host, payload, filter, reason, rule_version,
        at_deadline, deadline, created_at, rule_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    RETURNING id
)sql";
constexpr Sql select_items = R"sql(
    SELECT id, direction, account_id, host, payload, filter, reason, rule_version, at_deadline,
        deadline, created_at, decided_at, decision, rule_id
    FROM held_items)sql";
constexpr auto select_one = select_items + Sql(" WHERE id = $1");
constexpr auto select_open = select_items + Sql(" WHERE decided_at IS NULL ORDER BY deadline, id");
constexpr auto select_of_rule =
    select_items + Sql(" WHERE decided_at IS NULL AND rule_id = $1 ORDER BY id");
constexpr auto select_of_author = select_items + Sql(R"sql(
    WHERE account_id = $1 AND direction = 'out' ORDER BY created_at DESC, id DESC LIMIT $2
)sql");
constexpr auto select_of_filter =
    select_items + Sql(" WHERE decided_at IS NULL AND filter = $1 ORDER BY deadline, id");
constexpr auto update_untold = R"sql(
    UPDATE held_items SET told_at = $2
    WHERE decided_at IS NULL AND told_at IS NULL AND filter = $1
)sql";
constexpr auto select_due = select_items + Sql(R"sql(
    WHERE decided_at IS NULL AND deadline <= $1 ORDER BY deadline, id LIMIT 100
)sql");
constexpr auto select_groups = R"sql(
    SELECT direction, filter, reason, rule_id, count(*), min(deadline) FROM held_items
    WHERE decided_at IS NULL AND filter <> 'student privacy'
    GROUP BY direction, filter, reason, rule_id ORDER BY count(*) DESC, min(deadline) LIMIT 50
)sql";
constexpr auto select_part = select_items + Sql(R"sql(
    WHERE decided_at IS NULL AND filter <> 'student privacy'
      AND ($1 = '' OR (reason = $1 AND direction = $2
                       AND rule_id IS NOT DISTINCT FROM nullif($3::bigint, 0)))
      AND ($4::bigint = 0 OR (deadline, id) > (SELECT deadline, id FROM held_items WHERE id = $4))
    ORDER BY deadline, id LIMIT $5
)sql");
constexpr auto update_decision = R"sql(
    UPDATE held_items SET decision = $2, decided_at = $3 WHERE id = $1 AND decided_at IS NULL
)sql";

} // namespace

std::int64_t claim_untold(Tx& tx, std::string_view filter, Time now) {
    return static_cast<std::int64_t>(exec(tx, update_untold, filter, now).affected_rows());
}

HeldId insert(Tx& tx, const HeldItem& item) {
    const auto rows = exec(tx,
                           insert_one,
                           to_string(item.direction),
                           or_null(item.account),
                           item.host,
                           item.payload,
                           item.filter,
                           item.reason,
                           item.rule_version,
                           item.release_at_deadline ? "release" : "reject",
                           item.deadline,
                           item.created_at,
                           or_null(item.rule));
    return Columns(rows.front()).id<HeldId>();
}

std::optional<HeldItem> find(Tx& tx, HeldId id) {
    return first_of(exec(tx, select_one.text, id), read);
}

std::vector<HeldItem> list_open(Tx& tx) {
    return rows_of(exec(tx, select_open.text), read);
}

std::vector<Group> list_groups(Tx& tx) {
    return rows_of(
        exec(tx, select_groups), +[](Columns c) {
            Group group;
            group.direction = parse_direction(c.text());
            group.filter = c.text();
            group.reason = c.text();
            group.rule = c.id<RuleId>();
            group.count = c.number();
            group.deadline = c.time();
            return group;
        });
}

std::vector<HeldItem> list_part(Tx& tx, const Part& part) {
    return rows_of(exec(tx,
                        select_part.text,
                        part.reason,
                        to_string(part.direction),
                        part.rule,
                        part.after,
                        part.most),
                   read);
}

std::vector<HeldItem> list_of_rule(Tx& tx, RuleId rule) {
    return rows_of(exec(tx, select_of_rule.text, rule), read);
}

std::vector<HeldItem> list_of_author(Tx& tx, AccountId author, int most) {
    return rows_of(exec(tx, select_of_author.text, author, most), read);
}

std::vector<HeldItem> list_of_filter(Tx& tx, std::string_view filter) {
    return rows_of(exec(tx, select_of_filter.text, filter), read);
}

std::vector<HeldItem> list_due(Tx& tx, Time now) {
    return rows_of(exec(tx, select_due.text, now), read);
}

bool decide(Tx& tx, HeldId id, HeldDecision decision, Time at) {
    return exec(tx, update_decision, id, to_string(decision), at).affected_rows() == 1;
}

} // namespace db::held_items
