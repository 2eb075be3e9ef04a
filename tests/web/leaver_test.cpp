#include "db/attestations.h"
#include "db/audit_log.h"
#include "db/leaver_keys.h"
#include "db/leavings.h"
#include "db/stay_requests.h"
#include "educators/attestation.h"
#include "educators/import.h"
#include "mail/letters.h"
#include "members/duties.h"
#include "members/leaving.h"
#include "outbox/join.h"
#include "tests/web/web_support.h"

#include <fmt/format.h>

namespace {

using namespace std::chrono_literals;

class LeaverTest : public WebTest {
  protected:
    LeaverTest() {
        deps.roster = &roster;
        deps.joining = &joining;
    }

    db::User user(const Member& who) {
        db::Tx tx(pool);
        return *db::users::find(tx, who.id);
    }
    void leave(const Member& who) {
        db::Tx tx(pool);
        ASSERT_TRUE(educators::leave(tx, who.id, "test", now));
        tx.commit();
    }
    void come_back(const Member& who) {
        db::Tx tx(pool);
        ASSERT_TRUE(members::set_state(tx, who.id, db::MemberState::Active, now));
        tx.commit();
    }
    http::Response send(Browser& browser,
                        const std::string& page,
                        const std::string& to,
                        Fields f) {
        f.emplace_back("form_token", field(browser.get(page), "form_token"));
        return browser.post(to, f);
    }
    std::string code_of(const Member& who) {
        db::Tx tx(pool);
        auto code = members::make_leaver_code(tx, who.id, "test", now);
        tx.commit();
        return code;
    }
    void give_address(const Member& who, const std::string& email) {
        db::Tx tx(pool);
        ASSERT_TRUE(members::want_private_address(tx, instance, who.id, email));
        ASSERT_TRUE(db::leaver_keys::confirm_email(tx, who.id, email));
        tx.commit();
    }
    http::Response enter(Browser& browser, const std::string& name, const std::string& code) {
        return send(browser, "/leaver", "/leaver", {{"name", name}, {"code", code}});
    }
    std::optional<mail::Message> letter(mail::Letter which, const Member& who) {
        db::Tx tx(pool);
        return mail::write(tx,
                           {.instance = instance, .from = "no-reply@maple.test", .link_key = key},
                           which,
                           who.id,
                           {},
                           now);
    }
    static std::string path_in(const mail::Message& message) {
        const auto at = message.text.find("https://maple.test/");
        const auto from = at + std::string_view("https://maple.test").size();
        return message.text.substr(from, message.text.find('\n', at) - from);
    }
    Member officer() {
        const auto who = member();
        db::Tx tx(pool);
        members::give_duty(tx, who.id, members::Duty::RosterOfficer, "test");
        tx.commit();
        return who;
    }
    static std::string unique() { return "p" + crypto::hex(crypto::random_bytes(6)); }

