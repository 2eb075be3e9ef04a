#include "db/reports.h"
#include "db/roster_orgs.h"
#include "db/roster_people.h"
#include "db/users.h"
#include "members/reach.h"
#include "tests/api/client_support.h"

namespace {

/// A district with the schools north and south and an annex below north; Mo moderates north.
class AdminSchoolsTest : public ClientTest {
  protected:
    AdminSchoolsTest() {
        scopes = {"read", "write", "admin:read", "admin:write"};
        db::Tx tx(pool);
        const std::vector<db::RosterOrg> orgs = {
            {.sourced_id = "district", .name = "Maple", .type = "district"},
            {.sourced_id = "north", .name = "North", .type = "school", .parent = "district"},
            {.sourced_id = "annex", .name = "Annex", .type = "school", .parent = "north"},
            {.sourced_id = "south", .name = "South", .type = "school", .parent = "district"},
            {.sourced_id = "loop", .name = "Loop", .type = "department", .parent = "pool"},
            {.sourced_id = "pool", .name = "Pool", .type = "department", .parent = "loop"}};
        db::roster_orgs::store(tx, orgs);
        tx.commit();
        give(mo, "north");
    }
    void give(const db::Account& who, const std::string& org) {
        db::Tx tx(pool);
        EXPECT_TRUE(members::give_school(tx, who.id, org, "command line", now));
        tx.commit();
    }
    /// Works there by the roster from now on, and nowhere else.
    void works_at(const db::Account& who, const std::vector<std::string>& schools) {
        db::Tx tx(pool);
        db::RosterPerson person{.sourced_id = who.username,
                                .id_hash = who.username,
                                .state = "educator",
                                .kind = "teacher"};
        for (const auto& school : schools)
            person.roles.push_back({.sourced_id = "@" + school, .role = "teacher", .org = school});
        db::roster_people::store(tx, std::span(&person, 1), now);
        db::roster_people::bind_account(
            tx, db::roster_people::find_by_sourced_id(tx, who.username)->id, who.id, now);
        tx.commit();
    }
    db::Account teacher(const std::string& prefix, const std::vector<std::string>& schools) {
        const auto account = member(prefix);
        works_at(account, schools);
        return account;
    }
    ReportId report(const db::Account& by, const db::Account& about) {
        db::Tx tx(pool);
        const auto id =
            db::reports::insert(tx, {.target = about.id, .reporter = by.id, .created_at = now});
        tx.commit();
        return id;
    }
    static std::string path(const db::Account& account, const std::string& after = "") {
        return "/api/v1/admin/accounts/" + to_string(account.id) + after;
    }
    static std::string path(ReportId id, const std::string& after = "") {
        return "/api/v1/admin/reports/" + to_string(id) + after;
    }
    std::set<std::string> listed(const std::string& where, const db::Account& by) {
        std::set<std::string> ids;
        for (const auto& entity : json(get(where, by)))
            ids.insert(entity.at("id").get<std::string>());
        return ids;
    }

    Time now = system_now();
    db::Account mo = member("mo");
    db::Account ann = teacher("ann", {"north"});
    db::Account bea = teacher("bea", {"annex"});
    db::Account both = teacher("both", {"south", "north"});
    db::Account cid = teacher("cid", {"south"});
    db::Account office = teacher("office", {"district"});
    db::Account nowhere = member("nowhere");
};

TEST_F(AdminSchoolsTest, LookAfterThePeopleOfTheirSchoolsAndOfNobodyElse) {
    const struct {
        const char* name;
        const db::Account& who;
        bool is_theirs;
    } cases[] = {
        {"of the school", ann, true},
        {"of a school below it", bea, true},
        {"of two schools", both, true},
        {"of another school", cid, false},
        {"of the district above it", office, false},
        {"whom no roster lists", nowhere, false},
        {"the moderator", mo, false},
    };
    const auto seen = listed("/api/v2/admin/accounts?limit=200", mo);
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const int yes = c.is_theirs ? 200 : 404;
        const auto id = report(nowhere, c.who);
        EXPECT_EQ(get(path(c.who), mo).status, yes);
        EXPECT_EQ(seen.contains(to_string(c.who.id)), c.is_theirs);
        EXPECT_EQ(post(path(c.who, "/action"), mo, {{"type", "silence"}}).status, yes);
        EXPECT_EQ(post(path(c.who, "/unsilence"), mo).status, yes);
        EXPECT_EQ(get(path(id), mo).status, yes);
        EXPECT_EQ(listed("/api/v1/admin/reports?limit=200", mo).contains(to_string(id)),
                  c.is_theirs);
        for (const auto* act : {"/assign_to_self", "/unassign", "/resolve", "/reopen"})
            EXPECT_EQ(post(path(id, act), mo).status, yes) << act;
        db::Tx tx(pool);
        EXPECT_EQ(db::accounts::find(tx, c.who.id)->limited_at.has_value(), false);
        EXPECT_EQ(db::reports::find(tx, id)->resolved_at.has_value(), false);
    }
}

