#include "tests/api/client_support.h"

#include <functional>
#include <random>
#include <set>

namespace {

/// Lists that change while a client turns their pages: what stays is seen exactly once, in either
/// direction, whatever comes and goes meanwhile.
class ListPagingTest : public ClientTest {
  protected:
    struct List {
        std::string path{};
        /// Makes one entry and returns its id as the list shows it.
        std::function<std::string()> add{};
        std::function<void(const std::string& id)> remove{};
    };

    /// The target of one relation in a Link header, or "".
    static std::string link(const http::Response& response, const std::string& rel) {
        const auto header = std::string(response.headers.get("Link"));
        const auto at = header.find(">; rel=\"" + rel + "\"");
        if (at == std::string::npos) return {};
        const auto begin = header.rfind("<https://maple.test", at);
        return header.substr(begin + 19, at - begin - 19);
    }

    /// Follows `rel` from `start` to the end. Between two pages something comes and something goes.
    std::vector<std::string> walk(const db::Account& reader,
                                  const std::string& start,
                                  const std::string& rel,
                                  const std::function<void()>& between) {
        std::vector<std::string> seen;
        auto target = start;
        for (int pages = 0; !target.empty() && pages < 200; ++pages) {
            const auto response = get(target, reader);
            EXPECT_EQ(response.status, 200) << target;
            const auto page = ids(json(response));
            seen.insert(seen.end(), page.begin(), page.end());
            if (page.empty()) break;
            target = link(response, rel);
            between();
        }
        return seen;
    }

    static int count(const std::vector<std::string>& all, const std::string& one) {
        return static_cast<int>(std::count(all.begin(), all.end(), one));
    }

    void check(const db::Account& reader, const List& list, unsigned seed) {
        std::mt19937 random(seed);
        std::vector<std::string> lasting;
        std::vector<std::string> passing;
        for (int i = 0; i < 24; ++i) {
            auto& group = i % 3 == 2 ? passing : lasting;
            group.push_back(list.add());
        }
        const auto limited = list.path + (list.path.find('?') == std::string::npos ? "?" : "&");
        const int size = 1 + static_cast<int>(random() % 5);
        int changes = 0;
        const auto between = [&] {
            if (++changes > 12) return; // Else the way up would have no end.
            if (random() % 2 == 0) passing.push_back(list.add());
            if (random() % 2 == 0 && !passing.empty()) {
                const auto at = random() % passing.size();
                list.remove(passing.at(at));
                passing.erase(passing.begin() + static_cast<std::ptrdiff_t>(at));
            }
        };
        const auto limit = "limit=" + std::to_string(size);
        const auto down = walk(reader, limited + limit, "next", between);
        changes = 0;
        const auto up = walk(reader, limited + limit + "&min_id=0", "prev", between);
        for (const auto& [name, seen] : {std::pair("down", &down), std::pair("up", &up)}) {
            SCOPED_TRACE(name);
            EXPECT_EQ(std::set(seen->begin(), seen->end()).size(), seen->size()) << "nothing twice";
            for (const auto& id : lasting)
                EXPECT_EQ(count(*seen, id), 1) << id;
        }
        // Each page newest first: the way down is in one order, the way up in the other.
        EXPECT_EQ(down.front() == up.front(), false);
    }
};

TEST_F(ListPagingTest, EveryListGivesEachEntryOnceWhileItChanges) {
    const auto ada = member("ada");
    const auto ben = member("ben");
    const auto tag = unique("topic");
    follow(ada, ben);
    const auto publish = [&] {
        now += std::chrono::milliseconds{1};
        return post_json("/api/v1/statuses", ben, {{"status", "about #" + tag}})
            .at("id")
            .get<std::string>();
    };
    const auto erase = [&](const std::string& id) {
        EXPECT_EQ(send("DELETE", status_path(id), &ben).status, 200);
    };
    const auto mark = [&](const char* verb) {
        return [&, verb] {
            const auto id = publish();
            post_json(status_path(id, verb), ada);
            return id;
        };
    };
    const auto unmark = [&](const char* verb) {
        return [&, verb](const std::string& id) { post_json(status_path(id, verb), ada); };
    };
    const auto quoted =
        post_json("/api/v1/statuses", ada, {{"status", "quote me"}}).at("id").get<std::string>();
    const auto quote = [&] {
        now += std::chrono::milliseconds{1};
        return post_json(
                   "/api/v1/statuses", ben, {{"status", "look"}, {"quoted_status_id", quoted}})
            .at("id")
            .get<std::string>();
    };
    const auto fan = [&] {
        const auto one = member("fan");
        post_json(status_path(quoted, "/favourite"), one);
        return to_string(one.id);
    };
    const auto no_fan = [&](const std::string& id) {
        const db::Account one{.id = {*parse_id(id)}};
        post_json(status_path(quoted, "/unfavourite"), one);
    };
    const auto follower = [&] {
        const auto one = member("fan");
        post_json(path("/api/v1/accounts/", ben, "/follow"), one);
        return to_string(one.id);
    };
    const auto no_follower = [&](const std::string& id) {
        const db::Account one{.id = {*parse_id(id)}};
        post_json(path("/api/v1/accounts/", ben, "/unfollow"), one);
    };
    const List lists[] = {
        {"/api/v1/timelines/home", publish, erase},
        {path("/api/v1/accounts/", ben, "/statuses"), publish, erase},
        {"/api/v1/timelines/tag/" + tag, publish, erase},
        {"/api/v1/favourites", mark("/favourite"), unmark("/unfavourite")},
        {"/api/v1/bookmarks", mark("/bookmark"), unmark("/unbookmark")},
        {status_path(quoted, "/quotes"), quote, erase},
        {status_path(quoted, "/favourited_by"), fan, no_fan},
        {path("/api/v1/accounts/", ben, "/followers"), follower, no_follower},
    };
    unsigned seed = 1;
    for (const auto& list : lists) {
        SCOPED_TRACE(list.path);
        check(ada, list, seed++);
    }
}

} // namespace
