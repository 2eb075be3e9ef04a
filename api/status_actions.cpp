#include "api/answer.h"
#include "api/api.h"
#include "api/find.h"
#include "api/render.h"
#include "outbox/asking.h"
#include "outbox/bookmark.h"
#include "outbox/boost.h"
#include "outbox/favourite.h"
#include "outbox/mute.h"
#include "outbox/pin.h"

#include <array>

/// What a member does with one status; each answers the status in its new state.
namespace api {
namespace {

Result<http::Response> commit_and_show(const Api& api,
                                       db::Tx& tx,
                                       StatusId id,
                                       const http::Call& call) {
    auto text = render_status(api, tx, id, call.me());
    if (!text) return text.error();
    tx.commit();
    return json_text_response(std::move(*text));
}

/// A filter's verdict is a line of the audit log, also when it refuses.
Error refuse(db::Tx& tx, const Error& error) {
    if (outbox::has_left_rows(error)) tx.commit();
    return error;
}

using Verb = Result<db::Status> (*)(db::Tx&, const outbox::Acting&, StatusId);

// POST /api/v1/statuses/:id/favourite and so on
template <Verb verb>
Result<http::Response> act(const Api& api, const http::Call& call) {
    const auto id = call.status_id();
    if (!id) return id.error();
    db::Tx tx(api.deps.pool);
    const auto status = verb(tx, api.acting(call), *id);
    if (!status) return refuse(tx, status.error());
    return commit_and_show(api, tx, status->id, call);
}

// POST /api/v1/statuses/:id/reblog answers the boost, which wraps the status.
Result<http::Response> reblog(const Api& api, const http::Call& call) {
    const auto id = call.status_id();
    if (!id) return id.error();
    const auto word = call.form.text("visibility");
    const auto visibility = word.empty() ? db::Visibility::Public : db::parse_visibility(word);
    if (!visibility || *visibility == db::Visibility::Direct ||
        *visibility == db::Visibility::Limited) {
        return unprocessable("Validation failed: Visibility is not included in the list");
    }
    db::Tx tx(api.deps.pool);
    const auto boost = outbox::boost(tx, api.acting(call), *id, *visibility);
    if (!boost) return refuse(tx, boost.error());
    return commit_and_show(api, tx, boost->id, call);
}

using ThreadVerb = Result<Done> (*)(db::Tx&, const outbox::Acting&, StatusId);

// POST /api/v1/statuses/:id/mute and unmute
template <ThreadVerb verb>
Result<http::Response> act_on_thread(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto status = find_status(tx, call);
    if (!status) return status.error();
    if (const auto done = verb(tx, api.acting(call), status->id); !done) return done.error();
    return commit_and_show(api, tx, status->id, call);
}

} // namespace

std::span<const Row> status_action_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"POST",
            "/api/v1/statuses/{id}/favourite",
            Token,
            "write:favourites",
            act<outbox::favourite>},
        Row{"POST",
            "/api/v1/statuses/{id}/unfavourite",
            Token,
            "write:favourites",
            act<outbox::unfavourite>},
        Row{"POST", "/api/v1/statuses/{id}/reblog", Token, "write:statuses", reblog},
        Row{"POST",
            "/api/v1/statuses/{id}/unreblog",
            Token,
            "write:statuses",
            act<outbox::unboost>},
        Row{"POST",
            "/api/v1/statuses/{id}/bookmark",
            Token,
            "write:bookmarks",
            act<outbox::bookmark>},
        Row{"POST",
            "/api/v1/statuses/{id}/unbookmark",
            Token,
            "write:bookmarks",
            act<outbox::unbookmark>},
        Row{"POST", "/api/v1/statuses/{id}/pin", Token, "write:accounts", act<outbox::pin>},
        Row{"POST", "/api/v1/statuses/{id}/unpin", Token, "write:accounts", act<outbox::unpin>},
        Row{"POST",
            "/api/v1/statuses/{id}/mute",
            Token,
            "write:mutes",
            act_on_thread<outbox::mute_thread>},
        Row{"POST",
            "/api/v1/statuses/{id}/unmute",
            Token,
            "write:mutes",
            act_on_thread<outbox::unmute_thread>},
    };
    return rows;
}

} // namespace api