    std::string key = deps.link_key;
    members::AddressBlocks addresses{pool};
    outbox::SignUpDesk sign_ups{.pool = pool,
                                .instance = instance,
                                .passwords = passwords,
                                .addresses = addresses,
                                .throttle = throttle};
    educators::RosterDesk roster{.pool = pool, .accounts = {.instance = &instance}};
    outbox::JoinDesk joining{
        .sign_ups = sign_ups, .roster = roster, .sends_mail = true, .terms_version = "v1"};
};

TEST_F(LeaverTest, ThePrintedCodeOpensThePageOnlyAfterLeaving) {
    const auto ada = member();
    const auto code = code_of(ada);
    EXPECT_EQ(code.size(), 19U);
    Browser browser{*this};
    EXPECT_EQ(enter(browser, ada.name, code).status, 403) << "still a member";
    leave(ada);
    EXPECT_EQ(enter(browser, ada.name, "aaaa-bbbb-cccc-dddd").status, 403);
    EXPECT_EQ(enter(browser, member().name, code).status, 403) << "of somebody else";
    EXPECT_FALSE(has(browser.get("/leaver"), "Move with your followers"));
    auto typed = code;
    std::ranges::replace(typed, '-', ' ');
    const auto entered = enter(browser, "@" + ada.name + "@maple.test", typed);
    EXPECT_EQ(entered.status, 303);
    EXPECT_EQ(location(entered), "/leaver");
    EXPECT_TRUE(has(browser.get("/leaver"), "Move with your followers"));
}

TEST_F(LeaverTest, GuessesAreCounted) {
    const auto ada = member();
    const auto code = code_of(ada);
    leave(ada);
    Browser browser{*this};
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(enter(browser, ada.name, "wrong").status, 403);
    EXPECT_EQ(enter(browser, ada.name, code).status, 429) << "the right one, too late";
}

TEST_F(LeaverTest, ALeaversSessionOpensNothingElse) {
    const auto ada = member(db::Role::Owner);
    const auto code = code_of(ada);
    leave(ada);
    Browser browser{*this};
    ASSERT_EQ(enter(browser, ada.name, code).status, 303);
    for (const auto& route : router.routes()) {
        if (route.access != http::Access::Session || route.method != "GET" ||
            route.pattern.find('{') != std::string::npos)
            continue;
        const auto answer = browser.get(route.pattern);
        EXPECT_EQ(answer.status, 303) << route.pattern;
        EXPECT_TRUE(location(answer).starts_with("/sign-in")) << route.pattern;
    }
    // The same value under the session's name is no session either.
    ASSERT_TRUE(browser.cookies.contains("__Host-leaver"));
    browser.cookies["__Host-session"] = browser.cookies["__Host-leaver"];
    EXPECT_EQ(browser.get("/settings").status, 303);
    Browser other{*this};
    EXPECT_EQ(other.sign_in(ada.name, password).status, 401);
}

TEST_F(LeaverTest, AMembersSessionIsNoLeavers) {
    const auto ada = member();
    auto browser = signed_in(ada);
    browser.cookies["__Host-leaver"] = browser.cookies["__Host-session"];
    EXPECT_FALSE(has(browser.get("/leaver"), "Move with your followers"));
    EXPECT_EQ(browser.get("/leaver/tables/following_accounts.csv").status, 404);
}

TEST_F(LeaverTest, ThirtyDaysAndNoLonger) {
    const auto ada = member();
    const auto code = code_of(ada);
    give_address(ada, unique() + "@home.test");
    leave(ada);
    const auto link = path_in(*letter(mail::Letter::Leaver, ada));
    now += 30 * 24h - 1min;
    Browser browser{*this};
    ASSERT_EQ(enter(browser, ada.name, code).status, 303);
    EXPECT_EQ(browser.get(link).status, 200);
    now += 2min;
    EXPECT_FALSE(has(browser.get("/leaver"), "Move with your followers")) << "the session ends";
    EXPECT_EQ(browser.get("/leaver/tables/following_accounts.csv").status, 404);
    EXPECT_EQ(browser.get(link).status, 410);
    EXPECT_EQ(enter(browser, ada.name, code).status, 403);
    EXPECT_FALSE(letter(mail::Letter::Leaver, ada));
    db::Tx tx(pool);
    db::leaver_keys::remove_left_before(tx, now - members::leaver_page_lifetime);
    EXPECT_EQ(db::leaver_keys::find(tx, ada.id).email, "") << "kept for this alone";
}

TEST_F(LeaverTest, ItEndsWhenTheyAreBack) {
    const auto ada = member();
    const auto code = code_of(ada);
    give_address(ada, unique() + "@home.test");
    leave(ada);
    const auto link = path_in(*letter(mail::Letter::Leaver, ada));
    Browser browser{*this};
    ASSERT_EQ(enter(browser, ada.name, code).status, 303);
    come_back(ada);
    EXPECT_FALSE(has(browser.get("/leaver"), "Move with your followers"));
    EXPECT_EQ(browser.get(link).status, 410);
    now += 1min;
    leave(ada);
    EXPECT_FALSE(has(browser.get("/leaver"), "Move with your followers")) << "an old session";
    EXPECT_EQ(browser.get(link).status, 410) << "the link of another leaving";
}

TEST_F(LeaverTest, ThePrivateAddressIsAskedForConfirmedAndUsed) {
    const auto ada = member();
    const auto home = unique() + "@home.test";
    auto browser = signed_in(ada);
    const auto want = [&](const std::string& email, const std::string& typed) {
        return send(browser,
                    "/settings/leaving",
                    "/settings/leaving/address",
                    {{"email", email}, {"password", typed}});
    };
    EXPECT_EQ(want(home, "not my password").status, 403);
    EXPECT_EQ(want("ada@maple.test", password).status, 422) << "the site's own";
    EXPECT_EQ(want("ada@mail.maple.test", password).status, 422);
    EXPECT_EQ(want("no address", password).status, 422);
    ASSERT_EQ(want(home, password).status, 303);
    leave(ada);
    EXPECT_FALSE(letter(mail::Letter::Leaver, ada)) << "not confirmed";
    come_back(ada);

    const auto asked = letter(mail::Letter::PrivateAddress, ada);
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->to, home);
    const auto link = path_in(*asked);
    Browser anywhere{*this};
    const auto page = anywhere.get(link);
    EXPECT_EQ(page.status, 200);
    {
        db::Tx tx(pool);
        EXPECT_EQ(db::leaver_keys::find(tx, ada.id).email, "") << "opening it confirms nothing";
    }
    const auto path = link.substr(0, link.find('?'));
    const Fields form{{"form_token", field(page, "form_token")}, {"token", field(page, "token")}};
    EXPECT_EQ(anywhere.post(path, form).status, 200);
    EXPECT_EQ(anywhere.post(path, form).status, 410) << "once";
    now += 1s;
    leave(ada);
    const auto mailed = letter(mail::Letter::Leaver, ada);
    ASSERT_TRUE(mailed);
    EXPECT_EQ(mailed->to, home);
    EXPECT_FALSE(letter(mail::Letter::ResetPassword, ada)) << "the district's mailbox gets nothing";
}

