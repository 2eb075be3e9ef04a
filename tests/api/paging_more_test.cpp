#include "db/endorsements.h"
#include "db/favourites.h"
#include "db/scheduled_statuses.h"
#include "tests/api/paging_support.h"

namespace {

/// The lists that many share: public timelines, who did what, search.
class SharedPagingTest : public PagingTest {
  protected:
    SharedPagingTest() {
        rex.indexable = true;
        ben.indexable = true;
        db::Tx tx(pool);
        db::accounts::update_profile(tx, rex);
        db::accounts::update_profile(tx, ben);
        own = post_in(tx, ada);
        tx.commit();
    }

    Collection of_posts(const char* name, const std::string& path, const db::Account& author) {
        return {name,
                path,
                [this, author](db::Tx& tx) { return to_string(post_in(tx, author)); },
                [](db::Tx& tx, const std::string& id) { db::statuses::remove(tx, status_id(id)); },
                plain_id};
    }
    /// By whoever comes along, one remote, one local.
    Collection of_everybody(const char* name, const std::string& path) {
        auto collection = of_posts(name, path, rex);
        collection.add = [this](db::Tx& tx) {
            is_rex_next = !is_rex_next;
            return to_string(post_in(tx, is_rex_next ? rex : ben));
        };
        return collection;
    }

    db::Account ben = member("ben");
    StatusId own{};
    std::map<std::string, StatusId> boosts;
    bool is_rex_next = false;
};

TEST_F(SharedPagingTest, PublicTimelinesGiveEachPostOnce) {
    const Collection all[] = {
        of_everybody("public", "/api/v1/timelines/public"),
        of_posts("local", "/api/v1/timelines/public?local=true", ben),
        of_posts("remote", "/api/v1/timelines/public?remote=true", rex),
        of_posts("local with a tag", "/api/v1/timelines/tag/" + tag + "?local=true", ben),
        of_posts("several tags", "/api/v1/timelines/tag/nothing?any[]=" + tag, rex),
    };
    for (const auto& collection : all)
        check(collection);
}

TEST_F(SharedPagingTest, SearchGivesEachPostOnce) {
    const auto word = unique("word");
    auto found = of_posts("search", "/api/v2/search?type=statuses&q=" + word, rex);
    found.add = [this, word](db::Tx& tx) {
        now += std::chrono::milliseconds{5};
        db::Status status{.author = rex.id, .content = "<p>" + word + "</p>", .created_at = now};
        status.id = db::statuses::new_id(tx, now);
        status.uri = rex.uri + "/statuses/" + to_string(status.id);
        status.visibility = db::Visibility::Public;
        EXPECT_TRUE(db::statuses::insert(tx, status));
        return to_string(status.id);
    };
    found.inside = "statuses";
    found.by_ids = true;
    check(found);
}

TEST_F(SharedPagingTest, WhoDidSomethingIsGivenOnce) {
    const auto boost = [this](db::Tx& tx) {
        const auto id = somebody(tx);
        now += std::chrono::milliseconds{5};
        db::Status status{.author = id, .object_type = "Announce", .reblog_of = own};
        status.id = db::statuses::new_id(tx, now);
        status.uri = "https://cedar.test/boosts/" + to_string(status.id);
        status.visibility = db::Visibility::Public;
        status.created_at = now;
        EXPECT_TRUE(db::statuses::insert(tx, status));
        boosts[to_string(id)] = status.id;
        return to_string(id);
    };
    const auto quote = [this](db::Tx& tx) {
        now += std::chrono::milliseconds{5};
        db::Status status{.author = rex.id, .content = "<p>Look</p>"};
        status.id = db::statuses::new_id(tx, now);
        status.uri = rex.uri + "/statuses/" + to_string(status.id);
        status.visibility = db::Visibility::Public;
        status.created_at = now;
        status.quote = own;
        status.quote_uri = "https://maple.test/quoted";
        status.quote_state = "accepted";
        EXPECT_TRUE(db::statuses::insert(tx, status));
        return to_string(status.id);
    };
    const Collection all[] = {
        {"boosted by",
         status_path(to_string(own), "/reblogged_by"),
         boost,
         [this](db::Tx& tx, const std::string& id) { db::statuses::remove(tx, boosts.at(id)); },
         plain_id},
        {"favourited by",
         status_path(to_string(own), "/favourited_by"),
         [this](db::Tx& tx) {
             const auto id = somebody(tx);
             db::favourites::insert(tx, id, own, "");
             return to_string(id);
         },
         [this](db::Tx& tx, const std::string& id) {
             db::favourites::remove(tx, account_id(id), own);
         },
         plain_id},
        {"quotes",
         status_path(to_string(own), "/quotes"),
         quote,
         [](db::Tx& tx, const std::string& id) { db::statuses::remove(tx, status_id(id)); },
         plain_id},
    };
    for (const auto& collection : all)
        check(collection);
}

TEST_F(SharedPagingTest, FollowersFollowingAndEndorsementsAreGivenOnce) {
    const auto relation = [this](const char* name, const char* after, bool is_follower) {
        const auto pair = [this, is_follower](AccountId other) {
            return is_follower ? std::pair(other, ben.id) : std::pair(ben.id, other);
        };
        return Collection{name,
                          path("/api/v1/accounts/", ben, after),
                          [this, pair](db::Tx& tx) {
                              const auto other = somebody(tx);
                              const auto [follower, followed] = pair(other);
                              db::follows::insert(
                                  tx,
                                  {.follower = follower, .followed = followed, .accepted = true});
                              return to_string(other);
                          },
                          [pair](db::Tx& tx, const std::string& id) {
                              const auto [follower, followed] = pair(account_id(id));
                              db::follows::remove(tx, follower, followed);
                          },
                          plain_id};
    };
    check(relation("followers", "/followers", true));
    check(relation("following", "/following", false));
    const auto endorsed = [this](const char* name, const std::string& path) {
        return Collection{name,
                          path,
                          [this](db::Tx& tx) {
                              const auto other = somebody(tx);
                              EXPECT_TRUE(db::endorsements::insert(tx, ada.id, other));
                              return to_string(other);
                          },
                          [this](db::Tx& tx, const std::string& id) {
                              db::endorsements::remove(tx, ada.id, account_id(id));
                          },
                          plain_id};
    };
    check(endorsed("endorsements", "/api/v1/endorsements"));
    check(endorsed("an account's", path("/api/v1/accounts/", ada, "/endorsements")));
}

TEST_F(SharedPagingTest, ScheduledPostsAreGivenOnce) {
    check({"scheduled",
           "/api/v1/scheduled_statuses",
           [this](db::Tx& tx) {
               const auto id = db::scheduled_statuses::insert(
                   tx,
                   {.account = ada.id,
                    .at = now + std::chrono::hours{5},
                    .params = {{"text", "Later"}, {"visibility", "public"}}},
                   now);
               return std::to_string(id);
           },
           [this](db::Tx& tx, const std::string& id) {
               db::scheduled_statuses::remove(tx, ada.id, parse_id(id).value_or(0));
           },
           plain_id});
}

} // namespace
