#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "federation/actor.h"
#include "federation/poll.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace federation {

enum class Visibility {
    Public,
    Unlisted,
    Private, ///< Followers.
    Direct,
    Limited, ///< Readers are named, but not all of them are mentioned; never shown wider.
};

/// PROTOCOL section 10, first match wins. `followers` is the author's collection as stored;
/// "" matches nothing. Unknown collections count as readers who are not mentioned.
Visibility visibility_of(std::span<const std::string> to,
                         std::span<const std::string> cc,
                         std::string_view followers,
                         std::span<const std::string> mentioned);

struct Mention {
    std::string href{};     ///< Actor id; "" when only a foreign name was given.
    std::string name{};     ///< "@bob@district-b.example", as written.
    bool addressed = false; ///< Also stands in to or cc: only then it notifies.
};

struct Hashtag {
    std::string name{};    ///< Folded, without "#"; two alike are one.
    std::string display{}; ///< As written, without "#".
    std::string href{};
};

struct Attachment {
    enum class Kind { Image, Video, Audio, Unknown };
    Kind kind = Kind::Unknown;
    std::string url{};
    std::string media_type{};
    std::string description{};
    std::string blurhash{};
    std::string preview_url{};
    std::optional<std::array<double, 2>> focus{}; ///< x and y from -1 to 1.
    int width = 0;                                ///< 0: not told.
    int height = 0;
    double duration_s = 0;
};

enum class QuoteState {
    None,
    Claimed, ///< To be checked: by the author's own id, or by `authorization`.
    Deleted,
};

struct Quote {
    QuoteState state = QuoteState::None;
    std::string uri{};
    std::string authorization{}; ///< Where the stamp is; "" when there is none.
};

/// From quote, quoteUrl, quoteUri, _misskey_quote or a Link (FEP-e232), the first that is there;
/// a Tombstone is a quote whose post is gone (PROTOCOL section 15).
Quote read_quote(const Json& object);

/// Who may interact: actor ids, followers collections, the public collection.
struct Approval {
    bool stated = false; ///< False: the type's default holds.
    std::vector<std::string> automatic{};
    std::vector<std::string> manual{};
};

/// For whom a post is, beyond its addressees: our term `locality` (FEDERATION.md).
struct Locality {
    std::string scope{};    ///< "educators", "circle", "outside-district", "outside-region".
    std::string of{};       ///< Of whose district and region: who began the thread.
    std::string district{}; ///< A host.
    std::string region{};   ///< "US-CA"; may be empty.
};
/// Nothing when the object states none. One that cannot be read is stated with an empty scope.
std::optional<Locality> read_locality(const Json& object);
/// Writes it on the object and in its interactionPolicy, with its terms in the object's @context.
void write_locality(Json& object, const Locality& locality);

struct InteractionPolicy {
    Approval quote{};
    Approval reply{};
    Approval like{};
    Approval announce{};
};

/// FEP-8a8e; shown as text today.
struct Event {
    std::optional<Time> starts{};
    std::optional<Time> ends{};
    std::string timezone{};
    std::string place{};
    std::string join_mode{};
    std::string status{};
};

