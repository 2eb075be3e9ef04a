#include "federation/commercial.h"

#include <gtest/gtest.h>

namespace federation {
namespace {

const std::string rep = "https://cedar.example/users/rep";
const std::string acme = "https://cedar.example/users/acme";

Json actor(Json commercial) {
    return {{"id", rep}, {"type", "Person"}, {"commercial", std::move(commercial)}};
}

TEST(CommercialProperty, SaysForWhomSomebodySpeaks) {
    Json document{{"@context", "https://www.w3.org/ns/activitystreams"}, {"id", rep}};
    EXPECT_FALSE(find_commercial(document));
    add_commercial(document, {.organisation = acme, .name = "Acme Books", .stopped = true});
    ASSERT_TRUE(document["@context"].is_array());
    EXPECT_TRUE(document["@context"].back().contains("commercial"));
    const auto read = find_commercial(document);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->organisation, acme);
    EXPECT_EQ(read->name, "Acme Books");
    EXPECT_TRUE(read->stopped);
}

// A mark takes rights away, so nothing odd makes it go.
TEST(CommercialProperty, A13_OddOnesStillMarkTheirActor) {
    const struct {
        const char* name;
        Json value;
        std::string organisation;
    } cases[] = {
        {"an id", acme, acme},
        {"a list", Json::array({acme, rep}), acme},
        {"true", true, rep},
        {"a number", 7, rep},
        {"an empty object", Json::object(), rep},
        {"an empty list", Json::array(), rep},
        {"of another origin", "https://maple.test/users/acme", rep},
        {"of another scheme", "javascript:alert(1)", rep},
        {"a name of the wrong kind", {{"id", acme}, {"name", {1, 2}}}, acme},
    };
    for (const auto& c : cases) {
        const auto read = find_commercial(actor(c.value));
        ASSERT_TRUE(read) << c.name;
        EXPECT_EQ(read->organisation, c.organisation) << c.name;
        EXPECT_FALSE(read->stopped) << c.name;
    }
    EXPECT_FALSE(find_commercial(actor(false)));
    EXPECT_FALSE(find_commercial(actor(nullptr)));
    EXPECT_FALSE(find_commercial(Json::array()));
    EXPECT_FALSE(find_commercial("commercial"));
}

TEST(CommercialProperty, D04_NamesAreBoundedAndPlain) {
    const auto read = find_commercial(
        actor({{"id", acme}, {"name", "<b>A\u202e</b>" + std::string(10'000, 'x')}}));
    ASSERT_TRUE(read);
    EXPECT_LE(read->name.size(), 100U);
    EXPECT_EQ(read->name.find('<'), std::string::npos);
    EXPECT_EQ(read->name.find("\u202e"), std::string::npos);
}

} // namespace
} // namespace federation
