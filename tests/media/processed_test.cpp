#include "base/json.h"
#include "media/processed.h"

#include <gtest/gtest.h>

namespace {

Json picture() {
    return {{"type", "image"},
            {"original", {{"media_type", "image/png"}, {"width", 640}, {"height", 480}}},
            {"small", {{"media_type", "image/png"}, {"width", 320}, {"height", 240}}},
            {"blurhash", "L*KL8cM-rdK.xaRXS}XKn%e8r?Rl"},
            {"duration_ms", 0},
            {"frame_rate", ""},
            {"bit_rate", 0}};
}

TEST(Answer, OfAPictureIsReadWhole) {
    const auto made = media::parse_answer(picture().dump());
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_EQ(made->type, "image");
    EXPECT_EQ(made->original.media_type, "image/png");
    EXPECT_EQ(made->original.width, 640);
    EXPECT_EQ(made->small.height, 240);
    EXPECT_EQ(made->blurhash, "L*KL8cM-rdK.xaRXS}XKn%e8r?Rl");
}

// H08: what was taken over by a crafted file can still write an answer.
TEST(Answer, H08IsNotBelievedWhenItSaysWhatCannotBe) {
    const struct {
        const char* name;
        const char* pointer;
        Json value;
    } cases[] = {
        {"a page", "/original/media_type", "text/html"},
        {"a drawing that runs scripts", "/original/media_type", "image/svg+xml"},
        {"a film that is called a picture", "/original/media_type", "video/mp4"},
        {"no width", "/original/width", 0},
        {"a negative height", "/original/height", -1},
        {"a width beyond any", "/original/width", 2'000'000'000},
        {"a number as text", "/original/width", "640"},
        {"a preview that is a film", "/small/media_type", "video/mp4"},
        {"another type", "/type", "application"},
        {"markup for a blurhash", "/blurhash", "<script>"},
        {"a blurhash without end", "/blurhash", std::string(65, 'x')},
        {"a line break in the frame rate", "/frame_rate", "25\r\n"},
        {"a negative duration", "/duration_ms", -5},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto answer = picture();
        answer[Json::json_pointer(c.pointer)] = c.value;
        const auto made = media::parse_answer(answer.dump());
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().kind, Error::Kind::Unavailable);
    }
}

TEST(Answer, RefusesInWordsOfOurs) {
    const auto refused = media::parse_answer(R"({"refused":"document"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Error::Kind::Unprocessable);
    EXPECT_NE(refused.error().shown.find("SVG"), std::string::npos);

    for (const auto* text : {R"({"refused":"<b>mine</b>"})", "", "[]", "{", "{}", "null"}) {
        SCOPED_TRACE(text);
        const auto nothing = media::parse_answer(text);
        ASSERT_FALSE(nothing);
        EXPECT_EQ(nothing.error().kind, Error::Kind::Unavailable);
        EXPECT_EQ(nothing.error().shown, "");
    }
}

TEST(Extensions, LeadToTheirTypeAndBack) {
    for (const auto* type :
         {"image/jpeg", "image/png", "image/webp", "video/mp4", "audio/mpeg", "audio/mp4"}) {
        const auto file = "ab/abcd." + std::string(media::extension_of(type));
        EXPECT_EQ(media::media_type_of(file), type);
    }
    EXPECT_EQ(media::extension_of("text/html"), "");
    EXPECT_EQ(media::media_type_of("ab/abcd.html"), "");
    EXPECT_EQ(media::media_type_of("ab/abcd"), "");
}

} // namespace
