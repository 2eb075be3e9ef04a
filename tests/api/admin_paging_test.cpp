#include "db/reports.h"
#include "tests/api/paging_support.h"

namespace {

/// Moderators' lists, and those that are paged by a count of what was seen.
class AdminPagingTest : public PagingTest {
  protected:
    AdminPagingTest() {
        db::Tx tx(pool);
        db::users::set_role(tx, ada.id, db::Role::Owner);
        tx.commit();
        scopes = {"read", "write", "admin:read", "admin:write"};
    }

    /// Made and removed by its own calls.
    Collection by_calls(const std::string& path, std::function<Json()> body) {
        return {path,
                path,
                [this, path, body](db::Tx&) {
                    return post_json(path, ada, body()).at("id").get<std::string>();
                },
                [this, path](db::Tx&, const std::string& id) {
                    EXPECT_EQ(send("DELETE", path + "/" + id, &ada).status, 200) << id;
                },
                plain_id};
    }

    /// Turns pages by `offset` to the end.
    std::map<std::string, int> all_by_offset(const std::string& path,
                                             const char* inside,
                                             const char* name) {
        std::map<std::string, int> seen;
        for (int offset = 0; offset < 200; offset += page_size) {
            const auto answer = get_json(path + "&limit=" + std::to_string(page_size) +
                                             "&offset=" + std::to_string(offset),
                                         ada);
            const Json page = *inside == '\0' ? answer : Json(answer.at(inside));
            for (const auto& entity : page)
                ++seen[entity.at(name).get<std::string>()];
            if (page.size() < page_size) break;
        }
        return seen;
    }
    static void expect_once(const std::map<std::string, int>& seen,
                            const std::vector<std::string>& wanted) {
        for (const auto& one : wanted) {
            const auto found = seen.find(one);
            EXPECT_EQ(found == seen.end() ? 0 : found->second, 1) << one;
        }
    }

    int number = 0;
};

TEST_F(AdminPagingTest, ModeratorsListsGiveEachEntryOnce) {
    const auto host = [this] { return Json{{"domain", unique("d") + ".test"}}; };
    const auto at = unique("h") + ".test";
    const Collection all[] = {
        by_calls("/api/v1/admin/ip_blocks",
                 [this] {
                     return Json{{"ip", "198.51.100." + std::to_string(++number)},
                                 {"severity", "no_access"}};
                 }),
        by_calls("/api/v1/admin/domain_blocks", host),
        by_calls("/api/v1/admin/domain_allows", host),
        by_calls("/api/v1/admin/email_domain_blocks", host),
        by_calls("/api/v1/admin/canonical_email_blocks",
                 [this] {
                     return Json{{"email", unique("m") + "@mail.test"}};
                 }),
        {"accounts",
         "/api/v1/admin/accounts?remote=true&by_domain=" + at,
         [this, at](db::Tx& tx) {
             now += std::chrono::milliseconds{5};
             const auto name = unique("p");
             const auto uri = "https://" + at + "/users/" + name;
             return to_string(db::accounts::insert(
                 tx, {.uri = uri, .username = name, .domain = at, .host = at, .created_at = now}));
         },
         [this](db::Tx& tx, const std::string& id) {
             db::accounts::set_deleted(tx, account_id(id), now);
         },
         plain_id},
        {"reports",
         "/api/v1/admin/reports?target_account_id=" + to_string(rex.id),
         [this](db::Tx& tx) {
             return to_string(db::reports::insert(
                 tx, {.target = rex.id, .reporter = ada.id, .created_at = now}));
         },
         [this](db::Tx& tx, const std::string& id) {
             db::reports::resolve(tx, ReportId{parse_id(id).value_or(0)}, ada.id, now);
         },
         plain_id},
    };
    for (const auto& collection : all)
        check(collection);
}

TEST_F(AdminPagingTest, ListsByOffsetGiveEachEntryOnce) {
    const auto word = unique("zed");
    std::vector<std::string> names;
    std::vector<std::string> tags;
    for (int i = 0; i < 10; ++i) {
        names.push_back(to_string(stranger(word).id));
        tags.push_back(word + std::to_string(i));
    }
    {
        db::Tx tx(pool);
        db::tags::ensure(tx, tags, tags);
        const auto post = post_in(tx, rex);
        db::tags::attach(tx, post, tags);
        tx.commit();
    }
    expect_once(all_by_offset("/api/v2/search?type=accounts&q=" + word, "accounts", "id"), names);
    expect_once(all_by_offset("/api/v2/search?type=hashtags&q=" + word, "hashtags", "name"), tags);
    const auto directory = all_by_offset("/api/v1/directory?order=new&local=false", "", "id");
    EXPECT_FALSE(directory.empty());
    for (const auto& [id, times] : directory)
        EXPECT_EQ(times, 1) << id;
}

} // namespace
