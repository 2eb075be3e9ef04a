#include "db/peers.h"
#include "moderation/peers.h"
#include "tests/support/database.h"

#include <atomic>
#include <thread>

namespace {

const Instance instance{
    .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};

/// A committed row, since Peers reads in a transaction of its own.
class ListedPeer {
  public:
    explicit ListedPeer(std::string host) : host_(std::move(host)) {
        db::Tx tx(test_pool());
        db::peers::set_level(tx, host_, db::PeerLevel::Member, "");
        tx.commit();
    }
    ~ListedPeer() {
        db::Tx tx(test_pool());
        db::peers::set_level(tx, host_, db::PeerLevel::Unknown, "");
        tx.commit();
    }
    ListedPeer(const ListedPeer&) = delete;
    ListedPeer& operator=(const ListedPeer&) = delete;

  private:
    std::string host_;
};

TEST(Peers, NobodyIsRefusedWhileTheListIsReadForTheFirstTime) {
    const ListedPeer listed("first.example");
    for (int round = 0; round < 20; ++round) {
        moderation::Peers peers(test_pool(), instance);
        std::atomic<int> allowed{0};
        {
            std::vector<std::jthread> askers;
            askers.reserve(8);
            for (int i = 0; i < 8; ++i) {
                askers.emplace_back([&] {
                    if (peers.may_contact("first.example")) ++allowed;
                });
            }
        }
        EXPECT_EQ(allowed, 8);
        EXPECT_FALSE(peers.may_contact("other.example"));
    }
}

TEST(Peers, AListThatCannotBeReadIsNoRefusal) {
    db::PoolOptions nowhere = test_pool().options();
    nowhere.url = "host=/nonexistent dbname=nothing";
    db::Pool pool(nowhere);
    moderation::Peers peers(pool, instance);
    EXPECT_THROW(peers.may_contact("first.example"), db::Unavailable);
    EXPECT_TRUE(peers.may_contact("maple.test")) << "our own host needs no list";
}

TEST(Peers, AnOldListIsReadAgain) {
    Time now = system_now();
    moderation::Peers peers(test_pool(), instance, [&now] { return now; });
    EXPECT_FALSE(peers.may_contact("second.example"));
    const ListedPeer listed("second.example");
    EXPECT_FALSE(peers.may_contact("second.example"));
    now += std::chrono::seconds{4};
    EXPECT_TRUE(peers.may_contact("second.example"));
}

} // namespace
