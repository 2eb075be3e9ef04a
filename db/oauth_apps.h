#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `oauth_apps`: a program that a member may let in.
struct OauthApp {
    AppId id{};
    std::string client_id{};
    std::string secret_hash{}; ///< SHA-256, hex; "" for a public client.
    std::string name{};
    std::string website{};                    ///< Empty: none.
    std::vector<std::string> redirect_uris{}; ///< Byte for byte as registered.
    std::vector<std::string> scopes{};
    bool confidential = true; ///< It has a secret that it can keep.
    Time created_at{};
};

} // namespace db

namespace db::oauth_apps {

AppId insert(Tx& tx, const OauthApp& app);
std::optional<OauthApp> find(Tx& tx, AppId id);
std::optional<OauthApp> find_by_client_id(Tx& tx, std::string_view client_id);
std::vector<OauthApp> find_all(Tx& tx, const std::vector<AppId>& ids);
/// Those that nobody ever let in, so that strangers cannot fill the disk by registering.
void remove_unused(Tx& tx, Time registered_before);

} // namespace db::oauth_apps
