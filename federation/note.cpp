#include "federation/note.h"

#include "base/html.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/activity.h"
#include "federation/attachments.h"
#include "federation/tags.h"
#include "federation/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace federation {

namespace {

constexpr std::size_t max_recipients = 1'000;
constexpr std::size_t max_mentions = 50;
constexpr std::size_t max_content = 100'000;
constexpr std::size_t max_summary = 5'000;
constexpr std::size_t max_name = 500;
constexpr std::size_t max_uri = 2'048;

/// Objects that are posts by name; others are shown when they bring a text.
constexpr std::array<std::string_view, 9> post_types{
    "Note",
    "Question",
    "Article",
    "Page",
    "Event",
    "Image",
    "Video",
    "Audio",
    "Document",
};

Error invalid(std::string detail) {
    return {.kind = Error::Kind::Invalid, .detail = "note: " + std::move(detail)};
}

bool contains(std::span<const std::string> ids, std::string_view id) {
    return std::ranges::find(ids, id) != ids.end();
}

std::string choose_type(const Json& object) {
    const auto types = types_of(object);
    for (const auto& type : types) {
        if (std::ranges::find(post_types, type) != post_types.end()) return type;
    }
    return types.empty() ? std::string{} : types.front();
}

/// A warning, and plain text, where the type has no abstract and no title.
bool is_plain_post(std::string_view type) {
    return type == "Note" || type == "Question";
}

/// attributedTo on the id's origin, persons first (PeerTube names a channel as well).
std::vector<std::string> read_authors(JsonReader& json, const std::string& id) {
    constexpr std::size_t most = 10;
    std::vector<std::string> authors;
    std::size_t persons = 0;
    for (const Json* entry : json.list("attributedTo", most)) {
        std::string author = id_of(*entry);
        if (!same_origin(author, id) || contains(authors, author)) continue;
        const bool person = has_type(*entry, "Person");
        const auto at =
            person ? authors.begin() + static_cast<std::ptrdiff_t>(persons++) : authors.end();
        authors.insert(at, std::move(author));
    }
    const std::string actor = first_id_in(json, "actor");
    const bool none_given = json.list("attributedTo", 1).empty();
    if (none_given && same_origin(actor, id)) authors.push_back(actor);
    return authors;
}

void read_addressing(Note& note, JsonReader& json, const NoteReading& reading) {
    note.to = ids_in(json, "to", max_recipients);
    note.cc = ids_in(json, "cc", max_recipients - std::min(note.to.size(), max_recipients));
    if (note.to.empty() && note.cc.empty()) {
        note.to = reading.activity_to;
        note.cc = reading.activity_cc;
    }
    std::erase_if(note.cc, [&](const std::string& id) { return contains(note.to, id); });
    note.audience = ids_in(json, "audience", 10);

    note.mentions = read_mentions(json, reading.instance);
    note.too_many_mentions = note.mentions.size() > max_mentions;
    if (note.too_many_mentions) note.mentions.resize(max_mentions);
    std::vector<std::string> mentioned;
    for (auto& mention : note.mentions) {
        mention.addressed = contains(note.to, mention.href) || contains(note.cc, mention.href);
        mentioned.push_back(mention.href);
    }
    note.visibility = visibility_of(note.to, note.cc, reading.author_followers, mentioned);
}

/// Only pages on the id's own host are a permalink; the id itself always is one.
std::string read_permalink(JsonReader& json, const std::string& id) {
    const auto links = links_in(json, "url");
    auto page = std::ranges::find(links, "text/html", &Link::media_type);
    if (page == links.end()) page = std::ranges::find(links, "", &Link::media_type);
    return page != links.end() && host_of(page->url) == host_of(id) ? page->url : id;
}

std::string text_to_html(std::string_view text) {
    const std::string clean = clean_text(text, max_content, Lines::Keep);
    std::string html = "<p>";
    for (const std::string_view trimmed = trim(clean); const char c : trimmed) {
        if (c == '\n') {
            html += "<br>";
        } else {
            html += escape_html(std::string_view(&c, 1));
        }
    }
    return html + "</p>";
}

/// A text as its mediaType says; HTML when it says nothing.
std::string read_html(JsonReader& json, std::string_view text) {
    const std::string media_type = ascii_lower(json.lenient_text("mediaType"));
    const bool is_html = media_type.empty() || media_type.starts_with("text/html");
    return is_html ? sanitize_html(text) : text_to_html(text);
}

std::string read_address(JsonReader& place) {
    const Json* address = place.find("address");
    if (!address) return {};
    if (address->is_string()) return plain_text(address->get<std::string>(), max_name);
    if (!address->is_object()) return {};
    JsonReader json(*address);
    std::string joined;
    for (const char* part : {"streetAddress", "postalCode", "addressLocality", "addressRegion"}) {
        const std::string text = plain_text(json.lenient_text(part), max_name);
        if (text.empty()) continue;
        if (!joined.empty()) joined += ", ";
        joined += text;
    }
    return joined;
}

std::string read_place(JsonReader& json) {
    for (const Json* location : json.list("location", 5)) {
        if (location->is_string()) return plain_text(location->get<std::string>(), max_name);
        if (!location->is_object()) continue;
        JsonReader place(*location);
        std::string name = plain_text(place.lenient_text("name"), max_name);
        if (name.empty()) name = web_url(place.lenient_text("url")); // A VirtualLocation.
        const std::string address = read_address(place);
        if (!name.empty() && !address.empty()) return name + ", " + address;
        return name + address;
    }
    return {};
}

Event read_event(JsonReader& json) {
    Event event{
        .starts = time_in(json, "startTime"),
        .ends = time_in(json, "endTime"),
        .timezone = plain_text(json.lenient_text("timezone"), max_name),
        .place = read_place(json),
        .join_mode = plain_text(json.lenient_text("joinMode"), max_name),
        .status = plain_text(json.lenient_text("eventStatus"), max_name),
    };
    if (event.status.empty()) event.status = plain_text(json.lenient_text("ical:status"), max_name);
    return event;
}

/// "2026-04-18 14:00 UTC"
std::string shown_time(Time at) {
    const std::string iso = format_iso8601(at);
    return iso.substr(0, 10) + " " + iso.substr(11, 5) + " UTC";
}

std::string event_html(const Event& event) {
    std::string line;
    if (event.starts) line = shown_time(*event.starts);
    if (event.starts && event.ends) line += " – " + shown_time(*event.ends);
    if (!event.place.empty()) line += (line.empty() ? "" : "<br>") + escape_html(event.place);
    return line.empty() ? line : "<p>" + line + "</p>";
}

std::string title_html(const std::string& title) {
    return title.empty() ? title : "<p><strong>" + escape_html(title) + "</strong></p>";
}

std::string link_html(const std::string& url) {
    const std::string safe = escape_html(url);
    return fmt::format(R"(<p><a href="{0}">{0}</a></p>)", safe);
}

/// What we cannot show in its own form becomes readable text with a link (PROTOCOL 12.1).
void read_text(Note& note, JsonReader& json, const NoteReading& reading) {
    const Text content = text_in(json, "content", reading.languages);
    const Text summary = text_in(json, "summary", reading.languages);
    const std::string name = text_in(json, "name", reading.languages).text;
    note.has_content = !trim(content.text).empty();
    note.language = content.language;
    std::string html = note.has_content ? read_html(json, content.text) : std::string{};
    if (is_plain_post(note.type)) {
        note.spoiler_text = plain_text(summary.text, max_summary);
        note.text_name = clean_text(name, max_name);
        if (!note.has_content && !note.text_name.empty()) html = text_to_html(note.text_name);
        note.content = std::move(html);
        return;
    }
    note.title = plain_text(name, max_name);
    if (!note.has_content)
        html = sanitize_html(truncate(std::string_view(summary.text), max_summary));
    if (note.event) html = event_html(*note.event) + html;
    // Sanitised as a whole, so that what we add looks like the rest and is bounded with it.
    note.content =
        sanitize_html(title_html(note.title) + html + link_html(note.url), 2 * max_content);
}

Approval read_approval(JsonReader& policy, std::string_view key) {
    constexpr std::size_t most = 50;
    Approval approval;
    const Json* value = policy.find(key);
    if (!value || !value->is_object()) return approval;
    JsonReader json(*value);
    approval.stated = true;
    approval.automatic = ids_in(json, "automaticApproval", most);
    approval.manual = ids_in(json, "manualApproval", most);
    // Before GoToSocial 0.21.
    if (!json.find("automaticApproval")) approval.automatic = ids_in(json, "always", most);
    if (!json.find("manualApproval")) approval.manual = ids_in(json, "approvalRequired", most);
    return approval;
}

InteractionPolicy read_policy(JsonReader& json) {
    InteractionPolicy policy;
    const Json* value = json.find("interactionPolicy");
    if (!value || !value->is_object()) return policy;
    JsonReader reader(*value);
    policy.quote = read_approval(reader, "canQuote");
    policy.reply = read_approval(reader, "canReply");
    policy.like = read_approval(reader, "canLike");
    policy.announce = read_approval(reader, "canAnnounce");
    return policy;
}

std::optional<std::int64_t> total_of(JsonReader& json, std::string_view key) {
    const Json* value = json.find(key);
    if (!value || !value->is_object()) return std::nullopt;
    JsonReader collection(*value);
    return count_in(collection, "totalItems");
}

void read_thread(Note& note, JsonReader& json) {
    note.in_reply_to = first_id_in(json, "inReplyTo");
    note.context = first_id_in(json, "context");
    note.conversation = plain_text(json.lenient_text("conversation"), max_uri);
    note.replies = first_id_in(json, "replies");
    note.likes = total_of(json, "likes");
    note.shares = total_of(json, "shares");
    note.reply_authorization = first_id_in(json, "replyAuthorization");
    if (note.reply_authorization.empty()) {
        note.reply_authorization = first_id_in(json, "approvedBy");
    }
}

void read_times(Note& note, JsonReader& json, Time received) {
    note.published = std::min(time_in(json, "published").value_or(received), received);
    note.updated = time_in(json, "updated");
    if (note.updated) note.updated = std::min(*note.updated, received);
}

} // namespace

