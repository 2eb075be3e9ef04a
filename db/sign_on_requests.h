#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>

namespace db {

/// A row of `sign_on_requests`: what a browser must bring back from the provider.
struct SignOnRequest {
    std::string browser_hash{};
    std::string nonce{};
    std::string verifier{};
    std::string return_to{};
    std::string invitation{};
    AccountId linking{}; ///< The member who links an identity; 0: somebody signs on.
};

} // namespace db

namespace db::sign_on_requests {

void insert(Tx& tx, std::string_view state_hash, const SignOnRequest& request, Time now);
/// Removes the row and returns it: a request is answered once. Nothing when there is none, or it
/// began before `since`.
std::optional<SignOnRequest> take(Tx& tx, std::string_view state_hash, Time since);
void remove_before(Tx& tx, Time before);

} // namespace db::sign_on_requests
