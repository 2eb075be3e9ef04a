#include "statuses/render.h"

#include "db/accounts.h"
#include "db/media_attachments.h"
#include "db/mentions.h"
#include "db/partners.h"
#include "db/polls.h"
#include "db/reply_requests.h"
#include "db/tags.h"
#include "federation/commercial.h"
#include "federation/note.h"
#include "federation/uris.h"
#include "media/links.h"
#include "statuses/addressing.h"
#include "statuses/audience.h"
#include "statuses/policy.h"

#include <fmt/format.h>

#include <stdexcept>

namespace statuses {
namespace {

constexpr int max_own_answers = 5;

void add_people(db::Tx& tx,
                const Instance& instance,
                const db::Status& status,
                const db::Account& author,
                bool is_narrow,
                federation::NoteDocument& note) {
    std::vector<AccountId> ids;
    for (const auto& mention : db::mentions::list(tx, status.id)) {
        if (!mention.silent) ids.push_back(mention.account);
    }
    std::vector<std::string> mentioned;
    if (!ids.empty()) {
        for (const auto& account : db::accounts::find_all(tx, ids)) {
            const auto& domain = account.is_local() ? instance.handle_host : account.domain;
            note.mentions.push_back({
                .href = account.uri,
                .name = fmt::format("@{}@{}", account.username, domain),
                .addressed = true,
            });
            mentioned.push_back(account.uri);
        }
    }
    // To whom else a narrow post goes, each server is told of its own people (outbox/narrow.h).
    const auto visibility = is_narrow ? db::Visibility::Limited : status.visibility;
    auto addressing = address(visibility, author.followers_uri, mentioned);
    note.to = std::move(addressing.to);
    note.cc = std::move(addressing.cc);
}

void add_hashtags(db::Tx& tx,
                  const Instance& instance,
                  const db::Status& status,
                  federation::NoteDocument& note) {
    for (const auto& tag : db::tags::list(tx, status.id)) {
        note.hashtags.push_back({
            .name = tag.name,
            .display = tag.display,
            .href = federation::tag_url(instance, tag.name),
        });
    }
}

void add_emojis(const db::Status& status, federation::NoteDocument& note) {
    for (const Json& emoji : status.emojis) {
        note.emojis.push_back({.shortcode = emoji.value("shortcode", std::string{}),
                               .url = emoji.value("url", std::string{})});
    }
}

federation::Attachment::Kind kind_of(std::string_view type) {
    if (type == "image") return federation::Attachment::Kind::Image;
    if (type == "video" || type == "gifv") return federation::Attachment::Kind::Video;
    if (type == "audio") return federation::Attachment::Kind::Audio;
    return federation::Attachment::Kind::Unknown;
}

void add_attachments(db::Tx& tx,
                     const Instance& instance,
                     const db::Status& status,
                     federation::NoteDocument& note) {
    for (const auto& media : db::media_attachments::list(tx, status.id)) {
        const auto url = media::attachment_url(instance, media, media::Variant::Original);
        if (url.empty()) continue;
        const bool has_frame = media.type != "image";
        note.attachments.push_back({
            .kind = kind_of(media.type),
            .url = url,
            .media_type = media.media_type,
            .description = media.description,
            .blurhash = media.blurhash,
            .preview_url =
                has_frame ? media::attachment_url(instance, media, media::Variant::Small) : "",
            .focus = media.focus,
            .width = media.width,
            .height = media.height,
            .duration_s = static_cast<double>(media.duration_ms) / 1000,
        });
    }
}

void add_poll(db::Tx& tx, const db::Status& status, federation::NoteDocument& note) {
    if (!status.poll) return;
    const auto row = db::polls::find(tx, status.poll);
    if (!row) return;
    federation::Poll poll{
        .multiple = row->multiple,
        .ends = row->expires_at,
        .closed = row->closed_at,
        .voters = row->voters_count,
    };
    for (std::size_t i = 0; i < row->options.size(); ++i)
        poll.options.push_back({.text = row->options[i], .votes = row->tallies.at(i)});
    note.poll = std::move(poll);
}

void add_quote(db::Tx& tx, const db::Status& status, federation::NoteDocument& note) {
    // What was refused or taken back is no quote any more.
    if (status.quote_uri.empty() || status.quote_state == "rejected" ||
        status.quote_state == "revoked") {
        return;
    }
    const auto quoted = status.quote ? db::statuses::find(tx, status.quote) : std::nullopt;
    const bool has_page = quoted && !quoted->url.empty();
    note.quote = status.quote_uri;
    note.quote_authorization = status.quote_authorization_uri;
    note.content =
        federation::quote_fallback_html(has_page ? quoted->url : status.quote_uri) + note.content;
}

// The stamp of whom it answers; older GoToSocial reads the second name.
void add_leave(db::Tx& tx, const db::Status& status, Json& object) {
    const auto stamp = db::reply_requests::find_stamp(tx, status.id);
    if (stamp.empty()) return;
    object["replyAuthorization"] = stamp;
    object["approvedBy"] = stamp;
}

} // namespace

Json render_object(db::Tx& tx, const Instance& instance, const db::Status& status) {
    const auto author = db::accounts::find(tx, status.author);
    if (!author) throw std::logic_error("render_object: a status without an author");
    federation::NoteDocument note{
        .id = status.uri,
        .url = status.url,
        .author = author->uri,
        .content = status.content,
        .language = status.language,
        .spoiler_text = status.spoiler_text,
        .sensitive = status.sensitive,
        .published = status.created_at,
        .updated = status.edited_at,
        .in_reply_to = status.in_reply_to_uri,
        .context = status.context_uri,
        .conversation = status.conversation,
        .policy = wire_policy(status, *author),
        .likes = status.favourites_count,
        .shares = status.reblogs_count,
        .audience = status.group_uri,
    };
    const auto audience = audience_of(tx, status);
    add_people(tx, instance, status, *author, audience.has_value(), note);
    add_hashtags(tx, instance, status, note);
    add_emojis(status, note);
    add_attachments(tx, instance, status, note);
    add_poll(tx, status, note);
    add_quote(tx, status, note);
    if (status.replies_count > 0) {
        note.own_replies = db::statuses::own_answer_uris(tx, status.id, max_own_answers);
    }
    Json object = federation::render_note(note);
    if (status.in_reply_to) add_leave(tx, status, object);
    if (audience) federation::write_locality(object, locality_of(tx, *audience));
    if (const auto mark = db::mark_of(*author))
        federation::add_commercial(object, mark->organisation);
    return object;
}

} // namespace statuses
