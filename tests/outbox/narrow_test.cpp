#include "db/audiences.h"
#include "db/lists.h"
#include "db/visibility.h"
#include "outbox/boost.h"
#include "outbox/draft_json.h"
#include "outbox/edit.h"
#include "outbox/pin.h"
#include "outbox/remove.h"
#include "tests/outbox/verbs_support.h"
#include "tests/support/educators.h"

#include <algorithm>
#include <set>

namespace {

using db::AudienceKind;
using educators_of_tests::attest;

/// Everybody follows bob, a teacher in California.
class NarrowTest : public VerbsTest {
  protected:
    db::Account near = remote_account("near", "cedar.example");   // Another district of the state.
    db::Account far = remote_account("far", "birch.example");     // Another state.
    db::Account vague = remote_account("vague", "birch.example"); // Of a region that is not told.
    db::Account parent = remote_account("parent", "cedar.example"); // Not attested.
    db::Account outsider = remote_account("outsider", "guest.example");
    db::Account colleague = member("colleague");
    db::Account clerk = member("clerk"); // Not attested.

    NarrowTest() {
        db::peers::set_level(tx, "guest.example", db::PeerLevel::Guest, "");
        attest(tx, bob, "US-CA");
        attest(tx, colleague, "US-CA");
        attest(tx, near, "US-CA");
        attest(tx, far, "US-OR");
        attest(tx, vague, "");
        attest(tx, outsider, "US-OR"); // Its host may not attest anybody.
        for (const auto* one : {&near, &far, &vague, &parent, &outsider, &colleague, &clerk})
            follows(*one, bob);
    }

