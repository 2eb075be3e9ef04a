#include "db/domain_blocks.h"
#include "db/follows.h"
#include "db/imports.h"
#include "db/lists.h"
#include "db/mutes.h"
#include "db/peers.h"
#include "jobs/wake.h"
#include "jobs/worker.h"
#include "outbox/import.h"
#include "outbox/publish.h"
#include "statuses/fetch.h"
#include "tests/web/web_support.h"

#include <map>
#include <set>

namespace {

class ImportTest : public WebTest {
  protected:
    http::Response upload(Browser& browser,
                          const std::string& kind,
                          const std::string& mode,
                          const std::string& text) {
        const auto token = field(browser.get("/settings/import"), "form_token");
        std::string body;
        const auto part = [&body](const std::string& name, const std::string& value) {
            body += "--b0und\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" +
                    value + "\r\n";
        };
        part("form_token", token);
        part("kind", kind);
        part("mode", mode);
        body += "--b0und\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n"
                "Content-Type: text/csv\r\n\r\n" +
                text + "\r\n--b0und--\r\n";
        browser.content_type = "multipart/form-data; boundary=b0und";
        auto answer = browser.send("POST", "/settings/import", body);
        browser.content_type = "application/x-www-form-urlencoded";
        return answer;
    }
    http::Response confirm(Browser& browser, const std::string& address) {
        const auto token = field(browser.get(address), "form_token");
        return browser.post(address + "/confirm", {{"form_token", token}});
    }
    /// Runs jobs until the import is done.
    void work(const std::string& address) {
        const db::ImportId id{std::stoll(address.substr(address.rfind('/') + 1))};
        jobs::Worker worker(pool, wake, {.kinds = {outbox::import_job(import_deps)}, .batch = 1});
        for (int i = 0; i < 200; ++i) {
            worker.run_once();
            db::Tx tx(pool);
            if (db::imports::find(tx, id)->state == "done") return;
        }
        ADD_FAILURE() << "the import does not end";
    }
    bool follows(const Member& who, const Member& whom) {
        db::Tx tx(pool);
        return db::follows::is_following(tx, who.id, whom.id);
    }
    void follow(const Member& who, const Member& whom) {
        db::Tx tx(pool);
        db::follows::insert(
            tx, {.follower = who.id, .followed = whom.id, .accepted = true, .created_at = now});
        tx.commit();
    }

