#include "federation/activity.h"

#include "base/json_reader.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/note.h"
#include "federation/values.h"

#include <algorithm>
#include <array>

namespace federation {

const std::string_view public_collection = "https://www.w3.org/ns/activitystreams#Public";

namespace {

constexpr std::size_t max_objects = 60; // A Flag may name 50 posts and their author.
constexpr std::size_t max_content = 5'000;
constexpr int max_wrapping = 3; // Announce around an Undo around a Like.

struct TypeRow {
    std::string_view type;
    bool may_lack_id = false;
};

constexpr std::array type_rows{
    TypeRow{"Create"},
    TypeRow{"Update", true},
    TypeRow{"Delete", true},
    TypeRow{"Follow", true},
    TypeRow{"Accept", true},
    TypeRow{"Reject", true},
    TypeRow{"TentativeAccept"},
    TypeRow{"Undo", true},
    TypeRow{"Like"},
    TypeRow{"EmojiReact"},
    TypeRow{"Dislike"},
    TypeRow{"Announce"},
    TypeRow{"Add", true},
    TypeRow{"Remove", true},
    TypeRow{"Block"},
    TypeRow{"Flag"},
    TypeRow{"Move"},
    TypeRow{"QuoteRequest"},
    TypeRow{"FeatureRequest"},
    TypeRow{"LikeRequest"},
    TypeRow{"ReplyRequest"},
    TypeRow{"AnnounceRequest"},
    TypeRow{"Join"},
    TypeRow{"Leave"},
    TypeRow{"Invite"},
    TypeRow{"Ignore"},
    TypeRow{"Offer"},
    TypeRow{"View"},
    TypeRow{"Listen"},
    TypeRow{"Read"},
    TypeRow{"Arrive"},
    TypeRow{"Travel"},
    TypeRow{"Lock"},
};

const TypeRow* find_row(std::string_view type) {
    const auto row = std::ranges::find(type_rows, type, &TypeRow::type);
    return row == type_rows.end() ? nullptr : &*row;
}

Error invalid(std::string detail) {
    return {.kind = Error::Kind::Invalid, .detail = std::move(detail)};
}

/// Hidden recipients are never stored, served or passed on.
void strip_hidden_recipients(Json& document) {
    std::vector<Json*> parts{&document};
    while (!parts.empty()) {
        Json& part = *parts.back();
        parts.pop_back();
        if (part.is_object()) {
            for (const char* hidden : {"bto", "bcc", "as:bto", "as:bcc"})
                part.erase(hidden);
        }
        for (Json& inner : part) {
            if (inner.is_structured()) parts.push_back(&inner);
        }
    }
}

std::string choose_type(const Json& document) {
    const auto types = types_of(document);
    const auto known = std::ranges::find_if(types, is_known_activity);
    if (known != types.end()) return *known;
    return types.empty() ? std::string{} : types.front();
}

/// How many activities stand inside each other; an Announce of an Announce is more than any.
int wrapping_of(const Json& document) {
    const Json* inner = &document;
    std::string outer_type;
    int depth = 0;
    while (inner && inner->is_object()) {
        const std::string type = choose_type(*inner);
        if (!is_known_activity(type)) break;
        if (type == "Announce" && outer_type == "Announce") return max_wrapping + 1;
        if (++depth > max_wrapping) break;
        outer_type = type;
        JsonReader json(*inner);
        const auto objects = json.list("object", 1);
        inner = objects.empty() ? nullptr : objects.front();
    }
    return depth;
}

ObjectRef read_ref(const Json& value) {
    ObjectRef ref{.id = id_of(value), .embedded = value.is_object()};
    if (!ref.embedded) return ref;
    JsonReader json(value);
    ref.type = choose_type(value);
    ref.actor = first_id_in(json, "actor");
    ref.object = first_id_in(json, "object");
    ref.instrument = first_id_in(json, "instrument");
    ref.authors = ids_in(json, "attributedTo", 10);
    const auto inner = json.list("object", 1);
    if (!inner.empty() && inner.front()->is_object()) {
        ref.object_type = choose_type(*inner.front());
        JsonReader inner_json(*inner.front());
        ref.object_actor = first_id_in(inner_json, "actor");
    }
    return ref;
}

ObjectRef read_ref_in(JsonReader& json, std::string_view key) {
    const auto entries = json.list(key, 1);
    return entries.empty() ? ObjectRef{} : read_ref(*entries.front());
}

/// Errors: Invalid: none, several, or one without an http(s) id.
Result<std::string> read_actor(JsonReader& json) {
    const auto actors = json.list("actor", 2);
    if (actors.empty()) return invalid("actor: missing");
    if (actors.size() > 1) return invalid("actor: more than one");
    std::string actor = id_of(*actors.front());
    if (actor.empty()) return invalid("actor: no http(s) id");
    return actor;
}

Result<std::string> read_id(JsonReader& json, std::string_view type, const std::string& actor) {
    const Json* value = json.find("id");
    if (!value) {
        const TypeRow* row = find_row(type);
        if (!row || row->may_lack_id) return std::string{};
        return invalid("id: missing");
    }
    if (!value->is_string()) return invalid("id: not a string");
    std::string id = id_of(*value);
    if (id.empty()) return invalid("id: not an http(s) URI");
    if (!same_origin(id, actor)) return invalid("id: not on the actor's origin");
    return id;
}

Result<Activity> read(Json document) {
    JsonReader json(document);
    Activity activity;
    activity.type = choose_type(document);
    if (activity.type.empty()) return invalid("type: missing");
    auto actor = read_actor(json);
    if (!actor) return actor.error();
    activity.actor = std::move(*actor);
    auto id = read_id(json, activity.type, activity.actor);
    if (!id) return id.error();
    activity.id = std::move(*id);
    if (wrapping_of(document) > max_wrapping) return invalid("object: wrapped too deep");

    for (const Json* object : json.list("object", max_objects)) {
        activity.objects.push_back(read_ref(*object));
    }
    if (!activity.objects.empty()) activity.object = activity.objects.front().id;
    activity.target = read_ref_in(json, "target");
    activity.result = read_ref_in(json, "result");
    activity.instrument = read_ref_in(json, "instrument");
    activity.to = ids_in(json, "to");
    activity.cc = ids_in(json, "cc");
    activity.audience = ids_in(json, "audience", 10);
    activity.published = time_in(json, "published");
    activity.content = clean_text(json.lenient_text("content"), max_content, Lines::Keep);
    activity.has_proof = json.find("proof") != nullptr;
    auto checked = json.finish(std::move(activity));
    if (checked) checked->document = std::move(document);
    return checked;
}

void add_unique(std::vector<std::string>& ids, const std::string& id) {
    if (!id.empty() && std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
}

void add_authors(std::vector<std::string>& ids, const ObjectRef& ref, const Json* embedded) {
    for (const auto& author : ref.authors)
        add_unique(ids, author);
    if (embedded) add_unique(ids, read_quote(*embedded).uri);
}

} // namespace

bool is_public(std::string_view id) {
    return id == public_collection || id == "as:Public" || id == "Public";
}

bool is_known_activity(std::string_view type) {
    return find_row(type) != nullptr;
}

bool may_lack_id(std::string_view type) {
    const TypeRow* row = find_row(type);
    return row && row->may_lack_id;
}

Result<Activity> parse_activity(Json document) {
    if (!document.is_object()) return invalid("not an object");
    if (auto plain = check_plain(document); !plain) return plain.error();
    strip_hidden_recipients(document);
    return read(std::move(document));
}

const Json* embedded_object(const Activity& activity, std::size_t index) {
    JsonReader json(activity.document);
    const auto objects = json.list("object", max_objects);
    return index < objects.size() && objects[index]->is_object() ? objects[index] : nullptr;
}

const Json* embedded_instrument(const Activity& activity) {
    JsonReader json(activity.document);
    const auto instruments = json.list("instrument", 1);
    return !instruments.empty() && instruments.front()->is_object() ? instruments.front() : nullptr;
}

Result<Activity> parse_inner_activity(const Activity& announce) {
    const Json* inner = embedded_object(announce);
    if (!inner) return invalid("object: no activity inside");
    auto activity = read(*inner);
    if (activity && !is_known_activity(activity->type)) return invalid("object: no activity");
    return activity;
}

std::vector<std::string> reported_ids(const Activity& flag) {
    std::vector<std::string> ids;
    for (const auto& object : flag.objects)
        add_unique(ids, object.id);
    std::string_view text = flag.content;
    for (auto at = text.find("http"); at != std::string_view::npos && ids.size() < max_objects;
         at = text.find("http")) {
        text.remove_prefix(at);
        const auto end = std::min(text.find_first_of(" \t\r\n<>\"'"), text.size());
        add_unique(ids, canonical_id(text.substr(0, end)));
        text.remove_prefix(end);
    }
    return ids;
}

std::vector<std::string> speaks_for(const Activity& activity, std::string_view key_owner) {
    std::vector<std::string> ids;
    add_unique(ids, std::string(key_owner));
    add_unique(ids, activity.actor);
    for (std::size_t i = 0; i < activity.objects.size(); ++i) {
        const ObjectRef& object = activity.objects[i];
        const Json* embedded = embedded_object(activity, i);
        add_authors(ids, object, embedded);
        if (activity.type != "Announce") continue;
        // A boosted post speaks here, and so does whoever made the activity that a group passes on.
        add_unique(ids, is_known_activity(object.type) ? object.actor : object.id);
        if (!embedded || !is_known_activity(object.type)) continue;
        JsonReader inner(*embedded);
        for (const Json* innermost : inner.list("object", max_objects)) {
            add_authors(ids, read_ref(*innermost), innermost->is_object() ? innermost : nullptr);
        }
    }
    const Json* instrument = embedded_instrument(activity);
    add_authors(ids, activity.instrument, instrument);
    return ids;
}

} // namespace federation
