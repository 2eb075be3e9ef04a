#include "db/advisories.h"
#include "db/audit_log.h"
#include "db/follows.h"
#include "db/peers.h"
#include "federation/multikey.h"
#include "moderation/advice.h"
#include "moderation/own_register.h"
#include "moderation/register_effects.h"
#include "moderation/registers.h"
#include "tests/support/database.h"

using namespace moderation;
using namespace std::chrono_literals;

namespace {

const std::string key = federation::encode_multikey(
    crypto::PrivateKey::from_ed25519_seed(std::string(32, 'a'))->public_key());

db::RegisterRow said(std::int64_t number,
                     const std::string& subject,
                     const std::string& word,
                     const std::string& type = "recommendation") {
    return {.number = number, .type = type, .kind = "domain", .subject = subject, .word = word};
}

TEST(RegisterFold, SaysWhatWasSaidLast) {
    const auto statements = fold_register({said(1, "a.example", "filter"),
                                           said(2, "b.example", "reject"),
                                           said(3, "a.example", "reject"),
                                           said(4, "c.example", "accept"),
                                           said(5, "b.example", "", "retraction"),
                                           said(6, "", "", "key"),
                                           said(7, "c.example", "", "tombstone"),
                                           said(8, "c.example", "drop"),
                                           said(9, "d.example", "", "retraction")});
    ASSERT_EQ(statements.size(), 2u);
    EXPECT_EQ(statements[0].subject, "a.example");
    EXPECT_EQ(statements[0].word, "reject");
    EXPECT_EQ(statements[1].subject, "c.example");
    EXPECT_EQ(statements[1].word, "drop");
    EXPECT_EQ(statements[1].number, 8);
}

TEST(RegisterChanges, AreWhatIsSaidOtherwise) {
    const auto before = fold_register({said(1, "a.example", "filter"),
                                       said(2, "b.example", "filter"),
                                       said(3, "c.example", "filter")});
    auto after = fold_register({said(1, "a.example", "filter"),
                                said(2, "b.example", "reject"),
                                said(3, "d.example", "filter")});
    after[0].reason = "in other words";
    const auto changes = compare_statements(before, after);
    ASSERT_EQ(changes.size(), 3u);
    EXPECT_EQ(changes[0].either().subject, "b.example");
    EXPECT_FALSE(changes[1].after) << "c.example is gone";
    EXPECT_FALSE(changes[2].before) << "d.example is new";
    EXPECT_TRUE(compare_statements(before, before).empty());
}

TEST(RegisterGuard, CountsWhatMovedWithinTheWindow) {
    const Time now = system_now();
    const struct {
        const char* name;
        std::optional<Time> from;
        std::int64_t base, moved_before, said_now, moved;
        bool too_much;
    } cases[] = {
        {"the first few", {}, 0, 0, 0, 5, false},
        {"the first load of many", {}, 0, 0, 0, 6, true},
        {"a tenth", {}, 0, 0, 100, 10, false},
        {"more than a tenth", {}, 0, 0, 100, 11, true},
        {"a short list may lose all", {}, 0, 0, 5, 5, false},
        {"a longer one may not", {}, 0, 0, 20, 20, true},
        {"again within the window", now - 24h, 100, 8, 108, 3, true},
        {"up to its end", now - 24h, 100, 8, 108, 2, false},
        {"after the window", now - 24h * 8, 100, 10, 110, 11, false},
        {"growing makes no room", now - 24h, 10, 5, 1000, 1, true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const db::Register row{
            .window_from = c.from, .window_base = c.base, .window_moved = c.moved_before};
        EXPECT_EQ(is_too_much(row, c.said_now, c.moved, now), c.too_much);
    }
}

class RegistersTest : public DatabaseTest {
  protected:
    void follow(const std::string& name, bool takes_effect = true) {
        const auto done = follow_register(tx,
                                          {.name = name,
                                           .url = "https://" + name + ".example/actor/register",
                                           .key = key,
                                           .takes_effect = takes_effect},
                                          act);
        ASSERT_TRUE(done) << done.error().detail;
    }
    /// The next entries of a register, as if they had been read and verified.
    RegisterTaken hear(const std::string& name, std::vector<federation::RegisterEntry> entries) {
        const auto row = *db::registers::find(tx, name);
        ReadRegister read{.head = {.at = now}, .after = row.version, .chain = {.key = key}};
        for (auto& entry : entries) {
            entry.number = row.version + static_cast<std::int64_t>(read.fresh.size()) + 1;
            entry.hash = "hash " + std::to_string(entry.number);
            if (entry.kind.empty()) entry.kind = "domain";
            entry.at = now;
            read.fresh.push_back(entry);
        }
        read.chain.version = row.version + static_cast<std::int64_t>(read.fresh.size());
        read.chain.last = "hash " + std::to_string(read.chain.version);
        read.head.version = read.chain.version;
        return take_register(tx, maple, row.id, read, now);
    }
    static federation::RegisterEntry say(const std::string& word, const std::string& host) {
        return {.subject = host, .word = word};
    }
    static federation::RegisterEntry retract(const std::string& host) {
        return {.type = federation::RegisterEntryType::Retraction, .subject = host};
    }
    static std::vector<federation::RegisterEntry> many(const std::string& word, int count) {
        std::vector<federation::RegisterEntry> entries;
        for (int i = 0; i < count; ++i)
            entries.push_back(say(word, "h" + std::to_string(i) + ".example"));
        return entries;
    }
    std::optional<Verdict> verdict(const std::string& host, const std::string& kind = "host") {
        const auto names = names_of(host);
        return Advice(db::advisories::find_in_force(tx, names),
                      db::advisories::excepted(tx, names),
                      advice_threshold(tx))
            .about(kind, host);
    }
    db::Register row(const std::string& name) { return *db::registers::find(tx, name); }

    const Instance maple{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    Time now = system_now();
    const Act act{.by = "command line", .reason = "a test", .now = now};
};

TEST_F(RegistersTest, FilterLimitsRejectHoldsAcceptAndDropDoNothingByThemselves) {
    follow("county");
    EXPECT_EQ(hear("county",
                   {say("filter", "loud.example"),
                    say("reject", "spam.example"),
                    say("accept", "cedar.example"),
                    say("drop", "evil.example")}),
              RegisterTaken::Applied);
    EXPECT_EQ(verdict("loud.example"), Verdict::Limit);
    EXPECT_EQ(verdict("spam.example"), Verdict::Hold);
    EXPECT_EQ(verdict("below.spam.example"), Verdict::Hold);
    EXPECT_EQ(verdict("evil.example"), std::nullopt);
    EXPECT_FALSE(db::peers::find(tx, "cedar.example")) << "a person compares covenants";
    EXPECT_FALSE(db::peers::find(tx, "evil.example")) << "a person blocks";
}

TEST_F(RegistersTest, LinksAreAKindOfTheirOwn) {
    follow("county");
    auto entry = say("filter", "shop.example");
    entry.kind = "link-domain";
    hear("county", {entry});
    EXPECT_EQ(verdict("shop.example", "link-host"), Verdict::Limit);
    EXPECT_EQ(verdict("shop.example"), std::nullopt);
}

TEST_F(RegistersTest, AreDraftsUntilAPersonApprovesWhereSoChosen) {
    follow("county", false);
    hear("county", {say("reject", "spam.example"), say("reject", "other.example")});
    EXPECT_EQ(verdict("spam.example"), std::nullopt);
    ASSERT_TRUE(approve_statement(tx, "county", "spam.example", act));
    EXPECT_EQ(verdict("spam.example"), Verdict::Hold);
    EXPECT_EQ(verdict("other.example"), std::nullopt);
    EXPECT_FALSE(approve_statement(tx, "county", "spam.example", act)) << "once is enough";
    EXPECT_FALSE(approve_statement(tx, "county", "unknown.example", act));
    EXPECT_FALSE(approve_statement(tx, "county", "other.example", {})) << "without a reason";
}

TEST_F(RegistersTest, RetractionTakesBackOnlyWhatThatRegisterBrought) {
    follow("county");
    follow("state");
    hear("county", {say("reject", "spam.example"), say("filter", "loud.example")});
    hear("state", {say("filter", "spam.example")});
    EXPECT_EQ(verdict("spam.example"), Verdict::Hold);
    hear("county", {retract("spam.example")});
    EXPECT_EQ(verdict("spam.example"), Verdict::Limit) << "the other one still says so";
    EXPECT_EQ(verdict("loud.example"), Verdict::Limit);
    hear("state", {retract("spam.example"), retract("loud.example")});
    EXPECT_EQ(verdict("spam.example"), std::nullopt);
    EXPECT_EQ(verdict("loud.example"), Verdict::Limit) << "nobody retracts for others";
    ASSERT_TRUE(unfollow_register(tx, maple, "county", act));
    EXPECT_EQ(verdict("loud.example"), std::nullopt);
    EXPECT_FALSE(db::advisories::find_list(tx, "county"));
}

TEST_F(RegistersTest, TheHouseHasTheLastWord) {
    follow("county");
    db::peers::set_level(tx, "cedar.example", db::PeerLevel::Member, "");
    db::peers::set_level(tx, "shop.example", db::PeerLevel::Partner, "");
    ASSERT_TRUE(except_host(tx, "known.example", true, act));
    hear("county",
         {say("reject", "cedar.example"),
          say("reject", "shop.example"),
          say("reject", "known.example"),
          say("reject", "maple.test"),
          say("reject", "spam.example")});
    EXPECT_EQ(verdict("spam.example"), Verdict::Hold) << "the honest twin";
    for (const auto* host : {"cedar.example", "shop.example", "known.example", "maple.test"})
        EXPECT_EQ(verdict(host), std::nullopt) << host;
    EXPECT_EQ(db::peers::find(tx, "cedar.example")->level, db::PeerLevel::Member);
    ASSERT_TRUE(approve_statement(tx, "county", "cedar.example", act)) << "by name a person may";
    EXPECT_EQ(verdict("cedar.example"), Verdict::Hold);
}

TEST_F(RegistersTest, CountAgainstTheThresholdAsListsDo) {
    follow("county");
    follow("state");
    ASSERT_TRUE(set_advice_threshold(tx, 2, act));
    hear("county", {say("reject", "spam.example")});
    EXPECT_EQ(verdict("spam.example"), std::nullopt);
    hear("state", {say("filter", "spam.example")});
    EXPECT_EQ(verdict("spam.example"), Verdict::Limit);
}

TEST_F(RegistersTest, MuchAtOnceWaitsForAPerson) {
    follow("county");
    EXPECT_EQ(hear("county", {say("reject", "spam.example")}), RegisterTaken::Applied);
    EXPECT_EQ(hear("county", many("reject", 500)), RegisterTaken::Waits);
    EXPECT_EQ(verdict("h1.example"), std::nullopt);
    EXPECT_EQ(verdict("spam.example"), Verdict::Hold) << "what stood before stands";
    EXPECT_TRUE(row("county").waits());
    EXPECT_EQ(review_waiting(tx, row("county")).size(), 500u);

    EXPECT_FALSE(approve_register(tx, maple, "county", {})) << "without a reason";
    ASSERT_TRUE(approve_register(tx, maple, "county", act));
    EXPECT_EQ(verdict("h1.example"), Verdict::Hold);
    EXPECT_FALSE(row("county").waits());
    EXPECT_FALSE(approve_register(tx, maple, "county", act)) << "nothing waits any more";
}

TEST_F(RegistersTest, WhatWaitsOrWasRefusedIsNotWonByPatience) {
    follow("county");
    hear("county", many("reject", 500));
    ASSERT_TRUE(refuse_register(tx, "county", act));
    EXPECT_FALSE(row("county").waits());
    EXPECT_FALSE(refuse_register(tx, "county", act)) << "it waits no longer";
    now += 24h * 30;
    EXPECT_EQ(hear("county", {}), RegisterTaken::Nothing);
    EXPECT_EQ(hear("county", {say("reject", "one.example")}), RegisterTaken::Waits);
    EXPECT_EQ(verdict("one.example"), std::nullopt);
    EXPECT_EQ(verdict("h1.example"), std::nullopt);
    // The curator sees the mistake: nothing is left to be looked at.
    std::vector<federation::RegisterEntry> back{retract("one.example")};
    for (int i = 0; i < 500; ++i)
        back.push_back(retract("h" + std::to_string(i) + ".example"));
    EXPECT_EQ(hear("county", back), RegisterTaken::Applied);
    EXPECT_FALSE(row("county").waits());
}

TEST_F(RegistersTest, AnEmptiedRegisterWaitsForAPerson) {
    follow("county");
    hear("county", many("reject", 40));
    ASSERT_TRUE(approve_register(tx, maple, "county", act));
    std::vector<federation::RegisterEntry> all;
    for (int i = 0; i < 40; ++i)
        all.push_back(retract("h" + std::to_string(i) + ".example"));
    EXPECT_EQ(hear("county", all), RegisterTaken::Waits);
    EXPECT_EQ(verdict("h7.example"), Verdict::Hold);
}

TEST_F(RegistersTest, WhatWouldBreakIsShownBeforeApproving) {
    follow("county");
    const auto ada = local_account("ada");
    const auto carl = remote_account("carl", "cedar.example");
    db::follows::insert(tx, {.follower = ada.id, .followed = carl.id, .accepted = true});
    db::peers::set_level(tx, "cedar.example", db::PeerLevel::Guest, "");
    auto entries = many("reject", 10);
    entries.push_back(say("reject", "cedar.example"));
    ASSERT_EQ(hear("county", entries), RegisterTaken::Waits);
    const auto waiting = review_waiting(tx, row("county"));
    ASSERT_EQ(waiting.size(), 11u);
    EXPECT_EQ(waiting[0].change.either().subject, "cedar.example");
    EXPECT_EQ(waiting[0].between.follows, 1);
    EXPECT_EQ(waiting[0].between.members, 1);
    EXPECT_EQ(waiting[0].between.level, db::PeerLevel::Guest);
}

TEST_F(RegistersTest, AreBelievedOnlyWithAKeyThatAPersonGave) {
    ASSERT_TRUE(follow_register(
        tx, {.name = "county", .url = "https://county.example/actor/register"}, act));
    EXPECT_EQ(hear("county", {say("reject", "spam.example")}), RegisterTaken::Late);
    EXPECT_EQ(verdict("spam.example"), std::nullopt);
    note_shown_key(tx, row("county").id, key, now);
    EXPECT_FALSE(confirm_register(tx, "county", "z6Mkother", act));
    ASSERT_TRUE(confirm_register(tx, "county", "did:key:" + key, act));
    EXPECT_EQ(row("county").signing_key, key);
    note_shown_key(tx, row("county").id, "z6Mkother", now);
    EXPECT_EQ(row("county").shown_key, key) << "later nothing that it shows matters";
    EXPECT_FALSE(confirm_register(tx, "county", key, act)) << "a pinned key is not replaced";
}

TEST_F(RegistersTest, TroubleChangesNothingAndIsToldOnce) {
    follow("county");
    hear("county", {say("reject", "spam.example")});
    const auto id = row("county").id;
    EXPECT_FALSE(note_trouble(tx, id, {"unreachable", "It cannot be reached."}, now));
    EXPECT_TRUE(note_trouble(tx, id, {"rewritten", "Its history was written anew."}, now));
    EXPECT_FALSE(note_trouble(tx, id, {"rewritten", "Its history was written anew."}, now));
    EXPECT_EQ(row("county").state, "rewritten");
    EXPECT_GT(row("county").next_check, now + 4h) << "the pauses grow";
    EXPECT_EQ(verdict("spam.example"), Verdict::Hold);
    for (int i = 0; i < 50; ++i)
        note_trouble(tx, id, {"unreachable", "It cannot be reached."}, now);
    EXPECT_LE(row("county").next_check, now + 24h);
    EXPECT_EQ(hear("county", {}), RegisterTaken::Nothing);
    EXPECT_EQ(row("county").state, "good");
    EXPECT_EQ(row("county").problem, "");
}

TEST_F(RegistersTest, AreRefusedWithoutNameAddressOrReason) {
    follow("county");
    const struct {
        const char* name;
        RegisterWish wish;
        bool has_reason;
    } cases[] = {
        {"no reason", {.name = "state", .url = "https://state.example/r", .key = key}, false},
        {"a name with blanks", {.name = "the state", .url = "https://state.example/r"}, true},
        {"no name", {.url = "https://state.example/r"}, true},
        {"no address", {.name = "state"}, true},
        {"another scheme", {.name = "state", .url = "ftp://state.example/r"}, true},
        {"a fragment", {.name = "state", .url = "https://state.example/r#a"}, true},
        {"no key", {.name = "state", .url = "https://state.example/r", .key = "secret"}, true},
        {"a name that is taken", {.name = "county", .url = "https://state.example/r"}, true},
        {"followed already",
         {.name = "state", .url = "https://county.example/actor/register"},
         true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_FALSE(follow_register(tx, c.wish, c.has_reason ? act : Act{.now = now}));
    }
    EXPECT_FALSE(withdraw_list(tx, "county", act)) << "a register is unfollowed";
}

TEST_F(RegistersTest, ATombstoneForgetsWhatWasSaid) {
    follow("county");
    auto entry = say("reject", "spam.example");
    entry.reason = "something about a person";
    hear("county", {entry});
    hear("county", {{.type = federation::RegisterEntryType::Tombstone, .subject = "spam.example"}});
    EXPECT_EQ(verdict("spam.example"), std::nullopt);
    for (const auto& one : db::registers::list_entries(tx, row("county").id, 9))
        EXPECT_EQ(one.reason, "");
}

TEST_F(RegistersTest, ActsAreInTheRecord) {
    follow("county");
    hear("county", many("reject", 500));
    ASSERT_TRUE(refuse_register(tx, "county", act));
    const auto acts = db::audit_log::list_by_subject(tx, "county");
    ASSERT_EQ(acts.size(), 3u);
    EXPECT_EQ(acts[0].act, "register.refuse");
    EXPECT_EQ(acts[0].reason, "a test");
    EXPECT_EQ(acts[1].act, "register.waits");
    EXPECT_EQ(acts[2].act, "register.follow");
}

class OwnRegisterTest : public RegistersTest {
  protected:
    /// What a reader of ours would verify.
    std::vector<federation::RegisterEntry> read_ours(const std::string& pinned) {
        std::vector<federation::RegisterEntry> entries;
        federation::RegisterChain chain{.key = pinned};
        const auto head = render_own_head(tx, maple, now);
        const auto stands = federation::parse_register_head(*head);
        for (std::int64_t page = 1; chain.version < stands->version; ++page) {
            const auto document = render_own_page(tx, maple, page);
            const auto page_entries = federation::parse_register_page(*document);
            for (const auto& entry : *page_entries) {
                auto read = federation::extend_register(chain, entry);
                EXPECT_TRUE(read) << read.error().detail;
                if (!read) return entries;
                entries.push_back(*read);
            }
        }
        EXPECT_EQ(chain.last, stands->last);
        EXPECT_TRUE(federation::verify_register(*head, chain.key));
        return entries;
    }
    void add(const std::string& word, const std::string& host) {
        const auto number = add_to_own_register(tx, {.subject = host, .word = word}, act);
        ASSERT_TRUE(number) << number.error().detail;
    }
};

TEST_F(OwnRegisterTest, IsServedOnlyOnceItIsPublished) {
    add("reject", "spam.example");
    EXPECT_FALSE(render_own_head(tx, maple, now));
    EXPECT_FALSE(render_own_page(tx, maple, 1));
    ASSERT_TRUE(publish_own_register(tx, act));
    EXPECT_TRUE(render_own_head(tx, maple, now));
    EXPECT_TRUE(render_own_page(tx, maple, 1));
    for (const std::int64_t page : {-1, 0, 2, 1'000'000'000})
        EXPECT_FALSE(render_own_page(tx, maple, page)) << page;
    ASSERT_TRUE(close_own_register(tx, act));
    EXPECT_FALSE(render_own_head(tx, maple, now));
}

TEST_F(OwnRegisterTest, IsAChainThatOthersCanVerify) {
    ASSERT_TRUE(publish_own_register(tx, act));
    const auto pinned = own_register_key(tx);
    for (int i = 0; i < 120; ++i)
        add("filter", "h" + std::to_string(i) + ".example");
    ASSERT_TRUE(take_back_of_own_register(tx, "domain", "h3.example", TakeBack::Retract, act));
    const auto next = rotate_own_register_key(tx, act);
    ASSERT_TRUE(next);
    add("drop", "evil.example");
    const auto entries = read_ours(pinned);
    EXPECT_EQ(entries.size(), 123u);
    EXPECT_EQ(own_register_key(tx), *next);
    EXPECT_NE(*next, pinned);
    EXPECT_EQ(own_statements(tx).size(), 120u);
}

TEST_F(OwnRegisterTest, RefusesWhatOthersCouldNotReadOrWasSaid) {
    add("reject", "spam.example");
    const struct {
        const char* name;
        OwnStatement said;
    } cases[] = {
        {"said already", {.subject = "spam.example", .word = "reject"}},
        {"no host", {.subject = "", .word = "reject"}},
        {"half the world", {.subject = "example", .word = "reject"}},
        {"no word", {.subject = "a.example"}},
        {"an issuer of the rejected",
         {.subject = "a.example", .word = "reject", .issuer = "https://b.example/actor"}},
        {"another kind", {.kind = "person", .subject = "a.example", .word = "reject"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_FALSE(add_to_own_register(tx, c.said, act));
    }
    EXPECT_FALSE(add_to_own_register(tx, {.subject = "a.example", .word = "drop"}, {}));
    EXPECT_FALSE(take_back_of_own_register(tx, "domain", "unsaid.example", TakeBack::Retract, act));
    EXPECT_EQ(own_statements(tx).size(), 1u);
}

} // namespace
