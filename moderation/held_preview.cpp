#include "moderation/held_preview.h"

#include "base/html.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "db/statuses.h"
#include "federation/activity.h"

#include <algorithm>
#include <array>
#include <utility>

namespace moderation {
namespace {

constexpr std::size_t most_text = 500;
constexpr std::size_t most_warning = 200;

const HeldPreview unreadable{.what = "something", .is_private = true};

std::string word_of(std::string_view type, bool is_post) {
    using Word = std::pair<std::string_view, std::string_view>;
    constexpr std::array words{Word{"Announce", "a boost"},
                               Word{"Like", "a favourite"},
                               Word{"EmojiReact", "a reaction"},
                               Word{"Follow", "a request to follow"},
                               Word{"QuoteRequest", "a request to quote"},
                               Word{"Move", "a move to another account"},
                               Word{"Flag", "a report"}};
    if (is_post) return type == "Update" ? "an edited post" : "a post";
    const auto* const found = std::ranges::find(words, type, &Word::first);
    return std::string(found == words.end() ? "an activity" : found->second);
}

bool names_everybody(const std::vector<std::string>& ids) {
    return std::ranges::any_of(ids, federation::is_public);
}

/// To everybody by the object itself, or by the activity around it. What names an audience besides
/// is written to few, whatever else it says.
bool is_open(const federation::Activity& activity, const Json& object) {
    JsonReader reader(object);
    auto addressed = reader.ids("to");
    std::ranges::copy(reader.ids("cc"), std::back_inserter(addressed));
    const bool has_locality = object.contains("locality");
    return !has_locality && names_everybody(addressed) &&
           (names_everybody(activity.to) || names_everybody(activity.cc));
}

void read_post(const Json& object, HeldPreview& preview) {
    JsonReader reader(object);
    preview.warning = clean_text(html_to_text(reader.lenient_text("summary")), most_warning);
    preview.text = clean_text(html_to_text(reader.lenient_text("content")), most_text, Lines::Keep);
    preview.media = reader.list("attachment").size();
}

/// The job of the inbox: a line about how it came, then the activity.
HeldPreview preview_incoming(const std::string& payload) {
    const auto end = payload.find('\n');
    if (end == std::string::npos) return unreadable;
    auto document = parse_json(std::string_view(payload).substr(end + 1));
    if (!document) return unreadable;
    const auto activity = federation::parse_activity(std::move(*document));
    if (!activity) return unreadable;
    const Json* const object = federation::embedded_object(*activity);
    const bool is_post =
        object != nullptr && (activity->type == "Create" || activity->type == "Update");
    HeldPreview preview{.what = word_of(activity->type, is_post)};
    if (is_post) {
        preview.is_private = !is_open(*activity, *object);
        if (!preview.is_private) read_post(*object, preview);
    } else if (activity->type != "Announce") {
        // A favourite or a request may name a post that only few can read.
        return preview;
    }
    if (!preview.is_private) preview.uri = activity->object;
    return preview;
}

StatusId id_in(JsonReader& reader, const char* name) {
    return StatusId{parse_id(reader.lenient_text(name)).value_or(0)};
}

/// A draft, with the names of outbox/draft_json.h.
HeldPreview preview_outgoing(const std::string& payload) {
    const auto params = parse_json(payload);
    if (!params || !params->is_object()) return unreadable;
    JsonReader reader(*params);
    HeldPreview preview{.what = "a post"};
    const auto visibility = db::parse_visibility(reader.lenient_text("visibility"));
    preview.is_private = !visibility || !db::is_open(*visibility) ||
                         reader.flag_or("local_only", false) ||
                         reader.find("audience") != nullptr || reader.find("circle_id") != nullptr;
    preview.answers = id_in(reader, "in_reply_to_id");
    preview.quotes = id_in(reader, "quoted_status_id");
    if (preview.is_private) return preview;
    preview.warning = clean_text(reader.lenient_text("spoiler_text"), most_warning);
    preview.text = clean_text(reader.lenient_text("text"), most_text, Lines::Keep);
    preview.media = reader.list("media_ids").size();
    return preview;
}

} // namespace

HeldPreview preview_of(const db::HeldItem& item) {
    return item.direction == db::HeldDirection::In ? preview_incoming(item.payload)
                                                   : preview_outgoing(item.payload);
}

} // namespace moderation
