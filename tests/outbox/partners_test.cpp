#include "actors/commercial.h"
#include "actors/local.h"
#include "db/audit_log.h"
#include "db/mentions.h"
#include "db/partner_strikes.h"
#include "db/reports.h"
#include "educators/attestation.h"
#include "moderation/facts.h"
#include "outbox/boost.h"
#include "outbox/edit.h"
#include "outbox/favourite.h"
#include "outbox/follow.h"
#include "outbox/move.h"
#include "outbox/not_wanted.h"
#include "outbox/partners.h"
#include "outbox/profile.h"
#include "outbox/report.h"
#include "tests/outbox/verbs_support.h"

#include <gtest/gtest.h>

namespace {

class PartnersTest : public VerbsTest {
  protected:
    PartnersTest() {
        actors::ensure_server_actor(tx, instance, now);
        const auto made = outbox::add_partner(tx, instance, wish("acme", "Acme Books"), now);
        EXPECT_TRUE(made) << made.error().detail;
        if (!made) return;
        acme = *db::accounts::find(tx, made->id);
        jo = person("acme", "jo");
        queued();
    }
    outbox::PartnerWish wish(const std::string& username, const std::string& name) const {
        return {.username = username, .name = name, .until = now + 30 * day, .by = "command line"};
    }
    db::Account person(const std::string& organisation, const std::string& name) {
        const auto password = outbox::add_partner_person(tx,
                                                         instance,
                                                         passwords,
                                                         {.organisation = organisation,
                                                          .username = name,
                                                          .display_name = "Jo Rep",
                                                          .by = "command line"},
                                                         now);
        EXPECT_TRUE(password) << password.error().detail;
        return db::accounts::find_by_handle(tx, name, "").value_or(db::Account{});
    }
    db::Account again(const db::Account& account) { return *db::accounts::find(tx, account.id); }
    std::string reason(const outbox::Draft& draft) {
        const auto status = outbox::publish(tx, by(jo), draft);
        if (!status) {
            EXPECT_EQ(status.error().kind, Error::Kind::Unprocessable);
            EXPECT_FALSE(status.error().shown.empty());
        }
        return status ? "" : status.error().reason;
    }
    bool says_not_wanted(const db::Account& who, const db::Account& whom) {
        return static_cast<bool>(outbox::not_wanted(tx, by(who), whom.id));
    }
    bool is_told(const std::string& host, const std::string& number) {
        return outbox::take_not_wanted(
            tx, instance, {.whom = jo.id, .host = host, .uri = "https://" + host + number}, now);
    }
    std::int64_t strikes(const std::string& organisation) {
        return db::partner_strikes::count(tx, organisation, now - 30 * day);
    }
    /// An account of another district that speaks for an organisation there.
    db::Account marked(db::Account account, const std::string& organisation, bool stopped = false) {
        actors::put_commercial(
            tx,
            account,
            {{"id", account.uri},
             {"commercial", {{"id", organisation}, {"name", "Globe & Co"}, {"stopped", stopped}}}});
        return again(account);
    }