// ATTACKS Q: the accused does not learn who reported them, whatever their role.
TEST_F(AdminSchoolsTest, NobodyReadsAReportAboutThemselves) {
    const auto moderator = [&](const std::string& prefix) {
        const auto account = member(prefix);
        db::Tx tx(pool);
        db::users::set_role(tx, account.id, db::Role::Moderator);
        tx.commit();
        return account;
    };
    const auto one = moderator("one");
    const auto two = moderator("two");
    const auto id = report(nowhere, one);
    EXPECT_EQ(get(path(id), one).status, 404);
    for (const auto* act : {"/assign_to_self", "/resolve", "/reopen"})
        EXPECT_EQ(post(path(id, act), one).status, 404) << act;
    EXPECT_FALSE(listed("/api/v1/admin/reports?limit=200", one).contains(to_string(id)));
    EXPECT_TRUE(listed("/api/v1/admin/reports?limit=200", two).contains(to_string(id)));
    EXPECT_EQ(get(path(id), two).status, 200);
}

TEST_F(AdminSchoolsTest, AReportOfAnotherAccountCarriesNoAct) {
    const auto id = report(nowhere, cid);
    const auto done =
        post(path(ann, "/action"), mo, {{"type", "none"}, {"report_id", to_string(id)}});
    EXPECT_EQ(done.status, 404);
}

TEST_F(AdminSchoolsTest, WhoReportedIsShownWithoutTheAddress) {
    const auto id = report(cid, ann);
    const auto entity = json(get(path(id), mo));
    EXPECT_TRUE(entity.at("account").at("email").is_null());
    EXPECT_EQ(entity.at("account").at("username"), cid.username);
    EXPECT_TRUE(entity.at("target_account").at("email").is_string());
}

TEST_F(AdminSchoolsTest, WhatConcernsTheHouseIsNotTheirs) {
    for (const auto* where : {"/api/v1/admin/domain_allows",
                              "/api/v1/admin/email_domain_blocks",
                              "/api/v1/admin/ip_blocks",
                              "/api/v1/admin/trends/tags"})
        EXPECT_EQ(get(where, mo).status, 403) << where;
    EXPECT_EQ(post(path(ann, "/approve"), mo).status, 403)
        << "who comes in is the house's business";
    EXPECT_EQ(send("DELETE", path(ann), &mo).status, 403);
}

TEST_F(AdminSchoolsTest, WhoMovesToAnotherSchoolIsNotTheirsAnyMore) {
    const auto id = report(nowhere, ann);
    EXPECT_EQ(get(path(id), mo).status, 200);
    works_at(ann, {"south"});
    EXPECT_EQ(get(path(id), mo).status, 404);
    EXPECT_EQ(post(path(ann, "/action"), mo, {{"type", "disable"}}).status, 404);
    works_at(cid, {"north"});
    EXPECT_EQ(get(path(cid), mo).status, 200);
    works_at(cid, {"loop"});
    EXPECT_EQ(get(path(cid), mo).status, 404) << "a tree that goes in circles ends";
}

TEST_F(AdminSchoolsTest, ADistrictAndSeveralSchools) {
    const auto dora = member("dora");
    give(dora, "district");
    for (const auto* who : {&ann, &bea, &both, &cid, &office})
        EXPECT_EQ(get(path(*who), dora).status, 200) << who->username;
    EXPECT_EQ(get(path(nowhere), dora).status, 404);
    // Moderators of schools are on one level.
    works_at(mo, {"north"});
    EXPECT_EQ(post(path(mo, "/action"), dora, {{"type", "disable"}}).status, 403);
    give(mo, "south");
    EXPECT_EQ(get(path(cid), mo).status, 200);
}

TEST_F(AdminSchoolsTest, WithTheLastSchoolTheRoleIsGone) {
    give(mo, "south");
    const auto take = [&](const char* org) {
        db::Tx tx(pool);
        const auto done = static_cast<bool>(members::take_school(tx, mo.id, org, "command line"));
        tx.commit();
        return done;
    };
    EXPECT_TRUE(take("north"));
    EXPECT_FALSE(take("north"));
    EXPECT_EQ(get(path(bea), mo).status, 404);
    EXPECT_EQ(get(path(cid), mo).status, 200);
    EXPECT_TRUE(take("south"));
    EXPECT_EQ(get(path(cid), mo).status, 403);
    db::Tx tx(pool);
    EXPECT_EQ(db::users::find(tx, mo.id)->role, db::Role::Member);
}

TEST_F(AdminSchoolsTest, WhoMayNotBecomeOne) {
    db::Tx tx(pool);
    db::users::set_role(tx, cid.id, db::Role::Moderator);
    EXPECT_FALSE(members::give_school(tx, cid.id, "north", "command line", now)) << "has all";
    EXPECT_FALSE(members::give_school(tx, ann.id, "east", "command line", now)) << "no such org";
    EXPECT_FALSE(members::give_school(tx, mo.id, "north", "command line", now)) << "has it";
    EXPECT_FALSE(members::give_school(tx, AccountId{7}, "north", "command line", now));
    EXPECT_EQ(db::users::find(tx, ann.id)->role, db::Role::Member);
}

} // namespace
