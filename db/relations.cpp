#include "db/relations.h"

#include "db/query.h"

namespace db::relations {
namespace {

Relation read(Columns c) {
    Relation relation;
    relation.one = c.id<AccountId>();
    relation.other = c.id<AccountId>();
    relation.other_blocks_one = c.flag();
    relation.other_follows_one = c.flag();
    relation.one_follows_other = c.flag();
    return relation;
}

constexpr auto select_pairs = R"sql(
    SELECT pair.one, pair.other,
        EXISTS (SELECT FROM blocks WHERE account_id = pair.other AND target_id = pair.one),
        EXISTS (SELECT FROM follows
                WHERE follower_id = pair.other AND followed_id = pair.one AND accepted),
        EXISTS (SELECT FROM follows
                WHERE follower_id = pair.one AND followed_id = pair.other AND accepted)
    FROM unnest($1::bigint[], $2::bigint[]) AS pair (one, other)
)sql";

} // namespace

std::vector<Relation> list(Tx& tx, const std::vector<std::pair<AccountId, AccountId>>& pairs) {
    if (pairs.empty()) return {};
    std::vector<AccountId> ones;
    std::vector<AccountId> others;
    for (const auto& [one, other] : pairs) {
        ones.push_back(one);
        others.push_back(other);
    }
    return rows_of(exec(tx, select_pairs, ones, others), read);
}

} // namespace db::relations
