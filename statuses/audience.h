#pragma once

#include "db/accounts.h"
#include "db/audiences.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <optional>
#include <string>

namespace federation {
struct Locality;
struct Note;
} // namespace federation

/// Narrow audiences (POLICY section 2, "Locality"; decision 320): posts that fewer people read than
/// their visibility says. Who belongs to one is part of the one predicate, may_see.
namespace statuses {

/// Nothing for boosts and posts that are not narrow; open ones never are, and cost no query.
std::optional<db::Audience> audience_of(db::Tx& tx, const db::Status& status);
bool is_narrow(db::Tx& tx, const db::Status& status);

/// For whom it is, in words. `author`: of the post.
std::string describe(const db::Audience& audience, AccountId author);
/// The same as the first paragraph of a post, so that every app shows it; HTML.
std::string label_of(const db::Audience& audience, AccountId author);

/// The audience of a peer's note: that of `parent`, when this is narrow, else what its `locality`
/// states. Of the author's own, district and region are what is attested; what we cannot read is as
/// narrow as can be.
std::optional<db::Audience> audience_of_note(db::Tx& tx,
                                             const federation::Note& note,
                                             const db::Account& author,
                                             const std::optional<db::Status>& parent);

/// As it goes on the wire.
federation::Locality locality_of(db::Tx& tx, const db::Audience& audience);

} // namespace statuses
