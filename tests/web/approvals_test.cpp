#include "db/account_standings.h"
#include "db/approvals.h"
#include "db/audit_chain.h"
#include "db/records.h"
#include "db/statuses.h"
#include "members/duties.h"
#include "outbox/approvals.h"
#include "outbox/moderate.h"
#include "outbox/records.h"
#include "tests/web/web_support.h"

#include <sstream>

namespace {

using namespace std::chrono_literals;

constexpr auto reason = "asked for by the court";

class ApprovalsTest : public WebTest {
  protected:
    outbox::Acting acting(const Member& who) {
        return {.instance = instance, .peers = peers, .account = who.id, .now = now};
    }
    Member officer() {
        const auto who = member();
        db::Tx tx(pool);
        members::give_duty(tx, who.id, members::Duty::RecordsOfficer, "command line");
        tx.commit();
        return who;
    }
    Member suspended() {
        const auto who = member();
        const auto owner = member(db::Role::Owner);
        db::Tx tx(pool);
        EXPECT_TRUE(outbox::sanction(
            tx, acting(owner), {.target = who.id, .sanction = outbox::Sanction::Suspend}));
        tx.commit();
        return who;
    }
    Fields form(Browser& browser, Fields fields) {
        fields.emplace_back("form_token", field(browser.get("/settings"), "form_token"));
        return fields;
    }
    std::optional<db::Approval> newest(const std::string& kind) {
        db::Tx tx(pool);
        for (auto& approval : db::approvals::list(tx, {}, 1))
            if (approval.kind == kind) return std::move(approval);
        return std::nullopt;
    }
    bool is_deleted(const Member& who) {
        db::Tx tx(pool);
        return db::users::find(tx, who.id)->state == db::MemberState::Deleted;
    }
    StatusId insert_post(db::Tx& tx,
                         const Member& who,
                         const std::string& text,
                         db::Visibility visibility,
                         Time at) {
        db::Status status{.id = db::statuses::new_id(tx, at)};
        status.uri = "https://maple.test/notes/" + to_string(status.id);
        status.author = who.id;
        status.local = true;
        status.content = "<p>" + text + "</p>";
        status.text = text;
        status.visibility = visibility;
        status.created_at = at;
        EXPECT_TRUE(db::statuses::insert(tx, status));
        return status.id;
    }
    StatusId post(const Member& who, const std::string& text, db::Visibility visibility) {
        db::Tx tx(pool);
        const auto id = insert_post(tx, who, text, visibility, now - 1h);
        tx.commit();
        return id;
    }
    std::size_t found(const Member& who) {
        db::Tx tx(pool);
        return db::records::search(tx, {.account = who.id}).size();
    }
};

TEST_F(ApprovalsTest, OneOwnerAsksForADeletionAndAnotherDoesItWithThePassword) {
    const auto target = suspended();
    auto first = signed_in(member(db::Role::Owner));
    auto second = signed_in(member(db::Role::Owner));
    const auto account = "/admin/accounts/" + to_string(target.id);
    EXPECT_EQ(first.post(account + "/delete", form(first, {{"reason", "short"}})).status, 422);
    EXPECT_EQ(location(first.post(account + "/delete", form(first, {{"reason", reason}}))),
              "/admin/approvals");
    EXPECT_EQ(first.post(account + "/delete", form(first, {{"reason", reason}})).status, 422);
    EXPECT_FALSE(is_deleted(target));

    const auto approve = "/admin/approvals/" + to_string(newest("account.delete")->id) + "/approve";
    EXPECT_EQ(first.post(approve, form(first, {{"password", password}})).status, 403);
    EXPECT_EQ(second.post(approve, form(second, {{"password", "guess"}})).status, 403);
    EXPECT_FALSE(is_deleted(target));
    EXPECT_EQ(second.post(approve, form(second, {{"password", password}})).status, 303);
    EXPECT_TRUE(is_deleted(target));
    EXPECT_EQ(second.post(approve, form(second, {{"password", password}})).status, 422);
}

TEST_F(ApprovalsTest, AreNotThereForThoseWhoMayNotDecideAndRefusalsNeedAReason) {
    const auto target = suspended();
    const auto owner = member(db::Role::Owner);
    auto first = signed_in(owner);
    first.post("/admin/accounts/" + to_string(target.id) + "/delete",
               form(first, {{"reason", reason}}));
    const auto id = newest("account.delete")->id;
    const auto path = "/admin/approvals/" + to_string(id);
    auto records = signed_in(officer());
    EXPECT_FALSE(has(records.get("/admin/approvals"), path));
    EXPECT_EQ(records.post(path + "/approve", form(records, {{"password", password}})).status, 404);
    auto moderator = signed_in(member(db::Role::Moderator));
    EXPECT_EQ(moderator.get("/admin/approvals").status, 404);
    EXPECT_EQ(moderator.post(path + "/refuse", form(moderator, {{"reason", reason}})).status, 404);

    auto second = signed_in(member(db::Role::Owner));
    EXPECT_EQ(second.post(path + "/refuse", {{"reason", reason}, {"form_token", "x"}}).status, 403);
    EXPECT_EQ(second.post(path + "/refuse", form(second, {{"reason", "no"}})).status, 422);
    EXPECT_EQ(second.post(path + "/refuse", form(second, {{"reason", reason}})).status, 303);
    EXPECT_EQ(second.post(path + "/approve", form(second, {{"password", password}})).status, 422);
    EXPECT_FALSE(is_deleted(target));
}

TEST_F(ApprovalsTest, ExpireAfterSevenDaysAndNobodyGoesOnAloneWhereThereIsASecond) {
    const auto target = suspended();
    const auto owner = member(db::Role::Owner);
    const auto other = member(db::Role::Owner);
    db::Tx tx(pool);
    const auto id = outbox::ask_to_remove(tx, acting(owner), target.id, reason);
    ASSERT_TRUE(id);
    EXPECT_FALSE(db::approvals::find(tx, *id)->alone_at);
    now += 25h;
    EXPECT_EQ(outbox::go_on_alone(tx, acting(owner), *id).error().kind, Error::Kind::Forbidden);
    now += 24h * 7;
    EXPECT_EQ(outbox::approve_act(tx, acting(other), *id).error().kind, Error::Kind::Unprocessable);
}

TEST_F(ApprovalsTest, TheOnlyOwnerWaitsADayInWhichModeratorsKnow) {
    db::Tx tx(pool);
    const auto target = suspended();
    const auto owner = member(db::Role::Owner);
    // In this transaction nobody else is an owner; it is never committed.
    for (const auto id : db::member_duties::list_holders(tx, "", "owner"))
        if (id != owner.id) db::users::set_role(tx, id, db::Role::Moderator);
    const auto id = outbox::ask_to_remove(tx, acting(owner), target.id, reason);
    ASSERT_TRUE(id);
    EXPECT_EQ(db::approvals::find(tx, *id)->alone_at, now + 24h);
    now += 23h;
    EXPECT_EQ(outbox::go_on_alone(tx, acting(owner), *id).error().kind, Error::Kind::Forbidden);
    now += 2h;
    EXPECT_TRUE(outbox::go_on_alone(tx, acting(owner), *id));
    EXPECT_EQ(db::users::find(tx, target.id)->state, db::MemberState::Deleted);
    EXPECT_EQ(db::approvals::find(tx, *id)->decision, "alone");
}

TEST_F(ApprovalsTest, RecordsAreExportedByTwoPeopleWithHashesAndWithoutPrivatePosts) {
    const auto teacher = member();
    post(teacher, "open violet", db::Visibility::Public);
    post(teacher, "secret violet", db::Visibility::Private);
    const auto asker = officer();
    auto first = signed_in(asker);
    const auto page = first.get("/admin/records/search?words=VIOLET&name=" + teacher.name);
    EXPECT_TRUE(has(page, "open violet"));
    EXPECT_FALSE(has(page, "secret violet"));
    EXPECT_EQ(first.get("/admin/records/search?words=x&name=nobody-at-all").status, 422);
    EXPECT_EQ(first.get("/admin/records/search?words=").status, 422);

    EXPECT_EQ(location(first.post(
                  "/admin/records/export",
                  form(first, {{"name", teacher.name}, {"words", ""}, {"reason", reason}}))),
              "/admin/approvals");
    const auto id = newest("records.export")->id;
    const auto file_url = "/admin/records/" + to_string(id) + "/export";
    EXPECT_EQ(first.get(file_url).status, 404);
    auto second = signed_in(officer());
    EXPECT_EQ(second
                  .post("/admin/approvals/" + to_string(id) + "/approve",
                        form(second, {{"password", password}}))
                  .status,
              303);
    EXPECT_EQ(second.get(file_url).status, 404) << "open to who asked only";
    const auto file = first.get(file_url);
    ASSERT_EQ(file.status, 200);
    EXPECT_FALSE(has(file, "secret"));
    const auto end = file.body.rfind("{\"manifest\"");
    ASSERT_NE(end, std::string::npos);
    const auto manifest = Json::parse(file.body.substr(end)).at("manifest");
    EXPECT_EQ(manifest.at("posts"), 1);
    EXPECT_EQ(manifest.at("sha256"), crypto::hex(crypto::sha256(file.body.substr(0, end))));
    now += 25h;
    EXPECT_EQ(signed_in(asker).get(file_url).status, 404);
}

TEST_F(ApprovalsTest, ALegalHoldKeepsWhatTheMemberDeletesUntilItIsLifted) {
    const auto teacher = member();
    const auto kept = post(teacher, "kept", db::Visibility::Public);
    const auto secret = post(teacher, "secret", db::Visibility::Direct);
    const auto who = officer();
    auto browser = signed_in(who);
    const Fields hold{{"name", teacher.name}, {"matter", "Case 7"}, {"reason", reason}};
    auto fields = form(browser, hold);
    EXPECT_EQ(browser.post("/admin/records/holds", fields).status, 403) << "without the password";
    fields.emplace_back("password", password);
    EXPECT_EQ(browser.post("/admin/records/holds", fields).status, 303);

    db::Tx tx(pool);
    db::statuses::remove(tx, kept);
    db::statuses::remove(tx, secret);
    const auto posts = db::records::search(tx, {.account = teacher.id});
    ASSERT_EQ(posts.size(), 1U);
    EXPECT_TRUE(posts[0].deleted_at);
    EXPECT_EQ(posts[0].content, "<p>kept</p>");
    EXPECT_EQ(db::records::remove_released(tx), 0);

    const auto standing = db::records::list_holds(tx).front();
    EXPECT_EQ(outbox::lift_legal_hold(tx, acting(teacher), standing.id, reason).error().kind,
              Error::Kind::NotFound);
    EXPECT_TRUE(outbox::lift_legal_hold(tx, acting(who), standing.id, reason));
    EXPECT_FALSE(outbox::lift_legal_hold(tx, acting(who), standing.id, reason));
    EXPECT_EQ(db::records::remove_released(tx), 2);
    EXPECT_TRUE(db::records::search(tx, {.account = teacher.id}).empty());
}

TEST_F(ApprovalsTest, RetentionDeletesWhatIsPastOfItsKindAndNothingUnderAHold) {
    const auto teacher = member();
    const auto held = member();
    const auto who = officer();
    db::Tx tx(pool);
    const auto old_post = [&](const Member& author, db::Visibility visibility, Time at) {
        return insert_post(tx, author, "old", visibility, at);
    };
    const auto past = now - 24h * 40;
    const auto gone = old_post(teacher, db::Visibility::Public, past);
    const auto younger = old_post(teacher, db::Visibility::Public, now - 24h);
    const auto other_kind = old_post(teacher, db::Visibility::Direct, past);
    const auto under_hold = old_post(held, db::Visibility::Public, past);
    ASSERT_TRUE(outbox::set_legal_hold(
        tx, acting(who), {.account = held.id, .matter = "Case 8", .reason = reason}));
    EXPECT_EQ(outbox::delete_past(tx, now, 1'000), 0) << "off unless somebody sets it";
    EXPECT_FALSE(outbox::set_retention(tx, acting(who), "public", 29));
    EXPECT_FALSE(outbox::set_retention(tx, acting(who), "gossip", 30));
    EXPECT_FALSE(outbox::set_retention(tx, acting(teacher), "public", 30));
    ASSERT_TRUE(outbox::set_retention(tx, acting(who), "public", 30));
    EXPECT_GE(outbox::delete_past(tx, now, 1'000), 1);
    EXPECT_FALSE(db::statuses::find(tx, gone));
    EXPECT_TRUE(db::statuses::find(tx, younger));
    EXPECT_TRUE(db::statuses::find(tx, other_kind));
    EXPECT_TRUE(db::statuses::find(tx, under_hold));
}

TEST_F(ApprovalsTest, RecordsAreForOfficersAndOwnersAndForTheirOwnForms) {
    for (const auto role : {db::Role::Member, db::Role::Moderator}) {
        auto browser = signed_in(member(role));
        EXPECT_EQ(browser.get("/admin/records").status, 404);
        EXPECT_EQ(browser.get("/admin/records/search?words=a").status, 404);
        EXPECT_EQ(browser
                      .post("/admin/records/retention",
                            form(browser, {{"kind", "public"}, {"days", "30"}}))
                      .status,
                  404);
    }
    auto browser = signed_in(officer());
    const Fields forged{{"form_token", "x"}, {"kind", "public"}, {"days", "30"}};
    EXPECT_EQ(browser.post("/admin/records/retention", forged).status, 403);
    for (const auto* days : {"29", "99999999999999999999", "soon", "-1"}) {
        SCOPED_TRACE(days);
        EXPECT_EQ(browser
                      .post("/admin/records/retention",
                            form(browser, {{"kind", "public"}, {"days", days}}))
                      .status,
                  422);
    }
    EXPECT_EQ(found(member()), 0U);
}

TEST_F(ApprovalsTest, OpenPostsOfAMarkedAccountAreOfficial) {
    const auto school = member();
    post(school, "bus is late", db::Visibility::Public);
    auto browser = signed_in(officer());
    const auto search = "/admin/records/search?words=&kind=official&name=" + school.name;
    EXPECT_FALSE(has(browser.get(search), "bus is late"));
    EXPECT_EQ(
        browser.post("/admin/records/official/mark", form(browser, {{"name", school.name}})).status,
        303);
    EXPECT_TRUE(has(browser.get(search), "bus is late"));
    EXPECT_EQ(
        browser.post("/admin/records/official/mark", form(browser, {{"name", "nobody"}})).status,
        422);
    EXPECT_EQ(browser.post("/admin/records/official/unmark", form(browser, {{"name", school.name}}))
                  .status,
              303);
    EXPECT_FALSE(has(browser.get(search), "bus is late"));
}

} // namespace
