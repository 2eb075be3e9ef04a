#include "db/reach.h"

#include "db/query.h"

namespace db::reach {
namespace {

constexpr auto select_reach = R"sql(
    SELECT s.id, s.account_id, CASE WHEN s.audience <> '' THEN 'limited' ELSE s.visibility END,
        s.local, s.reblog_of_id IS NOT NULL,
        s.in_reply_to_account_id IS DISTINCT FROM s.account_id
            AND (s.in_reply_to_id IS NOT NULL OR s.in_reply_to_uri <> ''),
        s.muted_reach,
        EXISTS (SELECT 1 FROM media_attachments a WHERE a.status_id = s.id),
        ARRAY(SELECT t.tag_id FROM status_tags t WHERE t.status_id = s.id LIMIT 50),
        CASE WHEN s.audience = '' THEN
            ARRAY(SELECT m.account_id FROM mentions m JOIN users u ON u.account_id = m.account_id
                  WHERE m.status_id = s.id LIMIT 100)
        ELSE
            ARRAY(SELECT h.account_id FROM home_timeline h
                  WHERE h.status_id = s.id AND status_visible(s.id, h.account_id) LIMIT 100)
        END
    FROM statuses s WHERE s.id = ANY ($1::bigint[])
    ORDER BY s.id
)sql";

// A boost has neither tags nor media nor readers of its own.
constexpr auto select_boosts = R"sql(
    SELECT s.id, s.account_id, s.visibility, s.local, true, false, s.muted_reach, false,
        '{}'::bigint[], '{}'::bigint[]
    FROM statuses s WHERE s.reblog_of_id = ANY ($1::bigint[])
    ORDER BY s.id DESC LIMIT $2
)sql";

Reach read(Columns c) {
    Reach reach;
    reach.id = c.id<StatusId>();
    reach.author = c.id<AccountId>();
    reach.visibility = parse_visibility(c.text()).value_or(Visibility::Direct);
    reach.local = c.flag();
    reach.is_boost = c.flag();
    reach.is_answer = c.flag();
    reach.muted_reach = c.flag();
    reach.has_media = c.flag();
    reach.tags = c.numbers();
    reach.addressed = c.ids<AccountId>();
    return reach;
}

} // namespace

std::vector<Reach> find_all(Tx& tx, const std::vector<StatusId>& statuses) {
    return rows_of(exec(tx, select_reach, statuses), read);
}

std::vector<Reach> find_boosts(Tx& tx, const std::vector<StatusId>& statuses, int limit) {
    return rows_of(exec(tx, select_boosts, statuses, limit), read);
}

} // namespace db::reach
