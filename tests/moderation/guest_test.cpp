#include "db/audit_log.h"
#include "db/guests.h"
#include "db/mentions.h"
#include "db/users.h"
#include "educators/attestation.h"
#include "educators/shown.h"
#include "members/guests.h"
#include "members/invitations.h"
#include "moderation/guest.h"
#include "tests/support/database.h"

#include <gtest/gtest.h>

using namespace moderation;

namespace {

constexpr AccountId friendly{1};
constexpr AccountId strange{2};

db::Account account(AccountId id) {
    db::Account made;
    made.id = id;
    return made;
}
db::Status post_of(AccountId author) {
    db::Status made;
    made.author = author;
    return made;
}

Outgoing direct(std::vector<db::Account> mentioned) {
    return {.visibility = db::Visibility::Direct, .mentioned = std::move(mentioned)};
}

class GuestTest : public DatabaseTest {
  protected:
    GuestTest() {
        ada = member("ada");
        eve = member("eve");
        gus = member("gus");
    }
    /// A guest until a week from now, for ada.
    void invite_gus() {
        const auto code = members::invite(
            tx, {.by = "command line", .guest_until = now + 7 * day, .circle = {ada.id}}, now);
        ASSERT_TRUE(code) << code.error().detail;
        const auto used = members::use_invitation(tx, *code, now);
        ASSERT_TRUE(used);
        members::welcome_guest(tx, gus.id, *used);
        gus = *db::accounts::find(tx, gus.id);
    }
    Decision send_to(const db::Account& whom, Time at) {
        return check_draft(tx, peers, gus, direct({whom}), at);
    }

    static constexpr std::chrono::hours day{24};
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    Peers peers{test_pool(), instance};
    Time now = *parse_iso8601("2026-11-03T12:00:00Z");
    db::Account ada;
    db::Account eve;
    db::Account gus;
};

} // namespace

TEST(Guests, WriteOnlyToTheirCircle) {
    using enum db::Visibility;
    const auto good = account(friendly);
    const auto bad = account(strange);
    struct Case {
        const char* name;
        Outgoing outgoing;
        std::string_view fault;
    };
    const Case cases[] = {
        {"a message to the circle", direct({good}), ""},
        {"a message to nobody", direct({}), ""},
        {"a message to a stranger", direct({bad}), "guest-circle"},
        {"a message to both", direct({good, bad}), "guest-circle"},
        {"a public post", {.visibility = Public, .mentioned = {good}}, "guest-audience"},
        {"an unlisted post", {.visibility = Unlisted}, "guest-audience"},
        {"a post for followers", {.visibility = Private}, "guest-audience"},
        {"an edit for everybody", {.type = "Update", .visibility = Public}, "guest-audience"},
        {"an edit that names a stranger",
         {.type = "Update", .visibility = Direct, .mentioned = {bad}},
         "guest-circle"},
        {"an answer to the circle", {.visibility = Direct, .about = post_of(friendly)}, ""},
        {"an answer to a stranger",
         {.visibility = Direct, .about = post_of(strange)},
         "guest-circle"},
        {"a like", {.type = "Like", .about = post_of(friendly), .whom = good}, ""},
        {"a like of a stranger",
         {.type = "Like", .about = post_of(strange), .whom = bad},
         "guest-circle"},
        {"a follow", {.type = "Follow", .whom = good}, ""},
        {"a follow of a stranger", {.type = "Follow", .whom = bad}, "guest-circle"},
        {"a boost",
         {.type = "Announce", .about = post_of(friendly), .whom = good},
         "guest-audience"},
        {"a quote",
         {.type = "QuoteRequest", .about = post_of(friendly), .whom = good},
         "guest-audience"},
    };
    for (const auto& test : cases) {
        GuestFacts facts{.reached = {friendly}};
        if (test.outgoing.about) facts.about_author = test.outgoing.about->author;
        EXPECT_EQ(find_guest_fault(test.outgoing, facts).value_or(""), test.fault) << test.name;
        facts.is_over = true;
        EXPECT_EQ(find_guest_fault(test.outgoing, facts), "guest-over") << test.name;
        EXPECT_TRUE(test.fault.empty() || !explain(test.fault).empty()) << test.fault;
    }
}

TEST_F(GuestTest, AnInvitationForAGuestHasACircleAndAnEnd) {
    struct Case {
        std::optional<Time> until;
        std::vector<AccountId> circle;
        bool good;
    };
    const Case cases[] = {{now + day, {ada.id}, true},
                          {now + day, {}, false},
                          {std::nullopt, {ada.id}, false},
                          {now, {ada.id}, false},
                          {now + 367 * day, {ada.id}, false}};
    for (const auto& test : cases) {
        const auto code = members::invite(
            tx, {.by = "command line", .guest_until = test.until, .circle = test.circle}, now);
        EXPECT_EQ(static_cast<bool>(code), test.good);
    }
}

TEST_F(GuestTest, ReachesTheCircleAndWhoeverWroteFirst) {
    EXPECT_EQ(send_to(eve, now).verdict, Verdict::Accept) << "a member";
    invite_gus();
    EXPECT_EQ(send_to(ada, now).verdict, Verdict::Accept);
    const auto refused = send_to(eve, now);
    EXPECT_EQ(refused.verdict, Verdict::Reject);
    EXPECT_EQ(refused.reason, "guest-circle");
    EXPECT_EQ(kind_of_refusal(refused), Error::Kind::Unprocessable);
    EXPECT_EQ(db::audit_log::list_by_subject(tx, gus.uri).front().reason, "guest-circle");
    db::mentions::insert_all(tx, status_by(eve).id, {gus.id}, false);
    EXPECT_EQ(send_to(eve, now).verdict, Verdict::Accept);
    EXPECT_EQ(send_to(ada, now + 7 * day).reason, "guest-over");
}

TEST_F(GuestTest, IsMarkedAndAttestedByNobody) {
    EXPECT_FALSE(educators::show_guest(gus));
    invite_gus();
    EXPECT_EQ(educators::show_guest(gus), "2026-11-10");
    EXPECT_EQ(gus.fields.front().value("name", ""), "Guest");
    EXPECT_EQ(db::users::find(tx, gus.id)->settings.value("privacy", ""), "direct");
    const auto issuer = educators::load_issuer(tx, instance, {}, now);
    const auto granted =
        educators::attest(tx, issuer, {.account = gus.id, .by = "command line"}, now);
    ASSERT_FALSE(granted);
    EXPECT_EQ(granted.error().kind, Error::Kind::Unprocessable);
}

TEST_F(GuestTest, EndsByItselfAtItsDay) {
    invite_gus();
    EXPECT_EQ(members::end_guests(tx, now + 7 * day - std::chrono::seconds{1}), 0);
    EXPECT_EQ(members::end_guests(tx, now + 7 * day), 1);
    EXPECT_EQ(db::users::find(tx, gus.id)->state, db::MemberState::Left);
    EXPECT_EQ(members::end_guests(tx, now + 8 * day), 0);
    EXPECT_EQ(db::audit_log::list_by_subject(tx, gus.uri).front().act, "guest.end");
}
