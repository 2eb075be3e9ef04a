#include "base/uri.h"
#include "db/accounts.h"
#include "db/media_attachments.h"
#include "db/polls.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "educators/shown.h"
#include "media/links.h"
#include "moderation/peers.h"
#include "outbox/not_wanted.h"
#include "statuses/may_see.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

#include <array>

namespace web {
namespace {

std::string describe(const db::Status& status) {
    if (status.local_only) return "only on this site";
    switch (status.visibility) {
    case db::Visibility::Public:
        return "for everybody";
    case db::Visibility::Unlisted:
        return "for everybody, not listed";
    case db::Visibility::Private:
        return "for followers";
    case db::Visibility::Direct:
    case db::Visibility::Limited:
        return "for the people addressed";
    }
    return "";
}

Json render_media(db::Tx& tx, const Instance& instance, StatusId status) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kinds{
        {{"image", "Picture"}, {"gifv", "Moving picture"}, {"video", "Film"}, {"audio", "Sound"}}};
    Json list = Json::array();
    for (const auto& media : db::media_attachments::list(tx, status)) {
        std::string_view kind = "File";
        for (const auto& [type, word] : kinds) {
            if (media.type == type) kind = word;
        }
        // Always from here: whoever reads is not shown to others (ATTACKS H10).
        const auto url = media::attachment_url(instance, media, media::Variant::Original);
        if (url.empty()) continue;
        list.push_back({{"kind", kind},
                        {"url", url},
                        {"preview", media::attachment_url(instance, media, media::Variant::Small)},
                        {"description", media.description}});
    }
    return list;
}

Json render_options(db::Tx& tx, StatusId status, Time now) {
    Json list = Json::array();
    const auto poll = db::polls::find_by_status(tx, status);
    if (!poll) return list;
    const bool shows_votes = !poll->hide_totals || poll->is_over(now);
    for (std::size_t i = 0; i < poll->options.size(); ++i) {
        const auto votes = i < poll->tallies.size() ? poll->tallies[i] : 0;
        list.push_back({{"text", poll->options[i]},
                        {"votes", shows_votes ? fmt::format("{} votes", votes) : ""}});
    }
    return list;
}

// `content` is HTML that was cleaned before it was stored.
Json render_post(db::Tx& tx,
                 const WebDeps& deps,
                 const db::Status& status,
                 const db::Account& author) {
    const auto& domain = author.domain.empty() ? deps.instance.handle_host : author.domain;
    auto media = render_media(tx, deps.instance, status.id);
    auto options = render_options(tx, status.id, deps.now());
    const bool has_parent = status.in_reply_to || !origin_of(status.in_reply_to_uri).empty();
    Json data{
        {"author", author.display_name.empty() ? author.username : author.display_name},
        {"author_url", "/@" + author.acct()},
        {"guest_until", educators::show_guest(author).value_or("")},
        {"handle", "@" + author.username + "@" + domain},
        {"title", status.title},
        {"warning", status.spoiler_text},
        {"content", status.content},
        {"language", status.language},
        {"parent", has_parent ? status.in_reply_to_uri : ""},
        {"has_media", !media.empty()},
        {"media", std::move(media)},
        {"has_options", !options.empty()},
        {"options", std::move(options)},
        {"at", format_iso8601(status.created_at)},
        {"date", format_date(status.created_at)},
        {"visibility", describe(status)},
        {"replies", status.replies_count},
        {"boosts", status.reblogs_count},
        {"favourites", status.favourites_count},
    };
    if (outbox::is_partner(author, deps.peers))
        data["refusal"] = "/@" + percent_encode(author.acct()) + "/not-wanted";
    if (status.edited_at) {
        data["edited"] = format_date(*status.edited_at);
        data["edited_at"] = format_iso8601(*status.edited_at);
    }
    return data;
}

/// For other servers, which read the page's head to find the object; they sign their own request.
std::string object_uri(const db::Status& status) {
    const bool is_open = status.visibility == db::Visibility::Public ||
                         status.visibility == db::Visibility::Unlisted;
    return status.local && is_open && !status.local_only ? status.uri : "";
}

// Without a session the page says nothing of the post.
http::Response ask_to_sign_in(const WebDeps& deps, const http::Call& call, StatusId id) {
    db::Tx tx(deps.pool);
    const auto status = db::statuses::find(tx, id);
    return render_page(
        deps.instance,
        call,
        {.view = "notice",
         .title = "Sign in to read",
         .data = {{"title", "Sign in to read"},
                  {"text", "Posts here are for members. If you are one, please sign in."},
                  {"link", "/sign-in?return_to=" + percent_encode(call.request.path)},
                  {"link_text", "Sign in"}},
         .alternate = status ? object_uri(*status) : ""});
}

// GET /@{name}/{id}
Result<http::Response> post(const WebDeps& deps, const http::Call& call) {
    const auto id = call.status_id();
    if (!id) return id.error();
    if (!call.me()) return ask_to_sign_in(deps, call, *id);
    const Error not_found{
        Error::Kind::NotFound, "no such post for the reader", "There is no such post."};
    db::Tx tx(deps.pool);
    auto status = db::statuses::find(tx, *id);
    if (!status || !statuses::may_see(tx, call.me(), *status)) return not_found;
    if (status->is_boost()) {
        status = db::statuses::find(tx, status->reblog_of);
        if (!status || !statuses::may_see(tx, call.me(), *status)) return not_found;
    }
    const auto author = db::accounts::find(tx, status->author);
    if (!author) return not_found;
    const auto name = author->display_name.empty() ? author->username : author->display_name;
    return render_page(deps.instance,
                       call,
                       {.view = "post",
                        .title = "A post by " + name,
                        .data = render_post(tx, deps, *status, *author),
                        .alternate = object_uri(*status)});
}

// GET /users/{name}/statuses/{id} in a browser: the id leads to the page.
Result<http::Response> from_object(const WebDeps&, const http::Call& call) {
    const auto id = call.status_id();
    if (!id) return id.error();
    return http::redirect_response(
        fmt::format("/@{}/{}", percent_encode(call.param("name")), to_string(*id)), 302);
}

} // namespace

void add_post_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/@{name}/{id}", OptionalSession, deps, post));
    router.add(page_route("GET", "/users/{name}/statuses/{id}", Anyone, deps, from_object));
}

} // namespace web
