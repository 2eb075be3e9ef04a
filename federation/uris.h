#pragma once

#include "base/id.h"
#include "base/instance.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Our own URIs: how they are made, and what one that comes back names. They never change once
/// published, so this file is the only place that knows their shape.
namespace federation {

std::string actor_uri(const Instance& instance, std::string_view name); ///< origin/users/<name>
std::string server_actor_uri(const Instance& instance);                 ///< origin/actor
std::string shared_inbox_uri(const Instance& instance);                 ///< origin/inbox

/// These take the actor's URI, so that they serve the server actor as well.
std::string inbox_uri(std::string_view actor);
std::string outbox_uri(std::string_view actor);
std::string followers_uri(std::string_view actor);
std::string following_uri(std::string_view actor);
std::string featured_uri(std::string_view actor);      ///< <actor>/collections/featured
std::string featured_tags_uri(std::string_view actor); ///< <actor>/collections/tags
std::string followers_synchronization_uri(std::string_view actor);
std::string main_key_id(std::string_view actor);    ///< <actor>#main-key
std::string ed25519_key_id(std::string_view actor); ///< <actor>#ed25519-key

std::string status_uri(const Instance& instance, std::string_view name, StatusId id);
/// The Create, or the Announce, that carried a status: <status>/activity.
std::string activity_uri(std::string_view status);
std::string replies_uri(std::string_view status);
std::string likes_uri(std::string_view status);
std::string shares_uri(std::string_view status);
std::string context_uri(const Instance& instance, std::int64_t id); ///< origin/contexts/<n>

/// The id of a Follow that one of ours sent: <actor>/follows/<id>.
std::string follow_uri(const Instance& instance, std::string_view name, FollowId id);
/// The id of an activity that nobody asks for by GET: <actor>#<kind>/<id>, "#likes/12".
std::string fragment_uri(std::string_view actor, std::string_view kind, std::int64_t id);
/// A quote stamp (FEP-044f): <actor>/quote_authorizations/<id>.
std::string quote_authorization_uri(const Instance& instance,
                                    std::string_view name,
                                    std::int64_t id);
std::string quote_request_uri(const Instance& instance, std::string_view name, std::int64_t id);

std::string profile_url(const Instance& instance, std::string_view name); ///< origin/@<name>
std::string post_url(const Instance& instance, std::string_view name, StatusId id);
std::string tag_url(const Instance& instance, std::string_view tag); ///< origin/tags/<tag>

/// What one of our URIs names. `name` and `id` are set where the kind has them.
struct LocalUri {
    enum class Kind {
        Actor,
        ServerActor,
        Inbox,
        SharedInbox,
        Outbox,
        Followers,
        Following,
        Featured,
        FeaturedTags,
        FollowersSynchronization,
        Status,
        Activity, ///< <status>/activity
        Replies,
        Likes,
        Shares,
        Follow,
        QuoteAuthorization,
        QuoteRequest,
        Context,
        Profile, ///< The page origin/@name.
        Post,    ///< The page origin/@name/<id>.
        Tag,     ///< `name` is the tag.
    };
    Kind kind = Kind::Actor;
    std::string name{};
    std::int64_t id = 0;
};

/// Nothing when the URI is not ours or names nothing we make. Query and fragment do not belong to
/// our URIs, so that "<actor>#main-key" names nothing here.
std::optional<LocalUri> parse_local_uri(const Instance& instance, std::string_view uri);

/// The name of the local actor that `uri` names by id or profile page, else "".
std::string local_actor_name(const Instance& instance, std::string_view uri);
/// The local status that `uri` names by id, activity or page, else no id.
StatusId local_status_id(const Instance& instance, std::string_view uri);

/// True when the URI has our origin, whatever it names: such ids are never fetched, and never
/// taken from outside (ATTACKS A19, A20).
bool is_local(const Instance& instance, std::string_view uri);

} // namespace federation
