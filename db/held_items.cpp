#include "db/held_items.h"

#include "db/query.h"

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

HeldItem read(Columns c) {
    HeldItem item;
    item.id = c.id<HeldId>();
    item.direction = c.text() == "in" ? HeldDirection::In : HeldDirection::Out;
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
constexpr auto select_one = R"sql(
    SELECT id, direction, account_id, host, payload, filter, reason, rule_version, at_deadline,
        deadline, created_at, decided_at, decision, rule_id
    FROM held_items WHERE id = $1
)sql";
constexpr auto select_open = R"sql(
    SELECT id, direction, account_id, host, payload, filter, reason, rule_version, at_deadline,
        deadline, created_at, decided_at, decision, rule_id
    FROM held_items WHERE decided_at IS NULL ORDER BY deadline, id
)sql";
constexpr auto select_of_rule = R"sql(
    SELECT id, direction, account_id, host, payload, filter, reason, rule_version, at_deadline,
        deadline, created_at, decided_at, decision, rule_id
    FROM held_items WHERE decided_at IS NULL AND rule_id = $1 ORDER BY id
)sql";
constexpr auto select_due = R"sql(
    SELECT id, direction, account_id, host, payload, filter, reason, rule_version, at_deadline,
        deadline, created_at, decided_at, decision, rule_id
    FROM held_items WHERE decided_at IS NULL AND deadline <= $1 ORDER BY deadline, id LIMIT 100
)sql";
constexpr auto update_decision = R"sql(
    UPDATE held_items SET decision = $2, decided_at = $3 WHERE id = $1 AND decided_at IS NULL
)sql";

} // namespace

HeldId insert(Tx& tx, const HeldItem& item) {
    const auto rows = exec(tx,
                           insert_one,
                           item.direction == HeldDirection::In ? "in" : "out",
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
    return first_of(exec(tx, select_one, id), read);
}

std::vector<HeldItem> list_open(Tx& tx) {
    return rows_of(exec(tx, select_open), read);
}

std::vector<HeldItem> list_of_rule(Tx& tx, RuleId rule) {
    return rows_of(exec(tx, select_of_rule, rule), read);
}

std::vector<HeldItem> list_due(Tx& tx, Time now) {
    return rows_of(exec(tx, select_due, now), read);
}

bool decide(Tx& tx, HeldId id, HeldDecision decision, Time at) {
    return exec(tx, update_decision, id, to_string(decision), at).affected_rows() == 1;
}

} // namespace db::held_items
