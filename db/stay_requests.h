#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using StayRequestId = Id<struct StayRequestTag>;

/// A row of `stay_requests`: somebody who left asks to stay as retired or as a substitute.
struct StayRequest {
    StayRequestId id{};
    AccountId account{};
    std::string kind{}; ///< "retired", "substitute".
    std::string text{}; ///< In the asker's words.
    Time asked_at{};
    std::optional<Time> refused_at{}; ///< Nothing: it is open.
    std::string reason{};             ///< Why it was refused.
};

} // namespace db

namespace db::stay_requests {

/// Of somebody who has left. False when one is open.
bool insert(Tx& tx, const StayRequest& request);
/// The row stays locked until the end of the transaction, so that one of two officers decides.
std::optional<StayRequest> find_open(Tx& tx, StayRequestId id);
std::optional<StayRequest> find_latest(Tx& tx, AccountId account);
/// Open ones, the oldest first, at most 200.
std::vector<StayRequest> list_open(Tx& tx);
void refuse(Tx& tx, StayRequestId id, std::string_view reason, Time at);

} // namespace db::stay_requests
