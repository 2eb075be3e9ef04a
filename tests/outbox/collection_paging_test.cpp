#include "db/follows.h"
#include "db/statuses.h"
#include "tests/outbox/serve_support.h"

#include <functional>
#include <map>
#include <vector>

namespace {

/// What peers read page by page gives each item exactly once, from the first page on and back
/// again, also while items come and go.
class CollectionPagingTest : public ServeTest {
  protected:
    struct Collection {
        std::string name{};
        std::string id{};
        std::function<std::string()> add{}; ///< Returns what the page names it by.
        std::function<void(const std::string&)> remove{};
        std::size_t standing = 0; ///< Items that were there before.
    };

    static constexpr int first_items = 130; ///< Of pages of 20 or 40.

    static std::vector<std::string> items_of(const Json& page) {
        std::vector<std::string> names;
        for (const char* list : {"orderedItems", "items"}) {
            if (!page.contains(list)) continue;
            for (const Json& item : page[list])
                names.push_back(item.is_object() ? item["object"]["id"] : item);
        }
        return names;
    }

    struct Walk {
        std::map<std::string, int> seen{};
        std::string last_page{};
    };
    Walk walk(std::string target, const char* relation, const std::function<void()>& between) {
        Walk walked;
        for (int pages = 0; !target.empty() && pages < 100; ++pages) {
            const auto page = read(target);
            for (const auto& name : items_of(page))
                ++walked.seen[name];
            walked.last_page = target;
            between();
            target = page.value(relation, "");
        }
        return walked;
    }

    void check(const Collection& collection);

    std::string publish(StatusId parent = {}) {
        db::Tx tx(test_pool());
        now += std::chrono::milliseconds{2};
        db::Status status{.id = db::statuses::new_id(tx, now),
                          .author = bob.id,
                          .local = true,
                          .content = "<p>Hello</p>",
                          .visibility = db::Visibility::Public,
                          .created_at = now};
        status.uri = federation::status_uri(instance, bob.username, status.id);
        status.thread = status.id.value;
        if (parent) {
            status.in_reply_to = parent;
            status.in_reply_to_account = bob.id;
            status.thread = parent.value;
        }
        db::statuses::insert(tx, status);
        tx.commit();
        return status.uri;
    }
    static void erase(const std::string& uri) {
        db::Tx tx(test_pool());
        db::statuses::remove(tx, db::statuses::find_by_uri(tx, uri)->id);
        tx.commit();
    }
    db::Account somebody() {
        db::Tx tx(test_pool());
        const auto name = "p" + crypto::hex(crypto::random_bytes(6));
        db::Account account{.uri = "https://" + host + "/users/" + name,
                            .username = name,
                            .domain = host,
                            .host = host};
        account.id = db::accounts::insert(tx, account);
        tx.commit();
        return account;
    }
    Collection people(const char* name, bool are_followers) {
        const auto pair = [this, are_followers](AccountId other) {
            return are_followers ? std::pair(other, bob.id) : std::pair(bob.id, other);
        };
        return {name,
                bob.uri + "/" + name,
                [this, pair] {
                    const auto other = somebody();
                    db::Tx tx(test_pool());
                    const auto [follower, followed] = pair(other.id);
                    db::follows::insert(
                        tx, {.follower = follower, .followed = followed, .accepted = true});
                    tx.commit();
                    return other.uri;
                },
                [pair](const std::string& uri) {
                    db::Tx tx(test_pool());
                    const auto [follower, followed] = pair(db::accounts::find_by_uri(tx, uri)->id);
                    db::follows::remove(tx, follower, followed);
                    tx.commit();
                }};
    }

    Time now = system_now();
};

void CollectionPagingTest::check(const Collection& collection) {
    SCOPED_TRACE(collection.name);
    std::vector<std::string> kept;
    std::vector<std::string> leaving;
    for (int i = 0; i < first_items; ++i)
        (i % 4 == 3 ? leaving : kept).push_back(collection.add());
    const std::string first = read(collection.id)["first"];
    const auto once = [&](const Walk& walked, const std::vector<std::string>& wanted) {
        for (const auto& name : wanted)
            EXPECT_EQ(walked.seen.contains(name) ? walked.seen.at(name) : 0, 1) << name;
        for (const auto& [name, times] : walked.seen)
            EXPECT_EQ(times, 1) << name;
    };
    const auto still = walk(first, "next", [] {});
    once(still, kept);
    once(still, leaving);
    const auto all = kept.size() + leaving.size() + collection.standing;
    EXPECT_EQ(still.seen.size(), all);
    // Back from the last page: everything again.
    const auto back = walk(still.last_page, "prev", [] {});
    EXPECT_EQ(back.seen.size(), all);
    once(back, kept);

    const auto change = [&] {
        if (leaving.empty()) return;
        collection.remove(leaving.back());
        leaving.pop_back();
        collection.add();
    };
    const auto moving = walk(first, "next", change);
    once(moving, kept);
    once(walk(moving.last_page, "prev", change), kept);
}

TEST_F(CollectionPagingTest, AnOutboxGivesEachPostOnce) {
    check({"outbox", bob.uri + "/outbox", [this] { return publish(); }, erase});
}

TEST_F(CollectionPagingTest, FollowersAndFollowingAreGivenOnce) {
    check(people("followers", true));
    check(people("following", false));
}

TEST_F(CollectionPagingTest, RepliesAndThreadsGiveEachPostOnce) {
    const auto root = post(db::Visibility::Public);
    const auto add = [this, root] { return publish(root.id); };
    check({"replies", federation::replies_uri(root.uri), add, erase});
    // The root is the thread's first post.
    const auto other = post(db::Visibility::Public);
    check({"thread",
           federation::context_uri(instance, other.thread),
           [this, other] { return publish(other.id); },
           erase,
           1});
}

} // namespace
