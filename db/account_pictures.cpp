#include "db/account_pictures.h"

#include "db/query.h"

namespace db::account_pictures {
namespace {

constexpr auto upsert_picture = R"sql(
    INSERT INTO account_pictures (account_id, kind, original_file, media_type, description)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account_id, kind) DO UPDATE SET original_file = excluded.original_file,
        media_type = excluded.media_type, description = excluded.description
)sql";
constexpr auto update_description =
    "UPDATE account_pictures SET description = $3 WHERE account_id = $1 AND kind = $2";
constexpr auto delete_picture = "DELETE FROM account_pictures WHERE account_id = $1 AND kind = $2";
constexpr auto select_one = R"sql(
    SELECT account_id, kind, original_file, media_type, description
    FROM account_pictures WHERE account_id = $1 AND kind = $2
)sql";
constexpr auto select_all = R"sql(
    SELECT account_id, kind, original_file, media_type, description
    FROM account_pictures WHERE account_id = ANY ($1::bigint[])
)sql";

AccountPicture read(Columns c) {
    AccountPicture picture;
    picture.account = c.id<AccountId>();
    picture.kind = c.text();
    picture.original_file = c.text();
    picture.media_type = c.text();
    picture.description = c.text();
    return picture;
}

} // namespace

void put(Tx& tx, const AccountPicture& p) {
    exec(tx, upsert_picture, p.account, p.kind, p.original_file, p.media_type, p.description);
}

bool set_description(Tx& tx,
                     AccountId account,
                     std::string_view kind,
                     const std::string& description) {
    return exec(tx, update_description, account, kind, description).affected_rows() == 1;
}

void remove(Tx& tx, AccountId account, std::string_view kind) {
    exec(tx, delete_picture, account, kind);
}

std::optional<AccountPicture> find(Tx& tx, AccountId account, std::string_view kind) {
    return first_of(exec(tx, select_one, account, kind), read);
}

std::vector<AccountPicture> list_all(Tx& tx, const std::vector<AccountId>& accounts) {
    return rows_of(exec(tx, select_all, accounts), read);
}

} // namespace db::account_pictures
