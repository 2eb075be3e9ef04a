#include "federation/uris.h"

#include "base/uri.h"

#include <fmt/format.h>

#include <array>

namespace federation {

namespace {

using Kind = LocalUri::Kind;

struct Row {
    std::string_view path;
    Kind kind = Kind::Actor;
};

/// Below an actor.
constexpr std::array actor_rows{
    Row{"inbox", Kind::Inbox},
    Row{"outbox", Kind::Outbox},
    Row{"followers", Kind::Followers},
    Row{"following", Kind::Following},
    Row{"collections/featured", Kind::Featured},
    Row{"collections/tags", Kind::FeaturedTags},
    Row{"followers_synchronization", Kind::FollowersSynchronization},
};

/// Below an actor, with a number behind.
constexpr std::array numbered_rows{
    Row{"statuses/", Kind::Status},
    Row{"follows/", Kind::Follow},
    Row{"quote_authorizations/", Kind::QuoteAuthorization},
    Row{"quote_requests/", Kind::QuoteRequest},
};

/// Below a status.
constexpr std::array status_rows{
    Row{"activity", Kind::Activity},
    Row{"replies", Kind::Replies},
    Row{"likes", Kind::Likes},
    Row{"shares", Kind::Shares},
};

/// The part before the first slash; `rest` keeps what follows it.
std::string take_segment(std::string_view& rest, bool& had_slash) {
    const auto slash = rest.find('/');
    had_slash = slash != std::string_view::npos;
    std::string segment(rest.substr(0, slash));
    rest.remove_prefix(had_slash ? slash + 1 : rest.size());
    return segment;
}

std::optional<LocalUri> below_actor(std::string_view name, std::string_view rest) {
    for (const Row& row : actor_rows) {
        if (rest == row.path) return LocalUri{.kind = row.kind, .name = std::string(name)};
    }
    for (const Row& row : numbered_rows) {
        if (!rest.starts_with(row.path)) continue;
        rest.remove_prefix(row.path.size());
        bool has_more = false;
        const auto id = parse_id(take_segment(rest, has_more));
        if (!id) return std::nullopt;
        LocalUri uri{.kind = row.kind, .name = std::string(name), .id = *id};
        if (!has_more) return uri;
        if (row.kind != Kind::Status) return std::nullopt;
        for (const Row& below : status_rows) {
            if (rest != below.path) continue;
            uri.kind = below.kind;
            return uri;
        }
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<LocalUri> parse_page(std::string_view rest) {
    bool has_more = false;
    LocalUri uri{.kind = Kind::Profile, .name = take_segment(rest, has_more)};
    if (uri.name.empty()) return std::nullopt;
    if (!has_more) return uri;
    const auto id = parse_id(rest);
    if (!id) return std::nullopt;
    uri.kind = Kind::Post;
    uri.id = *id;
    return uri;
}

std::optional<LocalUri> parse_path(std::string_view path) {
    if (path == "inbox") return LocalUri{.kind = Kind::SharedInbox};
    if (path.starts_with('@')) return parse_page(path.substr(1));
    bool has_more = false;
    const std::string first = take_segment(path, has_more);
    if (first == "actor") {
        if (!has_more) return LocalUri{.kind = Kind::ServerActor};
        return below_actor("", path);
    }
    if (first == "users" && has_more) {
        const std::string name = take_segment(path, has_more);
        if (name.empty()) return std::nullopt;
        return has_more ? below_actor(name, path) : LocalUri{.kind = Kind::Actor, .name = name};
    }
    if (first == "contexts" && has_more) {
        const auto id = parse_id(path);
        return id ? std::optional(LocalUri{.kind = Kind::Context, .id = *id}) : std::nullopt;
    }
    if (first == "tags" && !path.empty() && path.find('/') == std::string_view::npos) {
        return LocalUri{.kind = Kind::Tag, .name = percent_decode(path)};
    }
    return std::nullopt;
}

std::string below(std::string_view base, std::string_view path) {
    return fmt::format("{}/{}", base, path);
}

} // namespace

std::string actor_uri(const Instance& instance, std::string_view name) {
    return fmt::format("{}/users/{}", instance.origin, name);
}

std::string server_actor_uri(const Instance& instance) {
    return instance.origin + "/actor";
}
std::string shared_inbox_uri(const Instance& instance) {
    return instance.origin + "/inbox";
}

std::string inbox_uri(std::string_view actor) {
    return below(actor, "inbox");
}
std::string outbox_uri(std::string_view actor) {
    return below(actor, "outbox");
}
std::string followers_uri(std::string_view actor) {
    return below(actor, "followers");
}
std::string following_uri(std::string_view actor) {
    return below(actor, "following");
}
std::string featured_uri(std::string_view actor) {
    return below(actor, "collections/featured");
}
std::string featured_tags_uri(std::string_view actor) {
    return below(actor, "collections/tags");
}

std::string followers_synchronization_uri(std::string_view actor) {
    return below(actor, "followers_synchronization");
}

std::string main_key_id(std::string_view actor) {
    return fmt::format("{}#main-key", actor);
}
std::string ed25519_key_id(std::string_view actor) {
    return fmt::format("{}#ed25519-key", actor);
}

std::string status_uri(const Instance& instance, std::string_view name, StatusId id) {
    return fmt::format("{}/users/{}/statuses/{}", instance.origin, name, id.value);
}

std::string activity_uri(std::string_view status) {
    return below(status, "activity");
}
std::string replies_uri(std::string_view status) {
    return below(status, "replies");
}
std::string likes_uri(std::string_view status) {
    return below(status, "likes");
}
std::string shares_uri(std::string_view status) {
    return below(status, "shares");
}

std::string context_uri(const Instance& instance, std::int64_t id) {
    return fmt::format("{}/contexts/{}", instance.origin, id);
}

std::string follow_uri(const Instance& instance, std::string_view name, FollowId id) {
    return fmt::format("{}/users/{}/follows/{}", instance.origin, name, id.value);
}

std::string fragment_uri(std::string_view actor, std::string_view kind, std::int64_t id) {
    return fmt::format("{}#{}/{}", actor, kind, id);
}

std::string quote_authorization_uri(const Instance& instance,
                                    std::string_view name,
                                    std::int64_t id) {
    return fmt::format("{}/users/{}/quote_authorizations/{}", instance.origin, name, id);
}

std::string quote_request_uri(const Instance& instance, std::string_view name, std::int64_t id) {
    return fmt::format("{}/users/{}/quote_requests/{}", instance.origin, name, id);
}

std::string profile_url(const Instance& instance, std::string_view name) {
    return fmt::format("{}/@{}", instance.origin, name);
}

std::string post_url(const Instance& instance, std::string_view name, StatusId id) {
    return fmt::format("{}/@{}/{}", instance.origin, name, id.value);
}

std::string tag_url(const Instance& instance, std::string_view tag) {
    return fmt::format("{}/tags/{}", instance.origin, percent_encode(tag));
}

std::optional<LocalUri> parse_local_uri(const Instance& instance, std::string_view uri) {
    const auto parsed = parse_uri(uri);
    if (!parsed || parsed->origin() != instance.origin) return std::nullopt;
    if (parsed->has_query || uri.find('#') != std::string_view::npos) return std::nullopt;
    return parse_path(std::string_view(parsed->path).substr(1));
}

std::string local_actor_name(const Instance& instance, std::string_view uri) {
    const auto local = parse_local_uri(instance, uri);
    if (!local || (local->kind != Kind::Actor && local->kind != Kind::Profile)) return {};
    return local->name;
}

StatusId local_status_id(const Instance& instance, std::string_view uri) {
    const auto local = parse_local_uri(instance, uri);
    if (!local) return {};
    const bool names_status =
        local->kind == Kind::Status || local->kind == Kind::Activity || local->kind == Kind::Post;
    return names_status ? StatusId{local->id} : StatusId{};
}

bool is_local(const Instance& instance, std::string_view uri) {
    return origin_of(uri) == instance.origin;
}

} // namespace federation