/// A post as a peer describes it: Note, Question, Article, Page, Event, Image, Video, Audio,
/// Document, or anything else that has a text. Cleaned and bounded by PROTOCOL section 19.
struct Note {
    std::string id{};
    std::string type{};
    std::vector<std::string> authors{}; ///< attributedTo, on the id's origin; at least one.
    std::string actor{};                ///< The object's own `actor` (Mobilizon), or "".
    std::string content{};   ///< Sanitised HTML, complete for display: title and link included.
    std::string title{};     ///< Plain text; Article, Page, Event, Video and the like.
    std::string text_name{}; ///< Plain `name` of a Note: a vote's choice.
    std::string language{};  ///< "" unknown.
    std::string spoiler_text{};
    bool sensitive = false;
    Visibility visibility = Visibility::Limited;
    std::vector<std::string> to{}; ///< Of the object, else of the activity; no duplicates.
    std::vector<std::string> cc{};
    std::vector<std::string> audience{};
    std::vector<Mention> mentions{};
    bool too_many_mentions = false; ///< More than 50: keep, do not resolve, do not notify.
    std::vector<Hashtag> hashtags{};
    std::vector<Emoji> emojis{};
    std::vector<Attachment> attachments{};
    std::vector<std::string> links{}; ///< For a card; from attachments of type Link.
    std::optional<Poll> poll{};
    std::optional<Event> event{};
    std::string in_reply_to{};
    Quote quote{};
    InteractionPolicy policy{};
    std::optional<Locality> locality{};
    std::string reply_authorization{}; ///< Also from approvedBy.
    std::string url{};                 ///< Permalink; the id when there is none on the id's host.
    Time published{};                  ///< Never after the time of receipt.
    std::optional<Time> updated{};
    std::string context{};
    std::string conversation{};
    std::string replies{};
    std::optional<std::int64_t> likes{}; ///< Advisory.
    std::optional<std::int64_t> shares{};
    bool has_content = false; ///< Brought a text of its own, not only a name.
};

/// What a document cannot tell itself.
struct NoteReading {
    const Instance& instance;
    Time received{};
    std::string author_followers{};           ///< From the stored actor.
    std::vector<std::string> languages{"en"}; ///< Which of several texts to take.
    std::vector<std::string> activity_to{};   ///< Used when the object has neither to nor cc.
    std::vector<std::string> activity_cc{};
};

/// Errors: Invalid (no usable id or author, author on another origin, a poll out of bounds);
/// Unprocessable: well-formed, but nothing that could be shown (a CacheFile).
Result<Note> parse_note(const Json& object, const NoteReading& reading);

/// True when `actor` may speak as the note's author: an author, or (Mobilizon) the note's own actor
/// for a group of the same origin.
bool is_author(const Note& note, std::string_view actor);

/// A poll answer: a Note with a name and a parent, and no text.
bool is_vote(const Note& note);

/// A stamp for a quote (FEP-044f), or for a reply, like or boost under approval.
struct Authorization {
    std::string id{};
    std::string type{}; ///< "QuoteAuthorization", ...
    std::string author{};
    std::string interacting_object{};
    std::string interaction_target{};
};

/// Errors: Invalid (a property is missing, or id, author and target are not on one origin).
Result<Authorization> parse_authorization(const Json& document);

/// What render_note needs of one of our posts.
struct NoteDocument {
    std::string id{};
    std::string url{};
    std::string author{};
    std::vector<std::string> to{};
    std::vector<std::string> cc{};
    std::string content{}; ///< HTML.
    std::string language{};
    std::string spoiler_text{};
    bool sensitive = false;
    Time published{};
    std::optional<Time> updated{};
    std::string in_reply_to{};
    std::string context{};
    std::string conversation{};
    std::vector<Mention> mentions{};
    std::vector<Hashtag> hashtags{};
    std::vector<Emoji> emojis{};
    std::vector<Attachment> attachments{};
    std::optional<Poll> poll{};
    std::string quote{};
    std::string quote_authorization{};
    InteractionPolicy policy{}; ///< Rendered where stated.
    std::int64_t likes = 0;
    std::int64_t shares = 0;
    std::vector<std::string> own_replies{}; ///< First page of `replies`: the author's follow-ups.
    std::string audience{};
};

/// A Note, or a Question when there is a poll; with @context.
Json render_note(const NoteDocument& note);

/// What a deleted post answers, with 410.
Json render_tombstone(std::string_view id, Time deleted);

/// `<p class="quote-inline">RE: <a href=...>...</a></p>`, for servers that know no quotes.
std::string quote_fallback_html(std::string_view quoted_url);

} // namespace federation
