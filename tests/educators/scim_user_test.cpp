#include "educators/scim_user.h"

#include <gtest/gtest.h>

using namespace educators;

namespace {

const ScimFields ida{.user_name = "ida",
                     .external_id = "u1",
                     .given_name = "Ida",
                     .family_name = "Wells",
                     .user_type = "Teacher"};

Result<ScimFields> patched(const Json& operation) {
    return patch_scim_user(ida, {{"Operations", Json::array({operation})}});
}

} // namespace

TEST(ScimUser, DirectoriesSwitchPeopleOffInManyWays) {
    const Json ways[] = {
        {{"op", "replace"}, {"path", "active"}, {"value", false}},
        {{"op", "Replace"}, {"path", "active"}, {"value", "False"}},
        {{"op", "REPLACE"}, {"path", "Active"}, {"value", "false"}},
        {{"op", "add"}, {"path", "active"}, {"value", false}},
        {{"op", "replace"}, {"value", {{"active", false}}}},
        {{"op", "replace"}, {"path", ""}, {"value", {{"ACTIVE", "False"}}}},
        {{"op", "replace"},
         {"path", "urn:ietf:params:scim:schemas:core:2.0:User:active"},
         {"value", false}},
    };
    for (const auto& way : ways) {
        SCOPED_TRACE(way.dump());
        const auto changed = patched(way);
        ASSERT_TRUE(changed) << changed.error().detail;
        EXPECT_FALSE(changed->active);
        EXPECT_EQ(changed->user_name, "ida");
    }
}

TEST(ScimUser, AttributesAreSetAndRemovedByPathAndWithoutOne) {
    EXPECT_EQ(
        patched({{"op", "replace"}, {"path", "name.familyName"}, {"value", "B"}})->family_name,
        "B");
    EXPECT_EQ(patched({{"op", "add"}, {"value", {{"name.givenName", "I"}}}})->given_name, "I");
    EXPECT_EQ(patched({{"op", "add"}, {"value", {{"name", {{"givenName", "I"}}}}}})->given_name,
              "I");
    EXPECT_EQ(patched({{"op", "remove"}, {"path", "userType"}})->user_type, "");
    EXPECT_EQ(patched({{"op", "remove"}, {"path", "name"}})->family_name, "");
    EXPECT_EQ(patched({{"op", "replace"}, {"path", "externalId"}, {"value", "u2"}})->external_id,
              "u2");
}

TEST(ScimUser, WhatIsNotKeptIsTakenAndIgnored) {
    const Json ways[] = {
        {{"op", "add"}, {"path", "emails[type eq \"work\"].value"}, {"value", "a@b.example"}},
        {{"op", "replace"}, {"path", "displayName"}, {"value", "Ida W."}},
        {{"op", "remove"}, {"path", "phoneNumbers"}},
        {{"op", "add"},
         {"value",
          {{"schemas", Json::array()},
           {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", {{"department", "x"}}}}}},
    };
    for (const auto& way : ways) {
        SCOPED_TRACE(way.dump());
        const auto changed = patched(way);
        ASSERT_TRUE(changed) << changed.error().detail;
        EXPECT_EQ(changed->given_name, "Ida");
        EXPECT_TRUE(changed->active);
    }
}

TEST(ScimUser, BadPatchesAreRefusedByTheirKind) {
    Json many = Json::array();
    for (int i = 0; i < 101; ++i)
        many.push_back({{"op", "remove"}, {"path", "userType"}});
    const struct {
        Json operations;
        const char* type;
    } cases[] = {
        {Json(), "invalidSyntax"},
        {Json::array(), "invalidSyntax"},
        {Json::array({7}), "invalidSyntax"},
        {Json::array({{{"op", "copy"}}}), "invalidSyntax"},
        {Json::array({{{"op", "remove"}}}), "noTarget"},
        {Json::array({{{"op", "remove"}, {"path", "userName"}}}), "mutability"},
        {Json::array({{{"op", "replace"}, {"path", "id"}, {"value", "1"}}}), "mutability"},
        {Json::array({{{"op", "replace"}, {"path", "a b"}, {"value", 1}}}), "invalidPath"},
        {Json::array({{{"op", "replace"}, {"path", "emails[type"}, {"value", 1}}}), "invalidPath"},
        {Json::array({{{"op", "replace"}, {"path", 7}, {"value", 1}}}), "invalidPath"},
        {Json::array({{{"op", "replace"}, {"path", "active"}}}), "invalidValue"},
        {Json::array({{{"op", "replace"}, {"path", "active"}, {"value", 0}}}), "invalidValue"},
        {Json::array({{{"op", "replace"}, {"path", "userName"}, {"value", " "}}}), "invalidValue"},
        {Json::array({{{"op", "replace"}, {"path", "userType"}, {"value", "a\nb"}}}),
         "invalidValue"},
        {Json::array({{{"op", "replace"}, {"value", "active"}}}), "invalidValue"},
        {many, "tooMany"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.operations.dump().substr(0, 100));
        const auto refused = patch_scim_user(ida, {{"Operations", c.operations}});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().reason, c.type);
    }
}

TEST(ScimUser, AUserNeedsAName) {
    const auto read = parse_scim_user(
        Json{{"USERNAME", "ida"}, {"active", "True"}, {"emails", Json::array()}, {"id", "9"}});
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->active);
    EXPECT_EQ(parse_scim_user(Json::object()).error().reason, "invalidValue");
    EXPECT_EQ(parse_scim_user(Json::array()).error().reason, "invalidSyntax");
    EXPECT_FALSE(parse_scim_user(Json{{"userName", std::string(400, 'a')}}));
    EXPECT_FALSE(parse_scim_user(Json{{"userName", "ida"}, {"externalId", 7}}));
}

TEST(ScimUser, OnlyTheFiltersOfDirectoriesAreUnderstood) {
    const auto by_name = parse_scim_filter(" USERNAME  eq \"i\\\"da\" ");
    ASSERT_TRUE(by_name);
    EXPECT_EQ(by_name->on, ScimFilterOn::UserName);
    EXPECT_EQ(by_name->value, "i\"da");
    EXPECT_EQ(parse_scim_filter("externalId Eq \"u1\"")->on, ScimFilterOn::ExternalId);
    for (const auto* text : {"",
                             "userName",
                             "userName eq",
                             "userName eq ida",
                             "userName co \"i\"",
                             "userName eq \"i\" or active eq true",
                             "emails.value eq \"i\"",
                             "userName eq 7"}) {
        SCOPED_TRACE(text);
        const auto refused = parse_scim_filter(text);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().reason, "invalidFilter");
    }
}
