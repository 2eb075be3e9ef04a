#include "db/approvals.h"
#include "db/audit_log.h"
#include "db/host_rules.h"
#include "db/peers.h"
#include "moderation/covenant.h"
#include "outbox/approvals.h"
#include "outbox/hard_acts.h"
#include "outbox/host_rules.h"
#include "outbox/peering.h"
#include "outbox/policy_job.h"
#include "tests/web/web_support.h"
#include "web/peering.h"

namespace {

constexpr auto reason = "the neighbours asked for it";

/// What a stolen owner's password cannot do alone (POLICY section 5).
class HardActsTest : public WebTest {
  protected:
    HardActsTest() { web::add_peering_routes(router, peering); }

    outbox::Acting acting(const Member& who) {
        return {.instance = instance, .peers = peers, .account = who.id, .now = now};
    }
    Fields form(Browser& browser, Fields fields) {
        fields.emplace_back("form_token", field(browser.get("/settings"), "form_token"));
        fields.emplace_back("password", password);
        return fields;
    }
    std::optional<db::Approval> newest(std::string_view kind) {
        db::Tx tx(pool);
        for (auto& approval : db::approvals::list(tx, {}, 10))
            if (approval.kind == kind) return std::move(approval);
        return std::nullopt;
    }
    std::string approve_path(std::string_view kind) {
        return "/admin/approvals/" + to_string(newest(kind)->id) + "/approve";
    }
    static std::string new_host() {
        return "h" + crypto::hex(crypto::random_bytes(6)) + ".example";
    }
    db::PeerLevel level_of(const std::string& host) {
        db::Tx tx(pool);
        const auto peer = db::peers::find(tx, host);
        return peer ? peer->level : db::PeerLevel::Unknown;
    }
    std::string blocked() {
        const auto host = new_host();
        db::Tx tx(pool);
        EXPECT_TRUE(outbox::block_peer(
            tx, {.instance = instance, .by = "command line", .reason = reason, .now = now}, host));
        tx.commit();
        return host;
    }
    /// The covenant that stands, with one number changed.
    static moderation::CovenantDraft draft_of(db::Tx& tx,
                                              const Instance& instance,
                                              const Member& by,
                                              Time now) {
        const auto standing = moderation::ensure_covenant(tx, instance, now);
        return {.text = standing.text,
                .promises = moderation::promises_of(instance, standing),
                .by = "https://maple.test/users/" + by.name,
                .reason = reason};
    }

    const outbox::PolicyReader policies{pool, instance, fetcher, resolver, peers, clock};
    const web::PeeringPages peering{deps, policies};
};

TEST_F(HardActsTest, APromiseThatIsStrongerIsPublishedAtOnceAndAWeakerOneBySomebodyElse) {
    const auto owner = member(db::Role::Owner);
    const auto other = member(db::Role::Owner);
    db::Tx tx(pool);
    const auto version = [&] { return moderation::ensure_covenant(tx, instance, now).version; };
    const auto before = version();

    auto stronger = draft_of(tx, instance, owner, now);
    stronger.promises.record_days += 100;
    EXPECT_EQ(*outbox::write_covenant(tx, acting(owner), stronger), outbox::CovenantEnd::Published);
    EXPECT_EQ(version(), before + 1);

    auto weaker = draft_of(tx, instance, owner, now);
    weaker.promises.record_days -= 50;
    weaker.text += "\n\nAnd one line more.";
    EXPECT_EQ(*outbox::write_covenant(tx, acting(owner), weaker), outbox::CovenantEnd::Asked);
    EXPECT_EQ(version(), before + 1) << "asked for, not published";
    EXPECT_FALSE(outbox::write_covenant(tx, acting(owner), weaker)) << "it waits already";
    const auto asked = db::approvals::list(tx, {}, 1).front();
    EXPECT_EQ(asked.kind, outbox::covenant_kind);
    const auto shown = dump_json(asked.details.at("shown"));
    EXPECT_NE(shown.find("Weaker: "), std::string::npos) << shown;
    EXPECT_NE(shown.find("one line more"), std::string::npos) << "the text is seen, too";

    EXPECT_FALSE(outbox::approve_act(tx, acting(owner), asked.id)) << "never oneself";
    EXPECT_EQ(version(), before + 1);
    ASSERT_TRUE(outbox::approve_act(tx, acting(other), asked.id));
    EXPECT_EQ(version(), before + 2);
    const auto stands = moderation::ensure_covenant(tx, instance, now);
    EXPECT_EQ(stands.text, weaker.text);
    EXPECT_EQ(moderation::promises_of(instance, stands).record_days, weaker.promises.record_days);
    EXPECT_EQ(stands.made_by, weaker.by);
}

TEST_F(HardActsTest, AWeakerCovenantThatWasComparedWithAnotherIsAskedForAgain) {
    const auto owner = member(db::Role::Owner);
    const auto other = member(db::Role::Owner);
    db::Tx tx(pool);
    auto weaker = draft_of(tx, instance, owner, now);
    weaker.promises.urgent_hours += 1;
    ASSERT_EQ(*outbox::write_covenant(tx, acting(owner), weaker), outbox::CovenantEnd::Asked);
    const auto id = db::approvals::list(tx, {}, 1).front().id;
    auto stronger = draft_of(tx, instance, owner, now);
    stronger.promises.record_days += 1;
    ASSERT_EQ(*outbox::write_covenant(tx, acting(owner), stronger), outbox::CovenantEnd::Published);
    const auto done = outbox::approve_act(tx, acting(other), id);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Error::Kind::Unprocessable);
}

