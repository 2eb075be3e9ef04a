#include "db/search.h"

#include "base/text.h"
#include "db/query.h"

namespace db::search {
namespace {

constexpr auto select_accounts = R"sql(
    SELECT a.id
    FROM accounts a
    LEFT JOIN follows f ON f.follower_id = $3 AND f.followed_id = a.id AND f.accepted
    WHERE (lower(a.username) LIKE $1 OR lower(a.display_name) LIKE $1
           OR to_tsvector('pg_catalog.simple', a.display_name) @@ lower($8)::tsquery)
      AND a.domain LIKE $2 AND NOT a.is_server_actor
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND (a.host = '' OR a.discoverable OR f.id IS NOT NULL OR lower(a.username) = $4)
      AND (NOT $5 OR f.id IS NOT NULL)
      AND (a.id = $3 OR f.id IS NOT NULL OR NOT EXISTS (
          SELECT 1 FROM shields x WHERE x.account_id = a.id AND x.until > now()))
      AND NOT EXISTS (SELECT 1 FROM member_domain_blocks d
                      WHERE d.account_id = $3 AND d.domain = a.domain)
      AND NOT EXISTS (SELECT 1 FROM blocks b
                      WHERE (b.account_id = $3 AND b.target_id = a.id)
                         OR (b.account_id = a.id AND b.target_id = $3))
    ORDER BY (lower(a.username) = $4) DESC, (f.id IS NOT NULL) DESC, a.followers_count DESC, a.id
    LIMIT $6 OFFSET $7
)sql";

constexpr auto select_tags = R"sql(
    SELECT t.id, t.name, t.display FROM tags t
    WHERE t.name LIKE $1 AND t.listable
      AND EXISTS (SELECT 1 FROM status_tags st JOIN statuses s ON s.id = st.status_id
                  JOIN visible_statuses($4) v ON v.status_id = s.id
                  WHERE st.tag_id = t.id AND s.visibility = 'public' AND NOT s.muted_reach)
    ORDER BY length(t.name), t.name LIMIT $2 OFFSET $3
)sql";

// Ids begin with the time of the post, so a week is a range of the key.
constexpr auto select_history = R"sql(
    SELECT st.tag_id, extract(epoch FROM date_trunc('day', s.created_at))::bigint, count(*),
        count(DISTINCT s.account_id)
    FROM status_tags st JOIN statuses s ON s.id = st.status_id
    WHERE st.tag_id = ANY ($1::bigint[])
      AND st.status_id >= (floor(extract(epoch FROM date_trunc('day', now()) - interval '6 days')
                                 * 1000)::bigint << 16)
      AND s.visibility = 'public' AND NOT s.muted_reach
    GROUP BY 1, 2 ORDER BY 1, 2 DESC
)sql";

std::string beginning_with(std::string_view text) {
    std::string pattern;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

/// Each word of `text` as the beginning of a word: 'ada':* & 'love':*
std::string words_beginning_with(std::string_view text) {
    std::string query;
    std::string word;
    const auto end_word = [&] {
        if (word.empty()) return;
        query += (query.empty() ? "'" : " & '") + word + "':*";
        word.clear();
    };
    for (const char c : text) {
        const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (is_ascii && !is_letter)
            end_word();
        else
            word += c;
    }
    end_word();
    return query;
}

Tag read_tag(Columns c) {
    Tag tag;
    tag.id = c.id<TagId>();
    tag.name = c.text();
    tag.display = c.text();
    return tag;
}

TagDay read_day(Columns c) {
    TagDay day;
    day.tag = c.id<TagId>();
    day.day = c.number();
    day.uses = c.number();
    day.accounts = c.number();
    return day;
}

} // namespace

std::vector<AccountId> accounts(Tx& tx, const AccountQuery& query) {
    const auto name = ascii_lower(query.name);
    return ids_of<AccountId>(exec(tx,
                                  select_accounts,
                                  beginning_with(name),
                                  beginning_with(ascii_lower(query.domain)),
                                  query.reader,
                                  name,
                                  query.followed_only,
                                  query.limit,
                                  query.offset,
                                  words_beginning_with(name)));
}

std::vector<Tag> tags(Tx& tx, const TagQuery& query) {
    return rows_of(
        exec(
            tx, select_tags, beginning_with(query.prefix), query.limit, query.offset, query.reader),
        read_tag);
}

std::vector<TagDay> tag_history(Tx& tx, const std::vector<TagId>& tags) {
    return rows_of(exec(tx, select_history, tags), read_day);
}

} // namespace db::search
