#include "db/discovery.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/find.h"
#include "api/render.h"

#include <algorithm>
#include <array>

/// Finding people: the directory, suggestions, and whom one knows among somebody's followers.
namespace api {
namespace {

constexpr std::int64_t usual_limit = 40;
constexpr std::int64_t most_results = 80;
constexpr std::int64_t most_offset = 10'000;
constexpr std::size_t most_asked_for = 40;
constexpr int most_familiar = 10;

int limit_of(const http::Form& form) {
    return static_cast<int>(
        std::clamp<std::int64_t>(form.number("limit").value_or(usual_limit), 1, most_results));
}

// GET /api/v1/directory, docs.joinmastodon.org/methods/directory/
Result<http::Response> show_directory(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto offset = call.form.number("offset").value_or(0);
    const db::discovery::DirectoryQuery query{
        .reader = call.me(),
        .local_only = call.form.flag_or("local", false),
        .order = call.form.text("order") == "new" ? db::discovery::Order::New
                                                  : db::discovery::Order::Active,
        .limit = limit_of(call.form),
        .offset = static_cast<int>(std::clamp<std::int64_t>(offset, 0, most_offset)),
    };
    return array_response(render_accounts(api, tx, db::discovery::directory(tx, query)));
}

// GET /api/v2/suggestions, docs.joinmastodon.org/methods/suggestions/#v2
Result<http::Response> suggest(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto found = db::discovery::suggestions(tx, call.me(), limit_of(call.form));
    std::vector<AccountId> ids;
    for (const auto& suggestion : found)
        ids.push_back(suggestion.account);
    const auto accounts = render_account_map(api, tx, ids);
    std::vector<std::string> entities;
    for (const auto& suggestion : found) {
        const auto account = accounts.find(suggestion.account);
        if (account == accounts.end()) continue;
        // `source` is what clients of before 4.3 read.
        const bool is_friend = suggestion.common > 0;
        std::string text = "{}";
        add_member(text, "source", is_friend ? R"("past_interactions")" : R"("global")");
        add_member(
            text, "sources", is_friend ? R"(["friends_of_friends"])" : R"(["most_followed"])");
        add_member(text, "account", account->second);
        entities.push_back(std::move(text));
    }
    return array_response(entities);
}

// GET /api/v1/suggestions: the accounts alone.
Result<http::Response> suggest_v1(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    std::vector<AccountId> ids;
    for (const auto& suggestion : db::discovery::suggestions(tx, call.me(), limit_of(call.form)))
        ids.push_back(suggestion.account);
    return array_response(render_accounts(api, tx, ids));
}

// DELETE /api/v1/suggestions/:account_id
Result<http::Response> dismiss(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    db::discovery::dismiss(tx, call.me(), account->id);
    tx.commit();
    return empty_response();
}

// GET /api/v1/accounts/familiar_followers?id[]=: one entry for each account that was asked for.
Result<http::Response> list_familiar(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    std::vector<AccountId> asked;
    for (const auto id : ids_of<AccountId>(call.form, most_asked_for)) {
        const auto account = db::accounts::find(tx, id);
        if (account && is_shown(*account)) asked.push_back(id);
    }
    const auto familiar = db::discovery::familiar_followers(tx, call.me(), asked, most_familiar);
    std::vector<AccountId> people;
    for (const auto& entry : familiar) {
        if (std::ranges::find(people, entry.follower) == people.end())
            people.push_back(entry.follower);
    }
    const auto texts = render_account_map(api, tx, people);
    std::vector<std::string> entities;
    for (const auto id : asked) {
        std::vector<std::string> accounts;
        for (const auto& entry : familiar) {
            const auto text = texts.find(entry.follower);
            if (entry.account == id && text != texts.end()) accounts.push_back(text->second);
        }
        std::string entity = "{}";
        add_member(entity, "id", '"' + to_string(id) + '"');
        add_member(entity, "accounts", array_text(accounts));
        entities.push_back(std::move(entity));
    }
    return array_response(entities);
}

} // namespace

std::span<const Row> discovery_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/directory", Token, "read:accounts", show_directory},
        Row{"GET", "/api/v1/suggestions", Token, "read:accounts", suggest_v1},
        Row{"GET", "/api/v2/suggestions", Token, "read:accounts", suggest},
        Row{"DELETE", "/api/v1/suggestions/{id}", Token, "write:accounts", dismiss},
        Row{"GET", "/api/v1/accounts/familiar_followers", Token, "read:follows", list_familiar},
    };
    return rows;
}

} // namespace api
