#pragma once

#include "base/result.h"
#include "db/featured_tags.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <string_view>

/// What a member shows on the own profile beside posts.
namespace outbox {

/// Recommends an account that the member follows. Twice is the same.
/// Errors: NotFound, Unprocessable (not followed).
Result<Done> endorse(db::Tx& tx, const Acting& acting, AccountId target);
Result<Done> unendorse(db::Tx& tx, const Acting& acting, AccountId target);

/// Features a hashtag, with or without "#"; peers read the list from `featuredTags`. Twice is the
/// same. Errors: Unprocessable (not a hashtag, ten are featured).
Result<db::FeaturedTag> feature_tag(db::Tx& tx, const Acting& acting, std::string_view tag);

} // namespace outbox
