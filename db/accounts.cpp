#include "db/accounts.h"

#include "db/partners.h"
#include "db/query.h"

namespace db::accounts {
namespace {

// The columns of the view `account_rows`, in its order.
Account read(Columns c) {
    Account account;
    account.id = c.id<AccountId>();
    account.uri = c.text();
    account.username = c.text();
    account.domain = c.text();
    account.host = c.text();
    account.actor_type = c.text();
    account.is_server_actor = c.flag();
    account.display_name = c.text();
    account.note = c.text();
    account.note_source = c.text();
    account.fields = c.json();
    account.emojis = c.json();
    account.url = c.text();
    account.avatar_url = c.text();
    account.header_url = c.text();
    account.inbox = c.text();
    account.shared_inbox = c.text();
    account.outbox = c.text();
    account.followers_uri = c.text();
    account.following_uri = c.text();
    account.featured_uri = c.text();
    account.moderators_uri = c.text();
    account.locked = c.flag();
    account.discoverable = c.flag();
    account.indexable = c.flag();
    account.hide_collections = c.flag();
    account.memorial = c.flag();
    account.attribution_domains = c.texts();
    account.aliases = c.texts();
    account.moved_to_uri = c.text();
    account.moved_at = c.maybe_time();
    account.suspended_at = c.maybe_time();
    account.origin_suspended = c.flag();
    account.limited_at = c.maybe_time();
    account.deleted_at = c.maybe_time();
    account.statuses_count = c.number();
    account.followers_count = c.number();
    account.following_count = c.number();
    account.last_status_at = c.maybe_time();
    account.created_at = c.time();
    account.fetched_at = c.maybe_time();
    account.show_media = c.flag();
    account.show_media_replies = c.flag();
    account.show_featured = c.flag();
    return account;
}

constexpr auto insert_account = R"sql(
    INSERT INTO accounts (id, uri, username, domain, host, actor_type, is_server_actor, display_name,
        note, note_source, fields, emojis, url, avatar_url, header_url, inbox, shared_inbox, outbox,
        followers_uri, following_uri, featured_uri, moderators_uri, locked, discoverable, indexable,
        hide_collections, memorial, attribution_domains, aliases, moved_to_uri, origin_suspended,
        created_at, fetched_at, show_media, show_media_replies, show_featured)
    VALUES (COALESCE($1, new_id()), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
        $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31,
        COALESCE($32, now()), $33, $34, $35, $36)
    RETURNING id
)sql";

// Where one of ours moved, and from where, is written by db/moves.h alone: an edit of the profile
// that read the row a moment before must not take it back.
constexpr auto update_account = R"sql(
    UPDATE accounts SET actor_type = $2, is_server_actor = $3, display_name = $4, note = $5,
        note_source = $6, fields = $7, emojis = $8, url = $9, avatar_url = $10, header_url = $11,
        inbox = $12, shared_inbox = $13, outbox = $14, followers_uri = $15, following_uri = $16,
        featured_uri = $17, moderators_uri = $18, locked = $19, discoverable = $20, indexable = $21,
        hide_collections = $22, memorial = $23, attribution_domains = $24,
        aliases = CASE WHEN host = '' THEN aliases ELSE $25::text[] END,
        moved_to_uri = CASE WHEN host = '' THEN moved_to_uri ELSE $26 END,
        origin_suspended = $27, fetched_at = $28, show_media = $29, show_media_replies = $30,
        show_featured = $31
    WHERE id = $1
)sql";

constexpr auto select_by_id = "SELECT * FROM account_rows WHERE id = $1";
constexpr auto select_by_uri = "SELECT * FROM account_rows WHERE uri = $1";
constexpr auto select_by_handle =
    "SELECT * FROM account_rows WHERE lower(username) = lower($1) AND domain = $2";
constexpr auto select_server_actor =
    "SELECT * FROM account_rows WHERE host = $1 AND is_server_actor AND host <> '' LIMIT 1";
constexpr auto select_by_ids = "SELECT * FROM account_rows WHERE id = ANY ($1::bigint[])";
constexpr auto select_by_uris = "SELECT * FROM account_rows WHERE uri = ANY ($1::text[])";
constexpr auto select_local =
    "SELECT * FROM account_rows WHERE host = '' AND NOT is_server_actor ORDER BY id";
constexpr auto count_of_local = R"sql(
    SELECT count(*) FROM accounts WHERE host = '' AND NOT is_server_actor AND deleted_at IS NULL
)sql";

constexpr auto select_look_alike = R"sql(
    SELECT 1 FROM accounts WHERE host = '' AND name_skeleton(username) = name_skeleton($1) LIMIT 1
)sql";
constexpr auto select_looks_like = R"sql(
    SELECT 1 FROM unnest($2::text[]) AS name WHERE name_skeleton(name) = name_skeleton($1) LIMIT 1
)sql";
constexpr auto update_suspended = "UPDATE accounts SET suspended_at = $2 WHERE id = $1";
constexpr auto update_limited = "UPDATE accounts SET limited_at = $2 WHERE id = $1";
constexpr auto update_deleted = "UPDATE accounts SET deleted_at = $2 WHERE id = $1";
constexpr auto update_featured = R"sql(
    UPDATE accounts SET featured_at = $2 WHERE id = $1 AND (featured_at IS NULL OR featured_at < $3)
)sql";
constexpr auto update_statuses_count = R"sql(
    UPDATE accounts SET statuses_count = greatest(statuses_count + $2, 0),
        last_status_at = greatest(last_status_at, $3)
    WHERE id = $1
)sql";
constexpr auto update_followers_count =
    "UPDATE accounts SET followers_count = greatest(followers_count + $2, 0) WHERE id = $1";
