#pragma once

#include "db/follows.h"
#include "db/lists.h"
#include "db/mentions.h"
#include "db/tags.h"
#include "tests/api/client_support.h"
#include "timelines/fan_out.h"

#include <functional>
#include <map>
#include <set>

/// Something that is read in pages, and how items come into it and go.
struct Collection {
    std::string name{};
    std::string path{};
    std::function<std::string(db::Tx&)> add{}; ///< Returns its name.
    std::function<void(db::Tx&, const std::string&)> remove{};
    std::function<std::string(const Json&)> name_of{};
    const char* inside = ""; ///< The member of the answer that is the list; "" the answer itself.
    bool by_ids = false;     ///< Clients make the next page's bounds from the ids: no Link.
};

/// Every list that is read in pages gives each item exactly once in both directions, also while
/// items come and go.
class PagingTest : public ClientTest {
  protected:
    static constexpr int page_size = 3;
    static constexpr int first_items = 17;

    PagingTest() {
        db::Tx tx(pool);
        db::follows::insert(tx, {.follower = ada.id, .followed = rex.id, .accepted = true});
        list = {.owner = ada.id, .title = "x"};
        list.id = db::lists::insert(tx, list);
        db::lists::add_accounts(tx, list, {rex.id});
        db::tags::ensure(tx, {tag}, {tag});
        tag_id = db::tags::find(tx, tag)->id;
        tx.commit();
    }

    static std::string plain_id(const Json& entity) { return entity.at("id").get<std::string>(); }

    AccountId somebody(db::Tx& tx) {
        const auto name = unique("p");
        const auto uri = "https://cedar.test/users/" + name;
        const db::Account account{.uri = uri,
                                  .username = name,
                                  .domain = "cedar.test",
                                  .host = "cedar.test",
                                  .created_at = now};
        return db::accounts::insert(tx, account);
    }
    StatusId post_in(db::Tx& tx,
                     const db::Account& author,
                     db::Visibility visibility = db::Visibility::Public,
                     const std::vector<AccountId>& to = {}) {
        now += std::chrono::milliseconds{5};
        db::Status status{.author = author.id,
                          .local = author.is_local(),
                          .content = "<p>Hello</p>",
                          .visibility = visibility,
                          .created_at = now};
        status.id = db::statuses::new_id(tx, now);
        status.uri = author.uri + "/statuses/" + to_string(status.id);
        EXPECT_TRUE(db::statuses::insert(tx, status));
        db::mentions::insert_all(tx, status.id, to, false);
        db::tags::attach(tx, status.id, {tag});
        timelines::fan_out(tx, *db::statuses::find(tx, status.id), now);
        return status.id;
    }
    static StatusId status_id(const std::string& name) {
        return StatusId{parse_id(name).value_or(0)};
    }
    static AccountId account_id(const std::string& name) {
        return AccountId{parse_id(name).value_or(0)};
    }

    struct Walk {
        std::map<std::string, int> seen{};
        int pages = 0;
    };
    std::vector<std::string> items(const Collection& collection, const http::Response& response) {
        EXPECT_EQ(response.status, 200) << response.body;
        auto answer = json(response);
        if (*collection.inside != '\0') answer = Json(answer.at(collection.inside));
        std::vector<std::string> names;
        for (const auto& entity : answer)
            names.push_back(collection.name_of(entity));
        return names;
    }
    /// The page after one with these names.
    static std::string next_of(const Collection& collection,
                               const http::Response& response,
                               const std::vector<std::string>& names,
                               const std::string& relation) {
        if (!collection.by_ids) return link(response, relation);
        const auto base = collection.path +
                          (collection.path.find('?') == std::string::npos ? "?" : "&") +
                          "limit=" + std::to_string(page_size);
        return relation == "next" ? base + "&max_id=" + names.back()
                                  : base + "&min_id=" + names.front();
    }
    /// The target of a Link header's relation; "" when it has none.
    static std::string link(const http::Response& response, const std::string& relation) {
        const std::string links(response.headers.get("Link"));
        const auto end = links.find(">; rel=\"" + relation + "\"");
        if (end == std::string::npos) return "";
        const auto begin = links.rfind("<https://maple.test", end) + 19;
        return links.substr(begin, end - begin);
    }
    Walk walk(const Collection& collection,
              const std::string& start,
              const std::string& relation,
              const std::function<void()>& between) {
        Walk walked;
        auto target = start;
        while (!target.empty() && walked.pages < 200) {
            const auto response = get(target, ada);
            const auto names = items(collection, response);
            if (names.empty()) break;
            for (const auto& name : names)
                ++walked.seen[name];
            ++walked.pages;
            between();
            target = next_of(collection, response, names, relation);
        }
        return walked;
    }
    std::string change(const Collection& collection, const std::string& gone) {
        db::Tx tx(pool);
        if (!gone.empty()) collection.remove(tx, gone);
        auto name = collection.add(tx);
        tx.commit();
        return name;
    }
    void check(const Collection& collection);

    db::Account ada = member();
    db::Account rex = stranger();
    std::string tag = unique("maths");
    TagId tag_id{};
    db::List list{};
};

inline void PagingTest::check(const Collection& collection) {
    SCOPED_TRACE(collection.name);
    const auto base =
        collection.path + (collection.path.find('?') == std::string::npos ? "?" : "&") + "limit=";
    // What other tests left goes.
    for (;;) {
        const auto left = items(collection, get(base + "80", ada));
        if (left.empty()) break;
        db::Tx tx(pool);
        for (const auto& name : left)
            collection.remove(tx, name);
        tx.commit();
    }
    std::vector<std::string> kept;
    std::vector<std::string> leaving;
    for (int i = 0; i < first_items; ++i)
        (i % 4 == 3 ? leaving : kept).push_back(change(collection, ""));

    const auto start = base + std::to_string(page_size);
    const struct {
        const char* direction;
        std::string target;
        const char* relation;
    } walks[] = {{"down", start, "next"}, {"up", start + "&min_id=1", "prev"}};
    for (const auto& w : walks) {
        SCOPED_TRACE(w.direction);
        const auto still = walk(collection, w.target, w.relation, [] {});
        EXPECT_EQ(still.seen.size(), kept.size() + leaving.size());
        for (const auto& [name, times] : still.seen)
            EXPECT_EQ(times, 1) << name;

        // One goes and one comes after every page; walking up, those that came are met, too.
        int changes = 0;
        const auto moving = walk(collection, w.target, w.relation, [&] {
            if (++changes > 6) return;
            const auto gone = leaving.empty() ? std::string() : leaving.back();
            if (!leaving.empty()) leaving.pop_back();
            leaving.insert(leaving.begin(), change(collection, gone));
        });
        for (const auto& name : kept)
            EXPECT_EQ(moving.seen.contains(name) ? moving.seen.at(name) : 0, 1) << name;
        for (const auto& [name, times] : moving.seen)
            EXPECT_EQ(times, 1) << name;
    }
}
