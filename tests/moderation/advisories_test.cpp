#include "db/audit_log.h"
#include "db/follows.h"
#include "db/peers.h"
#include "moderation/advice.h"
#include "moderation/advisory_lists.h"
#include "moderation/chain_settings.h"
#include "moderation/facts.h"
#include "moderation/list_files.h"
#include "tests/support/database.h"

#include <array>

namespace {

using moderation::Direction;
using moderation::Subject;
using moderation::Verdict;

db::Advisory entry(std::int64_t list, std::string subject, std::string severity) {
    return {.list = {list},
            .kind = "host",
            .subject = std::move(subject),
            .severity = std::move(severity),
            .in_force = true};
}

TEST(AdviceNames, AreTheHostAndWhatItIsBelowButNoTopLevelDomain) {
    const struct {
        const char* host;
        std::vector<std::string> names;
    } cases[] = {
        {"", {}},
        {"cedar.example", {"cedar.example"}},
        {"a.cedar.example:8443", {"a.cedar.example:8443", "a.cedar.example", "cedar.example"}},
        {"localhost:4000", {"localhost:4000", "localhost"}},
        {"[::1]:4000", {"[::1]:4000"}},
    };
    for (const auto& c : cases)
        EXPECT_EQ(moderation::names_of(c.host), c.names) << c.host;
}

TEST(Advice, CountsListsAgainstTheThresholdAndYieldsToTheHouse) {
    constexpr auto none = std::nullopt;
    const struct {
        const char* name;
        std::vector<db::Advisory> entries;
        std::vector<std::string> excepted;
        std::size_t threshold;
        std::optional<Verdict> verdict;
    } cases[] = {
        {"nobody speaks of it", {entry(1, "other.example", "hold")}, {}, 1, none},
        {"one list of one", {entry(1, "cedar.example", "hold")}, {}, 1, Verdict::Hold},
        {"the stronger of two",
         {entry(1, "cedar.example", "limit"), entry(2, "cedar.example", "hold")},
         {},
         1,
         Verdict::Hold},
        {"one list where two must agree", {entry(1, "cedar.example", "hold")}, {}, 2, none},
        {"two agree on the weaker",
         {entry(1, "cedar.example", "limit"), entry(2, "cedar.example", "hold")},
         {},
         2,
         Verdict::Limit},
        {"two of three agree on the stronger",
         {entry(1, "cedar.example", "hold"),
          entry(2, "cedar.example", "limit"),
          entry(3, "cedar.example", "hold")},
         {},
         2,
         Verdict::Hold},
        {"one list that says it twice is one",
         {entry(1, "cedar.example", "hold"), entry(1, "a.cedar.example", "hold")},
         {},
         2,
         none},
        {"what is below is meant", {entry(1, "cedar.example", "limit")}, {}, 1, Verdict::Limit},
        {"what is above is not", {entry(1, "b.a.cedar.example", "hold")}, {}, 1, none},
        {"an end of the same letters is not", {entry(1, "dar.example", "hold")}, {}, 1, none},
        {"an exception beats all lists",
         {entry(1, "cedar.example", "hold"), entry(2, "cedar.example", "hold")},
         {"a.cedar.example"},
         1,
         none},
        {"an exception covers what is below",
         {entry(1, "a.cedar.example", "hold")},
         {"cedar.example"},
         1,
         none},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const moderation::Advice advice(c.entries, c.excepted, c.threshold);
        EXPECT_EQ(advice.about("host", "a.cedar.example"), c.verdict);
        EXPECT_EQ(advice.about("link-host", "a.cedar.example"), none);
    }
}

TEST(ListFile, ReadsWhatOthersExport) {
    const struct {
        const char* name;
        const char* text;
        const char* form;
    } cases[] = {
        {"Mastodon",
         "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
         "Spam.Example,suspend,TRUE,TRUE,\"spam, scams\",FALSE\n"
         "loud.example,silence,FALSE,FALSE,,FALSE\n"
         "noted.example,noop,FALSE,FALSE,,FALSE\n"
         "h****n.example,suspend,FALSE,FALSE,,TRUE\n",
         "csv"},
        {"with a byte order mark and CR LF",
         "\xEF\xBB\xBF#domain,#severity,#public_comment\r\nspam.example,suspend,\"spam, scams\"\r\n"
         "loud.example,limit,\r\nnoted.example,noop,\r\nh****n.example,suspend,\r\n",
         "csv"},
        {"GoToSocial",
         R"([{"domain":"spam.example","suspended_at":"2026-05-13T13:29:12.000Z","public_comment":"spam, scams"},
             {"domain":"loud.example","severity":"silence"},
             {"domain":"noted.example","severity":"noop"}, {"domain":"h****n.example"}])",
         "json"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto file = moderation::parse_list_file(c.text);
        ASSERT_TRUE(file) << file.error().detail;
        EXPECT_EQ(file->form, c.form);
        ASSERT_EQ(file->hosts.size(), 2U);
        EXPECT_EQ(file->hosts[0].host, "loud.example");
        EXPECT_EQ(file->hosts[0].severity, "limit");
        EXPECT_EQ(file->hosts[1].host, "spam.example");
        EXPECT_EQ(file->hosts[1].severity, "hold");
        EXPECT_EQ(file->hosts[1].reason, "spam, scams");
        EXPECT_EQ(file->without_effect, 1U);
        EXPECT_EQ(file->unreadable, std::vector<std::string>{"h****n.example"});
    }
}

