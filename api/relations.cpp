#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "api/find.h"
#include "base/text.h"
#include "db/account_notes.h"
#include "db/account_views.h"
#include "outbox/asking.h"
#include "outbox/block.h"
#include "outbox/follow.h"
#include "outbox/mute.h"

#include <array>

/// What a member does to another account; each answers the Relationship as it is then.
namespace api {
namespace {

constexpr std::size_t max_note_characters = 2'000;

Result<http::Response> relationship(db::Tx& tx, AccountId me, AccountId other) {
    const auto found = db::account_views::relationships(tx, me, {other});
    if (found.empty()) return not_found("no such account");
    return http::json_response(relationship_entity(found.front()));
}

/// Runs `act(tx, account)` and answers the new state.
template <typename Act>
Result<http::Response> act_on_account(const Api& api, const http::Call& call, Act&& act) {
    const auto id = call.account_id();
    if (!id) return id.error();
    db::Tx tx(api.deps.pool);
    if (const auto account = find_account(tx, call); !account) return account.error();
    if (const Result<Done> done = act(tx, *id); !done) {
        if (outbox::has_left_rows(done.error())) tx.commit();
        return done.error();
    }
    auto answer = relationship(tx, call.me(), *id);
    if (answer) tx.commit();
    return answer;
}

using Verb = Result<Done> (*)(db::Tx&, const outbox::Acting&, AccountId);

template <Verb verb>
Result<http::Response> act(const Api& api, const http::Call& call) {
    return act_on_account(
        api, call, [&](db::Tx& tx, AccountId id) { return verb(tx, api.acting(call), id); });
}

// POST /api/v1/accounts/:id/follow
Result<http::Response> follow(const Api& api, const http::Call& call) {
    outbox::FollowOptions options{.show_reblogs = call.form.flag("reblogs"),
                                  .notify = call.form.flag("notify")};
    if (call.form.has("languages")) options.languages = call.form.list("languages");
    return act_on_account(api, call, [&](db::Tx& tx, AccountId id) {
        return outbox::follow(tx, api.acting(call), id, options);
    });
}

// POST /api/v1/accounts/:id/mute
Result<http::Response> mute(const Api& api, const http::Call& call) {
    outbox::MuteOptions options{.hide_notifications = call.form.flag_or("notifications", true)};
    const auto seconds = call.form.number("duration").value_or(0);
    constexpr std::int64_t ten_years = 10LL * 366 * 24 * 3600;
    if (seconds < 0 || seconds > ten_years)
        return unprocessable("Validation failed: Duration is invalid");
    if (seconds > 0) options.duration = std::chrono::seconds{seconds};
    return act_on_account(api, call, [&](db::Tx& tx, AccountId id) {
        return outbox::mute(tx, api.acting(call), id, options);
    });
}

// POST /api/v1/accounts/:id/note: a remark that only its writer sees.
Result<http::Response> write_note(const Api& api, const http::Call& call) {
    const auto comment = call.form.text("comment");
    if (count_code_points(comment) > max_note_characters) {
        return unprocessable("Validation failed: Comment is too long (maximum is 2000 characters)");
    }
    return act_on_account(api, call, [&](db::Tx& tx, AccountId id) -> Result<Done> {
        db::account_notes::put(tx, call.me(), id, comment);
        return Done{};
    });
}

} // namespace

std::span<const Row> relation_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"POST", "/api/v1/accounts/{id}/follow", Token, "write:follows", follow},
        Row{"POST",
            "/api/v1/accounts/{id}/unfollow",
            Token,
            "write:follows",
            act<outbox::unfollow>},
        Row{"POST",
            "/api/v1/accounts/{id}/remove_from_followers",
            Token,
            "write:follows",
            act<outbox::remove_follower>},
        Row{"POST", "/api/v1/accounts/{id}/block", Token, "write:blocks", act<outbox::block>},
        Row{"POST", "/api/v1/accounts/{id}/unblock", Token, "write:blocks", act<outbox::unblock>},
        Row{"POST", "/api/v1/accounts/{id}/mute", Token, "write:mutes", mute},
        Row{"POST", "/api/v1/accounts/{id}/unmute", Token, "write:mutes", act<outbox::unmute>},
        Row{"POST", "/api/v1/accounts/{id}/note", Token, "write:accounts", write_note},
    };
    return rows;
}

} // namespace api