    outbox::Draft to(AudienceKind kind, const std::string& text = "Just between us") {
        return {.text = text, .audience = outbox::AudienceChoice{.kind = kind}};
    }
    std::set<std::string> readers_here(const db::Status& status) {
        std::set<std::string> names;
        for (const auto* one :
             {&near, &far, &vague, &parent, &outsider, &colleague, &clerk, &eve, &alice}) {
            if (db::visibility::is_visible(tx, one->id, status.id)) names.insert(one->username);
        }
        return names;
    }
    /// To whom it went, and that each parcel names nobody of another host.
    std::set<std::string> sent_to() {
        std::set<std::string> names;
        for (const auto& parcel : queued()) {
            EXPECT_EQ(parcel.activity.at("to"), parcel.activity.at("object").at("to"));
            EXPECT_TRUE(parcel.activity.at("cc").empty());
            for (const std::string uri : parcel.activity.at("to")) {
                EXPECT_EQ(host_of(uri), host_of(parcel.inbox)) << uri;
                names.insert(uri.substr(uri.rfind('/') + 1));
            }
        }
        return names;
    }
    db::ListId circle_of(const db::Account& owner, const std::vector<AccountId>& people) {
        db::List list{.owner = owner.id, .title = "Reading week"};
        list.id = db::lists::insert(tx, list);
        db::lists::add_accounts(tx, list, people);
        return list.id;
    }
    std::string refusal(const db::Account& author, const outbox::Draft& draft) {
        const auto status = outbox::publish(tx, by(author), draft);
        return status ? "" : status.error().shown;
    }
};

TEST_F(NarrowTest, IsSentAndShownToTheAudienceAlone) {
    const struct {
        AudienceKind kind;
        std::set<std::string> here, sent;
    } cases[] = {
        {AudienceKind::Educators, {"near", "far", "vague", "colleague"}, {"near", "far", "vague"}},
        {AudienceKind::OutsideDistrict, {"near", "far", "vague"}, {"near", "far", "vague"}},
        {AudienceKind::OutsideRegion, {"far"}, {"far"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(db::to_string(c.kind));
        const auto status = publish(bob, to(c.kind));
        EXPECT_EQ(status.visibility, db::Visibility::Private);
        EXPECT_EQ(readers_here(status), c.here);
        EXPECT_EQ(sent_to(), c.sent);
        EXPECT_TRUE(status.content.starts_with("<p>For verified educators")) << status.content;
    }
}

TEST_F(NarrowTest, ACircleIsItsPeopleAsTheyWere) {
    for (const auto* one : {&near, &far, &outsider, &colleague, &clerk})
        follows(bob, *one);
    const auto circle = circle_of(bob, {near.id, far.id, outsider.id, colleague.id, clerk.id});
    const auto status = publish(
        bob,
        {.text = "Plans",
         .audience = outbox::AudienceChoice{.kind = AudienceKind::Circle, .circle = circle}});
    EXPECT_EQ(readers_here(status), (std::set<std::string>{"near", "far", "colleague"}));
    EXPECT_EQ(sent_to(), (std::set<std::string>{"near", "far"}));
    // Who comes later reads what comes later.
    follows(bob, vague);
    db::lists::add_accounts(tx, *db::lists::find(tx, bob.id, circle), {vague.id});
    EXPECT_FALSE(db::visibility::is_visible(tx, vague.id, status.id));

    const auto empty = circle_of(bob, {clerk.id, outsider.id});
    EXPECT_NE(refusal(bob,
                      {.text = "x",
                       .audience =
                           outbox::AudienceChoice{.kind = AudienceKind::Circle, .circle = empty}}),
              "");
    const auto not_hers = outbox::publish(
        tx,
        by(colleague),
        {.text = "x",
         .audience = outbox::AudienceChoice{.kind = AudienceKind::Circle, .circle = circle}});
    ASSERT_FALSE(not_hers);
    EXPECT_EQ(not_hers.error().kind, Error::Kind::NotFound);
}

TEST_F(NarrowTest, SaysWhatItIsOnTheWire) {
    const auto status = publish(bob, to(AudienceKind::OutsideRegion));
    const auto parcels = queued();
    ASSERT_EQ(parcels.size(), 1U);
    const auto& object = parcels.front().activity.at("object");
    const Json locality{{"scope", "outside-region"},
                        {"of", bob.uri},
                        {"district", "maple.test"},
                        {"region", "US-CA"}};
    EXPECT_EQ(object.at("locality"), locality);
    EXPECT_EQ(object.at("interactionPolicy").at("locality"), locality);
    EXPECT_EQ(object.at("interactionPolicy").at("canAnnounce").at("automaticApproval"),
              Json::array({bob.uri}));
    EXPECT_FALSE(parcels.front().sync_followers);
    EXPECT_NE(parcels.front().activity.at("@context").dump().find("ns/v1#locality"),
              std::string::npos);
}

TEST_F(NarrowTest, WhoeverDoesNotBelongIsNotMentioned) {
    const auto text =
        refusal(bob, to(AudienceKind::OutsideDistrict, "@colleague @far@birch.example what now?"));
    EXPECT_NE(text.find("@colleague"), std::string::npos) << text;
    EXPECT_EQ(text.find("@far"), std::string::npos) << text;
    EXPECT_EQ(refusal(bob, to(AudienceKind::OutsideDistrict, "@far@birch.example what now?")), "");
}

TEST_F(NarrowTest, WithoutARegionNobodyIsOutsideOfIt) {
    const auto text = refusal(clerk, to(AudienceKind::OutsideRegion));
    EXPECT_NE(text.find("Your region"), std::string::npos) << text;
}

TEST_F(NarrowTest, AnswersHaveTheAudienceOfWhatTheyAnswer) {
    const auto status = publish(bob, to(AudienceKind::OutsideRegion));
    // As if far were ours: here every reader can be asked for an answer.
    auto answer = to(AudienceKind::Educators);
    answer.in_reply_to = status.id;
    EXPECT_NE(refusal(bob, answer).find("answers have the audience"), std::string::npos);
    const auto more = publish(bob, {.text = "And more", .in_reply_to = status.id});
    EXPECT_EQ(more.visibility, db::Visibility::Private);
    EXPECT_EQ(readers_here(more), (std::set<std::string>{"far"}));
    EXPECT_EQ(db::audiences::find(tx, more.id), db::audiences::find(tx, status.id));
}

TEST_F(NarrowTest, NoEditWidens) {
    auto status = publish(bob, to(AudienceKind::OutsideDistrict, "@near@cedar.example hello"));
    queued();
    const auto widened =
        outbox::edit(tx, by(bob), status.id, {.text = "@near@cedar.example @colleague hello"});
    ASSERT_FALSE(widened);
    EXPECT_NE(widened.error().shown.find("@colleague"), std::string::npos);
    // A member that was made a guest since hears nothing more of it.
    db::peers::set_level(tx, "birch.example", db::PeerLevel::Guest, "");
    const auto edited =
        outbox::edit(tx, by(bob), status.id, {.text = "@near@cedar.example hello again"});
    ASSERT_TRUE(edited) << edited.error().detail;
    EXPECT_EQ(sent_to(), (std::set<std::string>{"near"}));
    EXPECT_TRUE(edited->content.starts_with("<p>For verified educators outside"));
    EXPECT_EQ(readers_here(*edited), (std::set<std::string>{"near"}));
    // Nor does anything else: the row itself refuses.
    EXPECT_ANY_THROW(db::audiences::set(tx, status.id, {.kind = AudienceKind::Educators}));
}

TEST_F(NarrowTest, WhatWaitsIsNotSentToAHostThatIsNoMemberAnyMore) {
    publish(bob, to(AudienceKind::Educators));
    publish(bob, {.text = "To all"});
    db::peers::set_level(tx, "birch.example", db::PeerLevel::Guest, "");
    bool public_one = false;
    for (const auto& parcel : queued()) {
        if (host_of(parcel.inbox) != "birch.example") continue;
        EXPECT_FALSE(parcel.activity.at("object").contains("locality"));
        public_one = true;
    }
    EXPECT_TRUE(public_one);
}

TEST_F(NarrowTest, IsNeitherBoostedNorQuotedNorPinned) {
    const auto status = publish(bob, to(AudienceKind::Educators));
    EXPECT_FALSE(outbox::boost(tx, by(bob), status.id, db::Visibility::Private));
    EXPECT_FALSE(outbox::boost(tx, by(colleague), status.id, db::Visibility::Public));
    EXPECT_FALSE(outbox::pin(tx, by(bob), status.id));
    const auto quote = outbox::publish(
        tx, by(bob), {.text = "See", .visibility = db::Visibility::Private, .quoted = status.id});
    EXPECT_FALSE(quote);
}

TEST_F(NarrowTest, ADraftThatWaitsKeepsIt) {
    const outbox::Draft draft{
        .text = "Later",
        .audience = outbox::AudienceChoice{.kind = AudienceKind::Circle, .circle = db::ListId{7}}};
    auto written = outbox::write_draft(draft);
    const auto read = outbox::read_draft(written);
    ASSERT_TRUE(read.audience);
    EXPECT_EQ(read.audience->kind, AudienceKind::Circle);
    EXPECT_EQ(read.audience->circle, db::ListId{7});
    EXPECT_FALSE(outbox::read_draft(outbox::write_draft({.text = "To all"})).audience);
    written["audience"] = "of a newer server";
    EXPECT_EQ(outbox::read_draft(written).audience->kind, AudienceKind::OutsideRegion);
}

TEST_F(NarrowTest, ItsDeletionNamesNobody) {
    const auto status = publish(bob, to(AudienceKind::Educators));
    queued();
    ASSERT_TRUE(outbox::remove(tx, by(bob), status.id));
    const auto parcels = queued();
    EXPECT_EQ(parcels.size(), 2U); // Two hosts had it.
    for (const auto& parcel : parcels)
        EXPECT_EQ(parcel.activity.at("to"), Json::array({bob.followers_uri}));
}

TEST_F(NarrowTest, OnlyWhoIsConfirmedNowReadsIt) {
    const auto status = publish(bob, to(AudienceKind::Educators));
    db::attestation_claims::set_revoked(tx, {far.id}, true);
    db::attestations::revoke(tx, colleague.id, {}, now);
    EXPECT_EQ(readers_here(status), (std::set<std::string>{"near", "vague"}));
    db::peers::set_level(tx, "cedar.example", db::PeerLevel::Partner, "");
    EXPECT_EQ(readers_here(status), (std::set<std::string>{"vague"}));
}

} // namespace
