#include "db/blocks.h"
#include "db/mutes.h"
#include "tests/api/client_support.h"
#include "timelines/fan_out.h"

namespace {

class TimelinesTest : public ClientTest {
  protected:
    db::Status shown_post(const db::Account& author,
                          db::Visibility visibility = db::Visibility::Public,
                          db::Status status = {}) {
        const auto posted = post_by(author, visibility, std::move(status));
        db::Tx tx(pool);
        timelines::fan_out(tx, *db::statuses::find(tx, posted.id), now);
        tx.commit();
        return posted;
    }
};

TEST_F(TimelinesTest, HomeShowsWhomTheMemberFollowsAndTurnsPages) {
    const auto ada = member();
    const auto rex = stranger();
    const auto other = stranger("other");
    follow(ada, rex);
    std::vector<std::string> posted;
    for (int i = 0; i < 5; ++i) {
        now += std::chrono::seconds{1};
        posted.push_back(to_string(shown_post(rex).id));
    }
    shown_post(other);

    const auto all = get_json("/api/v1/timelines/home", ada);
    for (const auto& status : all)
        EXPECT_SCHEMA("Status", status);
    EXPECT_EQ(ids(all), (std::vector{posted[4], posted[3], posted[2], posted[1], posted[0]}));

    const struct {
        std::string query;
        std::vector<std::string> expected;
    } cases[] = {
        {"limit=2", {posted[4], posted[3]}},
        {"limit=2&max_id=" + posted[3], {posted[2], posted[1]}},
        {"limit=2&since_id=" + posted[0], {posted[4], posted[3]}},
        {"limit=2&min_id=" + posted[0], {posted[2], posted[1]}},
        {"limit=2&min_id=0", {posted[1], posted[0]}},
        {"max_id=" + posted[0], {}},
        {"limit=0", {posted[4]}},
        {"limit=abc&max_id=abc&since_id=-1",
         {posted[4], posted[3], posted[2], posted[1], posted[0]}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.query);
        EXPECT_EQ(ids(get_json("/api/v1/timelines/home?" + c.query, ada)), c.expected);
    }

    const auto page = get("/api/v1/timelines/home?limit=2&local=a,b", ada);
    const auto links = std::string(page.headers.get("Link"));
    EXPECT_EQ(links,
              "<https://maple.test/api/v1/timelines/home?limit=2&local=a%2Cb&max_id=" + posted[3] +
                  ">; rel=\"next\", "
                  "<https://maple.test/api/v1/timelines/home?limit=2&local=a%2Cb&min_id=" +
                  posted[4] + ">; rel=\"prev\"");
    const auto last = get("/api/v1/timelines/home?limit=2&max_id=" + posted[1], ada);
    EXPECT_EQ(std::string(last.headers.get("Link")).find("next"), std::string::npos);
}

TEST_F(TimelinesTest, NobodyWhoIsHiddenOrGoneIsInAnyList) {
    const auto ada = member();
    const auto blocked = stranger("blocked");
    const auto muted = stranger("muted");
    const auto blocking = stranger("blocking");
    const auto suspended = stranger("suspended");
    const auto friendly = stranger("friendly");
    const auto booster = stranger("booster");
    for (const auto* account : {&blocked, &muted, &blocking, &suspended, &friendly, &booster})
        follow(ada, *account);
    const auto since = "?limit=40&min_id=" + to_string(post_by(ada).id);
    std::vector<db::Status> hidden;
    for (const auto* account : {&blocked, &muted, &blocking, &suspended})
        hidden.push_back(shown_post(*account));
    const auto boost = shown_post(
        booster, db::Visibility::Public, {.object_type = "Announce", .reblog_of = hidden[0].id});
    const auto fine = shown_post(friendly);
    {
        db::Tx tx(pool);
        db::blocks::insert(tx, ada.id, blocked.id, "");
        db::blocks::insert(tx, blocking.id, ada.id, "");
        db::mutes::put(tx, {.account = ada.id, .target = muted.id, .created_at = now});
        db::accounts::set_suspended(tx, suspended.id, now);
        tx.commit();
    }
    for (const std::string target : {"/api/v1/timelines/home", "/api/v1/timelines/public"}) {
        SCOPED_TRACE(target);
        const auto list = get_json(target + since, ada);
        EXPECT_TRUE(contains(list, to_string(fine.id)));
        EXPECT_FALSE(contains(list, to_string(boost.id)));
        for (const auto& status : hidden)
            EXPECT_FALSE(contains(list, to_string(status.id)));
    }
}

TEST_F(TimelinesTest, PublicNeedsATokenAndTellsOursFromTheirs) {
    const auto ada = member();
    const auto ours = to_string(post_by(ada).id);
    const auto theirs = to_string(post_by(stranger()).id);
    const auto unlisted = to_string(post_by(ada, db::Visibility::Unlisted).id);
    // Other tests' posts are there too, with clocks of their own.
    const auto since = "min_id=" + std::to_string(parse_id(ours).value_or(0) - 1) + "&limit=10";
    EXPECT_EQ(send("GET", "/api/v1/timelines/public", nullptr).status, 401);
    EXPECT_EQ(send("GET", "/api/v1/timelines/tag/maths", nullptr).status, 401);
    const struct {
        const char* query;
        bool ours, theirs;
    } cases[] = {
        {"", true, true},
        {"local=true&", true, false},
        {"remote=true&", false, true},
        {"only_media=true&", false, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.query);
        const auto list = get_json("/api/v1/timelines/public?" + std::string(c.query) + since, ada);
        EXPECT_EQ(contains(list, ours), c.ours);
        EXPECT_EQ(contains(list, theirs), c.theirs);
        EXPECT_FALSE(contains(list, unlisted));
    }
}

// P05: private posts are in no hashtag list.
TEST_F(TimelinesTest, P05ATagShowsPublicPostsOnly) {
    const auto ada = member();
    const auto tag = unique("tag");
    const auto other = unique("other");
    const auto write = [&](const std::string& text, const char* visibility) {
        return post_json("/api/v1/statuses", ada, {{"status", text}, {"visibility", visibility}})
            .at("id")
            .get<std::string>();
    };
    const auto plain = write("about #" + tag, "public");
    const auto both = write("about #" + tag + " and #" + other, "public");
    const auto only_other = write("about #" + other, "public");
    write("about #" + tag, "private");
    write("about #" + tag, "unlisted");

    const struct {
        std::string query;
        std::vector<std::string> expected;
    } cases[] = {
        {tag, {both, plain}},
        {tag + "?all[]=" + other, {both}},
        {tag + "?none[]=" + other, {plain}},
        {tag + "?any[]=" + other, {only_other, both, plain}},
        {tag + "?any[]=" + other + "&limit=1", {only_other}},
        {tag + "?remote=true", {}},
        {unique("nobody"), {}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.query);
        EXPECT_EQ(ids(get_json("/api/v1/timelines/tag/" + c.query, ada)), c.expected);
    }
    const auto entity = get_json("/api/v1/tags/" + tag, ada);
    EXPECT_SCHEMA("Tag", entity);
    EXPECT_EQ(entity.at("history").at(0).at("uses"), "2");
    const auto found = get_json("/api/v2/search?type=hashtags&q=%23" + tag, ada);
    EXPECT_EQ(found.at("hashtags").at(0).at("name"), tag);
}

TEST_F(TimelinesTest, FavouritesAndBookmarksArePagedByHiddenIds) {
    const auto ada = member();
    const auto rex = stranger();
    std::vector<std::string> posted;
    for (int i = 0; i < 3; ++i)
        posted.push_back(to_string(post_by(rex).id));
    // Marked in another order than they were written.
    for (const auto& id : {posted[2], posted[0], posted[1]}) {
        post_json(status_path(id, "/favourite"), ada);
        post_json(status_path(id, "/bookmark"), ada);
    }
    for (const std::string list : {"/api/v1/favourites", "/api/v1/bookmarks"}) {
        SCOPED_TRACE(list);
        const auto first = get(list + "?limit=2", ada);
        EXPECT_EQ(ids(json(first)), (std::vector{posted[1], posted[0]}));
        const auto link = std::string(first.headers.get("Link"));
        const auto start = link.find("/api/");
        const auto next = link.substr(start, link.find('>') - start);
        EXPECT_EQ(next.find(posted[0]), std::string::npos);
        EXPECT_EQ(ids(get_json(next, ada)), std::vector{posted[2]});
    }
}

TEST_F(TimelinesTest, AnAccountsPostsAreFilteredByWhoReads) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto rex = stranger();
    const auto open = to_string(post_by(ada).id);
    const auto secret = to_string(post_by(ada, db::Visibility::Private).id);
    const auto root = post_by(rex);
    const auto reply = to_string(post_by(ada,
                                         db::Visibility::Public,
                                         {.in_reply_to = root.id,
                                          .in_reply_to_uri = root.uri,
                                          .in_reply_to_account = rex.id,
                                          .thread = root.id.value})
                                     .id);
    const auto boost =
        post_json(status_path(to_string(root.id), "/reblog"), ada).at("id").get<std::string>();
    post_json(status_path(open, "/pin"), ada);

