#include "db/attestations.h"
#include "db/audit_log.h"
#include "db/correction_requests.h"
#include "db/roster_orgs.h"
#include "db/vouchings.h"
#include "educators/attestation.h"
#include "educators/corrections.h"
#include "educators/import.h"
#include "members/duties.h"
#include "tests/web/web_support.h"

#include <fmt/format.h>

namespace {

using namespace std::chrono_literals;

class AttestationPageTest : public WebTest {
  protected:
    AttestationPageTest() { deps.roster = &roster; }

    Member officer() {
        const auto who = member();
        db::Tx tx(pool);
        members::give_duty(tx, who.id, members::Duty::RosterOfficer, "test");
        tx.commit();
        return who;
    }
    void attest(const Member& who, const std::string& by = "roster") {
        db::Tx tx(pool);
        const auto issuer = educators::load_issuer(tx, instance, {.region = "US-CA"}, now);
        ASSERT_TRUE(educators::attest(
            tx, issuer, {.account = who.id, .kind = educators::Kind::Librarian, .by = by}, now));
        tx.commit();
    }
    std::optional<db::CorrectionRequest> request_of(const Member& who) {
        db::Tx tx(pool);
        return db::correction_requests::find(tx, who.id);
    }
    http::Response ask(Browser& browser, const std::string& text) {
        const auto page = browser.get("/settings/attestation");
        return browser.post("/settings/attestation/correction",
                            {{"form_token", field(page, "form_token")}, {"text", text}});
    }
    http::Response answer(Browser& browser, db::CorrectionId id, const std::string& text) {
        const auto page = browser.get("/settings");
        return browser.post(fmt::format("/admin/corrections/{}/answer", to_string(id)),
                            {{"form_token", field(page, "form_token")}, {"answer", text}});
    }

    educators::RosterDesk roster{.pool = pool, .accounts = {.instance = &instance}};
};

TEST_F(AttestationPageTest, OfWhomNothingIsSaidThePageSaysSo) {
    auto browser = signed_in(member());
    EXPECT_TRUE(has(browser.get("/settings"), "href=\"/settings/attestation\""));
    const auto page = browser.get("/settings/attestation");
    EXPECT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, "not marked as an educator"));
    EXPECT_TRUE(has(page, "not bound to anybody"));
    EXPECT_EQ(page.headers.get("Cache-Control"), "private, no-store");
    Browser stranger{*this};
    EXPECT_EQ(stranger.get("/settings/attestation").status, 303);
}

TEST_F(AttestationPageTest, KindSourceDatesAndStatusAreShown) {
    const auto ada = member();
    const auto checker = officer();
    auto browser = signed_in(ada);
    attest(ada);
    db::Attestation standing;
    {
        db::Tx tx(pool);
        standing = *db::attestations::find_standing(tx, ada.id);
    }
    const auto page = browser.get("/settings/attestation");
    for (const auto& text : {std::string("<dd>librarian</dd>"),
                             std::string("lists you in its staff roster"),
                             std::string("<dd>US-CA</dd>"),
                             format_date(standing.valid_from),
                             format_date(standing.valid_until),
                             std::string("<dd>Valid</dd>"),
                             std::string("<dd>The roster</dd>"),
                             "href=\"/@" + checker.name + "\""})
        EXPECT_TRUE(has(page, text)) << text;

    now = standing.valid_until;
    auto later = signed_in(ada); // A session does not last so long.
    EXPECT_TRUE(
        has(later.get("/settings/attestation"), "Over since " + format_date(standing.valid_until)));
}

