#include "federation/actor.h"
#include "federation/attestation.h"
#include "federation/attested_field.h"

#include <gtest/gtest.h>

using namespace federation;

namespace {

Attestation honest() {
    return {.id = "https://cedar.example/attestations/7f",
            .issuer = "https://cedar.example/actor",
            .subject = "https://cedar.example/users/mia",
            .kind = "teacher",
            .assurance = "roster",
            .region = "US-CA",
            .valid_from = *parse_iso8601("2026-08-15T00:00:00Z"),
            .valid_until = *parse_iso8601("2027-08-31T00:00:00Z"),
            .status_list = "https://cedar.example/status/1",
            .status_index = 41'233};
}

} // namespace

TEST(Attestation, IsReadAsItWasWritten) {
    const auto read = parse_attestation(render_attestation(honest()));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->id, honest().id);
    EXPECT_EQ(read->issuer, honest().issuer);
    EXPECT_EQ(read->subject, honest().subject);
    EXPECT_EQ(read->kind, "teacher");
    EXPECT_EQ(read->assurance, "roster");
    EXPECT_EQ(read->region, "US-CA");
    EXPECT_EQ(read->valid_from, honest().valid_from);
    EXPECT_EQ(read->valid_until, honest().valid_until);
    EXPECT_EQ(read->status_list, honest().status_list);
    EXPECT_EQ(read->status_index, 41'233);
}

TEST(Attestation, NamesNoSchoolNumberOrLegalName) {
    const auto subject = render_attestation(honest())["credentialSubject"];
    for (const auto& [key, value] : subject.items())
        EXPECT_TRUE(key == "id" || key == "educatorKind" || key == "assurance" || key == "sector" ||
                    key == "region")
            << key;
}

TEST(Attestation, IsRefusedWithoutWhatTheReceiverMustCheck) {
    const struct {
        const char* path;
        Json value;
    } cases[] = {
        {"/type", "VerifiableCredential"},
        {"/issuer", nullptr},
        {"/validFrom", "soon"},
        {"/validUntil", nullptr},
        {"/credentialSubject", "https://cedar.example/users/mia"},
        {"/credentialSubject/id", 7},
        {"/credentialStatus", nullptr},
        {"/credentialStatus/type", "RevocationList2020Status"},
        {"/credentialStatus/statusPurpose", "suspension"},
        {"/credentialStatus/statusListIndex", "-1"},
        {"/credentialStatus/statusListIndex", "12x"},
        {"/credentialStatus/statusListCredential", "javascript:alert(1)"},
    };
    for (const auto& c : cases) {
        auto document = render_attestation(honest());
        document[Json::json_pointer(c.path)] = c.value;
        EXPECT_FALSE(parse_attestation(document)) << c.path;
    }
}

TEST(Attestation, IsFoundAmongTheAttachmentsOfAnActor) {
    const auto document = render_attestation(honest());
    EXPECT_EQ(find_attestation({{"attachment", {{{"type", "PropertyValue"}}, document}}}),
              dump_json(document));
    EXPECT_EQ(find_attestation({{"attachment", document}}), dump_json(document)) << "no list";
    EXPECT_EQ(find_attestation({{"attachment", Json::array()}}), "");
    EXPECT_EQ(find_attestation(Json::array()), "");
    auto long_one = document;
    long_one["evidence"] = std::string(9'000, 'x');
    EXPECT_EQ(find_attestation({{"attachment", {long_one}}}), "");
}

TEST(StatusListDocument, IsReadAsItWasWritten) {
    const StatusList list{.id = "https://cedar.example/status/1",
                          .issuer = "https://cedar.example/actor",
                          .encoded_list = "uH4sI",
                          .valid_from = *parse_iso8601("2026-08-15T00:00:00Z"),
                          .valid_until = *parse_iso8601("2026-08-16T00:00:00Z")};
    const auto read = parse_status_list(render_status_list(list));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->id, list.id);
    EXPECT_EQ(read->issuer, list.issuer);
    EXPECT_EQ(read->encoded_list, list.encoded_list);
    EXPECT_EQ(read->valid_until, list.valid_until);
    auto other = render_status_list(list);
    other["credentialSubject"]["statusPurpose"] = "message";
    EXPECT_FALSE(parse_status_list(other));
}

TEST(AttestedField, SaysWhatWhoAndUntilWhen) {
    EXPECT_EQ(attested_text({.kind = "teacher",
                             .assurance = "roster",
                             .issuer = "cedar.example",
                             .until = "2027-08-31T00:00:00Z"}),
              "Teacher, confirmed by cedar.example from its staff roster, until 2027-08-31");
}

TEST(AttestedField, A31ABadgeIsImitatedByMarksAndByTheWord) {
    for (const char* name : {"Ann Lee ✅",
                             "✓ Ann",
                             "Ann ✔️",
                             "☑ Ann",
                             "Ann :verified:",
                             "Ann :blue_check:",
                             "Ann (VERIFIED)",
                             "Ann vеrіfіеd", // Cyrillic
                             "Ann veri\u200Bfied",
                             "Ａｔｔｅｓｔｅｄ Ann"})
        EXPECT_TRUE(imitates_badge(name)) << name;
    for (const char* name : {"", "Ann Lee", "Ann 🍎", "Vera Fied", "Ms. Check", "Élodie", "王老师"})
        EXPECT_FALSE(imitates_badge(name)) << name;
}

TEST(AttestedField, IsImitatedByWhatLooksLikeIt) {
    for (const char* name : {"Verified educator",
                             "VERIFIED  EDUCATOR",
                             "✓ Verified Educator",
                             "Verified-educator ✅",
                             "Ｖｅｒｉｆｉｅｄ educator",
                             "Vеrіfіеd еduсаtоr", // Cyrillic
                             "Veri\u200Bfied educator",
                             "educator (verified)",
                             "Attested"}) {
        EXPECT_TRUE(imitates_attested_field(name)) << name;
    }
    for (const char* name : {"", "Educator", "Verified", "Subject", "School", "Website", "校訓"})
        EXPECT_FALSE(imitates_attested_field(name)) << name;
}
