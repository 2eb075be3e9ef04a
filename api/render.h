#pragma once

#include "api/api.h"
#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "db/accounts.h"
#include "db/tx.h"

#include <string>
#include <unordered_map>
#include <vector>

/// Entities as JSON texts, for one reader, from as few statements as a page of them needs.
namespace api {

struct StatusText {
    StatusId id{};
    std::string text{};
};

/// In the order of `ids`; what does not exist (any more) is left out. Asks nobody whether the
/// reader may see them, but for quoted posts: lists and find_* decided that. Call it after the last
/// write of a transaction, since texts are kept by the version of their rows.
std::vector<StatusText> render_statuses(const Api& api,
                                        db::Tx& tx,
                                        const std::vector<StatusId>& ids,
                                        AccountId reader);
/// The same as a list of texts.
std::vector<std::string> render_status_list(const Api& api,
                                            db::Tx& tx,
                                            const std::vector<StatusId>& ids,
                                            AccountId reader);
/// Those that the reader may see.
std::vector<StatusText> render_visible_statuses(const Api& api,
                                                db::Tx& tx,
                                                const std::vector<StatusId>& ids,
                                                AccountId reader);
/// One of which it is known that the reader may see it. Errors: NotFound.
Result<std::string> render_status(const Api& api, db::Tx& tx, StatusId id, AccountId reader);

/// In the order of `ids`; what does not exist is left out.
std::vector<std::string> render_accounts(const Api& api,
                                         db::Tx& tx,
                                         const std::vector<AccountId>& ids);
std::unordered_map<AccountId, std::string> render_account_map(const Api& api,
                                                              db::Tx& tx,
                                                              const std::vector<AccountId>& ids);
Json render_account(const Api& api, db::Tx& tx, const db::Account& account);

} // namespace api
