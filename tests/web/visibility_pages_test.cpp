#include "db/blocks.h"
#include "db/follows.h"
#include "db/mentions.h"
#include "media/store.h"
#include "outbox/archive.h"
#include "tests/web/web_support.h"

#include <array>
#include <filesystem>

namespace {

/// The pages' part of the table of tests/api/visibility_support.h: who × what, no cell leaks.
class VisibilityPagesTest : public WebTest {
  protected:
    enum Who { Anonymous, Stranger, Follower, Mentioned, Blocked, Suspended, Author };
    static constexpr std::array names{
        "anonymous", "stranger", "follower", "mentioned", "blocked", "suspended", "author"};

    VisibilityPagesTest() {
        for (std::size_t i = 0; i < names.size(); ++i)
            people.push_back(member());
        browsers.emplace(Anonymous, Browser{*this});
        for (std::size_t i = 1; i < names.size(); ++i)
            browsers.emplace(static_cast<Who>(i), signed_in(people.at(i)));
        db::Tx tx(pool);
        for (const auto who : {Follower, Blocked, Suspended}) {
            db::follows::insert(tx,
                                {.follower = id(who), .followed = id(Author), .accepted = true});
        }
        db::blocks::insert(tx, id(Author), id(Blocked), "");
        db::accounts::set_suspended(tx, id(Suspended), now);
        tx.commit();
    }
    AccountId id(Who who) const { return people.at(static_cast<std::size_t>(who)).id; }
    const std::string& name(Who who) const { return people.at(static_cast<std::size_t>(who)).name; }

    db::Status post_for(db::Visibility visibility, StatusId reblog_of = {}) {
        db::Tx tx(pool);
        const auto post_id = db::statuses::new_id(tx, now);
        db::Status status{.id = post_id,
                          .uri = "https://maple.test/users/" + name(Author) + "/statuses/" +
                                 to_string(post_id),
                          .author = id(Author),
                          .local = true,
                          .content = "<p>" + secret + "</p>",
                          .spoiler_text = secret,
                          .visibility = visibility,
                          .created_at = now};
        if (reblog_of) {
            status.object_type = "Announce";
            status.reblog_of = reblog_of;
            status.visibility = db::Visibility::Public;
            status.content.clear();
            status.spoiler_text.clear();
        }
        EXPECT_TRUE(db::statuses::insert(tx, status));
        db::mentions::insert_all(tx, post_id, {id(Mentioned), id(Blocked), id(Suspended)}, false);
        tx.commit();
        return status;
    }

    std::string secret = "secret" + crypto::hex(crypto::random_bytes(6));
    std::vector<Member> people;
    std::map<Who, Browser> browsers;
};

TEST_F(VisibilityPagesTest, NoPageShowsAPostToWhomItIsNotFor) {
    const struct {
        const char* name;
        db::Visibility visibility;
        std::vector<Who> readers;
    } rows[] = {
        {"public", db::Visibility::Public, {Stranger, Follower, Mentioned, Author}},
        {"unlisted", db::Visibility::Unlisted, {Stranger, Follower, Mentioned, Author}},
        {"private", db::Visibility::Private, {Follower, Mentioned, Author}},
        {"direct", db::Visibility::Direct, {Mentioned, Author}},
    };
    for (const auto& row : rows) {
        const auto status = post_for(row.visibility);
        const auto boost = post_for(row.visibility, status.id);
        const struct {
            const char* name;
            std::string path;
            bool must_show;
        } doors[] = {
            {"the post", "/@" + name(Author) + "/" + to_string(status.id), true},
            {"by a wrong name", "/@nobody/" + to_string(status.id), true},
            {"a boost", "/@" + name(Author) + "/" + to_string(boost.id), true},
            {"its id in a browser",
             "/users/" + name(Author) + "/statuses/" + to_string(status.id),
             false},
            {"the profile", "/@" + name(Author), false},
            {"asked to interact",
             "/authorize_interaction?uri=" + percent_encode(status.uri),
             false},
        };
        for (auto& [who, browser] : browsers) {
            const bool may =
                std::find(row.readers.begin(), row.readers.end(), who) != row.readers.end();
            for (const auto& door : doors) {
                SCOPED_TRACE(std::string(row.name) + " / " + names.at(who) + " / " + door.name);
                const auto page = browser.get(door.path);
                const bool is_shown = has(page, secret);
                if (!may) {
                    EXPECT_FALSE(is_shown);
                } else if (door.must_show) {
                    EXPECT_TRUE(is_shown) << page.status;
                }
            }
        }
    }
}

TEST_F(VisibilityPagesTest, P13AnArchiveIsItsOwnersAlone) {
    const auto folder = std::filesystem::temp_directory_path() / ("pages" + secret);
    instance.data_dir = folder.string();
    media::DiskStore archives((folder / "archives").string(), 0);
    media::DiskStore media_store((folder / "media").string(), 0);
    deps.archives = &archives;
    {
        const outbox::ArchiveDeps archive_deps{.pool = pool,
                                               .instance = instance,
                                               .archives = archives,
                                               .media = media_store,
                                               .clock = clock};
        db::Tx asking(pool);
        ASSERT_TRUE(outbox::request_archive(asking, id(Author), now));
        asking.commit();
        const auto made = outbox::make_archive(archive_deps, id(Author));
        ASSERT_TRUE(made);
        db::Tx tx(pool);
        db::archives::set_made(tx, *made);
        tx.commit();
    }
    for (auto& [who, browser] : browsers) {
        SCOPED_TRACE(names.at(who));
        const bool may = who == Author;
        const bool is_nobody = who == Anonymous || who == Suspended;
        const auto file = browser.get("/settings/export/archive");
        EXPECT_EQ(file.status, may ? 200 : is_nobody ? 303 : 404);
        EXPECT_EQ(file.file.has_value(), may);
        EXPECT_EQ(browser.get("/settings/export/blocked_accounts.csv").status,
                  is_nobody ? 303 : 200);
        EXPECT_FALSE(who != Author &&
                     has(browser.get("/settings/export/blocked_accounts.csv"), name(Blocked)));
    }
    std::filesystem::remove_all(folder);
}

TEST_F(VisibilityPagesTest, P12PagesOfThoseInChargeAreNotThereForOthers) {
    int pages = 0;
    auto owner = signed_in(member(db::Role::Owner));
    // The honest twin: there is something to see.
    EXPECT_EQ(owner.get("/admin/invitations").status, 200);
    for (const auto& route : router.routes()) {
        if (route.method != "GET" || !route.pattern.starts_with("/admin")) continue;
        auto path = route.pattern;
        for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
            path.replace(at, path.find('}') - at + 1, "1");
        ++pages;
        for (auto& [who, browser] : browsers) {
            SCOPED_TRACE(path + " / " + names.at(who));
            const bool is_nobody = who == Anonymous || who == Suspended;
            const auto status = browser.get(path).status;
            EXPECT_TRUE(is_nobody ? status == 303 : status == 404 || status == 403) << status;
        }
    }
    EXPECT_GE(pages, 4);
}

} // namespace
