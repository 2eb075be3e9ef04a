#pragma once

#include "base/json.h"
#include "base/json_reader.h"
#include "federation/actor.h"
#include "federation/note.h"

#include <span>
#include <string>
#include <vector>

/// The `tag` list of posts and actors. Each reader takes its own kind and passes over the rest.
namespace federation {

std::vector<Emoji> read_emojis(JsonReader& json);
std::vector<Hashtag> read_hashtags(JsonReader& json);
/// At most 51: whoever sees 51 knows that there were too many. A name without href becomes a local
/// actor's id when it is one of `instance`.
std::vector<Mention> read_mentions(JsonReader& json, const Instance& instance);

Json render_tags(std::span<const Mention> mentions,
                 std::span<const Hashtag> hashtags,
                 std::span<const Emoji> emojis);

} // namespace federation
