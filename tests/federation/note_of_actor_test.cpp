#include "federation/note.h"

#include <gtest/gtest.h>

#include <fstream>

namespace {

TEST(ParseNote, TakesNoActorForAPostAlthoughItHasAnOwnerAndAName) {
    std::ifstream file("tests/data/fixtures/actor-lemmy-group.json");
    const Json group = Json::parse(file);
    const Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    const federation::NoteReading reading{.instance = instance, .received = system_now()};
    const auto note = federation::parse_note(group, reading);
    ASSERT_FALSE(note);
    EXPECT_EQ(note.error().kind, Error::Kind::Unprocessable);
}

} // namespace
