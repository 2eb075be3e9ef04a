#include "base/crypto.h"
#include "db/deliveries.h"
#include "db/follower_inboxes.h"
#include "db/follows.h"
#include "db/peers.h"
#include "db/query.h"
#include "tests/support/database.h"

#include <algorithm>
#include <random>

namespace {

// What the triggers keep, beside what it says by definition; rows that differ.
constexpr auto select_differences = R"sql(
    WITH definition AS (
        SELECT f.followed_id AS account_id, a.host, COALESCE(NULLIF(a.shared_inbox, ''), a.inbox) AS inbox,
               count(*) AS followers,
               count(*) FILTER (WHERE a.deleted_at IS NULL AND a.suspended_at IS NULL) AS reachable,
               bit_xor(('x' || encode(sha256(a.uri::bytea), 'hex'))::bit(256)) AS digest
        FROM follows f JOIN accounts a ON a.id = f.follower_id
        WHERE f.accepted AND a.host <> ''
        GROUP BY 1, 2, 3
    ), kept AS (
        SELECT account_id, host, inbox, followers, reachable, digest FROM follower_inboxes
    )
    SELECT count(*) FROM (
        (SELECT * FROM definition EXCEPT SELECT * FROM kept)
        UNION ALL (SELECT * FROM kept EXCEPT SELECT * FROM definition)) AS differences
)sql";

class FollowerInboxesTest : public DatabaseTest {
  protected:
    std::int64_t differences() {
        return db::Columns(db::exec(tx, select_differences).front()).number();
    }
    void run(const char* statement, std::int64_t id) { db::exec(tx, statement, id); }
};

constexpr auto suspend = "UPDATE accounts SET suspended_at = now() WHERE id = $1";
constexpr auto restore = "UPDATE accounts SET suspended_at = NULL WHERE id = $1";
constexpr auto move_out = "UPDATE accounts SET shared_inbox = '' WHERE id = $1";
constexpr auto move_in =
    "UPDATE accounts SET shared_inbox = 'https://' || host || '/inbox' WHERE id = $1";
constexpr auto erase = "DELETE FROM accounts WHERE id = $1";

} // namespace

TEST_F(FollowerInboxesTest, AreWhatTheFollowsSayWhateverHappens) {
    std::vector<db::Account> followed{local_account("bob"), local_account("eve")};
    std::vector<db::Account> followers{local_account("here")};
    for (int i = 0; i < 12; ++i)
        followers.push_back(
            remote_account("f" + std::to_string(i), i % 3 == 0 ? "a.example" : "b.example"));
    std::mt19937 random(7); // NOLINT(bugprone-random-generator-seed): the same each time
    int rows = 0;
    for (int step = 0; step < 400; ++step) {
        const auto& follower = followers[random() % followers.size()];
        const auto& target = followed[random() % 2];
        switch (random() % 8) {
        case 0:
        case 1:
            db::follows::insert(
                tx,
                {.follower = follower.id, .followed = target.id, .accepted = random() % 2 == 0});
            break;
        case 2:
            db::follows::accept(tx, follower.id, target.id);
            break;
        case 3:
            db::follows::remove(tx, follower.id, target.id);
            break;
        case 4:
            run(suspend, follower.id.value);
            break;
        case 5:
            run(restore, follower.id.value);
            break;
        case 6:
            run(move_out, follower.id.value);
            break;
        default:
            run(move_in, follower.id.value);
        }
        ASSERT_EQ(differences(), 0) << "after step " << step;
        rows =
            std::max(rows, static_cast<int>(db::exec(tx, "SELECT 1 FROM follower_inboxes").size()));
    }
    EXPECT_GT(rows, 4) << "nothing was there to compare";
    for (const auto& follower : followers)
        run(erase, follower.id.value);
    EXPECT_EQ(differences(), 0);
    EXPECT_TRUE(db::exec(tx, "SELECT 1 FROM follower_inboxes").empty());
}

TEST_F(FollowerInboxesTest, TheDigestIsThatOfTheIds) {
    const auto bob = local_account();
    const auto alice = remote_account("alice");
    const auto carol = remote_account("carol");
    const auto other = remote_account("dave", "b.example");
    const auto asking = remote_account("erin");
    for (const auto& follower : {alice, carol, other})
        db::follows::insert(tx, {.follower = follower.id, .followed = bob.id, .accepted = true});
    db::follows::insert(tx, {.follower = asking.id, .followed = bob.id, .accepted = false});

    const auto digests =
        db::follower_inboxes::digests(tx, bob.id, {"mastodon.example", "nobody.example"});
    ASSERT_EQ(digests.size(), 1U);
    EXPECT_EQ(digests[0].host, "mastodon.example");
    auto sum = crypto::sha256(alice.uri);
    std::ranges::transform(sum, crypto::sha256(carol.uri), sum.begin(), [](char a, char b) {
        return static_cast<char>(a ^ b);
    });
    EXPECT_EQ(digests[0].digest, crypto::hex(sum));
}

TEST_F(FollowerInboxesTest, WhoIsSuspendedIsNotSentTo) {
    const auto bob = local_account();
    const auto alice = remote_account();
    db::peers::set_level(tx, "mastodon.example", db::PeerLevel::Member, "");
    db::follows::insert(tx, {.follower = alice.id, .followed = bob.id, .accepted = true});
    EXPECT_EQ(db::deliveries::find_audience(tx, bob.id, {}, "").size(), 1U);
    run(suspend, alice.id.value);
    EXPECT_TRUE(db::deliveries::find_audience(tx, bob.id, {}, "").empty());
}
