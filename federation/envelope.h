#pragma once

#include "base/json.h"
#include "base/time.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Outgoing activities. Each has its own @context; objects that come in lose theirs.
namespace federation {

struct Envelope {
    std::string id{};
    std::string actor{};
    std::vector<std::string> to{};
    std::vector<std::string> cc{};
    std::optional<Time> published{};
};

/// Around a rendered note: id, actor, to, cc and published are the note's.
Json render_create(const Json& note);
/// `#updates/<seconds of at>` is the id. Poll tallies and actors likewise.
Json render_update(const Json& object,
                   std::string_view actor,
                   const std::vector<std::string>& to,
                   const std::vector<std::string>& cc,
                   Time at);
/// Of a post: object is a Tombstone. Of an actor: its id.
Json render_delete_note(std::string_view actor,
                        std::string_view note_id,
                        const std::vector<std::string>& to,
                        const std::vector<std::string>& cc);
Json render_delete_actor(std::string_view actor);

Json render_announce(const Envelope& envelope, std::string_view object);
/// With the stamp of whose leave it needed (GoToSocial's canAnnounce).
Json render_stamped_announce(const Envelope& envelope,
                             std::string_view object,
                             std::string_view stamp);
/// A group passes an activity on, unchanged (FEP-1b12).
Json render_announce_activity(const Envelope& envelope, Json activity);
Json render_undo(const Envelope& envelope, Json activity);
Json render_like(const Envelope& envelope, std::string_view object);
Json render_follow(const Envelope& envelope, std::string_view object);
Json render_block(const Envelope& envelope, std::string_view object);
Json render_add(const Envelope& envelope, std::string_view object, std::string_view target);
Json render_remove(const Envelope& envelope, std::string_view object, std::string_view target);
/// By the server actor; the reporter is never named.
Json render_flag(const Envelope& envelope,
                 const std::vector<std::string>& objects,
                 std::string_view content);
Json render_move(const Envelope& envelope, std::string_view target);
/// A poll answer: one Create with one Note per choice, to the poll's author alone.
Json render_votes(const Envelope& envelope,
                  std::string_view question,
                  const std::vector<std::string>& choices);

/// Accept and Reject carry the whole activity that they answer: Follow, QuoteRequest, Join.
Json render_accept(const Envelope& envelope, Json activity);
Json render_reject(const Envelope& envelope, Json activity);
/// An Accept of a QuoteRequest; `result` is the stamp's id.
Json render_accept_quote(const Envelope& envelope, Json request, std::string_view result);
Json render_quote_request(const Envelope& envelope, std::string_view quoted, Json quoting_note);
/// The short form of an activity by somebody else, to answer it: id, type, actor, object.
Json brief_activity(std::string_view id,
                    std::string_view type,
                    std::string_view actor,
                    std::string_view object);
/// The stamp itself (FEP-044f).
Json render_quote_authorization(std::string_view id,
                                std::string_view author,
                                std::string_view quoting,
                                std::string_view quoted);

} // namespace federation
