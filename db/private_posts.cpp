#include "db/private_posts.h"

#include "db/query.h"

#include <limits>

namespace db::private_posts {
namespace {

constexpr auto select_posts = R"sql(
    SELECT s.id, s.uri, s.visibility, s.created_at, s.edited_at, s.spoiler_text, s.content,
        ARRAY(SELECT a.username || CASE WHEN a.domain = '' THEN '' ELSE '@' || a.domain END
              FROM mentions m JOIN accounts a ON a.id = m.account_id
              WHERE m.status_id = s.id AND NOT m.unaddressed ORDER BY a.id),
        s.document
    FROM statuses s
    WHERE s.account_id = $1 AND s.id < $4 AND s.created_at >= $2 AND s.created_at < $3
      AND s.visibility NOT IN ('public', 'unlisted') AND s.reblog_of_id IS NULL
    ORDER BY s.id DESC LIMIT $5
)sql";

PrivatePost read(Columns c) {
    PrivatePost post;
    post.id = c.id<StatusId>();
    post.uri = c.text();
    post.visibility = c.text();
    post.created_at = c.time();
    post.edited_at = c.maybe_time();
    post.spoiler_text = c.text();
    post.content = c.text();
    post.recipients = c.texts();
    post.document = c.text();
    return post;
}

} // namespace

std::vector<PrivatePost> list(Tx& tx, const Period& period, StatusId below, int most) {
    const auto limit = below ? below.value : std::numeric_limits<std::int64_t>::max();
    return rows_of(exec(tx, select_posts, period.author, period.first, period.end, limit, most),
                   read);
}

} // namespace db::private_posts