TEST_F(AttestationPageTest, WhoVouchesIsShownToWhomTheyVouchFor) {
    const auto ada = member();
    const auto ben = member();
    const auto cleo = member();
    const auto dan = member();
    {
        db::Tx tx(pool);
        const auto issuer = educators::load_issuer(tx, instance, {}, now);
        ASSERT_TRUE(educators::attest(
            tx,
            issuer,
            {.account = ada.id, .assurance = educators::Assurance::Vouched, .by = "two sponsors"},
            now));
        ASSERT_TRUE(db::vouchings::insert(
            tx,
            {.candidate = ada.id, .kind = "teacher", .statement = "-", .asked_at = now},
            {ben.id, cleo.id, dan.id}));
        const auto id = db::vouchings::find_in_state(tx, ada.id, db::VouchingState::Asked)->id;
        for (const auto* who : {&ben, &cleo})
            db::vouchings::answer(tx, id, who->id, "confirmed", now);
        db::vouchings::answer(tx, id, dan.id, "withdrawn", now);
        db::vouchings::set_vouched(tx, id, now, now + 24h);
        tx.commit();
    }
    auto browser = signed_in(ada);
    const auto page = browser.get("/settings/attestation");
    EXPECT_TRUE(has(page, "<dd>@" + ben.name + "</dd><dd>@" + cleo.name + "</dd>"));
    EXPECT_FALSE(has(page, "@" + dan.name));
    EXPECT_TRUE(has(page, "Two educators who vouch for you"));
}

TEST_F(AttestationPageTest, WhatWasTakenBackIsShownWithItsReason) {
    const auto ada = member();
    const auto checker = officer();
    attest(ada, "https://maple.test/users/" + checker.name);
    auto browser = signed_in(ada);
    EXPECT_TRUE(has(browser.get("/settings/attestation"), "<dd>@" + checker.name + "</dd>"));
    {
        db::Tx tx(pool);
        ASSERT_TRUE(educators::revoke(tx, ada.id, {.reason = "No <longer> here"}, now));
        tx.commit();
    }
    const auto page = browser.get("/settings/attestation");
    EXPECT_TRUE(has(page, "Taken back on " + format_date(now) + ": No &lt;longer&gt; here"));
    EXPECT_FALSE(has(page, "<dd>Valid</dd>"));
}

TEST_F(AttestationPageTest, WhatTheRosterHasIsShownToItsPersonAlone) {
    const auto ada = member();
    const auto number = "r" + crypto::hex(crypto::random_bytes(6));
    {
        db::Tx tx(pool);
        const db::RosterOrg school{.sourced_id = "s-" + number, .name = "Willow Bend & Co"};
        db::roster_orgs::store(tx, {&school, 1});
        const db::RosterPerson person{
            .sourced_id = number,
            .email = number + "@cedar.test",
            .given_name = "Ada",
            .family_name = "Byron",
            .state = "review",
            .reasons = {"a reason that has no text"},
            .roles = {{.sourced_id = number + "-1", .role = "teacher", .org = school.sourced_id},
                      {.sourced_id = number + "-2", .role = "proctor", .deleted = true}}};
        db::roster_people::store(tx, {&person, 1}, now);
        const auto stored = db::roster_people::find_by_sourced_id(tx, number);
        db::roster_people::bind_account(tx, stored->id, ada.id, now);
        tx.commit();
    }
    auto browser = signed_in(ada);
    const auto page = browser.get("/settings/attestation");
    for (const auto& text : {std::string("Waits until a roster officer decides"),
                             std::string("Ada Byron"),
                             number,
                             number + "@cedar.test",
                             std::string("<li>teacher, Willow Bend &amp; Co</li>"),
                             std::string("a reason that has no text")})
        EXPECT_TRUE(has(page, text)) << text;
    EXPECT_FALSE(has(page, "proctor")) << "that role is deleted";
    auto other = signed_in(member());
    EXPECT_FALSE(has(other.get("/settings/attestation"), number));
}