Visibility visibility_of(std::span<const std::string> to,
                         std::span<const std::string> cc,
                         std::string_view followers,
                         std::span<const std::string> mentioned) {
    if (contains(to, public_collection)) return Visibility::Public;
    if (contains(cc, public_collection)) return Visibility::Unlisted;
    if (!followers.empty() && (contains(to, followers) || contains(cc, followers))) {
        return Visibility::Private;
    }
    const auto is_mentioned = [&](const std::string& id) { return contains(mentioned, id); };
    const bool all = std::ranges::all_of(to, is_mentioned) && std::ranges::all_of(cc, is_mentioned);
    return all ? Visibility::Direct : Visibility::Limited;
}

Quote read_quote(const Json& object) {
    if (!object.is_object()) return {};
    JsonReader json(object);
    const std::string authorization = first_id_in(json, "quoteAuthorization");
    const auto claimed = [&](std::string uri) {
        return Quote{
            .state = QuoteState::Claimed, .uri = std::move(uri), .authorization = authorization};
    };
    const Json* quote = json.find("quote");
    if (quote && has_type(*quote, "Tombstone")) {
        return {.state = QuoteState::Deleted, .uri = id_of(*quote)};
    }
    for (const char* key : {"quote", "quoteUrl", "quoteUri", "_misskey_quote"}) {
        if (std::string uri = first_id_in(json, key); !uri.empty()) return claimed(std::move(uri));
    }
    constexpr std::size_t max_tags = 1'000;
    for (const Json* tag : json.list("tag", max_tags)) {
        if (!has_type(*tag, "Link")) continue;
        JsonReader link(*tag);
        if (link.lenient_text("rel") != "https://misskey-hub.net/ns#_misskey_quote") continue;
        std::string uri = canonical_id(link.lenient_text("href"));
        if (!uri.empty()) return claimed(std::move(uri));
    }
    return {};
}

