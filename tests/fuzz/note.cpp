// Activities and posts, as an inbox reads them.
#include "federation/note.h"

#include "base/html.h"
#include "base/text.h"
#include "federation/activity.h"
#include "tests/fuzz/planted.h"

#include <cstdint>
#include <string_view>

namespace {

void read_note(const Json& object) {
    static const Instance instance{.origin = "https://district-b.example",
                                   .host = "district-b.example",
                                   .handle_host = "district-b.example"};
    const auto note = federation::parse_note(object, {.instance = instance, .received = Time{}});
    if (!note) return;
    require(is_valid_utf8(note->content) && note->content.size() < 1'000'000);
    require(note->attachments.size() <= 16 && note->published <= Time{});
    require(!note->poll || note->poll->options.size() <= 20);
    planted_bug(note->quote.state == federation::QuoteState::Deleted);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = parse_json({reinterpret_cast<const char*>(data), size});
    if (!document) return 0;
    read_note(*document);
    const auto activity = federation::parse_activity(*document);
    if (!activity) return 0;
    federation::speaks_for(*activity, activity->actor);
    federation::reported_ids(*activity);
    (void)federation::parse_inner_activity(*activity);
    for (std::size_t i = 0; i < activity->objects.size(); ++i) {
        if (const Json* object = federation::embedded_object(*activity, i)) read_note(*object);
    }
    return 0;
}