TEST(ListFile, RefusesWhatIsNoListAndSaysWhy) {
    const std::string head = "#domain,#severity\n";
    std::string many = head;
    for (std::size_t i = 0; i <= moderation::max_list_entries; ++i)
        many += "h" + std::to_string(i) + ".example,suspend\n";
    const struct {
        const char* name;
        std::string text;
    } cases[] = {
        {"nothing", " \n"},
        {"a page", "<!DOCTYPE html><html></html>"},
        {"allowed servers", "#domain\ncedar.example\n"},
        {"a severity nobody knows", head + "spam.example,annihilate\n"},
        {"too many", many},
        {"too long", std::string(moderation::max_list_bytes + 1, 'a')},
        {"deep", std::string(100'000, '[')},
        {"no entries of objects", "[1]"},
        {"a domain that is no text", R"([{"domain": 7}])"},
        {"not UTF-8", head + "spam.example,suspend\xff\n"},
    };
    for (const auto& c : cases)
        EXPECT_FALSE(moderation::parse_list_file(c.text)) << c.name;
}

TEST(ListFile, TakesNoTopLevelDomainAndCutsForeignWords) {
    const auto file = moderation::parse_list_file("#domain,#severity,#public_comment\n"
                                                  "example,suspend,\ncom,suspend,\n*,suspend,\n"
                                                  "spam.example,suspend,\"a\x1b[31m" +
                                                  std::string(900, 'x') + "\"\n");
    ASSERT_TRUE(file) << file.error().detail;
    EXPECT_EQ(file->unreadable.size(), 3U);
    ASSERT_EQ(file->hosts.size(), 1U);
    EXPECT_EQ(file->hosts[0].reason.size(), 500U);
    EXPECT_EQ(file->hosts[0].reason.find('\x1b'), std::string::npos);
}

class AdvisoriesTest : public DatabaseTest {
  protected:
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    moderation::Peers peers{test_pool(), instance};
    Time now = system_now();
    db::Account alice = remote_account("alice", "social.spam.example");
    moderation::Act act{.by = "https://maple.test/users/owner", .reason = "flood", .now = now};

    Subject post(const std::string& html = "<p>Hello</p>", Direction direction = Direction::In) {
        return {.direction = direction,
                .type = "Create",
                .actor = alice.uri,
                .signer = alice.uri,
                .id = alice.uri + "/1/activity",
                .authors = {alice.uri},
                .speaks_for = {alice.uri},
                .is_post = true,
                .visibility = db::Visibility::Public,
                .post = alice.uri + "/1",
                .html = html,
                .published = now};
    }
    moderation::Decision judge(const Subject& subject) {
        auto sheet = moderation::load_facts(tx, peers, std::array{subject}, now);
        for (auto& [uri, level] : sheet.facts.front().levels)
            level = db::PeerLevel::Member;
        return moderation::decide(subject, sheet.facts.front());
    }
    Result<moderation::ImportedList> take_in(const std::string& name,
                                             const std::string& rows,
                                             const std::string& kind = "host") {
        return moderation::import_list(
            tx, instance, {.name = name, .kind = kind, .text = "#domain,#severity\n" + rows}, act);
    }
};

TEST_F(AdvisoriesTest, ADraftHasNoEffectAnApprovedListHoldsAndWithdrawingTakesOnlyItsOwn) {
    ASSERT_TRUE(take_in("one", "spam.example,suspend\nloud.example,silence\n"));
    ASSERT_TRUE(take_in("two", "spam.example,silence\n"));
    EXPECT_EQ(judge(post()).verdict, Verdict::Accept);

    ASSERT_TRUE(moderation::approve_list(tx, "one", "", act));
    ASSERT_TRUE(moderation::approve_list(tx, "two", "", act));
    const auto held = judge(post());
    EXPECT_EQ(held.verdict, Verdict::Hold);
    EXPECT_EQ(held.filter, "advisories");
    EXPECT_EQ(held.reason, "listed-host");
    EXPECT_FALSE(moderation::explain(held.reason).empty());

    ASSERT_TRUE(moderation::withdraw_list(tx, "one", act));
    EXPECT_EQ(judge(post()).verdict, Verdict::Limit);
    EXPECT_TRUE(judge(post()).effects.quiet);
    ASSERT_TRUE(moderation::withdraw_list(tx, "two", act));
    EXPECT_EQ(judge(post()).verdict, Verdict::Accept);
    EXPECT_EQ(db::audit_log::list_by_subject(tx, "one").size(), 3U);
}

TEST_F(AdvisoriesTest, TheHouseDecidesByThresholdExceptionAndObserving) {
    ASSERT_TRUE(take_in("one", "spam.example,suspend\n"));
    ASSERT_TRUE(moderation::approve_list(tx, "one", "", act));
    ASSERT_EQ(judge(post()).verdict, Verdict::Hold);
    ASSERT_TRUE(moderation::set_advice_threshold(tx, 2, act));
    EXPECT_EQ(judge(post()).verdict, Verdict::Accept);
    ASSERT_TRUE(moderation::set_advice_threshold(tx, 1, act));
    ASSERT_TRUE(moderation::except_host(tx, "Social.Spam.Example", true, act));
    EXPECT_EQ(judge(post()).verdict, Verdict::Accept);
    ASSERT_TRUE(moderation::except_host(tx, "social.spam.example", false, act));
    EXPECT_EQ(judge(post()).verdict, Verdict::Hold);
    EXPECT_TRUE(moderation::may_observe("advisories"));
    EXPECT_FALSE(moderation::set_advice_threshold(tx, 0, act));
    EXPECT_FALSE(moderation::set_advice_threshold(tx, 11, act));
}

TEST_F(AdvisoriesTest, LinksAreLookedAtInBothDirectionsAndSendersAreNot) {
    ASSERT_TRUE(take_in("links", "phish.example,suspend\nspam.example,suspend\n", "link-host"));
    ASSERT_TRUE(moderation::approve_list(tx, "links", "", act));
    const std::string html = "<p><a href=\"https://www.phish.example/x\">win</a></p>";
    EXPECT_EQ(judge(post()).verdict, Verdict::Accept);
    EXPECT_EQ(judge(post(html)).reason, "listed-link");
    EXPECT_EQ(judge(post(html, Direction::Out)).reason, "listed-link");
    EXPECT_EQ(judge(post("<p>phish.example</p>")).verdict, Verdict::Accept);
}

// POLICY section 5, list curator gone wrong.
TEST_F(AdvisoriesTest, APoisonedListReachesNeitherUsNorOurFriendsByItself) {
    const auto bob = member("bob");
    db::follows::insert(
        tx, {.follower = bob.id, .followed = alice.id, .accepted = true, .created_at = now});
    db::peers::set_level(tx, "social.spam.example", db::PeerLevel::Member, "");
    const auto imported = take_in("poison",
                                  "maple.test,suspend\ntest,suspend\nspam.example,suspend\n"
                                  "honest.example,suspend\n");
    ASSERT_TRUE(imported);
    EXPECT_EQ(imported->ours, std::vector<std::string>{"maple.test"});
    EXPECT_EQ(imported->unreadable, std::vector<std::string>{"test"});
    EXPECT_EQ(imported->drafts, 2U);

    const auto review = moderation::review_list(tx, "poison");
    ASSERT_TRUE(review);
    ASSERT_EQ(review->size(), 2U);
    EXPECT_EQ((*review)[0].follows, 0);
    EXPECT_EQ((*review)[1].follows, 1);
    EXPECT_EQ((*review)[1].members, 1);
    EXPECT_EQ((*review)[1].level, db::PeerLevel::Member);

    const auto approved = moderation::approve_list(tx, "poison", "", act);
    ASSERT_TRUE(approved);
    EXPECT_EQ(approved->in_force, 1);
    EXPECT_EQ(approved->waits, std::vector<std::string>{"spam.example"});
    EXPECT_EQ(judge(post()).verdict, Verdict::Accept);
    // A person may still say so, by name.
    ASSERT_TRUE(moderation::approve_list(tx, "poison", "spam.example", act));
    EXPECT_EQ(judge(post()).verdict, Verdict::Hold);
    EXPECT_FALSE(moderation::approve_list(tx, "poison", "spam.example", act));
}

TEST_F(AdvisoriesTest, WhatCannotBeIsRefused) {
    ASSERT_TRUE(take_in("one", "spam.example,suspend\n"));
    EXPECT_FALSE(take_in("one", "other.example,suspend\n"));
    EXPECT_FALSE(take_in("No Name", "other.example,suspend\n"));
    EXPECT_FALSE(take_in("two", "other.example,suspend\n", "mood"));
    EXPECT_FALSE(take_in("two", "maple.test,suspend\n"));
    EXPECT_FALSE(moderation::review_list(tx, "two"));
    EXPECT_FALSE(moderation::withdraw_list(tx, "two", act));
    const moderation::Act silent{.by = act.by, .now = now};
    EXPECT_FALSE(moderation::approve_list(tx, "one", "", silent));
    EXPECT_FALSE(moderation::withdraw_list(tx, "one", silent));
    EXPECT_FALSE(moderation::except_host(tx, "spam.example", true, silent));
    EXPECT_FALSE(moderation::except_host(tx, "no host", true, act));
    EXPECT_FALSE(moderation::except_host(tx, "spam.example", false, act));
}

} // namespace