TEST_F(LeaverTest, TheLinksTokenStaysOnTheFirstPage) {
    const auto ada = member();
    give_address(ada, unique() + "@home.test");
    leave(ada);
    const auto link = path_in(*letter(mail::Letter::Leaver, ada));
    Browser browser{*this};
    const auto page = browser.get(link);
    EXPECT_EQ(page.headers.get("Referrer-Policy"), "same-origin");
    EXPECT_EQ(page.headers.get("Cache-Control"), "private, no-store");
    EXPECT_EQ(page.body.find("src=\"http"), std::string::npos);
    EXPECT_EQ(page.body.find("href=\"http"), std::string::npos);
    EXPECT_FALSE(browser.cookies.contains("__Host-leaver")) << "mail scanners open links";
    const auto entered = browser.post(
        "/leaver", {{"form_token", field(page, "form_token")}, {"token", field(page, "token")}});
    EXPECT_EQ(entered.status, 303);
    EXPECT_EQ(location(entered), "/leaver");
    auto forged = link;
    forged.back() = forged.back() == 'A' ? 'B' : 'A';
    EXPECT_EQ(browser.get(forged).status, 410);
    EXPECT_EQ(browser.post("/leaver/stay", {{"kind", "retired"}}).status, 403) << "foreign form";
}

TEST_F(LeaverTest, TablesAndArchiveAreTheLeaversOwn) {
    const auto ada = member();
    const auto code = code_of(ada);
    leave(ada);
    Browser browser{*this};
    ASSERT_EQ(enter(browser, ada.name, code).status, 303);
    const auto table = browser.get("/leaver/tables/following_accounts.csv");
    EXPECT_EQ(table.status, 200);
    EXPECT_TRUE(table.body.starts_with("Account address"));
    EXPECT_EQ(browser.get("/leaver/tables/passwords.csv").status, 404);
    EXPECT_EQ(send(browser, "/leaver", "/leaver/archive", {}).status, 303);
    EXPECT_EQ(send(browser, "/leaver", "/leaver/archive", {}).status, 429);
    EXPECT_TRUE(has(browser.get("/leaver"), "is being made"));
    ASSERT_EQ(send(browser, "/leaver", "/leaver/close", {}).status, 303);
    EXPECT_EQ(browser.get("/leaver/tables/following_accounts.csv").status, 404);
}

TEST_F(LeaverTest, ALeaverMoves) {
    const auto ada = member();
    const auto next = member();
    const auto code = code_of(ada);
    leave(ada);
    Browser browser{*this};
    ASSERT_EQ(enter(browser, ada.name, code).status, 303);
    const auto move = [&] {
        return send(
            browser, "/leaver", "/leaver/move", {{"target", "@" + next.name + "@maple.test"}});
    };
    const auto refused = move();
    EXPECT_EQ(refused.status, 422);
    EXPECT_TRUE(has(refused, "does not name this one as an alias"));
    auto other = signed_in(next);
    ASSERT_EQ(send(other,
                   "/settings/move",
                   "/settings/move/aliases",
                   {{"alias", "@" + ada.name + "@maple.test"}})
                  .status,
              303);
    EXPECT_EQ(move().status, 303);
    EXPECT_TRUE(has(browser.get("/leaver"), "points to"));
    db::Tx tx(pool);
    EXPECT_EQ(db::accounts::find(tx, ada.id)->moved_to_uri, db::accounts::find(tx, next.id)->uri);
}

