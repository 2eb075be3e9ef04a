#pragma once

#include "base/json.h"
#include "base/json_reader.h"
#include "federation/note.h"

#include <span>
#include <string>
#include <vector>

/// Pictures, sounds and films of a post, and the links it carries along.
namespace federation {

/// From `attachment` and `image`; for a post that is itself an Image, Video, Audio or Document also
/// from its `url`. At most 16. What a browser would run (HTML, SVG, XML) is left out (ATTACKS H06).
std::vector<Attachment> read_attachments(JsonReader& json, std::string_view type);
/// Attachments of type Link.
std::vector<std::string> read_card_links(JsonReader& json);

Json render_attachments(std::span<const Attachment> attachments);

} // namespace federation
