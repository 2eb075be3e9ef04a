#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using CorrectionId = Id<struct CorrectionTag>;

/// A row of `correction_requests`: a member says that what is attested of them is wrong.
struct CorrectionRequest {
    CorrectionId id{};
    AccountId account{};
    std::string text{};
    Time asked_at{};
    std::optional<Time> answered_at{}; ///< Nothing: it is open.
    std::string answered_by{};         ///< The officer's uri.
    std::string answer{};
};

} // namespace db

namespace db::correction_requests {

/// Overwrites an answered one. False when one is open.
bool insert(Tx& tx, const CorrectionRequest& request);
/// The account's last one, open or answered.
std::optional<CorrectionRequest> find(Tx& tx, AccountId account);
/// Open ones of active members, the oldest first, at most `most`.
std::vector<CorrectionRequest> list_open(Tx& tx, int most);
struct Answer {
    CorrectionId request{};
    std::string_view by{};
    std::string_view text{};
};
/// Whose request it was; nothing when no such one is open.
std::optional<AccountId> answer(Tx& tx, const Answer& answer, Time at);

} // namespace db::correction_requests
