#include "db/polls.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "db/status_views.h"
#include "outbox/vote.h"
#include "statuses/may_see.h"

#include <array>
#include <limits>

/// docs.joinmastodon.org/methods/polls/
namespace api {
namespace {

Result<http::Response> answer(const Api& api, db::Tx& tx, PollId id, AccountId me) {
    const auto polls = db::status_views::polls(tx, {id}, me);
    if (polls.empty()) return not_found("no such poll");
    return http::json_response(poll_entity(polls.front(), me, api.now()));
}

// GET /api/v1/polls/:id
Result<http::Response> show(const Api& api, const http::Call& call) {
    const auto id = call.id<PollTag>("id");
    if (!id) return id.error();
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto poll = db::polls::find(tx, *id);
    if (!poll || statuses::visible_among(tx, call.me(), {poll->status}).empty()) {
        return not_found("no such poll");
    }
    return answer(api, tx, *id, call.me());
}

// POST /api/v1/polls/:id/votes with choices[]
Result<http::Response> vote(const Api& api, const http::Call& call) {
    const auto id = call.id<PollTag>("id");
    if (!id) return id.error();
    std::vector<int> choices;
    for (const auto& text : call.form.list("choices")) {
        // 0 is an option and no id.
        const auto choice = text == "0" ? 0 : parse_id(text).value_or(-1);
        if (choice < 0 || choice > std::numeric_limits<int>::max()) {
            return unprocessable("Validation failed: The chosen vote option does not exist");
        }
        choices.push_back(static_cast<int>(choice));
    }
    db::Tx tx(api.deps.pool);
    const auto status = outbox::vote(tx, api.acting(call), *id, std::move(choices));
    if (!status) return status.error();
    auto response = answer(api, tx, *id, call.me());
    if (response) tx.commit();
    return response;
}

} // namespace

std::span<const Row> poll_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/polls/{id}", Token, "read:statuses", show},
        Row{"POST", "/api/v1/polls/{id}/votes", Token, "write:statuses", vote},
    };
    return rows;
}

} // namespace api
