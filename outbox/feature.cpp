#include "outbox/feature.h"

#include "base/text.h"
#include "db/endorsements.h"
#include "db/follows.h"
#include "outbox/format.h"

#include <fmt/format.h>

#include <algorithm>

namespace outbox {
namespace {

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

std::optional<db::FeaturedTag> find_featured(db::Tx& tx, AccountId account, std::string_view name) {
    auto all = db::featured_tags::list(tx, account);
    const auto found =
        std::ranges::find_if(all, [&](const auto& entry) { return entry.tag.name == name; });
    if (found == all.end()) return std::nullopt;
    return std::move(*found);
}

} // namespace

Result<Done> endorse(db::Tx& tx, const Acting& acting, AccountId target) {
    if (const auto other = find_other(tx, target); !other) return other.error();
    if (!db::follows::is_following(tx, acting.account, target)) {
        return unprocessable(
            "Validation failed: You must be already following the person you want to endorse");
    }
    db::endorsements::insert(tx, acting.account, target);
    return Done{};
}

Result<Done> unendorse(db::Tx& tx, const Acting& acting, AccountId target) {
    db::endorsements::remove(tx, acting.account, target);
    return Done{};
}

Result<db::FeaturedTag> feature_tag(db::Tx& tx, const Acting& acting, std::string_view tag) {
    tag = trim(tag);
    if (tag.starts_with('#')) tag.remove_prefix(1);
    const auto display = std::string(tag);
    // It is a hashtag when it would be one in a post.
    const auto found = find_hashtags("#" + display);
    if (found.size() != 1 || found.front() != display) {
        return unprocessable("Validation failed: Tag is invalid");
    }
    const auto name = fold(display);
    if (auto standing = find_featured(tx, acting.account, name)) return std::move(*standing);
    db::tags::ensure(tx, {name}, {display});
    if (!db::featured_tags::insert(tx, acting.account, name)) {
        return unprocessable(fmt::format("Validation failed: At most {} hashtags can be featured",
                                         db::featured_tags::most));
    }
    return *find_featured(tx, acting.account, name);
}

} // namespace outbox
