#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// Somebody asks to quote a post of ours whose author wants to be asked (FEP-044f).
struct QuoteRequest {
    std::int64_t id = 0;
    StatusId status{};         ///< Ours, to be quoted.
    AccountId author{};        ///< Its author, who decides.
    AccountId asker{};         ///< Author of the quoting post.
    std::string quoting_uri{}; ///< The quoting post; of another server it is seldom stored here.
    std::string request_uri{}; ///< Id of the QuoteRequest; "" when a member of ours asks.
    Time created_at{};
    std::optional<Time> decided_at{};
    bool accepted = false;
};

} // namespace db

namespace db::quote_requests {

/// `id` is made. False, and nothing written, when that pair was asked about before.
bool insert(Tx& tx, const QuoteRequest& request);
/// Only of requests to this author.
std::optional<QuoteRequest> find(Tx& tx, AccountId author, std::int64_t id);
std::optional<QuoteRequest> find_about(Tx& tx, StatusId status, std::string_view quoting_uri);
/// Those that wait, newest first.
std::vector<QuoteRequest> list_open(Tx& tx, AccountId author, const Page& page);
int count_open(Tx& tx, AccountId author, AccountId asker);
/// False when it was decided before.
bool decide(Tx& tx, std::int64_t id, bool accepted, Time now);

} // namespace db::quote_requests
