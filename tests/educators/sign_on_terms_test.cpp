#include "educators/sign_on_terms.h"

#include <gtest/gtest.h>

using namespace educators;

namespace {

SignOnTerms clever() {
    return with_preset({.preset = Preset::Clever, .client_id = "c", .tenants = {"d1"}});
}
SignOnTerms classlink() {
    return with_preset({.preset = Preset::ClassLink, .client_id = "c", .tenants = {"17"}});
}
SignOnTerms google() {
    return with_preset({.preset = Preset::Google, .client_id = "c", .tenants = {"maple.example"}});
}
SignOnTerms entra() {
    return with_preset({.preset = Preset::Entra,
                        .client_id = "c",
                        .tenants = {"t1"},
                        .staff_values = {"Staffroom.Educator"}});
}
SignOnTerms generic() {
    return with_preset({.preset = Preset::Generic,
                        .issuer = "https://id.example",
                        .client_id = "c",
                        .role_claim = "realm.roles",
                        .staff_values = {"staff"},
                        .student_values = {"pupil"},
                        .person_claim = "employee"});
}

} // namespace

TEST(SignOnTerms, EachPresetReadsItsKeyAndRole) {
    const struct {
        const char* name;
        SignOnTerms terms;
        Json claims;
        const char* subject;
        SignOnRole role;
        const char* person;
    } cases[] = {
        {"Clever teacher",
         clever(),
         {{"sub", "u1"}, {"district_id", "d1"}, {"user_type", "teacher"}, {"email", "a@b.example"}},
         "d1|u1",
         SignOnRole::Staff,
         ""},
        {"Clever staff, the other name of the district",
         clever(),
         {{"sub", "u1"}, {"district", "d1"}, {"user_type", "staff"}},
         "d1|u1",
         SignOnRole::Staff,
         ""},
        {"Clever student",
         clever(),
         {{"sub", "u1"}, {"district_id", "d1"}, {"user_type", "student"}},
         "d1|u1",
         SignOnRole::Student,
         ""},
        {"Clever contact",
         clever(),
         {{"sub", "u1"}, {"district_id", "d1"}, {"user_type", "contact"}},
         "d1|u1",
         SignOnRole::Other,
         ""},
        {"ClassLink teacher with numbers",
         classlink(),
         {{"sub", "x"}, {"UserId", 9}, {"TenantId", 17}, {"Role", "Teacher"}, {"SourcedId", "u18"}},
         "17|9",
         SignOnRole::Staff,
         "u18"},
        {"ClassLink custom role",
         classlink(),
         {{"UserId", 9}, {"TenantId", 17}, {"Role", "Volunteer"}},
         "17|9",
         SignOnRole::Other,
         ""},
        {"Google tells no role",
         google(),
         {{"sub", "g1"}, {"hd", "maple.example"}, {"email", "a@maple.example"}},
         "maple.example|g1",
         SignOnRole::Unsaid,
         ""},
        {"Entra by app role",
         entra(),
         {{"oid", "o1"}, {"tid", "t1"}, {"sub", "pairwise"}, {"roles", {"Staffroom.Educator"}}},
         "t1|o1",
         SignOnRole::Staff,
         ""},
        {"Entra leaves roles out for who has none",
         entra(),
         {{"oid", "o1"}, {"tid", "t1"}},
         "t1|o1",
         SignOnRole::Other,
         ""},
        {"generic, by a path",
         generic(),
         {{"sub", "s"}, {"realm", {{"roles", {"x", "staff"}}}}, {"employee", "u7"}},
         "s",
         SignOnRole::Staff,
         "u7"},
        {"generic, both: kept out",
         generic(),
         {{"sub", "s"}, {"realm", {{"roles", {"staff", "pupil"}}}}},
         "s",
         SignOnRole::Student,
         ""},
        {"generic, no value of ours",
         generic(),
         {{"sub", "s"}, {"realm", {{"roles", Json::array()}}}},
         "s",
         SignOnRole::Other,
         ""},
        {"generic, absent is not empty", generic(), {{"sub", "s"}}, "s", SignOnRole::Unsaid, ""},
        {"generic, values are exact",
         generic(),
         {{"sub", "s"}, {"realm", {{"roles", "Staff"}}}},
         "s",
         SignOnRole::Other,
         ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto identity = read_identity(c.terms, c.claims);
        ASSERT_TRUE(identity) << identity.error().detail;
        EXPECT_EQ(identity->subject, c.subject);
        EXPECT_EQ(to_string(identity->role), to_string(c.role));
        EXPECT_EQ(identity->person, c.person);
    }
}

TEST(SignOnTerms, AnotherDistrictsPeopleAreRefused) {
    const struct {
        const char* name;
        SignOnTerms terms;
        Json claims;
    } cases[] = {
        {"Clever", clever(), {{"sub", "u"}, {"district_id", "d2"}, {"user_type", "teacher"}}},
        {"ClassLink", classlink(), {{"UserId", 9}, {"TenantId", 18}, {"Role", "Teacher"}}},
        {"a private Google account",
         google(),
         {{"sub", "g"}, {"email", "a@maple.example"}, {"email_verified", true}}},
        {"another domain", google(), {{"sub", "g"}, {"hd", "student.maple.example"}}},
        {"Entra", entra(), {{"oid", "o"}, {"tid", "t2"}, {"roles", {"Staffroom.Educator"}}}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto identity = read_identity(c.terms, c.claims);
        ASSERT_FALSE(identity);
        EXPECT_EQ(identity.error().kind, Error::Kind::Forbidden);
    }
    EXPECT_FALSE(read_identity(entra(), {{"sub", "o"}, {"tid", "t1"}})) << "no oid";
}

TEST(SignOnTerms, AClaimMayHaveDotsInItsName) {
    const Json claims{{"https://maple.example/roles", {"a"}}, {"a", {{"b", {{"c", 1}}}}}};
    EXPECT_NE(find_claim(claims, "https://maple.example/roles"), nullptr);
    ASSERT_NE(find_claim(claims, "a.b.c"), nullptr);
    EXPECT_EQ(*find_claim(claims, "a.b.c"), 1);
    EXPECT_EQ(find_claim(claims, "a.b.d"), nullptr);
    EXPECT_EQ(find_claim(claims, "a.b.c.d"), nullptr);
    EXPECT_EQ(find_claim(claims, ""), nullptr);
}

TEST(SignOnTerms, WhatCannotWorkIsTold) {
    EXPECT_TRUE(faults_of(clever()).empty());
    EXPECT_TRUE(faults_of(entra()).empty());
    EXPECT_EQ(entra().issuer, "https://login.microsoftonline.com/t1/v2.0");
    EXPECT_TRUE(faults_of(generic()).empty());
    auto terms = generic();
    terms.issuer = "http://id.example";
    EXPECT_EQ(faults_of(terms).size(), 1U);
    terms = generic();
    terms.role_claim.clear();
    EXPECT_EQ(faults_of(terms).size(), 2U);
    terms = clever();
    terms.tenants.clear();
    EXPECT_EQ(faults_of(terms).size(), 1U);
    terms.client_id.clear();
    EXPECT_EQ(faults_of(terms).size(), 2U);
    terms = clever();
    terms.tenants = {"d|1"};
    EXPECT_EQ(faults_of(terms).size(), 1U);
}
