#include "base/html.h"
#include "federation/attachments.h"
#include "federation/context.h"
#include "federation/note.h"
#include "federation/tags.h"
#include "federation/uris.h"

#include <fmt/format.h>

namespace federation {

namespace {

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json render_approval(const Approval& approval) {
    Json out = Json::object();
    out["automaticApproval"] = approval.automatic;
    if (!approval.manual.empty()) out["manualApproval"] = approval.manual;
    return out;
}

Json render_policy(const InteractionPolicy& policy) {
    Json out = Json::object();
    if (policy.quote.stated) out["canQuote"] = render_approval(policy.quote);
    if (policy.reply.stated) out["canReply"] = render_approval(policy.reply);
    if (policy.like.stated) out["canLike"] = render_approval(policy.like);
    if (policy.announce.stated) out["canAnnounce"] = render_approval(policy.announce);
    return out;
}

Json render_replies(const NoteDocument& note) {
    const std::string id = replies_uri(note.id);
    return {
        {"id", id},
        {"type", "Collection"},
        {"first",
         {{"type", "CollectionPage"},
          {"partOf", id},
          {"next", id + "?page=true"},
          {"items", note.own_replies}}},
    };
}

Json render_count(const std::string& id, std::int64_t total) {
    return {{"id", id}, {"type", "Collection"}, {"totalItems", total}};
}

void render_quote(Json& out, const NoteDocument& note) {
    if (note.quote.empty()) return;
    for (const char* key : {"quote", "quoteUri", "_misskey_quote"})
        out[key] = note.quote;
    if (!note.quote_authorization.empty()) out["quoteAuthorization"] = note.quote_authorization;
}

} // namespace

Json render_note(const NoteDocument& note) {
    Json out = {
        {"@context", note_context()},
        {"id", note.id},
        {"type", note.poll ? "Question" : "Note"},
        {"url", note.url},
        {"attributedTo", note.author},
        {"to", note.to},
        {"cc", note.cc},
        {"published", format_iso8601(note.published)},
        {"summary", text_or_null(note.spoiler_text)},
        {"sensitive", note.sensitive},
        {"inReplyTo", text_or_null(note.in_reply_to)},
        {"atomUri", note.id},
        {"inReplyToAtomUri", text_or_null(note.in_reply_to)},
        {"content", note.content},
        {"attachment", render_attachments(note.attachments)},
        {"tag", render_tags(note.mentions, note.hashtags, note.emojis)},
        {"replies", render_replies(note)},
        {"likes", render_count(likes_uri(note.id), note.likes)},
        {"shares", render_count(shares_uri(note.id), note.shares)},
    };
    if (!note.language.empty()) out["contentMap"] = {{note.language, note.content}};
    if (note.updated) out["updated"] = format_iso8601(*note.updated);
    if (!note.context.empty()) out["context"] = note.context;
    if (!note.conversation.empty()) out["conversation"] = note.conversation;
    if (!note.audience.empty()) out["audience"] = note.audience;
    if (Json policy = render_policy(note.policy); !policy.empty()) {
        out["interactionPolicy"] = std::move(policy);
    }
    render_quote(out, note);
    if (note.poll) render_poll(out, *note.poll);
    return out;
}

Json render_tombstone(std::string_view id, Time deleted) {
    return {
        {"@context", activity_context()},
        {"id", id},
        {"type", "Tombstone"},
        {"deleted", format_iso8601(deleted)},
    };
}

std::string quote_fallback_html(std::string_view quoted_url) {
    const std::string url = escape_html(quoted_url);
    return fmt::format(R"(<p class="quote-inline">RE: <a href="{0}">{0}</a></p>)", url);
}

} // namespace federation
