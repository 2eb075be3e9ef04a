#include "api/interaction_policies.h"

#include "api/answer.h"
#include "db/interaction_defaults.h"
#include "statuses/interactions.h"

#include <array>

/// Who may do what with a member's new posts, by GoToSocial's calls; Mastodon has none.
/// https://docs.gotosocial.org/en/latest/api/swagger/, interaction_policies
namespace api {
namespace {

using enum db::Visibility;
constexpr std::array visibilities{Public, Unlisted, Private, Direct};

Json defaults_of(db::Tx& tx, AccountId account) {
    Json entity = Json::object();
    for (const auto visibility : visibilities) {
        const auto policy = db::interaction_defaults::find(tx, account, visibility);
        entity[std::string(db::to_string(visibility))] =
            statuses::render_interactions(policy, visibility);
    }
    return entity;
}

// GET /api/v1/interaction_policies/defaults
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    return http::json_response(defaults_of(tx, call.me()));
}

// PATCH /api/v1/interaction_policies/defaults: visibilities that are named get what is stated for
// them; one that is named with nothing goes back to the usual.
Result<http::Response> change(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    for (const auto visibility : visibilities) {
        const auto name = db::to_string(visibility);
        if (!call.form.has(name)) continue;
        const auto policy = statuses::parse_interactions(call.form.child(name));
        if (!policy) return policy.error();
        db::interaction_defaults::set(tx, call.me(), visibility, *policy);
    }
    const auto entity = defaults_of(tx, call.me());
    tx.commit();
    return http::json_response(entity);
}

} // namespace

std::span<const Row> interaction_policy_rows() {
    using enum http::Access;
    static constexpr auto path = "/api/v1/interaction_policies/defaults";
    static constexpr std::array rows{
        Row{"GET", path, Token, "read:accounts", show},
        Row{"PATCH", path, Token, "write:accounts", change},
    };
    return rows;
}

} // namespace api