TEST_F(AttestationPageTest, ACorrectionIsAskedForAndAnsweredOnce) {
    const auto ada = member();
    const auto checker = officer();
    auto browser = signed_in(ada);
    auto desk = signed_in(checker);
    EXPECT_EQ(ask(browser, " \n ").status, 422) << "nothing said";
    ASSERT_EQ(ask(browser, "I am a <b>counselor</b>").status, 303);
    EXPECT_TRUE(has(browser.get("/settings/attestation"), "It waits for a roster officer"));
    EXPECT_EQ(ask(browser, "And an aide").status, 422) << "one at a time";
    const auto request = request_of(ada);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->text, "I am a <b>counselor</b>");

    EXPECT_TRUE(has(desk.get("/admin"), "href=\"/admin/corrections\""));
    const auto list = desk.get("/admin/corrections");
    EXPECT_TRUE(has(list, "I am a &lt;b&gt;counselor"));
    EXPECT_TRUE(has(list, "@" + ada.name));
    EXPECT_EQ(answer(desk, request->id, "").status, 422) << "nothing said";
    ASSERT_EQ(answer(desk, request->id, "The school\nmends it.").status, 303);
    EXPECT_EQ(answer(desk, request->id, "Again").status, 404) << "answered";
    EXPECT_FALSE(has(desk.get("/admin/corrections"), "I am a &lt;b&gt;counselor"));

    const auto page = browser.get("/settings/attestation");
    EXPECT_TRUE(has(page, "The school\nmends it."));
    EXPECT_TRUE(has(page, "by @" + checker.name));
    db::Tx tx(pool);
    const auto entries = db::audit_log::list_by_subject(tx, to_string(ada.id));
    const auto entry = std::ranges::find(entries, "correction.answer", &db::AuditEntry::act);
    ASSERT_NE(entry, entries.end());
    EXPECT_EQ(entry->actor, "https://maple.test/users/" + checker.name);
    EXPECT_EQ(entry->reason, "The school\nmends it.");
    EXPECT_TRUE(entry->details.empty()) << "the log keeps no complaints";
}

TEST_F(AttestationPageTest, AnAnswerMeetsOnlyTheRequestThatWasRead) {
    const auto ada = member();
    auto browser = signed_in(ada);
    auto desk = signed_in(officer());
    ASSERT_EQ(ask(browser, "The first").status, 303);
    const auto first = request_of(ada)->id;
    ASSERT_EQ(answer(desk, first, "Done").status, 303);
    ASSERT_EQ(ask(browser, "The second").status, 303);
    EXPECT_EQ(answer(desk, first, "Too late").status, 404);
    EXPECT_EQ(request_of(ada)->text, "The second");
    EXPECT_FALSE(request_of(ada)->answered_at);
}

TEST_F(AttestationPageTest, OnlyOfficersReadAndAnswer) {
    const auto ada = member();
    auto browser = signed_in(ada);
    ASSERT_EQ(ask(browser, "Something is wrong").status, 303);
    const auto id = request_of(ada)->id;
    auto moderator = signed_in(member(db::Role::Moderator));
    for (auto* who : {&browser, &moderator}) {
        EXPECT_EQ(who->get("/admin/corrections").status, 404);
        EXPECT_EQ(answer(*who, id, "Yes").status, 404);
    }
    auto owner = signed_in(member(db::Role::Owner));
    EXPECT_EQ(owner.get("/admin/corrections").status, 200);
    const auto target = fmt::format("/admin/corrections/{}/answer", to_string(id));
    EXPECT_EQ(owner.post(target, {{"answer", "Yes"}}).status, 403) << "foreign form";
    EXPECT_EQ(browser.post("/settings/attestation/correction", {{"text", "No"}}).status, 403);
    EXPECT_FALSE(request_of(ada)->answered_at);
}

TEST_F(AttestationPageTest, LongAndManyRequestsHaveBounds) {
    const auto ada = member();
    auto browser = signed_in(ada);
    auto desk = signed_in(officer());
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(ask(browser, std::string(9000, 'x')).status, 303);
        EXPECT_EQ(request_of(ada)->text.size(), educators::max_correction_text);
        ASSERT_EQ(answer(desk, request_of(ada)->id, "Read").status, 303);
    }
    EXPECT_EQ(ask(browser, "One more").status, 429);
    now += 25h;
    EXPECT_EQ(ask(browser, "One more").status, 303);
}

TEST_F(AttestationPageTest, ThoseWhoLeftAskNothing) {
    const auto ada = member();
    auto browser = signed_in(ada);
    ASSERT_EQ(ask(browser, "Unanswered when I left").status, 303);
    auto desk = signed_in(officer());
    EXPECT_TRUE(has(desk.get("/admin/corrections"), "@" + ada.name));
    {
        db::Tx tx(pool);
        ASSERT_TRUE(educators::leave(tx, ada.id, "test", now));
        tx.commit();
    }
    EXPECT_FALSE(has(desk.get("/admin/corrections"), "@" + ada.name));
    EXPECT_EQ(browser.get("/settings/attestation").status, 303);
}

} // namespace
