#include "db/search.h"

#include "actors/resolve.h"
#include "api/answer.h"
#include "api/api.h"
#include "api/find.h"
#include "api/paging.h"
#include "api/preferences.h"
#include "api/render.h"
#include "api/search_query.h"
#include "api/tags.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/status_search.h"
#include "db/users.h"
#include "statuses/fetch.h"
#include "statuses/may_see.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/search/. Accounts and hashtags are found by the beginning of their
/// names, posts by their words and by their address.
namespace api {
namespace {

constexpr std::int64_t usual_limit = 20;
constexpr std::int64_t most_results = 40;
constexpr std::int64_t most_offset = 1'000;

struct Query {
    std::string text{};
    bool resolve = false;
    bool following = false;
    int limit = usual_limit;
    int offset = 0;
};

Query query_of(const http::Form& form) {
    const auto bounded = [&](const char* name, std::int64_t usual, std::int64_t most) {
        return static_cast<int>(
            std::clamp<std::int64_t>(form.number(name).value_or(usual), name[0] == 'l', most));
    };
    return {
        .text = std::string(trim(truncate(form.text("q"), 2'048))),
        .resolve = form.flag_or("resolve", false),
        .following = form.flag_or("following", false),
        .limit = bounded("limit", usual_limit, most_results),
        .offset = bounded("offset", 0, most_offset),
    };
}

bool is_address(std::string_view text) {
    return text.starts_with("https://") || text.starts_with("http://");
}

/// "@alice@cedar.example" or "alice@cedar.example".
bool is_full_handle(std::string_view text) {
    if (text.starts_with('@')) text.remove_prefix(1);
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find_first_of(" \t/") == std::string_view::npos;
}

/// What one address or handle leads to.
struct Target {
    AccountId account{};
    StatusId status{};
    explicit operator bool() const { return account || status; }
};

Target find_stored(const Api& api, const std::string& text, AccountId me) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    Target target;
    const auto take = [&](const std::optional<db::Account>& account) {
        if (account && is_shown(*account)) target.account = account->id;
    };
    if (!is_address(text)) {
        const auto handle = split_handle(api.instance(), text);
        take(db::accounts::find_by_handle(tx, handle.user, handle.host));
        return target;
    }
    take(db::accounts::find_by_uri(tx, text));
    const auto profile = api.instance().origin + "/@";
    if (!target && text.starts_with(profile)) {
        take(db::accounts::find_by_handle(tx, text.substr(profile.size()), ""));
    }
    if (target) return target;
    auto status = db::statuses::find_by_uri(tx, text);
    if (!status) status = db::statuses::find_by_url(tx, text);
    if (status && statuses::may_see(tx, me, *status)) target.status = status->id;
    return target;
}

/// Asks the network; without a transaction. Nothing when the address is one of ours: what is not
/// stored then does not exist, or is hidden.
Target fetch(const Api& api, const std::string& text, AccountId me) {
    Target target;
    if (!is_address(text)) {
        const auto account = api.deps.resolver.resolve_handle(text);
        if (account && is_shown(*account)) target.account = account->id;
        return target;
    }
    if (origin_of(text).empty() || origin_of(text) == api.instance().origin) return target;
    const auto status = api.deps.posts.fetch(text, me);
    if (status) {
        db::Tx tx(api.deps.pool, db::Durability::PerStatement);
        if (statuses::may_see(tx, me, *status)) target.status = status->id;
        return target;
    }
    // A document, but no post: perhaps somebody's profile.
    const auto why = status.error().kind;
    if (why != Error::Kind::Unprocessable && why != Error::Kind::Invalid) return target;
    const auto account = api.deps.resolver.resolve_actor(text);
    if (account && is_shown(*account)) target.account = account->id;
    return target;
}

Target find_target(const Api& api, const Query& query, AccountId me) {
    if (!is_address(query.text) && !is_full_handle(query.text)) return {};
    const auto stored = find_stored(api, query.text, me);
    if (stored || !query.resolve) return stored;
    return fetch(api, query.text, me);
}

std::vector<AccountId> search_accounts(const Api& api,
                                       db::Tx& tx,
                                       const Query& query,
                                       AccountId me) {
    if (query.text.empty() || is_address(query.text)) return {};
    auto handle = split_handle(api.instance(), query.text);
    if (handle.user.empty()) return {};
    return db::search::accounts(tx,
                                {.name = handle.user,
                                 .domain = handle.host,
                                 .reader = me,
                                 .followed_only = query.following,
                                 .limit = query.limit,
                                 .offset = query.offset});
}

/// `target` first, and once.
void put_first(std::vector<AccountId>& ids, AccountId target) {
    if (!target) return;
    std::erase(ids, target);
    ids.insert(ids.begin(), target);
}

// GET /api/v1/accounts/search
Result<http::Response> search_for_accounts(const Api& api, const http::Call& call) {
    const auto query = query_of(call.form);
    const auto target = find_target(api, query, call.me());
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    auto ids = search_accounts(api, tx, query, call.me());
    if (query.offset == 0 && !query.following) put_first(ids, target.account);
    return array_response(render_accounts(api, tx, ids));
}

Json search_tags(const Api& api, db::Tx& tx, const Query& query, AccountId me) {
    auto prefix = fold(query.text);
    if (prefix.starts_with('#')) prefix.erase(0, 1);
    if (prefix.empty() || is_address(query.text)) return Json::array();
    const auto tags = db::search::tags(
        tx, {.prefix = prefix, .reader = me, .limit = query.limit, .offset = query.offset});
    return render_tags(api, tx, tags, me);
}

/// The account that an operator names; nothing when there is none.
std::optional<AccountId> named_account(db::Tx& tx,
                                       const Api& api,
                                       const http::Call& call,
                                       const std::string& name) {
    if (name == "me") return call.me();
    const auto handle = split_handle(api.instance(), name);
    const auto account = db::accounts::find_by_handle(tx, handle.user, handle.host);
    if (!account || !is_shown(*account)) return std::nullopt;
    return account->id;
}

/// Bounds of ids for bounds of time: ids begin with the milliseconds.
std::int64_t first_id_at(Time at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count()
           << 16;
}

std::vector<StatusId> search_statuses(db::Tx& tx,
                                      const Api& api,
                                      const http::Call& call,
                                      const Query& query) {
    auto search = parse_search(query.text);
    auto& wanted = search.statuses;
    // A whole address or handle is nothing to look for in posts.
    if (wanted.text.empty() && !search.has_operators) return {};
    if (const auto account = parse_id(call.form.text("account_id"))) wanted.from = {*account};
    if (!search.from.empty()) {
        const auto from = named_account(tx, api, call, search.from);
        if (!from) return {};
        wanted.from = *from;
    }
    if (!search.not_from.empty())
        wanted.not_from = named_account(tx, api, call, search.not_from).value_or(AccountId{});
    const auto user = db::users::find(tx, call.me());
    wanted.text_language = user ? read_preferences(user->settings).language : "";
    if (wanted.text_language.empty() && user) wanted.text_language = user->locale;
    wanted.offset = query.offset;
    auto page = page_of(call, {.usual = usual_limit, .most = most_results});
    if (search.before) {
        const auto below = first_id_at(*search.before);
        page.max = page.max == 0 ? below : std::min(page.max, below);
    }
    if (search.after) {
        // In whatever direction the page is read, both are lower bounds.
        auto& above = page.min != 0 ? page.min : page.since;
        above = std::max(above, first_id_at(*search.after) - 1);
    }
    return db::status_search::find(tx, call.me(), wanted, page);
}

// GET /api/v2/search?q=&type=&resolve=
Result<http::Response> search_all(const Api& api, const http::Call& call) {
    const auto query = query_of(call.form);
    const auto type = call.form.text("type");
    const auto wants = [&](std::string_view one) { return type.empty() || type == one; };
    const auto target = find_target(api, query, call.me());

    db::Tx tx(api.deps.pool);
    std::vector<AccountId> accounts;
    if (wants("accounts")) {
        accounts = search_accounts(api, tx, query, call.me());
        if (query.offset == 0) put_first(accounts, target.account);
    }
    std::vector<StatusId> found;
    if (wants("statuses")) {
        found = target ? std::vector<StatusId>{} : search_statuses(tx, api, call, query);
        if (target.status && query.offset == 0) found.push_back(target.status);
    }
    const auto tags = wants("hashtags") ? search_tags(api, tx, query, call.me()) : Json::array();

    std::string text = "{}";
    add_member(text, "accounts", array_text(render_accounts(api, tx, accounts)));
    add_member(text, "statuses", array_text(render_status_list(api, tx, found, call.me())));
    add_member(text, "hashtags", dump_json(tags));
    return json_text_response(std::move(text));
}

} // namespace

std::span<const Row> search_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/accounts/search", Token, "read:accounts", search_for_accounts},
        Row{"GET", "/api/v2/search", Token, "read:search", search_all},
    };
    return rows;
}

} // namespace api
