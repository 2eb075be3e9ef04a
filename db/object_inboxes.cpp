#include "db/object_inboxes.h"

#include "db/query.h"

namespace db::object_inboxes {
namespace {

constexpr auto insert_inboxes = R"sql(
    INSERT INTO object_inboxes (object_uri, inbox, host)
    SELECT $1, inbox, host FROM unnest($2::text[], $3::text[]) AS new (inbox, host)
    ON CONFLICT DO NOTHING
)sql";

// Any of the host's accounts tells its shared inbox; a host without one hears nothing.
constexpr auto insert_shared_inbox = R"sql(
    INSERT INTO object_inboxes (object_uri, inbox, host)
    SELECT $1, shared_inbox, host FROM accounts WHERE host = $2 AND shared_inbox <> '' LIMIT 1
    ON CONFLICT DO NOTHING
)sql";

constexpr auto select_inboxes =
    "SELECT inbox, host FROM object_inboxes WHERE object_uri = $1 ORDER BY inbox";
constexpr auto delete_of_buried = R"sql(
    DELETE FROM object_inboxes o USING tombstones t
    WHERE t.uri = o.object_uri AND t.deleted_at < $1
)sql";

Inbox read(Columns c) {
    Inbox inbox;
    inbox.uri = c.text();
    inbox.host = c.text();
    return inbox;
}

} // namespace

void insert(Tx& tx, std::string_view object_uri, const std::vector<Inbox>& inboxes) {
    std::vector<std::string> uris;
    std::vector<std::string> hosts;
    for (const Inbox& inbox : inboxes) {
        uris.push_back(inbox.uri);
        hosts.push_back(inbox.host);
    }
    exec(tx, insert_inboxes, object_uri, uris, hosts);
}

void insert_host(Tx& tx, std::string_view object_uri, std::string_view host) {
    exec(tx, insert_shared_inbox, object_uri, host);
}

std::vector<Inbox> list(Tx& tx, std::string_view object_uri) {
    return rows_of(exec(tx, select_inboxes, object_uri), read);
}

void remove_of_buried(Tx& tx, Time limit) {
    exec(tx, delete_of_buried, limit);
}

} // namespace db::object_inboxes
