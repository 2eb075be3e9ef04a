#pragma once

#include "base/result.h"
#include "db/account_collections.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <optional>
#include <string>

/// Collections of accounts that members recommend. They are for our own members alone: nothing of
/// them is sent to peers, and nobody from elsewhere is put into one, since nobody could be asked.
namespace outbox {

// As Mastodon has them.
constexpr std::int64_t max_collections = 10;
constexpr std::int64_t max_collection_items = 25;
constexpr std::size_t max_collection_name = 40;
constexpr std::size_t max_collection_description = 100;

/// What is not named stays as it is.
struct CollectionDraft {
    std::optional<std::string> name{};
    std::optional<std::string> description{};
    std::optional<std::string> language{}; ///< Checked by the caller.
    std::optional<bool> sensitive{};
    std::optional<bool> discoverable{};
    std::optional<std::string> tag{}; ///< With or without "#"; "" none.
};

/// Errors: Unprocessable (no name, too long, too many).
Result<db::AccountCollection> make_collection(db::Tx& tx,
                                              const Acting& acting,
                                              const CollectionDraft& draft);
/// Errors: NotFound, Forbidden (somebody else's), Unprocessable.
Result<db::AccountCollection> change_collection(db::Tx& tx,
                                                const Acting& acting,
                                                std::int64_t id,
                                                const CollectionDraft& draft);
Result<Done> remove_collection(db::Tx& tx, const Acting& acting, std::int64_t id);

/// Errors: NotFound, Forbidden (somebody else's collection, or an account that does not want to be
/// found), Unprocessable (already in it or taken out by itself, full, of another server).
Result<db::AccountCollectionItem> add_to_collection(db::Tx& tx,
                                                    const Acting& acting,
                                                    std::int64_t id,
                                                    AccountId account);
/// The owner takes somebody out. Errors: NotFound, Forbidden.
Result<Done> remove_from_collection(db::Tx& tx,
                                    const Acting& acting,
                                    std::int64_t id,
                                    std::int64_t item);
/// Members take themselves out, for good. Errors: NotFound, Forbidden (somebody else's item).
Result<Done> leave_collection(db::Tx& tx, const Acting& acting, std::int64_t id, std::int64_t item);

} // namespace outbox