    static constexpr std::chrono::hours day{24};
    members::Passwords passwords;
    db::Account acme;
    db::Account jo;
};

TEST_F(PartnersTest, AreMarkedInNameFieldAndDocument) {
    EXPECT_EQ(acme.actor_type, "Organization");
    EXPECT_EQ(acme.display_name, "[Commercial partner] Acme Books");
    EXPECT_EQ(jo.display_name, "[Commercial partner] Jo Rep");
    EXPECT_EQ(jo.fields.front().value("name", ""), "Commercial partner");
    const auto text = jo.fields.front().value("value", "");
    EXPECT_NE(text.find("Acme Books. No educator; carried by maple.test until"), text.npos) << text;
    EXPECT_NE(again(acme).note.find("@jo"), std::string::npos);
    for (const auto& account : {acme, jo}) {
        const auto document = actors::render_local_actor(tx, instance, account);
        EXPECT_EQ(document["commercial"]["id"], acme.uri);
        EXPECT_EQ(document["name"], account.display_name);
        EXPECT_EQ(document["attachment"][0]["name"], "Commercial partner");
    }
    EXPECT_FALSE(actors::render_local_actor(tx, instance, bob).contains("commercial"));
    const auto issuer = educators::load_issuer(tx, instance, {}, now);
    EXPECT_FALSE(educators::attest(tx, issuer, {.account = jo.id, .by = "command line"}, now));
}

TEST_F(PartnersTest, CannotTakeTheMarkOff) {
    struct Case {
        const char* written;
        const char* shown;
    };
    const Case cases[] = {{"Jo", "[Commercial partner] Jo"},
                          {"[Commercial partner] Jo", "[Commercial partner] Jo"},
                          {"[Stopped commercial partner] Jo", "[Commercial partner] Jo"},
                          {"[Commercial partner] Jo Rep of the Globe House Ltd.",
                           "[Commercial partner] Jo Rep of the Globe House Ltd."},
                          {"", "[Commercial partner] jo"}};
    for (const auto& test : cases) {
        outbox::ProfileDraft draft{.display_name = test.written};
        draft.fields.emplace({outbox::FieldDraft{.name = "I am", .value = "a friend"}});
        ASSERT_TRUE(outbox::update_profile(tx, by(jo), draft)) << test.written;
        const auto after = again(jo);
        EXPECT_EQ(after.display_name, test.shown);
        ASSERT_EQ(after.fields.size(), 2U);
        EXPECT_EQ(after.fields.front().value("name", ""), "Commercial partner");
    }
}

TEST_F(PartnersTest, PostsSayInTheirTextByWhomTheyAre) {
    auto status = publish(jo, {.text = "New <globes>", .spoiler_text = "Sale"});
    EXPECT_TRUE(status.content.starts_with("<p>[Commercial partner: Acme Books]</p>"))
        << status.content;
    EXPECT_EQ(status.spoiler_text, "[Commercial partner: Acme Books] Sale");
    EXPECT_EQ(status.text, "New <globes>") << "what is edited";
    const auto sent = Json::parse(status.document);
    EXPECT_EQ(sent["commercial"], acme.uri);

    const auto edited = outbox::edit(tx, by(jo), status.id, {.text = "Old globes"});
    ASSERT_TRUE(edited) << edited.error().detail;
    EXPECT_TRUE(edited->content.starts_with("<p>[Commercial partner: Acme Books]</p>"));
    EXPECT_EQ(edited->spoiler_text, "");
    const auto ours = publish(bob, {.text = "A globe"});
    EXPECT_EQ(ours.content, "<p>A globe</p>");
    EXPECT_FALSE(Json::parse(ours.document).contains("commercial"));
}

TEST_F(PartnersTest, D12_AnswerButAreNotTheFirstToWrite) {
    EXPECT_EQ(reason({.text = "@bob buy"}), "partner-contact");
    EXPECT_EQ(reason({.text = "@bob", .visibility = db::Visibility::Direct}), "partner-contact");
    EXPECT_EQ(reason({.text = "@alice@cedar.example buy"}), "partner-contact");
    const auto open = publish(bob, {.text = "Who has globes?"});
    EXPECT_EQ(reason({.text = "We have", .in_reply_to = open.id}), "partner-contact");
    EXPECT_FALSE(outbox::boost(tx, by(jo), open.id));
    EXPECT_FALSE(outbox::favourite(tx, by(jo), open.id));
    EXPECT_EQ(outbox::follow(tx, by(jo), bob.id, {}).error().reason, "partner-follows");
    EXPECT_EQ(notifications_of(bob), 0);

    const auto asked = publish(bob, {.text = "@jo is it big?"});
    EXPECT_EQ(reason({.text = "@bob yes", .in_reply_to = asked.id}), "");
    EXPECT_TRUE(outbox::favourite(tx, by(jo), asked.id));
    EXPECT_EQ(outbox::follow(tx, by(jo), bob.id, {}).error().reason, "partner-follows");
    follows(alice, jo);
    EXPECT_EQ(reason({.text = "@alice@cedar.example thanks"}), "");
    EXPECT_EQ(reason({.text = "@alice@cedar.example @eve both"}), "partner-contact");
}

TEST_F(PartnersTest, D12_CapsAreTheOrganisationsAndADeletedPostCounts) {
    auto terms = wish("acme", "");
    terms.weekly_posts = 2;
    terms.weekly_mentions = 1;
    ASSERT_TRUE(outbox::renew_partner(tx, instance, terms, now));
    follows(bob, jo);
    follows(eve, jo);
    EXPECT_EQ(reason({.text = "@bob @eve hello"}), "partner-mentions");
    EXPECT_EQ(reason({.text = "@bob hello"}), "");
    EXPECT_EQ(reason({.text = "@eve hello"}), "partner-mentions");
    const auto kim = person("acme", "kim");
    publish(kim, {.text = "Her page is theirs"});
    EXPECT_EQ(reason({.text = "One more"}), "partner-posts");
    auto later = by(jo);
    later.now += 8 * day;
    EXPECT_TRUE(outbox::publish(tx, later, {.text = "Next week"}));
}

TEST_F(PartnersTest, LinksThatTrackAreRefusedWithAWord) {
    EXPECT_EQ(reason({.text = "https://acme.example/?utm_source=maple"}), "partner-link");
    EXPECT_EQ(reason({.text = "https://acme.example/?page=2"}), "");
}

TEST_F(PartnersTest, D12_ThreeMembersStopTheOrganisationNotThePerson) {
    const auto dan = member("dan");
    const auto kim = person("acme", "kim");
    follows(alice, jo);
    EXPECT_TRUE(says_not_wanted(bob, jo));
    EXPECT_TRUE(says_not_wanted(bob, kim)) << "once a month, whoever it was";
    EXPECT_TRUE(says_not_wanted(bob, acme));
    EXPECT_EQ(strikes(acme.uri), 1);
    EXPECT_FALSE(says_not_wanted(kim, jo)) << "no partner decides";
    EXPECT_FALSE(says_not_wanted(eve, bob)) << "a member is reported instead";
    EXPECT_TRUE(says_not_wanted(eve, acme));
    EXPECT_EQ(reason({.text = "Still here"}), "");
    queued();
    ASSERT_TRUE(
        outbox::report(tx, by(dan), {.target = kim.id, .comment = "stop it", .category = "spam"}));
    EXPECT_TRUE(db::partner_strikes::is_stopped(tx, acme.uri));
    EXPECT_EQ(reason({.text = "Hello"}), "partner-stopped");
    EXPECT_TRUE(again(kim).display_name.starts_with("[Stopped commercial partner] "));
    const auto told = queued();
    const auto about_jo = std::ranges::find_if(told, [&](const Queued& one) {
        return one.activity["type"] == "Update" && one.activity["actor"] == jo.uri;
    });
    ASSERT_NE(about_jo, told.end()) << "peers are told";
    EXPECT_EQ(about_jo->activity["object"]["commercial"]["stopped"], true);
    EXPECT_EQ(db::audit_log::list_by_subject(tx, acme.uri).front().act, "partner.stop");

    ASSERT_TRUE(outbox::allow_partner(tx, instance, "acme", "they changed", "command line", now));
    EXPECT_EQ(strikes(acme.uri), 0) << "what was said before counts no more";
    EXPECT_EQ(reason({.text = "Hello"}), "");
    EXPECT_FALSE(outbox::allow_partner(tx, instance, "acme", "", "command line", now));
}

TEST_F(PartnersTest, StrikesFollowTheOrganisationAndGrowOld) {
    auto early = by(bob);
    early.now = now - 31 * day;
    ASSERT_TRUE(outbox::not_wanted(tx, early, jo.id));
    EXPECT_EQ(strikes(acme.uri), 0);
    EXPECT_TRUE(says_not_wanted(bob, jo));
    EXPECT_TRUE(says_not_wanted(eve, jo));
    // Other people, and ended and carried again: the same count.
    ASSERT_TRUE(outbox::remove_partner_person(tx, instance, "jo", "command line", now));
    ASSERT_TRUE(outbox::end_partner(tx, instance, "acme", "over", "command line", now));
    ASSERT_TRUE(outbox::renew_partner(tx, instance, wish("acme", ""), now));
    const auto kim = person("acme", "kim");
    EXPECT_EQ(strikes(acme.uri), 2);
    EXPECT_TRUE(says_not_wanted(member("dan"), kim));
    EXPECT_TRUE(db::partner_strikes::is_stopped(tx, acme.uri));
}

TEST_F(PartnersTest, D13_ADistrictAloneStopsNobody) {
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(is_told("cedar.example", "/flags/" + std::to_string(i)), i < 10) << i;
    EXPECT_EQ(strikes(acme.uri), 2);
    EXPECT_FALSE(db::partner_strikes::is_stopped(tx, acme.uri));
    EXPECT_TRUE(is_told("birch.example", "/flags/1"));
    EXPECT_FALSE(is_told("birch.example", "/flags/1")) << "the same once";
    EXPECT_TRUE(db::partner_strikes::is_stopped(tx, acme.uri));
    EXPECT_FALSE(outbox::take_not_wanted(
        tx,
        instance,
        {.whom = bob.id, .host = "birch.example", .uri = "https://b.example/2"},
        now));
}

TEST_F(PartnersTest, OfOthersAreStoppedHereAndTheirDistrictIsTold) {
    const auto organisation = std::string("https://cedar.example/users/globe");
    const auto rep = marked(alice, organisation);
    EXPECT_EQ(rep.display_name,
              "[Commercial partner] " +
                  (alice.display_name.empty() ? alice.username : alice.display_name));
    EXPECT_NE(rep.fields.front()
                  .value("value", "")
                  .find("Globe &amp; Co. No educator; carried by "
                        "cedar.example"),
              std::string::npos);
    queued();
    for (const auto& who : {bob, eve, member("dan")}) {
        EXPECT_TRUE(says_not_wanted(who, rep));
        const auto sent = queued();
        ASSERT_EQ(sent.size(), 1U);
        EXPECT_EQ(sent[0].activity["type"], "Flag");
        EXPECT_EQ(sent[0].activity["actor"], "https://maple.test/actor");
        EXPECT_EQ(sent[0].activity["category"], "not-wanted");
        EXPECT_EQ(dump_json(sent[0].activity).find(who.uri), std::string::npos) << "P07";
    }
    EXPECT_TRUE(db::partner_strikes::is_stopped(tx, organisation));
    const moderation::Subject subjects[] = {{.type = "Create",
                                             .actor = rep.uri,
                                             .signer = rep.uri,
                                             .speaks_for = {rep.uri},
                                             .is_post = true}};
    const auto facts = moderation::load_facts(tx, peers, subjects, now).facts[0];
    EXPECT_TRUE(facts.sender_is_commercial);
    EXPECT_TRUE(facts.partner_is_stopped);
    EXPECT_EQ(moderation::decide(subjects[0], facts).reason, "partner-stopped");
    ASSERT_TRUE(outbox::allow_partner(tx, instance, organisation, "talked", "command line", now));
    EXPECT_FALSE(moderation::load_facts(tx, peers, subjects, now).facts[0].partner_is_stopped);
    marked(rep, organisation, true);
    EXPECT_TRUE(moderation::load_facts(tx, peers, subjects, now).facts[0].partner_is_stopped)
        << "by the district that carries it";
}

TEST_F(PartnersTest, A13_TheMarkOfOthersGoesOnlyWithTheirDocument) {
    const auto rep = marked(alice, "https://cedar.example/users/globe");
    ASSERT_TRUE(db::mark_of(rep));
    actors::put_commercial(tx, rep, {{"id", rep.uri}});
    EXPECT_FALSE(db::mark_of(again(rep)));
    EXPECT_EQ(again(rep).display_name, alice.display_name);
}

TEST_F(PartnersTest, TheSameAreRenewedAndLookAlikesAreSeenByTheOwner) {
    auto terms = wish("globe", "Globe House Ltd.");
    terms.website = "https://www.globe.example/shop";
    ASSERT_TRUE(outbox::add_partner(tx, instance, terms, now));
    struct Case {
        const char* name;
        const char* website;
        bool good;
        bool good_when_seen;
    };
    const Case cases[] = {
        {"Maps and More", "", true, true},
        {"Acme Books Inc.", "", false, true},
        {"ACME  BOOKS", "acme.example", false, true},
        {"A\u0441me Books", "", false, true}, // Cyrillic
        {"Acme Books Education", "", false, true},
        {"Globe House", "", false, true},
        {"Something Else", "http://globe.example", false, false},
        {"Verified Books", "", false, false},
        {"", "", false, false},
        {"Fine", "not a host!", false, false},
    };
    int number = 0;
    for (const auto& test : cases) {
        auto newcomer = wish("n" + std::to_string(++number), test.name);
        newcomer.website = test.website;
        const auto made = outbox::add_partner(tx, instance, newcomer, now);
        EXPECT_EQ(static_cast<bool>(made), test.good) << test.name;
        if (made) continue;
        EXPECT_FALSE(made.error().shown.empty()) << test.name;
        newcomer.is_another = true;
        EXPECT_EQ(static_cast<bool>(outbox::add_partner(tx, instance, newcomer, now)),
                  test.good_when_seen)
            << test.name;
    }
}

TEST_F(PartnersTest, OneStoppedElsewhereIsKnownAgain) {
    const auto rep = marked(alice, "https://cedar.example/users/globe");
    for (const auto& who : {bob, eve, member("dan")})
        ASSERT_TRUE(says_not_wanted(who, rep));
    const auto refused = outbox::add_partner(tx, instance, wish("globe", "Globe Co"), now);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().shown.find("which was stopped"), std::string::npos);
}

