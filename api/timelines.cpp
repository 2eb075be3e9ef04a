#include "db/timelines.h"

#include "api/api.h"
#include "api/paging.h"
#include "api/status_page.h"
#include "base/text.h"
#include "timelines/home.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/timelines/. There is none without a member's token.
namespace api {
namespace {

// GET /api/v1/timelines/home
Result<http::Response> show_home(const Api& api, const http::Call& call) {
    const auto page = page_of(call);
    {
        db::Tx tx(api.deps.pool, db::Durability::PerStatement);
        const auto ids = db::timelines::home(tx, call.me(), page);
        const bool may_be_lost = ids.empty() && page.since == 0 && page.min == 0;
        if (!may_be_lost) return status_page(api, tx, call, page, ids);
    }
    // The rows of a member who was away for long were given up, and are made again.
    db::Tx tx(api.deps.pool);
    timelines::ensure_home(tx, call.me());
    const auto ids = db::timelines::home(tx, call.me(), page);
    auto response = status_page(api, tx, call, page, ids);
    tx.commit();
    return response;
}

db::timelines::Origin origin_of(const http::Form& form) {
    using enum db::timelines::Origin;
    const bool is_local = form.flag_or("local", false);
    const bool is_remote = form.flag_or("remote", false);
    if (is_local == is_remote) return Everywhere;
    return is_local ? Local : Remote;
}

// GET /api/v1/timelines/public?local=&remote=&only_media=
Result<http::Response> show_public(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call);
    const auto ids = db::timelines::of_public(
        tx, call.me(), origin_of(call.form), call.form.flag_or("only_media", false), page);
    return status_page(api, tx, call, page, ids);
}

std::vector<std::string> folded(const std::vector<std::string>& names) {
    constexpr std::size_t most = 8;
    std::vector<std::string> tags;
    for (const auto& name : names) {
        auto tag = fold(name);
        if (tag.starts_with('#')) tag.erase(0, 1);
        if (tag.empty() || std::ranges::find(tags, tag) != tags.end()) continue;
        if (tags.size() == most) break;
        tags.push_back(std::move(tag));
    }
    return tags;
}

// GET /api/v1/timelines/tag/:hashtag?any[]=&all[]=&none[]=
Result<http::Response> show_tag(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call);
    const db::timelines::TagFilter filter{
        .tag = fold(call.param("tag")),
        .any = folded(call.form.list("any")),
        .all = folded(call.form.list("all")),
        .none = folded(call.form.list("none")),
        .origin = origin_of(call.form),
        .only_media = call.form.flag_or("only_media", false),
    };
    const auto ids = db::timelines::of_tag(tx, call.me(), filter, page);
    return status_page(api, tx, call, page, ids);
}

// GET /api/v1/timelines/direct: superseded by conversations, and still asked for.
Result<http::Response> show_direct(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call);
    return status_page(api, tx, call, page, db::timelines::direct(tx, call.me(), page));
}

using KeyedList = std::vector<db::Keyed<StatusId>> (*)(db::Tx&, AccountId, const db::Page&);

// GET /api/v1/favourites and bookmarks: paged by when they were made, which only Link shows.
template <KeyedList list>
Result<http::Response> show_own(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call);
    const auto entries = list(tx, call.me(), page);
    return keyed_status_page(api, tx, call, page, entries);
}

} // namespace

std::span<const Row> timeline_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/timelines/home", Token, "read:statuses", show_home},
        Row{"GET", "/api/v1/timelines/public", Token, "read:statuses", show_public},
        Row{"GET", "/api/v1/timelines/tag/{tag}", Token, "read:statuses", show_tag},
        Row{"GET", "/api/v1/timelines/direct", Token, "read:statuses", show_direct},
        Row{"GET",
            "/api/v1/favourites",
            Token,
            "read:favourites",
            show_own<db::timelines::favourites>},
        Row{"GET",
            "/api/v1/bookmarks",
            Token,
            "read:bookmarks",
            show_own<db::timelines::bookmarks>},
    };
    return rows;
}

} // namespace api
