#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <vector>

/// What live streams ask when something happened: who of those that listen gets it. Sets in, sets
/// out; the number of statements does not depend on the number of streams.
namespace db::stream_views {

struct HomeRow {
    StatusId status{};
    AccountId member{};
};
/// Every home that shows one of these.
std::vector<HomeRow> homes_of(Tx& tx, const std::vector<StatusId>& statuses);

/// Those of the readers whose lists show the status (listed_statuses, migration 0021).
std::vector<AccountId> listed_for(Tx& tx, StatusId status, const std::vector<AccountId>& readers);

/// Those of the readers who neither hide the author nor are blocked by it: for what is gone, since
/// no other rule can be asked any more.
std::vector<AccountId> not_apart(Tx& tx, AccountId author, const std::vector<AccountId>& readers);
/// Those of the readers who follow the author.
std::vector<AccountId> followers_among(Tx& tx,
                                       AccountId author,
                                       const std::vector<AccountId>& readers);

struct ReaderClass {
    AccountId reader{};
    std::string key{};
};
/// Readers of one key see the same entity of a status: what they did with it is the same.
std::vector<ReaderClass> classes_of(Tx& tx, StatusId status, const std::vector<AccountId>& readers);

/// The folded names of tags, in no order.
struct TagName {
    std::int64_t id = 0;
    std::string name{};
};
std::vector<TagName> tag_names(Tx& tx, const std::vector<std::int64_t>& tags);

/// Those of the tokens that hold: not revoked, of a member who is active, of an app that is there.
std::vector<TokenId> live_tokens(Tx& tx, const std::vector<TokenId>& tokens);

} // namespace db::stream_views
