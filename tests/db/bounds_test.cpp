#include "db/peer_health.h"
#include "db/peers.h"
#include "db/query.h"
#include "tests/support/database.h"

#include <fmt/format.h>

namespace {

class BoundsTest : public DatabaseTest {
  protected:
    std::int64_t hosts() {
        return db::Columns(db::exec(tx, "SELECT count(*) FROM peers").front()).number();
    }
};

// What a stranger names never becomes state of ours: breakers are rows of peers, and only an
// administrator adds one.
TEST_F(BoundsTest, C20_AFailingHostThatIsNoPeerLeavesNoTrace) {
    db::peers::set_level(tx, "cedar-bounds.example", db::PeerLevel::Member, "");
    db::peer_health::record_failures(tx, {"cedar-bounds.example"}, system_now());
    EXPECT_EQ(db::peers::find(tx, "cedar-bounds.example")->failures, 1);

    const auto before = hosts();
    std::vector<std::string> failing;
    for (int port = 1; port <= 10'000; ++port)
        failing.push_back(fmt::format("cedar-bounds.example:{}", port));
    db::peer_health::record_failures(tx, failing, system_now());
    EXPECT_EQ(hosts(), before);
}

// A query that would never end is ended by the database.
TEST_F(BoundsTest, D20_EveryStatementHasADeadline) {
    const auto rows =
        db::exec(tx, "SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'");
    const auto deadline_ms = db::Columns(rows.front()).number();
    EXPECT_GT(deadline_ms, 0);
    EXPECT_LE(deadline_ms, 60'000);
}

} // namespace
