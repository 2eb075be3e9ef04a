#include "db/follows.h"
#include "db/peering_requests.h"
#include "db/peers.h"
#include "db/severances.h"
#include "moderation/peer_policies.h"
#include "outbox/policy_job.h"
#include "tests/web/web_support.h"
#include "web/peering.h"

namespace {

/// The pages about other districts: /admin/peers, /covenant, /severed_relationships.
class PeersPageTest : public WebTest {
  protected:
    PeersPageTest() { web::add_peering_routes(router, peering); }

    static std::string new_host() {
        return "h" + crypto::hex(crypto::random_bytes(6)) + ".example";
    }
    std::string peer(db::PeerLevel level) {
        const auto host = new_host();
        db::Tx tx(pool);
        moderation::set_level(tx, host, level, now);
        tx.commit();
        return host;
    }
    db::PeerLevel level_of(const std::string& host) {
        db::Tx tx(pool);
        return db::peers::find(tx, host)->level;
    }
    Fields form(Browser& browser, Fields fields) {
        fields.emplace_back("form_token", field(browser.get("/settings"), "form_token"));
        return fields;
    }
    AccountId stranger(const std::string& host) {
        db::Tx tx(pool);
        const auto uri = "https://" + host + "/users/bob";
        const auto id = db::accounts::insert(
            tx,
            {.uri = uri, .username = "bob", .domain = host, .host = host, .inbox = uri + "/inbox"});
        tx.commit();
        return id;
    }

    const outbox::PolicyReader policies{pool, instance, fetcher, resolver, peers, clock};
    const web::PeeringPages peering{deps, policies};
};

TEST_F(PeersPageTest, IsForOwnersAloneAndForHostNamesAlone) {
    const auto host = peer(db::PeerLevel::Member);
    for (const auto role : {db::Role::Member, db::Role::Moderator}) {
        auto browser = signed_in(member(role));
        EXPECT_EQ(browser.get("/admin/peers").status, 404);
        EXPECT_EQ(browser.get("/admin/peers/" + host).status, 404);
        EXPECT_EQ(browser.get("/admin/covenant").status, 404);
        EXPECT_EQ(browser
                      .post("/admin/peers/" + host + "/block",
                            form(browser, {{"reason", "no"}, {"password", password}}))
                      .status,
                  404);
    }
    auto owner = signed_in(member(db::Role::Owner));
    EXPECT_TRUE(has(owner.get("/admin/peers"), host));
    EXPECT_TRUE(has(owner.get("/admin/peers/" + host), "Lower the whole server"));
    for (const auto* wrong : {"maple.test", "not%20a%20host", "a..b"})
        EXPECT_EQ(owner.get(std::string("/admin/peers/") + wrong).status, 404) << wrong;
    EXPECT_EQ(owner.post("/admin/peers", form(owner, {{"host", "maple.test"}})).status, 422);
    EXPECT_EQ(level_of(host), db::PeerLevel::Member);
}

TEST_F(PeersPageTest, ShowsWhoAsksWithoutAWordOfTheirs) {
    const auto host = new_host();
    {
        db::Tx tx(pool);
        db::peering_requests::insert(tx,
                                     {.host = host,
                                      .actor_uri = "https://" + host + "/actor",
                                      .follow_uri = "https://" + host + "/follows/please-let-us-in",
                                      .received_at = now});
        tx.commit();
    }
    auto owner = signed_in(member(db::Role::Owner));
    const auto page = owner.get("/admin/peers");
    EXPECT_TRUE(has(page, host));
    EXPECT_FALSE(has(page, "please-let-us-in"));
    EXPECT_TRUE(has(owner.get("/admin/peers/" + host), "It asks to be a peer"));
    db::Tx tx(pool);
    db::peering_requests::remove(tx, host);
    tx.commit();
}

TEST_F(PeersPageTest, OneSwitchLowersAWholeServerAndAnotherRestoresItWithItsFollows) {
    const auto host = peer(db::PeerLevel::Member);
    const auto ada = member();
    const auto bob = stranger(host);
    {
        db::Tx tx(pool);
        db::follows::insert(
            tx, {.follower = ada.id, .followed = bob, .accepted = true, .created_at = now});
        db::follows::insert(
            tx, {.follower = bob, .followed = ada.id, .accepted = true, .created_at = now});
        tx.commit();
    }
    auto owner = signed_in(member(db::Role::Owner));
    const auto page = "/admin/peers/" + host;
    EXPECT_EQ(owner.post(page + "/lower", form(owner, {{"password", password}})).status, 422);
    EXPECT_EQ(owner
                  .post(page + "/lower",
                        form(owner, {{"reason", "it is taken over"}, {"password", "guess"}}))
                  .status,
              403);
    EXPECT_EQ(level_of(host), db::PeerLevel::Member);
    const Fields why{{"reason", "it is taken over"}, {"password", password}};
    EXPECT_EQ(owner.post(page + "/lower", form(owner, why)).status, 303);
    EXPECT_EQ(level_of(host), db::PeerLevel::Guest);
    EXPECT_TRUE(has(owner.get(page), "lowered by a person here"));
    EXPECT_EQ(owner.post(page + "/restore", form(owner, why)).status, 303);
    EXPECT_EQ(level_of(host), db::PeerLevel::Member) << "as it was";
    EXPECT_EQ(owner.post(page + "/restore", form(owner, why)).status, 422) << "once";
    db::Tx tx(pool);
    EXPECT_TRUE(db::follows::is_following(tx, ada.id, bob));
    EXPECT_TRUE(db::follows::is_following(tx, bob, ada.id));
    EXPECT_TRUE(db::severances::list(tx, ada.id).empty());
}

TEST_F(PeersPageTest, TheCovenantIsForEverybodyInEachVersion) {
    Browser nobody{*this};
    const auto page = nobody.get("/covenant");
    EXPECT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, "<h1>Covenant</h1>"));
    EXPECT_EQ(nobody.get("/covenant/1").status, 200);
    for (const auto* wrong : {"0", "99999", "-1", "x", "99999999999999999999"})
        EXPECT_EQ(nobody.get(std::string("/covenant/") + wrong).status, 404) << wrong;
}

TEST_F(PeersPageTest, MembersFindTheFollowsThatEndedAndNobodyElsesDo) {
    const auto host = peer(db::PeerLevel::Member);
    const auto ada = member();
    const auto bob = stranger(host);
    std::string id;
    {
        db::Tx tx(pool);
        db::follows::insert(
            tx, {.follower = ada.id, .followed = bob, .accepted = true, .created_at = now});
        const auto severance = db::severances::insert_for_host(tx, host, now);
        ASSERT_TRUE(severance);
        db::severances::notify(tx, *severance, now);
        tx.commit();
        id = to_string(*severance);
    }
    auto mine = signed_in(ada);
    EXPECT_TRUE(has(mine.get("/severed_relationships"), host));
    const auto file = "/severed_relationships/" + id + "/following";
    EXPECT_EQ(mine.get(file).body,
              "Account address,Show boosts,Notify on new posts,Languages\nbob@" + host +
                  ",true,false,\n");
    EXPECT_EQ(mine.get("/severed_relationships/" + id + "/followers").body, "Account address\n");
    auto other = signed_in(member(db::Role::Owner));
    EXPECT_FALSE(has(other.get("/severed_relationships"), host));
    EXPECT_EQ(other.get(file).status, 404);
    EXPECT_EQ(mine.get("/severed_relationships/x/following").status, 404);
    Browser nobody{*this};
    EXPECT_NE(nobody.get(file).status, 200);
}

} // namespace
