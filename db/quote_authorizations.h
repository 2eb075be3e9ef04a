#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A stamp by which `quoting_uri` may quote a post of ours (FEP-044f).
struct QuoteAuthorization {
    std::int64_t id = 0; ///< In the stamp's uri.
    StatusId status{};   ///< The quoted one.
    std::string quoting_uri{};
    Time created_at{};
};

} // namespace db

namespace db::quote_authorizations {

/// The stamp for that pair, made when there is none: asking twice gives one stamp. Nothing when it
/// was withdrawn.
std::optional<QuoteAuthorization> ensure(Tx& tx,
                                         StatusId status,
                                         std::string_view quoting_uri,
                                         Time now);
/// Not one that was withdrawn.
std::optional<QuoteAuthorization> find(Tx& tx, std::int64_t id);
/// Withdraws the stamp for that pair for good, whether it was given or not; returns its id, or
/// nothing when it was withdrawn before.
std::optional<std::int64_t> withdraw(Tx& tx,
                                     StatusId status,
                                     std::string_view quoting_uri,
                                     Time now);

/// Marks the quotes that stood by this stamp of `author`, the quoted posts' author, as revoked, and
/// returns them.
std::vector<StatusId> revoke(Tx& tx, std::string_view stamp_uri, AccountId author);

} // namespace db::quote_authorizations
