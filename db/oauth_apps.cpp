#include "db/oauth_apps.h"

#include "db/query.h"

namespace db::oauth_apps {
namespace {

OauthApp read(Columns c) {
    OauthApp app;
    app.id = c.id<AppId>();
    app.client_id = c.text();
    app.secret_hash = c.text();
    app.name = c.text();
    app.website = c.text();
    app.redirect_uris = c.texts();
    app.scopes = c.texts();
    app.confidential = c.flag();
    app.created_at = c.time();
    return app;
}

constexpr auto insert_app = R"sql(
    INSERT INTO oauth_apps (client_id, secret_hash, name, website, redirect_uris, scopes,
        confidential)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    RETURNING id
)sql";

constexpr auto select_by_id = R"sql(
    SELECT id, client_id, secret_hash, name, website, redirect_uris, scopes, confidential,
        created_at
    FROM oauth_apps WHERE id = $1
)sql";

constexpr auto select_by_client_id = R"sql(
    SELECT id, client_id, secret_hash, name, website, redirect_uris, scopes, confidential,
        created_at
    FROM oauth_apps WHERE client_id = $1
)sql";

constexpr auto select_by_ids = R"sql(
    SELECT id, client_id, secret_hash, name, website, redirect_uris, scopes, confidential,
        created_at
    FROM oauth_apps WHERE id = ANY ($1::bigint[])
)sql";

constexpr auto delete_unused = R"sql(
    DELETE FROM oauth_apps a
    WHERE a.created_at < $1
        AND NOT EXISTS (SELECT FROM oauth_tokens t WHERE t.app_id = a.id)
        AND NOT EXISTS (SELECT FROM oauth_codes c WHERE c.app_id = a.id)
        AND NOT EXISTS (SELECT FROM statuses s WHERE s.app_id = a.id)
)sql";

} // namespace

AppId insert(Tx& tx, const OauthApp& app) {
    const auto rows = exec(tx,
                           insert_app,
                           app.client_id,
                           app.secret_hash,
                           app.name,
                           app.website,
                           app.redirect_uris,
                           app.scopes,
                           app.confidential);
    return Columns(rows.front()).id<AppId>();
}

std::optional<OauthApp> find(Tx& tx, AppId id) {
    return first_of(exec(tx, select_by_id, id), read);
}

std::optional<OauthApp> find_by_client_id(Tx& tx, std::string_view client_id) {
    return first_of(exec(tx, select_by_client_id, client_id), read);
}

std::vector<OauthApp> find_all(Tx& tx, const std::vector<AppId>& ids) {
    return rows_of(exec(tx, select_by_ids, ids), read);
}

void remove_unused(Tx& tx, Time registered_before) {
    exec(tx, delete_unused, registered_before);
}

} // namespace db::oauth_apps
