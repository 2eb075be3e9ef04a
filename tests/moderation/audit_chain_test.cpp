#include "db/audit_log.h"
#include "db/query.h"
#include "moderation/audit_chain.h"
#include "tests/support/database.h"

#include <functional>

namespace {

using moderation::chain_audit_log;
using moderation::hash_of;

TEST(AuditChain, HashesNetstringsOfWhatALineSays) {
    const db::audit_chain::Line line{.number = 7,
                                     .at = "2026-11-22T20:47:34.123456Z",
                                     .actor = "command line",
                                     .act = "peer.add",
                                     .subject = "cedar.example",
                                     .rule_version = "0",
                                     .details = "{}"};
    // printf '64:%064d,1:7,27:…Z,12:command line,8:peer.add,13:cedar.example,0:,0:,0:,1:0,2:{},' 0
    //   | sha256sum
    EXPECT_EQ(hash_of(moderation::first_hash(), line),
              "9b74af14672dd13df1abe82d5657fd94fbd054c673ef54ed9a43b70c6b159eae");
    // A border that moves is another line.
    auto moved = line;
    moved.actor = "command linep";
    moved.act = "eer.add";
    EXPECT_NE(hash_of(moderation::first_hash(), moved), hash_of(moderation::first_hash(), line));
}

/// A log of its own: lines of other tests of this program were rolled back, and these are, too, but
/// for the committed ones of the last test.
class AuditChainTest : public DatabaseTest {
  protected:
    void write(int count) {
        for (int i = 0; i < count; ++i)
            db::audit_log::insert(tx,
                                  {.actor = "command line",
                                   .act = "test",
                                   .subject = "maple.test",
                                   .reason = std::to_string(i),
                                   .details = {{"number", i}, {"text", "Zoë"}}});
    }
};

TEST_F(AuditChainTest, NumbersEachLineOnceAndGoesOn) {
    write(3);
    const auto before = db::audit_chain::head(tx);
    EXPECT_EQ(chain_audit_log(tx), 3U);
    EXPECT_EQ(chain_audit_log(tx), 0U);
    write(2);
    EXPECT_EQ(chain_audit_log(tx), 2U);
    const auto lines = db::audit_chain::list_after(tx, before.number, 100);
    ASSERT_EQ(lines.size(), 5U);
    auto hash = before.number == 0 ? moderation::first_hash() : before.hash;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        EXPECT_EQ(lines[i].number, before.number + static_cast<std::int64_t>(i) + 1);
        EXPECT_EQ(lines[i].hash, hash = hash_of(hash, lines[i]));
    }
}

TEST_F(AuditChainTest, IsOnlyAddedTo) {
    write(1);
    chain_audit_log(tx);
    for (const auto* sql : {"UPDATE audit_log SET reason = 'another' WHERE act = 'test'",
                            "DELETE FROM audit_log WHERE act = 'test'"})
        EXPECT_ANY_THROW(tx.nested([&] { return db::exec(tx, sql); })) << sql;
}

/// What somebody does who owns the database and takes the guard away.
class TamperTest : public testing::Test {
  protected:
    static void run(const std::vector<const char*>& statements) {
        db::Tx tx(test_pool());
        db::exec(tx, "ALTER TABLE audit_log DISABLE TRIGGER audit_log_kept");
        for (const auto* sql : statements)
            db::exec(tx, sql);
        db::exec(tx, "ALTER TABLE audit_log ENABLE TRIGGER audit_log_kept");
        tx.commit();
    }
    void SetUp() override {
        run({"DELETE FROM audit_log", "DELETE FROM audit_checkpoints"});
        db::Tx tx(test_pool());
        for (int i = 1; i <= 9; ++i)
            db::audit_log::insert(tx,
                                  {.actor = "filter",
                                   .act = "verdict",
                                   .subject = "https://evil.test/users/" + std::to_string(i)});
        chain_audit_log(tx);
        remembered = db::audit_chain::head(tx);
        tx.commit();
    }
    void TearDown() override { run({"DELETE FROM audit_log", "DELETE FROM audit_checkpoints"}); }

    moderation::ChainReport verify(bool with_checkpoint = false) const {
        std::vector<moderation::Remembered> kept;
        if (with_checkpoint)
            kept.push_back({remembered.number, remembered.hash, "cedar's checkpoint"});
        return moderation::verify_audit_log(test_pool(), kept, system_now());
    }
    db::audit_chain::Head remembered;
};

TEST_F(TamperTest, FindsLinesChangedRemovedAddedAndReordered) {
    ASSERT_EQ(verify().faults.size(), 0U);
    EXPECT_EQ(verify().lines, 9);
    const struct {
        std::string what;
        std::vector<const char*> statements;
        std::int64_t line;
    } cases[] = {
        {"changed", {"UPDATE audit_log SET subject = 'nobody' WHERE line = 4"}, 4},
        {"removed", {"DELETE FROM audit_log WHERE line = 5"}, 6},
        {"the first removed", {"DELETE FROM audit_log WHERE line = 1"}, 2},
        {"removed, and the rest moved up",
         {"DELETE FROM audit_log WHERE line = 5",
          "UPDATE audit_log SET line = line + 100 WHERE line > 5",
          "UPDATE audit_log SET line = line - 101 WHERE line > 100"},
         5},
        {"added",
         {"UPDATE audit_log SET line = line + 100 WHERE line > 3",
          "UPDATE audit_log SET line = line - 99 WHERE line > 100",
          "INSERT INTO audit_log (actor, act, subject, line, hash)"
          " SELECT 'filter', 'verdict', 'put in', 4, hash FROM audit_log WHERE line = 3"},
         4},
        {"reordered",
         {"UPDATE audit_log SET line = 100 WHERE line = 6",
          "UPDATE audit_log SET line = 6 WHERE line = 7",
          "UPDATE audit_log SET line = 7 WHERE line = 100"},
         6},
    };
    for (const auto& c : cases) {
        SetUp();
        run(c.statements);
        const auto report = verify();
        ASSERT_GE(report.faults.size(), 1U) << c.what;
        EXPECT_EQ(report.faults.front().line, c.line) << c.what << ": " << report.faults[0].what;
    }
}

TEST_F(TamperTest, ACheckpointKnowsWhatAChainThatWasMadeAnewHides) {
    EXPECT_EQ(verify(true).faults.size(), 0U);
    run({"DELETE FROM audit_log WHERE line = 9"});
    EXPECT_EQ(verify().faults.size(), 0U) << "its own end is no place where it shows";
    ASSERT_EQ(verify(true).faults.size(), 1U);

    SetUp();
    run({"UPDATE audit_log SET subject = 'nobody' WHERE line = 2",
         "UPDATE audit_log SET line = NULL, hash = NULL"});
    {
        db::Tx tx(test_pool());
        chain_audit_log(tx);
        tx.commit();
    }
    // All of it fits again, but not what was told.
    EXPECT_EQ(verify().faults.size(), 0U);
    EXPECT_EQ(verify(true).faults.size(), 1U);
}

} // namespace
