#include "db/audiences.h"
#include "db/follows.h"
#include "db/peers.h"
#include "statuses/audience.h"
#include "statuses/edit.h"
#include "statuses/may_see.h"
#include "tests/statuses/notes.h"
#include "tests/support/educators.h"

namespace {

using educators_of_tests::attest;

/// What a receiving server makes of `locality`. Everybody here follows alice, a teacher in Oregon.
class AudienceTest : public NotesTest {
  protected:
    db::Account teacher = member("teacher");     // California.
    db::Account neighbour = member("neighbour"); // Oregon, of this district.
    db::Account vague = member("vague");         // Of a region that is not told.

    AudienceTest() {
        db::peers::set_level(tx, alice.host, db::PeerLevel::Member, "");
        attest(tx, alice, "US-OR");
        attest(tx, teacher, "US-CA");
        attest(tx, neighbour, "US-OR");
        attest(tx, vague, "");
        for (const auto* one : {&teacher, &neighbour, &vague, &bob})
            db::follows::insert(tx, {.follower = one->id, .followed = alice.id, .accepted = true});
    }
    Json narrow(const Json& locality) {
        auto json = document();
        json["to"] = {teacher.uri, neighbour.uri, vague.uri, bob.uri};
        json["cc"] = Json::array();
        json["locality"] = locality;
        return json;
    }
    std::string readers(const db::Status& status) {
        std::string names;
        for (const auto* one : {&teacher, &neighbour, &vague, &bob, &eve})
            if (statuses::may_see(tx, one->id, status)) names += one->username + " ";
        return names;
    }
};

TEST_F(AudienceTest, IsShownToThoseWhoBelongToIt) {
    const struct {
        const char* name;
        Json locality;
        const char* readers;
    } cases[] = {
        {"educators", {{"scope", "educators"}}, "teacher neighbour vague "},
        {"circle", {{"scope", "circle"}}, "teacher neighbour vague "},
        {"district", {{"scope", "outside-district"}}, "teacher neighbour vague "},
        {"region", {{"scope", "outside-region"}, {"of", alice.uri}}, "teacher "},
        {"of a region that its author does not work in",
         {{"scope", "outside-region"}, {"of", alice.uri}, {"region", "US-CA"}},
         "teacher "},
        {"of a newer kind", {{"scope", "outside-continent"}}, "teacher "},
        {"of no shape", "educators", "teacher "},
        {"of another's thread, in this district",
         {{"scope", "outside-district"},
          {"of", "https://maple.test/users/unknown"},
          {"district", "maple.test"}},
         ""},
        {"of another's thread, in that region",
         {{"scope", "outside-region"},
          {"of", "https://oak.example/users/olga"},
          {"district", "oak.example"},
          {"region", "US"}},
         ""},
    };
    int number = 0;
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto json = narrow(c.locality);
        json["id"] = alice.uri + "/statuses/" + std::to_string(++number);
        EXPECT_EQ(readers(stored(json)), c.readers);
    }
}

TEST_F(AudienceTest, IsReadFromTheInteractionPolicyToo) {
    auto json = narrow({});
    json.erase("locality");
    json["interactionPolicy"] = {{"locality", {{"scope", "outside-region"}}}};
    EXPECT_EQ(readers(stored(json)), "teacher ");
}

TEST_F(AudienceTest, IsNeverOpenWhateverItIsAddressedTo) {
    auto json = narrow({{"scope", "educators"}});
    json["to"] = {everybody};
    json["content"] = R"(<p>See <a href="https://news.example/">this</a></p>)";
    const auto status = stored(json);
    EXPECT_EQ(status.visibility, db::Visibility::Private);
    EXPECT_TRUE(status.card.is_null());
    EXPECT_EQ(readers(status), "teacher neighbour vague ");
}

TEST_F(AudienceTest, AnAnswerHasThatOfWhatItAnswers) {
    const auto parent = stored(narrow({{"scope", "outside-region"}}));
    auto answer = document(alice.uri + "/statuses/2");
    answer["inReplyTo"] = parent.uri;
    const auto status = stored(answer);
    EXPECT_EQ(status.visibility, db::Visibility::Private);
    EXPECT_EQ(readers(status), "teacher ");
}

TEST_F(AudienceTest, AnEditChangesItNot) {
    const auto json = narrow({{"scope", "outside-region"}});
    auto status = stored(json);
    auto edit = json;
    edit.erase("locality");
    edit["to"] = {everybody, eve.uri};
    edit["tag"] = {mention_of(eve)};
    edit["content"] = "<p>Anew</p>";
    edit["updated"] = format_iso8601(now);
    const auto edited = statuses::apply_edit(tx, status, read(edit), alice, now);
    ASSERT_TRUE(edited) << edited.error().detail;
    EXPECT_TRUE(edited->content_changed);
    EXPECT_TRUE(edited->new_mentions.empty());
    EXPECT_EQ(readers(status), "teacher ");
}

TEST_F(AudienceTest, KnowsRegionsByTheirBeginning) {
    const struct {
        const char *of, *reader;
        bool outside;
    } cases[] = {{"US-CA", "US-OR", true},
                 {"US-CA", "us-ca", false},
                 {"US-CA", "US", false},
                 {"US", "US-CA", false},
                 {"US-C", "US-CA", true},
                 {"CA-ON", "US-CA", true},
                 {"US-CA", "", false},
                 {"", "US-CA", false}};
    int number = 0;
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.of) + " / " + c.reader);
        const auto reader = member("reader" + std::to_string(++number));
        attest(tx, reader, c.reader);
        const db::Audience audience{.kind = db::AudienceKind::OutsideRegion,
                                    .owner = alice.id,
                                    .district = alice.host,
                                    .region = c.of};
        EXPECT_EQ(db::audiences::outsiders(tx, audience, {reader.id}).empty(), c.outside);
    }
}

} // namespace