TEST_F(LeaverTest, AnOfficerLetsThemStayAsRetired) {
    const auto ada = member();
    const auto code = code_of(ada);
    const auto home = unique() + "@home.test";
    give_address(ada, home);
    leave(ada);
    Browser browser{*this};
    ASSERT_EQ(enter(browser, ada.name, code).status, 303);
    const auto ask = [&](const std::string& kind) {
        return send(
            browser, "/leaver", "/leaver/stay", {{"kind", kind}, {"text", "I taught for <b>40"}});
    };
    EXPECT_EQ(ask("leader").status, 422);
    EXPECT_EQ(ask("retired").status, 303);
    EXPECT_EQ(ask("retired").status, 422) << "one at a time";
    EXPECT_TRUE(has(browser.get("/leaver"), "A roster officer of the district reads it"));

    auto nobody = signed_in(member(db::Role::Moderator));
    EXPECT_EQ(nobody.get("/admin/leavers").status, 404);
    auto desk = signed_in(officer());
    const auto page = desk.get("/admin/leavers");
    EXPECT_TRUE(has(page, "I taught for &lt;b&gt;40"));
    std::string id;
    {
        db::Tx tx(pool);
        id = to_string(db::stay_requests::find_latest(tx, ada.id)->id);
    }
    const auto decide = [&](Browser& who, const std::string& verb, const std::string& reason) {
        return send(who, "/settings", "/admin/leavers/" + id + "/" + verb, {{"reason", reason}});
    };
    EXPECT_EQ(decide(nobody, "approve", "").status, 404);
    EXPECT_EQ(decide(desk, "refuse", " ").status, 422) << "without a reason";
    EXPECT_EQ(decide(desk, "approve", "").status, 303);
    EXPECT_EQ(decide(desk, "approve", "").status, 404) << "twice";

    EXPECT_EQ(user(ada).state, db::MemberState::Active);
    EXPECT_EQ(user(ada).email, home) << "the district's mailbox is somebody else's by now";
    EXPECT_FALSE(has(browser.get("/leaver"), "Move with your followers"));
    EXPECT_EQ(letter(mail::Letter::StayAnswer, ada)->to, home);
    Browser back{*this};
    EXPECT_EQ(back.sign_in(ada.name, password).status, 303);
    db::Tx tx(pool);
    const auto standing = db::attestations::find_standing(tx, ada.id);
    ASSERT_TRUE(standing && standing->is_good(now));
    EXPECT_EQ(standing->kind, "retired");
    EXPECT_EQ(standing->assurance, "staff-check");
    const auto entries = db::audit_log::list_by_subject(tx, to_string(ada.id));
    EXPECT_TRUE(std::ranges::any_of(
        entries, [](const auto& entry) { return entry.act == "leaver.approve"; }));
}

TEST_F(LeaverTest, AnOfficerRefusesWithAReason) {
    const auto ada = member();
    const auto code = code_of(ada);
    leave(ada);
    Browser browser{*this};
    ASSERT_EQ(enter(browser, ada.name, code).status, 303);
    ASSERT_EQ(send(browser, "/leaver", "/leaver/stay", {{"kind", "substitute"}}).status, 303);
    std::string id;
    {
        db::Tx tx(pool);
        id = to_string(db::stay_requests::find_latest(tx, ada.id)->id);
    }
    auto desk = signed_in(officer());
    ASSERT_EQ(send(desk,
                   "/admin/leavers",
                   "/admin/leavers/" + id + "/refuse",
                   {{"reason", "Not on our list of substitutes."}})
                  .status,
              303);
    EXPECT_EQ(user(ada).state, db::MemberState::Left);
    EXPECT_TRUE(has(browser.get("/leaver"), "Not on our list of substitutes."));
    EXPECT_EQ(send(browser, "/leaver", "/leaver/stay", {{"kind", "retired"}}).status, 303)
        << "they may ask again";
}

TEST_F(LeaverTest, TheSettingsPageShowsTheCodeOnce) {
    const auto ada = member();
    auto browser = signed_in(ada);
    const auto make = [&](const std::string& typed) {
        return send(browser, "/settings/leaving", "/settings/leaving/code", {{"password", typed}});
    };
    EXPECT_EQ(make("not my password").status, 403);
    const auto made = make(password);
    ASSERT_EQ(made.status, 200);
    const auto at = made.body.find("<code class=\"copy\">") + 19;
    const auto code = made.body.substr(at, 19);
    EXPECT_FALSE(has(browser.get("/settings/leaving"), code));
    {
        db::Tx tx(pool);
        EXPECT_EQ(db::leaver_keys::find(tx, ada.id).code_hash.find(code.substr(0, 4)),
                  std::string::npos);
    }
    leave(ada);
    Browser other{*this};
    EXPECT_EQ(enter(other, ada.name, code).status, 303);
}

} // namespace
