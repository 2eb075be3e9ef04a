#include "base/json.h"
#include "base/json_reader.h"

#include <gtest/gtest.h>

namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(ParseJson, ReadsEveryKindOfValue) {
    const auto json = parse_json(R"( {"a":[1,-2,3.5,true,null,"\u00e9 \ud83c\udf4e"],"b":{}} )");
    ASSERT_TRUE(json);
    EXPECT_EQ(dump_json(*json), R"({"a":[1,-2,3.5,true,null,"é 🍎"],"b":{}})");
    EXPECT_EQ(*parse_json("18446744073709551615"), Json(18446744073709551615U));
    EXPECT_TRUE(parse_json("1e300"));
}

TEST(ParseJson, RefusesWhatTwoParsersCouldReadDifferently) {
    const struct {
        const char* name;
        std::string text;
    } cases[] = {
        {"nothing", ""},
        {"only blanks", "  "},
        {"two documents", "{} {}"},
        {"trailing comma", "[1,]"},
        {"comment", "[1] // x"},
        {"single quotes", "{'a':1}"},
        {"NaN", "[NaN]"},
        {"number out of range", "[1e400]"},
        {"leading zero", "[01]"},
        {"raw line break in a string", "[\"a\nb\"]"},
        {"cut short", R"({"a":{"b":[1,2)"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto json = parse_json(c.text);
        ASSERT_FALSE(json);
        EXPECT_EQ(json.error().kind, Error::Kind::Invalid);
    }
}

TEST(ParseJson, D06_RefusesNulAndWhatIsNoUnicode) {
    EXPECT_TRUE(parse_json("[\"a\xc3\xa9\\u00e9\\ud83c\\udf4e\"]"));
    const struct {
        const char* name;
        std::string text;
    } cases[] = {
        {"U+0000 in a value", R"(["a\u0000b"])"},
        {"U+0000 in a key", R"({"a\u0000b":1})"},
        {"raw NUL", std::string("[\"a\0b\"]", 7)},
        {"lone high surrogate", R"(["\ud800"])"},
        {"lone low surrogate", R"(["\udc00"])"},
        {"invalid UTF-8", "[\"\xff\"]"},
        {"overlong UTF-8", "[\"\xc0\xaf\"]"},
        {"surrogate in UTF-8", "[\"\xed\xa0\x80\"]"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_FALSE(parse_json(c.text));
    }
}

TEST(ParseJson, A26_RefusesDuplicateKeysAtEveryDepth) {
    EXPECT_TRUE(parse_json(R"({"actor":"alice","object":{"actor":"mallory"}})"));
    EXPECT_FALSE(parse_json(R"({"actor":"alice","actor":"mallory"})"));
    EXPECT_FALSE(parse_json(R"({"actor":"alice","\u0061ctor":"mallory"})"));
    EXPECT_FALSE(parse_json(R"({"object":[{"id":1,"x":{},"id":1}]})"));
}

TEST(ParseJson, D01_StopsAtTheDepthLimit) {
    EXPECT_TRUE(parse_json(nested(32)));
    for (const std::size_t depth : {33U, 100'000U}) {
        const auto json = parse_json(nested(depth));
        ASSERT_FALSE(json);
        EXPECT_EQ(json.error().kind, Error::Kind::TooLarge);
    }
}

TEST(ParseJson, StopsAtTheMemberLimit) {
    EXPECT_TRUE(parse_json("[1,{\"a\":2}]", {.max_members = 3}));
    const auto json = parse_json("[1,{\"a\":2},3]", {.max_members = 3});
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().kind, Error::Kind::TooLarge);
}

TEST(DumpJson, NeverThrowsOnBrokenText) {
    EXPECT_EQ(dump_json(Json("a\xff")), "\"a\xef\xbf\xbd\"");
}

TEST(JsonReader, RemembersTheFirstWrongPropertyWithItsPath) {
    const Json document = {{"name", 1}, {"type", "Note"}, {"flag", "no"}};
    JsonReader json(document, "object");
    EXPECT_EQ(json.text("type"), "Note");
    EXPECT_EQ(json.text("name"), "");
    EXPECT_EQ(json.text("type"), "");
    EXPECT_FALSE(json.flag_or("flag", true));
    const auto result = json.finish(Done{});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().detail, "object.name: not a string");
}

TEST(JsonReader, KnowsTheSpellingsOfJsonLd) {
    const Json document = {
        {"@id", "https://a.example/1"}, {"as:content", "x"}, {"name", {{"@value", "y"}}}};
    JsonReader json(document);
    EXPECT_EQ(json.id("id"), "https://a.example/1");
    EXPECT_EQ(json.text("content"), "x");
    EXPECT_EQ(json.text("name"), "y");
    EXPECT_TRUE(json.finish(Done{}));
}

TEST(JsonReader, A26_RefusesTwoSpellingsThatDisagree) {
    const Json same = {{"id", "https://a.example/1"}, {"@id", "https://a.example/1"}};
    JsonReader twin(same);
    EXPECT_EQ(twin.id("id"), "https://a.example/1");
    EXPECT_TRUE(twin.finish(Done{}));

    const Json forged = {{"actor", "https://a.example/alice"}, {"as:actor", "https://b.example/m"}};
    JsonReader json(forged);
    EXPECT_EQ(json.id("actor"), "");
    EXPECT_FALSE(json.finish(Done{}));
}

TEST(JsonReader, ReadsLinksAsUriObjectOrList) {
    const Json document = {
        {"one", "https://a.example/1"},
        {"object", {{"id", "https://a.example/2"}}},
        {"list", {nullptr, {{"id", "https://a.example/3"}}, "https://a.example/4", {{"x", 1}}}},
        {"nothing", nullptr},
        {"empty", Json::array()},
    };
    JsonReader json(document);
    using Ids = std::vector<std::string>;
    EXPECT_EQ(json.ids("one"), Ids{"https://a.example/1"});
    EXPECT_EQ(json.id("object"), "https://a.example/2");
    EXPECT_EQ(json.id("list"), "https://a.example/3");
    EXPECT_EQ(json.ids("list"), (Ids{"https://a.example/3", "https://a.example/4"}));
    EXPECT_EQ(json.ids("list", 1), Ids{"https://a.example/3"});
    EXPECT_EQ(json.ids("nothing"), Ids{});
    EXPECT_EQ(json.id_or_empty("empty"), "");
    EXPECT_EQ(json.list("one").size(), 1U);
    EXPECT_TRUE(json.finish(Done{}));
    EXPECT_EQ(json.id("nothing"), "");
    EXPECT_EQ(json.finish(Done{}).error().detail, "nothing: missing");
}

TEST(JsonReader, ReadsNumbersThatAreIntegers) {
    const Json document = {{"a", 3}, {"b", -4.0}, {"c", 3.5}, {"d", 18446744073709551615U}};
    EXPECT_EQ(JsonReader(document).number("a"), 3);
    EXPECT_EQ(JsonReader(document).number("b"), -4);
    EXPECT_EQ(JsonReader(document).number("none"), std::nullopt);
    for (const char* key : {"c", "d"}) {
        JsonReader json(document);
        EXPECT_EQ(json.number(key), std::nullopt);
        EXPECT_FALSE(json.finish(Done{})) << key;
    }
}

TEST(JsonReader, IsLenientOnlyWhereAsked) {
    const Json document = {{"name", Json::array()}};
    JsonReader lenient(document);
    EXPECT_EQ(lenient.lenient_text("name"), "");
    EXPECT_EQ(lenient.text_or("absent", "x"), "x");
    EXPECT_TRUE(lenient.finish(Done{}));
    EXPECT_EQ(lenient.text_or("name", "x"), "");
    EXPECT_FALSE(lenient.finish(Done{}));
}

TEST(JsonReader, SaysWhenThereIsNoObjectAtAll) {
    const Json document = "text";
    JsonReader json(document);
    EXPECT_EQ(json.find("x"), nullptr);
    EXPECT_EQ(json.finish(Done{}).error().detail, "document: not an object");
}

} // namespace