    jobs::Wake wake;
    statuses::Fetcher posts{
        {.pool = pool, .instance = instance, .resolver = resolver, .peers = peers, .clock = clock}};
    // In the past, so that the next job is due at once.
    outbox::ImportDeps import_deps{.pool = pool,
                                   .instance = instance,
                                   .peers = peers,
                                   .resolver = resolver,
                                   .posts = posts,
                                   .clock = [this] { return now - std::chrono::hours{1}; }};
};

TEST_F(ImportTest, AFileIsShownFirstThenFollowedLineByLine) {
    const auto ada = member();
    const auto bob = member();
    const auto eve = member();
    auto browser = signed_in(ada);
    const auto sent =
        upload(browser,
               "following",
               "merge",
               "Account address,Show boosts,Notify on new posts,Languages\n" + bob.name +
                   "@maple.test,false,true,\"de, en\"\n@" + eve.name + "@Maple.test,true,false,\n" +
                   "nobody" + ada.name + "@maple.test,true,false,\n" +
                   "carl@stranger.example,true,false,\n" + "no address at all,true,false,\n");
    ASSERT_EQ(sent.status, 303) << sent.body;
    const auto address = location(sent);
    const auto preview = browser.get(address);
    EXPECT_TRUE(has(preview, "4 lines can be used, 1 cannot"));
    EXPECT_TRUE(has(preview, "Line 6: no address at all"));
    EXPECT_FALSE(follows(ada, bob)) << "not before it is confirmed";

    ASSERT_EQ(confirm(browser, address).status, 303);
    EXPECT_EQ(confirm(browser, address).status, 422) << "only once";
    work(address);
    EXPECT_TRUE(follows(ada, bob));
    EXPECT_TRUE(follows(ada, eve));
    {
        db::Tx tx(pool);
        const auto standing = db::follows::find(tx, ada.id, bob.id);
        EXPECT_FALSE(standing->show_reblogs);
        EXPECT_TRUE(standing->notify);
        EXPECT_EQ(standing->languages, (std::vector<std::string>{"de", "en"}));
    }
    const auto after = browser.get(address);
    EXPECT_TRUE(has(after, "2 lines imported, 2 failed, 1 could not be read"));
    EXPECT_TRUE(has(after, "stranger.example is not on our list"));
    const auto failures = browser.get(address + "/failures.csv");
    EXPECT_TRUE(has(failures, "carl@stranger.example,true,false,,"));
    EXPECT_EQ(failures.headers.get("Content-Type"), "text/csv; charset=utf-8");
}

TEST_F(ImportTest, OverwritingRemovesWhatTheFileDoesNotName) {
    const auto ada = member();
    const auto kept = member();
    const auto gone = member();
    follow(ada, kept);
    follow(ada, gone);
    auto browser = signed_in(ada);
    const auto address =
        location(upload(browser, "following", "overwrite", kept.name + "@maple.test\n"));
    EXPECT_TRUE(has(browser.get(address), "will be removed"));
    ASSERT_EQ(confirm(browser, address).status, 303);
    work(address);
    EXPECT_TRUE(follows(ada, kept));
    EXPECT_FALSE(follows(ada, gone));
}

TEST_F(ImportTest, ListsComeAlongWithTheirPeople) {
    const auto ada = member();
    const auto bob = member();
    const auto eve = member();
    auto browser = signed_in(ada);
    const auto run = [&](const std::string& mode, const std::string& text) {
        const auto address = location(upload(browser, "lists", mode, text));
        EXPECT_EQ(confirm(browser, address).status, 303);
        work(address);
        return browser.get(address);
    };
    const auto titles = [&] {
        db::Tx tx(pool);
        std::map<std::string, std::size_t> people;
        for (const auto& list : db::lists::list(tx, ada.id))
            people[list.title] = db::lists::accounts(tx, list, {}).size();
        return people;
    };
    const std::string bobs = bob.name + "@maple.test";
    const std::string eves = eve.name + "@maple.test";
    auto page = run("merge",
                    "'=1+1," + bobs + "\n\"Maths, hard\"," + bobs + "\n\"Maths, hard\"," + eves +
                        "\n," + eves + "\nArt\n");
    EXPECT_TRUE(has(page, "3 lines imported, 0 failed, 2 could not be read"));
    EXPECT_TRUE(has(page, "The name of the list is missing"));
    EXPECT_TRUE(follows(ada, eve)) << "as in Mastodon";
    using Titles = std::map<std::string, std::size_t>;
    EXPECT_EQ(titles(), (Titles{{"=1+1", 1}, {"Maths, hard", 2}}));
    run("overwrite", "List name,Account address\n\"Maths, hard\"," + eves + "\n");
    EXPECT_EQ(titles(), (Titles{{"Maths, hard", 1}}));
}

TEST_F(ImportTest, BlockedServersNeedNobodysAnswer) {
    const auto ada = member();
    auto browser = signed_in(ada);
    const auto run = [&](const std::string& mode, const std::string& text) {
        const auto address = location(upload(browser, "domain_blocks", mode, text));
        EXPECT_EQ(confirm(browser, address).status, 303);
        work(address);
        return browser.get(address);
    };
    const auto domains = [&] {
        db::Tx tx(pool);
        std::set<std::string> names;
        for (const auto& block : db::domain_blocks::list(tx, ada.id, {}))
            names.insert(block.domain);
        return names;
    };
    const auto page = run("merge", "#domain\nNoisy.Example\nrude.example\nmaple.test\nno server\n");
    EXPECT_TRUE(has(page, "2 lines imported, 1 failed, 1 could not be read"));
    EXPECT_EQ(domains(), (std::set<std::string>{"noisy.example", "rude.example"}));
    run("overwrite", "rude.example\n");
    EXPECT_EQ(domains(), (std::set<std::string>{"rude.example"}));
}

TEST_F(ImportTest, OnlyOneAtATimeAndTenAreKept) {
    const auto ada = member();
    auto browser = signed_in(ada);
    const auto first = location(upload(browser, "domain_blocks", "merge", "a.example\n"));
    ASSERT_EQ(confirm(browser, first).status, 303);
    const auto second = location(upload(browser, "domain_blocks", "merge", "b.example\n"));
    const auto refused = confirm(browser, second);
    EXPECT_EQ(refused.status, 422);
    EXPECT_TRUE(has(refused, "Another import is at work"));
    const auto third = location(upload(browser, "domain_blocks", "merge", "c.example\n"));
    EXPECT_EQ(browser.get(second).status, 404) << "one preview";
    EXPECT_EQ(browser.get(third).status, 200);
    work(first);
    for (int i = 0; i < 12; ++i) {
        const auto address = location(upload(browser, "domain_blocks", "merge", "d.example\n"));
        ASSERT_EQ(confirm(browser, address).status, 303);
        work(address);
    }
    EXPECT_EQ(browser.get(first).status, 404);
    db::Tx tx(pool);
    EXPECT_EQ(db::imports::list(tx, ada.id).size(), 10u);
}

TEST_F(ImportTest, AServerThatDoesNotAnswerIsAskedOnceMoreAtTheEnd) {
    {
        db::Tx tx(pool);
        db::peers::set_level(tx, "away.example", db::PeerLevel::Member, "");
        tx.commit();
    }
    peers.reload();
    const auto ada = member();
    const auto bob = member();
    auto browser = signed_in(ada);
    const auto address = location(
        upload(browser, "following", "merge", "carl@away.example\n" + bob.name + "@maple.test\n"));
    const db::ImportId id{std::stoll(address.substr(address.rfind('/') + 1))};
    ASSERT_EQ(confirm(browser, address).status, 303);
    jobs::Worker worker(pool, wake, {.kinds = {outbox::import_job(import_deps)}, .batch = 1});
    worker.run_once();
    {
        db::Tx tx(pool);
        const auto counts = db::imports::count(tx, id);
        EXPECT_EQ(counts.done, 1);
        EXPECT_EQ(counts.waiting, 1);
        EXPECT_EQ(counts.failed, 0);
    }
    work(address);
    const auto page = browser.get(address);
    EXPECT_TRUE(has(page, "1 lines imported, 1 failed"));
}

TEST_F(ImportTest, P04_ABookmarkDoesNotTellWhetherAHiddenPostExists) {
    const auto ada = member();
    const auto bob = member();
    const auto post = [&](db::Visibility visibility) {
        db::Tx tx(pool);
        const auto status =
            outbox::publish(tx,
                            {.instance = instance, .peers = peers, .account = bob.id, .now = now},
                            {.text = "a post", .visibility = visibility});
        tx.commit();
        return status->uri;
    };
    const auto open = post(db::Visibility::Public);
    const auto hidden = post(db::Visibility::Private);
    const auto none = hidden.substr(0, hidden.rfind('/')) + "/1";
    auto browser = signed_in(ada);
    const auto address = location(upload(
        browser, "bookmarks", "merge", "#uri\n" + open + "\n" + hidden + "\n" + none + "\n"));
    ASSERT_EQ(confirm(browser, address).status, 303);
    work(address);
    EXPECT_TRUE(has(browser.get(address), "1 lines imported, 2 failed"));
    db::Tx tx(pool);
    const auto problems = db::imports::list_problems(
        tx, db::ImportId{std::stoll(address.substr(address.rfind('/') + 1))}, 10);
    ASSERT_EQ(problems.size(), 2u);
    EXPECT_EQ(problems[0].problem, problems[1].problem);
}

TEST_F(ImportTest, AJobThatRunsTwiceChangesNothingMore) {
    const auto ada = member();
    const auto bob = member();
    auto browser = signed_in(ada);
    const auto address = location(upload(
        browser, "mutes", "merge", "Account address,Hide notifications\n" + bob.name + ",false\n"));
    ASSERT_EQ(confirm(browser, address).status, 303);
    const db::Job job{.payload = address.substr(address.rfind('/') + 1)};
    const auto kind = outbox::import_job(import_deps);
    for (int i = 0; i < 2; ++i) {
        auto steps = kind.prepare(std::vector<jobs::Claimed>{job});
        ASSERT_TRUE(steps.at(0));
        db::Tx tx(pool);
        if (*steps.at(0)) (*steps.at(0))(tx);
        tx.commit();
    }
    db::Tx tx(pool);
    const auto mute = db::mutes::find(tx, ada.id, bob.id, now);
    ASSERT_TRUE(mute);
    EXPECT_FALSE(mute->hide_notifications);
    EXPECT_EQ(db::imports::count(tx, db::ImportId{std::stoll(job.payload)}).done, 1);
}

TEST_F(ImportTest, OthersSeeNothingOfIt) {
    const auto ada = member();
    auto browser = signed_in(ada);
    const auto address = location(upload(browser, "blocks", "merge", "bob@cedar.example\n"));
    auto other = signed_in(member());
    EXPECT_EQ(other.get(address).status, 404);
    EXPECT_EQ(other.get(address + "/failures.csv").status, 404);
    const auto token = field(other.get("/settings/import"), "form_token");
    EXPECT_EQ(other.post(address + "/confirm", {{"form_token", token}}).status, 404);
    EXPECT_EQ(browser.post(address + "/confirm", {}).status, 403) << "O06";
    EXPECT_TRUE(has(browser.get(address), "1 lines can be used"));
}

TEST_F(ImportTest, WhatIsNoTableIsRefusedWithAReason) {
    auto browser = signed_in(member());
    std::string long_file;
    for (std::size_t i = 0; i <= outbox::max_import_rows; ++i)
        long_file += "bob@cedar.example\n";
    std::string longer_file; // Small enough in bytes.
    for (int i = 0; i < 100'000; ++i)
        longer_file += "a@b.c\n";
    const struct {
        const char* name;
        const char* kind;
        std::string text;
        const char* answer;
    } cases[] = {
        {"nothing", "following", "", "Please choose a CSV file"},
        {"only a header", "following", "Account address\n", "There is nothing in this file"},
        {"an image", "following", "\x89PNG\xff\xfe", "no CSV file in UTF-8"},
        {"too many lines", "following", long_file, "too long"},
        {"100,000 lines", "blocks", longer_file, "too long"},
        {"a zip file", "following", std::string("PK\x03\x04\x14\0\0\0", 8), "no CSV file in UTF-8"},
        {"a gzip file", "following", "\x1f\x8b\x08", "no CSV file in UTF-8"},
        {"too many bytes", "blocks", std::string(3'000'000, 'a'), "at most 2 MiB"},
        {"an unknown kind", "passwords", "bob@cedar.example", "what is in the file"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto answer = upload(browser, c.kind, "merge", c.text);
        EXPECT_EQ(answer.status, 422);
        EXPECT_TRUE(has(answer, c.answer));
    }
}

} // namespace