TEST_F(PartnersTest, TermsHaveBounds) {
    auto terms = wish("globe", "Globe");
    for (const auto until : {now, now - day, now + 800 * day}) {
        terms.until = until;
        EXPECT_FALSE(outbox::add_partner(tx, instance, terms, now));
    }
    terms.until.reset();
    EXPECT_FALSE(outbox::add_partner(tx, instance, terms, now));
    for (const int cap : {-1, 1'001}) {
        terms = wish("globe", "Globe");
        terms.weekly_posts = cap;
        EXPECT_FALSE(outbox::add_partner(tx, instance, terms, now));
    }
    for (const auto* sponsor : {"nobody", "jo", "acme"}) {
        terms = wish("globe", "Globe");
        terms.sponsor = sponsor;
        EXPECT_FALSE(outbox::add_partner(tx, instance, terms, now)) << sponsor;
    }
    terms.sponsor = "bob";
    ASSERT_TRUE(outbox::add_partner(tx, instance, terms, now));
    const auto made = db::accounts::find_by_handle(tx, "globe", "");
    EXPECT_NE(made->fields.front().value("value", "").find("@bob of maple.test"),
              std::string::npos);
}

TEST_F(PartnersTest, EndAtTheirDayAndMoveNowhere) {
    EXPECT_EQ(outbox::end_due_partners(tx, instance, now + 29 * day), 0);
    auto late = by(jo);
    late.now = now + 30 * day;
    EXPECT_EQ(outbox::publish(tx, late, {.text = "Hello"}).error().reason, "partner-over")
        << "the gate knows the moment";
    const auto moved = outbox::move_to(tx, by(jo), alice.id);
    ASSERT_FALSE(moved);
    EXPECT_EQ(moved.error().kind, Error::Kind::Unprocessable);
    EXPECT_EQ(outbox::end_due_partners(tx, instance, now + 30 * day), 1);
    EXPECT_EQ(outbox::end_due_partners(tx, instance, now + 31 * day), 0);
    EXPECT_EQ(db::users::find(tx, jo.id)->state, db::MemberState::Disabled);
    EXPECT_TRUE(db::mark_of(again(jo))) << "what it wrote stays marked";
    EXPECT_FALSE(outbox::add_partner_person(
        tx, instance, passwords, {.organisation = "acme", .username = "kim"}, now + 31 * day));
}

} // namespace