TEST_F(HardActsTest, TheCovenantsPageAsksForASecondPersonInsteadOfPublishing) {
    auto owner = signed_in(member(db::Role::Owner));
    const auto before = owner.get("/covenant").body;
    // No clause, no kind, no language: whoever sends this promises next to nothing.
    const auto sent = owner.post("/admin/covenant",
                                 form(owner,
                                      {{"text", "We promise little."},
                                       {"reason", reason},
                                       {"roster_check_hours", "0"},
                                       {"partner_posts_per_week", "100"},
                                       {"acknowledge_hours", "500"},
                                       {"decide_school_days", "500"},
                                       {"urgent_hours", "500"},
                                       {"record_days", "1"},
                                       {"removed_days", "1"}}));
    EXPECT_EQ(location(sent), "/admin/approvals");
    EXPECT_FALSE(has(owner.get("/covenant"), "We promise little."));
    const auto asked = owner.get("/admin/approvals");
    EXPECT_TRUE(has(asked, "We promise little."));
    auto second = signed_in(member(db::Role::Owner));
    const auto path = "/admin/approvals/" + to_string(newest(outbox::covenant_kind)->id);
    EXPECT_EQ(second.post(path + "/refuse", form(second, {{"reason", reason}})).status, 303);
    EXPECT_FALSE(has(owner.get("/covenant"), "We promise little."));
}

TEST_F(HardActsTest, ABlockIsTakenBackByTwoOwnersAndTheHostIsUnknownThen) {
    const auto host = blocked();
    const auto page = "/admin/peers/" + host;
    auto first = signed_in(member(db::Role::Owner));
    auto second = signed_in(member(db::Role::Owner));
    EXPECT_TRUE(has(first.get(page), page + "/unblock"));
    EXPECT_FALSE(has(first.get("/admin/peers/" + new_host()), "/unblock"));

    EXPECT_EQ(first.post(page + "/unblock", form(first, {{"reason", "why not"}})).status, 422);
    EXPECT_EQ(location(first.post(page + "/unblock", form(first, {{"reason", reason}}))),
              "/admin/approvals");
    // Nor by another way of the same page.
    for (const auto* act : {"agree", "level", "restore"})
        EXPECT_EQ(
            first.post(page + "/" + act, form(first, {{"reason", reason}, {"level", "member"}}))
                .status,
            422)
            << act;
    EXPECT_EQ(first.post(approve_path("peer.unblock"), form(first, {})).status, 403);
    EXPECT_EQ(level_of(host), db::PeerLevel::Blocked);
    EXPECT_EQ(second.post(approve_path("peer.unblock"), form(second, {})).status, 303);
    EXPECT_EQ(level_of(host), db::PeerLevel::Unknown) << "not let in by that";
    EXPECT_EQ(first.post(page + "/unblock", form(first, {{"reason", reason}})).status, 422);
}

TEST_F(HardActsTest, NoOtherActLetsABlockedHostIn) {
    const auto host = blocked();
    const auto owner = member(db::Role::Owner);
    db::Tx tx(pool);
    auto rule = *db::host_rules::find_by_host(tx, host);
    EXPECT_FALSE(outbox::allow_host(tx, acting(owner), host, db::PeerLevel::Guest));
    rule.severity = db::Severity::Silence;
    EXPECT_FALSE(outbox::block_host(tx, acting(owner), rule));
    EXPECT_TRUE(outbox::unblock_host(tx, acting(owner), rule)) << "asked for";
    EXPECT_EQ(db::peers::find(tx, host)->level, db::PeerLevel::Blocked);
    EXPECT_EQ(db::approvals::list(tx, {}, 1).front().subject, host);
}

TEST_F(HardActsTest, ManyPeopleInOneDayAreLetInOrOutByTwo) {
    const auto owner = member(db::Role::Owner);
    const auto by = "https://maple.test/users/" + owner.name;
    db::Tx tx(pool);
    const auto waiting = [&](int joined, int lost) {
        db::RosterImport import{.source = "page",
                                .state = "waiting",
                                .why = "preview",
                                .counts = {{"joined", joined}, {"lost", lost}},
                                .package = Json::object(),
                                .actor = by};
        import.id = db::roster_imports::insert(tx, import);
        return import;
    };
    const struct {
        const char* name;
        int joined, lost;
        bool needs_second;
    } cases[] = {
        {"nothing changes", 0, 0, false},
        {"as many as one person may", 15, 5, false},
        {"one more who joins", 21, 0, true},
        {"one more who leaves", 10, 11, true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(outbox::needs_second(tx, waiting(c.joined, c.lost), by, now), c.needs_second);
    }
    // In slices it is the same.
    const auto first = waiting(15, 0);
    ASSERT_TRUE(db::roster_imports::decide(tx, first.id, "applied", by, now));
    EXPECT_FALSE(outbox::needs_second(tx, waiting(5, 0), by, now));
    EXPECT_TRUE(outbox::needs_second(tx, waiting(6, 0), by, now));
    EXPECT_FALSE(outbox::needs_second(tx, waiting(6, 0), by, now + std::chrono::hours{25}));
    EXPECT_FALSE(outbox::needs_second(tx, waiting(6, 0), "somebody else", now));
    // Nor one review after the other.
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(outbox::check_review(tx, by, now));
        db::audit_log::insert(tx,
                              {.at = now,
                               .actor = by,
                               .act = "roster.review",
                               .subject = "p",
                               .verdict = "accepted"});
    }
    EXPECT_FALSE(outbox::check_review(tx, by, now));
    EXPECT_TRUE(outbox::check_review(tx, "somebody else", now));
    EXPECT_TRUE(outbox::needs_second(tx, waiting(1, 0), by, now));
}

} // namespace
