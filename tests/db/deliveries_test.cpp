#include "db/deliveries.h"
#include "db/peers.h"
#include "db/query.h"
#include "tests/support/database.h"

namespace {

class DeliveriesTest : public DatabaseTest {
  protected:
    DeliveriesTest() {
        // What other tests committed is not asked for here.
        db::exec(tx, "DELETE FROM deliveries");
        db::peers::set_level(tx, "a.example", db::PeerLevel::Member, "");
        db::exec(tx, "UPDATE peers SET last_success_at = now()");
    }

    void queue(const std::string& object, const std::string& inbox = "https://a.example/inbox") {
        const auto body = db::deliveries::insert_body(tx, object);
        db::deliveries::insert(tx,
                               {.signer = bob.id,
                                .body = body,
                                .object_uri = object,
                                .inboxes = {{.uri = inbox, .host = "a.example"}}});
    }

    /// The objects of what a worker gets now.
    std::vector<std::string> claim(int most = 10) {
        held = db::deliveries::claim(tx, {.most = most});
        std::vector<std::string> objects;
        for (const auto& delivery : held)
            objects.push_back(delivery.object_uri);
        return objects;
    }

    // The database's clock stands still within a transaction.
    const Time long_ago = system_now() - std::chrono::hours{1};
    db::Account bob = local_account();
    std::vector<db::Delivery> held;
};

using Objects = std::vector<std::string>;

} // namespace

TEST_F(DeliveriesTest, GoToAnInboxOneAfterTheOther) {
    queue("one");
    queue("two");
    queue("three");
    queue("elsewhere", "https://a.example/other");
    EXPECT_EQ(claim(), (Objects{"one", "elsewhere"}));
    const auto first = held;
    EXPECT_EQ(claim(), Objects{});
    db::deliveries::finish(tx, first);
    EXPECT_EQ(claim(), Objects{"two"});
    queue("four");
    EXPECT_EQ(db::deliveries::claim(tx, {}).size(), 0U);
    db::deliveries::finish(tx, held);
    EXPECT_EQ(claim(), Objects{"three"});
    db::deliveries::finish(tx, held);
    EXPECT_EQ(claim(), Objects{"four"});
}

TEST_F(DeliveriesTest, HoldBackOnlyTheirOwnObjectAfterFourTries) {
    queue("post");
    queue("post"); // Its edit.
    queue("another");
    for (int attempt = 1; attempt <= 3; ++attempt) {
        EXPECT_EQ(claim(), Objects{"post"}) << attempt;
        db::deliveries::put_back(tx,
                                 {{.delivery = held.front(), .run_at = long_ago, .failed = true}});
    }
    EXPECT_EQ(claim(), Objects{"post"});
    db::deliveries::put_back(tx,
                             {{.delivery = held.front(),
                               .run_at = system_now() + std::chrono::hours{1},
                               .failed = true}});
    // The edit waits for the post, and what came after the edit for the edit.
    EXPECT_EQ(claim(), Objects{});
    db::deliveries::hurry_host(tx, "a.example", long_ago);
    EXPECT_EQ(claim(), Objects{"post"});
    db::deliveries::finish(tx, held);
    EXPECT_EQ(claim(), Objects{"post"});
    db::deliveries::finish(tx, held);
    EXPECT_EQ(claim(), Objects{"another"});
}

TEST_F(DeliveriesTest, CountFailuresApartFromWhatWasNotSentOrCutShort) {
    queue("post");
    ASSERT_EQ(claim(), Objects{"post"});
    db::deliveries::put_back(tx, {{.delivery = held.front(), .run_at = long_ago}});
    db::deliveries::lock_claims(tx);
    held = db::deliveries::claim(tx, {.lease = std::chrono::hours{-1}});
    ASSERT_EQ(held.size(), 1U);
    EXPECT_EQ(held.front().interruptions, 0);
    ASSERT_EQ(claim(), Objects{"post"}) << "its process died";
    EXPECT_EQ(held.front().interruptions, 1);
    EXPECT_EQ(held.front().failures, 0);
    db::deliveries::put_back(tx, {{.delivery = held.front(), .run_at = long_ago, .failed = true}});
    ASSERT_EQ(claim(), Objects{"post"});
    EXPECT_EQ(held.front().interruptions, 1);
    EXPECT_EQ(held.front().failures, 1);
}

TEST_F(DeliveriesTest, ALongLineHidesNobodyBehindIt) {
    for (int i = 0; i < 30; ++i)
        queue("line " + std::to_string(i));
    queue("other", "https://a.example/other");
    EXPECT_EQ(claim(1), Objects{"line 0"});
    EXPECT_EQ(claim(1), Objects{"other"});
    EXPECT_EQ(claim(1), Objects{});
}
