#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What peers may list: public and unlisted posts that leave this server, and of those only what
/// the reader may see, and nothing by whom the reader's server is blocked. In pages by id.
namespace db::collections {

struct Reader {
    AccountId account{}; ///< Whose key signed; 0 for a server actor that is not stored.
    std::string host{};
};

struct Entry {
    StatusId id{};
    std::string uri{};
};

/// An account's posts and boosts, newest first.
std::vector<StatusId> list_outbox(Tx& tx,
                                  AccountId account,
                                  const Reader& reader,
                                  const Page& page);
/// Counts the same posts whoever reads, so that it tells nothing of others.
std::int64_t count_outbox(Tx& tx, AccountId account);

/// Answers to a post, newest first.
std::vector<Entry> list_replies(Tx& tx, StatusId status, const Reader& reader, const Page& page);

/// The posts of a thread, newest first; boosts do not belong to it.
std::vector<Entry> list_thread(Tx& tx, std::int64_t thread, const Reader& reader, const Page& page);
std::int64_t count_thread(Tx& tx, std::int64_t thread);

} // namespace db::collections