constexpr auto update_following_count =
    "UPDATE accounts SET following_count = greatest(following_count + $2, 0) WHERE id = $1";

// What `account_rows` puts before them is not the owner's to write.
Json own_fields(const Account& account) {
    Json fields = Json::array();
    for (const Json& field : account.fields)
        if (!field.is_object() || !(field.contains("attested") || field.contains("guest") ||
                                    field.contains("commercial")))
            fields.push_back(field);
    return fields;
}

} // namespace

AccountId insert(Tx& tx, const Account& a) {
    std::optional<Time> created;
    if (a.created_at != Time{}) created = a.created_at;
    const auto rows = exec(tx,
                           insert_account,
                           or_null(a.id),
                           a.uri,
                           a.username,
                           a.domain,
                           a.host,
                           a.actor_type,
                           a.is_server_actor,
                           a.display_name,
                           a.note,
                           a.note_source,
                           own_fields(a),
                           a.emojis,
                           a.url,
                           a.avatar_url,
                           a.header_url,
                           a.inbox,
                           a.shared_inbox,
                           a.outbox,
                           a.followers_uri,
                           a.following_uri,
                           a.featured_uri,
                           a.moderators_uri,
                           a.locked,
                           a.discoverable,
                           a.indexable,
                           a.hide_collections,
                           a.memorial,
                           a.attribution_domains,
                           a.aliases,
                           a.moved_to_uri,
                           a.origin_suspended,
                           created,
                           a.fetched_at,
                           a.show_media,
                           a.show_media_replies,
                           a.show_featured);
    return Columns(rows.front()).id<AccountId>();
}

void update_profile(Tx& tx, const Account& a) {
    exec(tx,
         update_account,
         a.id,
         a.actor_type,
         a.is_server_actor,
         mark_of(a) ? without_label(a.display_name) : a.display_name,
         a.note,
         a.note_source,
         own_fields(a),
         a.emojis,
         a.url,
         a.avatar_url,
         a.header_url,
         a.inbox,
         a.shared_inbox,
         a.outbox,
         a.followers_uri,
         a.following_uri,
         a.featured_uri,
         a.moderators_uri,
         a.locked,
         a.discoverable,
         a.indexable,
         a.hide_collections,
         a.memorial,
         a.attribution_domains,
         a.aliases,
         a.moved_to_uri,
         a.origin_suspended,
         a.fetched_at,
         a.show_media,
         a.show_media_replies,
         a.show_featured);
}

std::optional<Account> find(Tx& tx, AccountId id) {
    return first_of(exec(tx, select_by_id, id), read);
}

std::optional<Account> find_by_uri(Tx& tx, std::string_view uri) {
    return first_of(exec(tx, select_by_uri, uri), read);
}

std::optional<Account> find_by_handle(Tx& tx, std::string_view username, std::string_view domain) {
    return first_of(exec(tx, select_by_handle, username, domain), read);
}

std::optional<Account> find_server_actor(Tx& tx, std::string_view host) {
    return first_of(exec(tx, select_server_actor, host), read);
}

std::vector<Account> find_all(Tx& tx, const std::vector<AccountId>& ids) {
    return rows_of(exec(tx, select_by_ids, ids), read);
}

std::vector<Account> find_all_by_uri(Tx& tx, const std::vector<std::string>& uris) {
    return rows_of(exec(tx, select_by_uris, uris), read);
}

bool looks_like_local(Tx& tx, std::string_view username) {
    return !exec(tx, select_look_alike, username).empty();
}

bool looks_like_any(Tx& tx, std::string_view username, const std::vector<std::string>& names) {
    return !exec(tx, select_looks_like, username, names).empty();
}

std::vector<Account> list_local(Tx& tx) {
    return rows_of(exec(tx, select_local), read);
}

std::int64_t count_local(Tx& tx) {
    return Columns(exec(tx, count_of_local).front()).number();
}

void set_suspended(Tx& tx, AccountId id, std::optional<Time> at) {
    exec(tx, update_suspended, id, at);
}

void set_limited(Tx& tx, AccountId id, std::optional<Time> at) {
    exec(tx, update_limited, id, at);
}

void set_deleted(Tx& tx, AccountId id, Time at) {
    exec(tx, update_deleted, id, at);
}

bool claim_featured(Tx& tx, AccountId id, Time now, Time not_since) {
    return exec(tx, update_featured, id, now, not_since).affected_rows() == 1;
}

void add_statuses_count(Tx& tx, AccountId id, int change, std::optional<Time> last_status_at) {
    exec(tx, update_statuses_count, id, change, last_status_at);
}

void add_followers_count(Tx& tx, AccountId id, int change) {
    exec(tx, update_followers_count, id, change);
}

void add_following_count(Tx& tx, AccountId id, int change) {
    exec(tx, update_following_count, id, change);
}

} // namespace db::accounts