    const auto list = path("/api/v1/accounts/", ada, "/statuses");
    const struct {
        const char* query;
        bool by_owner;
        std::vector<std::string> expected;
    } cases[] = {
        {"", false, {boost, reply, open}},
        {"", true, {boost, reply, secret, open}},
        {"?exclude_replies=true", false, {boost, open}},
        {"?exclude_reblogs=1", false, {reply, open}},
        {"?only_media=true", false, {}},
        {"?tagged=nothing", false, {}},
        {"?pinned=true", false, {open}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.query);
        EXPECT_EQ(ids(get_json(list + c.query, c.by_owner ? ada : eve)), c.expected);
    }
    post_json(path("/api/v1/accounts/", eve, "/block"), ada);
    EXPECT_EQ(get_json(list, eve), Json::array());
}

TEST_F(TimelinesTest, D20_NoPageIsLongerOrDeeperThanItMayBe) {
    const auto ada = member();
    const auto rex = stranger();
    follow(ada, rex);
    for (int i = 0; i < 45; ++i) {
        now += std::chrono::seconds{1};
        shown_post(rex);
    }
    EXPECT_EQ(get_json("/api/v1/timelines/home?limit=40", ada).size(), 40U);
    for (const char* path : {"/api/v1/timelines/home",
                             "/api/v1/timelines/public",
                             "/api/v1/notifications",
                             "/api/v1/favourites",
                             "/api/v1/bookmarks"}) {
        for (const char* query : {"limit=999999",
                                  "limit=99999999999999999999",
                                  "limit=40&max_id=99999999999999999999",
                                  "limit=-5",
                                  "limit=40&offset=999999999"}) {
            SCOPED_TRACE(std::string(path) + "?" + query);
            EXPECT_LE(get_json(std::string(path) + "?" + query, ada).size(), 80U);
        }
    }
    EXPECT_LE(get_json("/api/v1/timelines/home?limit=999999", ada).size(), 40U);
    for (const char* query : {"q=%25%25%25&limit=999999", "q=a&offset=999999999&limit=40"}) {
        const auto found = get_json(std::string("/api/v2/search?") + query, ada);
        for (const char* kind : {"accounts", "statuses", "hashtags"})
            EXPECT_LE(found[kind].size(), 40U) << query;
    }
}

} // namespace
