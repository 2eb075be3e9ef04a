#include "federation/envelope.h"

#include "federation/activity.h"
#include "federation/context.h"
#include "federation/uris.h"

#include <fmt/format.h>

#include <chrono>

namespace federation {

namespace {

Json start(const Envelope& envelope,
           std::string_view type,
           const Json& context = activity_context()) {
    Json out = {
        {"@context", context},
        {"id", envelope.id},
        {"type", type},
        {"actor", envelope.actor},
        {"to", envelope.to},
        {"cc", envelope.cc},
    };
    if (envelope.published) out["published"] = format_iso8601(*envelope.published);
    return out;
}

/// An embedded object speaks under the context of what is around it.
Json take_context(Json& object) {
    Json context = object.value("@context", activity_context());
    object.erase("@context");
    return context;
}

Json with_object(const Envelope& envelope, std::string_view type, Json object) {
    const Json context = take_context(object);
    Json out = start(envelope, type, context);
    out["object"] = std::move(object);
    return out;
}

Json with_id(const Envelope& envelope, std::string_view type, std::string_view object) {
    Json out = start(envelope, type);
    out["object"] = object;
    return out;
}

Json with_target(const Envelope& envelope,
                 std::string_view type,
                 std::string_view object,
                 std::string_view target) {
    Json out = with_id(envelope, type, object);
    out["target"] = target;
    return out;
}

std::string text_of(const Json& object, const char* key) {
    return object.value(key, std::string{});
}

} // namespace

Json render_create(const Json& note) {
    const std::string id = text_of(note, "id");
    Json out = with_object(
        {.id = activity_uri(id), .actor = text_of(note, "attributedTo")}, "Create", note);
    for (const char* key : {"to", "cc", "published"})
        out[key] = note.at(key);
    return out;
}

Json render_update(const Json& object,
                   std::string_view actor,
                   const std::vector<std::string>& to,
                   const std::vector<std::string>& cc,
                   Time at) {
    // To the millisecond: of two in one second a peer would take the second for the first again.
    const auto number = at.time_since_epoch().count();
    const Envelope envelope{.id = fmt::format("{}#updates/{}", text_of(object, "id"), number),
                            .actor = std::string(actor),
                            .to = to,
                            .cc = cc,
                            .published = at};
    return with_object(envelope, "Update", object);
}

Json render_delete_note(std::string_view actor,
                        std::string_view note_id,
                        const std::vector<std::string>& to,
                        const std::vector<std::string>& cc) {
    const Envelope envelope{
        .id = fmt::format("{}#delete", note_id), .actor = std::string(actor), .to = to, .cc = cc};
    return with_object(envelope, "Delete", {{"id", note_id}, {"type", "Tombstone"}});
}

Json render_delete_actor(std::string_view actor) {
    const Envelope envelope{.id = fmt::format("{}#delete", actor),
                            .actor = std::string(actor),
                            .to = {std::string(public_collection)}};
    return with_id(envelope, "Delete", actor);
}

Json render_announce(const Envelope& envelope, std::string_view object) {
    return with_id(envelope, "Announce", object);
}

Json render_stamped_announce(const Envelope& envelope,
                             std::string_view object,
                             std::string_view stamp) {
    Json announce = render_announce(envelope, object);
    announce["@context"] = leave_context();
    announce["announceAuthorization"] = stamp;
    announce["approvedBy"] = stamp; // GoToSocial before 0.21.
    return announce;
}

Json render_announce_activity(const Envelope& envelope, Json activity) {
    return with_object(envelope, "Announce", std::move(activity));
}

Json render_undo(const Envelope& envelope, Json activity) {
    return with_object(envelope, "Undo", std::move(activity));
}

Json render_like(const Envelope& envelope, std::string_view object) {
    return with_id(envelope, "Like", object);
}

Json render_follow(const Envelope& envelope, std::string_view object) {
    return with_id(envelope, "Follow", object);
}

Json render_block(const Envelope& envelope, std::string_view object) {
    return with_id(envelope, "Block", object);
}

Json render_add(const Envelope& envelope, std::string_view object, std::string_view target) {
    return with_target(envelope, "Add", object, target);
}

Json render_remove(const Envelope& envelope, std::string_view object, std::string_view target) {
    return with_target(envelope, "Remove", object, target);
}

Json render_flag(const Envelope& envelope,
                 const std::vector<std::string>& objects,
                 std::string_view content) {
    Json out = start(envelope, "Flag");
    out["object"] = objects;
    out["content"] = content;
    return out;
}

Json render_move(const Envelope& envelope, std::string_view target) {
    return with_target(envelope, "Move", envelope.actor, target);
}

Json render_votes(const Envelope& envelope,
                  std::string_view question,
                  const std::vector<std::string>& choices) {
    Json votes = Json::array();
    for (std::size_t i = 0; i < choices.size(); ++i) {
        votes.push_back({
            {"id", fmt::format("{}/{}", envelope.id, i + 1)},
            {"type", "Note"},
            {"name", choices[i]},
            {"attributedTo", envelope.actor},
            {"inReplyTo", question},
            {"to", envelope.to},
            {"cc", Json::array()},
        });
    }
    Json out = start(envelope, "Create");
    // Most servers take one vote per activity only as a plain object.
    out["object"] = votes.size() == 1 ? votes.front() : votes;
    return out;
}

Json render_accept(const Envelope& envelope, Json activity) {
    return with_object(envelope, "Accept", std::move(activity));
}

Json render_reject(const Envelope& envelope, Json activity) {
    return with_object(envelope, "Reject", std::move(activity));
}

Json render_accept_quote(const Envelope& envelope, Json request, std::string_view result) {
    request["@context"] = quote_context();
    Json out = with_object(envelope, "Accept", std::move(request));
    out["result"] = result;
    return out;
}

Json render_quote_request(const Envelope& envelope, std::string_view quoted, Json quoting_note) {
    quoting_note.erase("@context");
    Json out = start(envelope, "QuoteRequest", quote_context());
    out["object"] = quoted;
    out["instrument"] = std::move(quoting_note);
    return out;
}

Json brief_activity(std::string_view id,
                    std::string_view type,
                    std::string_view actor,
                    std::string_view object) {
    Json out = {{"type", type}, {"actor", actor}, {"object", object}};
    if (!id.empty()) out["id"] = id;
    if (type == "QuoteRequest") out["@context"] = quote_context();
    return out;
}

Json render_quote_authorization(std::string_view id,
                                std::string_view author,
                                std::string_view quoting,
                                std::string_view quoted) {
    return {
        {"@context", quote_context()},
        {"id", id},
        {"type", "QuoteAuthorization"},
        {"attributedTo", author},
        {"interactingObject", quoting},
        {"interactionTarget", quoted},
    };
}

} // namespace federation
