#include "federation/poll.h"

#include "base/json_reader.h"
#include "base/text.h"
#include "federation/values.h"

#include <algorithm>

namespace federation {

namespace {

constexpr std::size_t max_options = 20;
constexpr std::size_t max_option_length = 500;

std::int64_t votes_of(JsonReader& option) {
    const Json* replies = option.find("replies");
    if (!replies || !replies->is_object()) return 0;
    JsonReader collection(*replies);
    return count_in(collection, "totalItems").value_or(0);
}

} // namespace

Result<Poll> parse_poll(const Json& question) {
    const auto invalid = [](const char* why) {
        return Error{.kind = Error::Kind::Invalid, .detail = why};
    };
    JsonReader json(question);
    Poll poll;
    // Pleroma writes both, one of them empty.
    auto options = json.list("anyOf", max_options + 1);
    poll.multiple = !options.empty();
    if (!poll.multiple) options = json.list("oneOf", max_options + 1);
    if (options.empty()) return invalid("poll: no options");
    if (options.size() > max_options) return invalid("poll: too many options");
    for (const Json* entry : options) {
        if (!entry->is_object()) return invalid("poll: an option is no object");
        JsonReader option(*entry);
        PollOption read{.text = clean_text(option.lenient_text("name"), max_option_length),
                        .votes = votes_of(option)};
        if (std::ranges::find(poll.options, read.text, &PollOption::text) != poll.options.end()) {
            return invalid("poll: two options are alike");
        }
        poll.options.push_back(std::move(read));
    }
    poll.ends = time_in(json, "endTime");
    poll.closed = time_in(json, "closed");
    // Pleroma writes the end that is to come into `closed`: no news, or the end itself.
    if (poll.closed && (!poll.ends || *poll.ends == *poll.closed)) {
        poll.ends = poll.closed;
        poll.closed.reset();
    }
    if (!poll.closed && is_set(json, "closed")) poll.closed = poll.ends;
    poll.voters = count_in(json, "votersCount");
    return json.finish(std::move(poll));
}

void render_poll(Json& question, const Poll& poll) {
    Json options = Json::array();
    for (const auto& option : poll.options) {
        options.push_back({{"type", "Note"},
                           {"name", option.text},
                           {"replies", {{"type", "Collection"}, {"totalItems", option.votes}}}});
    }
    question[poll.multiple ? "anyOf" : "oneOf"] = std::move(options);
    if (poll.ends) question["endTime"] = format_iso8601(*poll.ends);
    if (poll.closed) question["closed"] = format_iso8601(*poll.closed);
    if (poll.voters) question["votersCount"] = *poll.voters;
}

} // namespace federation