Result<Note> parse_note(const Json& object, const NoteReading& reading) {
    if (const auto plain = check_plain(object); !plain) return plain.error();
    JsonReader json(object);
    // A Group has an owner, a name and a text, and is still no post.
    if (json.find("inbox") != nullptr) {
        return Error{.kind = Error::Kind::Unprocessable, .detail = "note: an actor"};
    }
    // Pleroma's chats are between two people and no posts; shown as one they would leak.
    if (choose_type(object) == "ChatMessage") {
        return Error{.kind = Error::Kind::Unprocessable, .detail = "note: a chat message"};
    }
    Note note{.id = id_of(object), .type = choose_type(object)};
    if (note.id.empty()) return invalid("id: no http(s) URI");
    note.authors = read_authors(json, note.id);
    if (note.authors.empty()) return invalid("attributedTo: nobody on the origin of the id");
    note.actor = first_id_in(json, "actor");
    read_addressing(note, json, reading);
    read_times(note, json, reading.received);
    read_thread(note, json);
    note.url = read_permalink(json, note.id);
    note.sensitive = is_set(json, "sensitive");
    note.hashtags = read_hashtags(json);
    note.emojis = read_emojis(json);
    note.attachments = read_attachments(json, note.type);
    note.links = read_card_links(json);
    note.quote = read_quote(object);
    note.policy = read_policy(json);
    note.locality = read_locality(object);
    if (note.type == "Event") note.event = read_event(json);
    read_text(note, json, reading);

    const bool is_post = std::ranges::find(post_types, note.type) != post_types.end();
    if (!is_post && !note.has_content && note.title.empty()) {
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = fmt::format("note: a {} without text", clean_text(note.type, 50))};
    }
    const bool has_options = !json.list("oneOf", 1).empty() || !json.list("anyOf", 1).empty();
    if (note.type == "Question" && has_options) {
        auto poll = parse_poll(object);
        if (!poll) return poll.error();
        note.poll = std::move(*poll);
    }
    return json.finish(std::move(note));
}

bool is_author(const Note& note, std::string_view actor) {
    if (contains(note.authors, actor)) return true;
    return !actor.empty() && note.actor == actor && same_origin(actor, note.id);
}

bool is_vote(const Note& note) {
    return note.type == "Note" && !note.has_content && !note.text_name.empty() &&
           !note.in_reply_to.empty();
}

Result<Authorization> parse_authorization(const Json& document) {
    if (const auto plain = check_plain(document); !plain) return plain.error();
    JsonReader json(document);
    const auto types = types_of(document);
    Authorization stamp{
        .id = id_of(document),
        .type = types.empty() ? std::string{} : types.front(),
        .author = first_id_in(json, "attributedTo"),
        .interacting_object = first_id_in(json, "interactingObject"),
        .interaction_target = first_id_in(json, "interactionTarget"),
    };
    if (stamp.type.empty() || stamp.interacting_object.empty()) return invalid("stamp: incomplete");
    // Whoever owns the quoted post gives the stamp (ATTACKS A33).
    if (!same_origin(stamp.id, stamp.author) || !same_origin(stamp.id, stamp.interaction_target)) {
        return invalid("stamp: not on the origin of its author");
    }
    return json.finish(std::move(stamp));
}

} // namespace federation
