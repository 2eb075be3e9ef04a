#include "base/csv.h"
#include "db/account_pictures.h"
#include "db/bookmarks.h"
#include "db/exports.h"
#include "db/follows.h"
#include "db/lists.h"
#include "db/media_attachments.h"
#include "db/mutes.h"
#include "db/statuses.h"
#include "jobs/wake.h"
#include "jobs/worker.h"
#include "media/store.h"
#include "outbox/archive.h"
#include "outbox/export.h"
#include "outbox/publish.h"
#include "tests/web/web_support.h"

#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <set>

namespace {

class ExportTest : public WebTest {
  protected:
    ExportTest() {
        instance.data_dir = folder.string();
        archives.emplace((folder / "archives").string(), 0);
        media_store.emplace((folder / "media").string(), 0);
        deps.archives = &*archives;
    }
    ~ExportTest() override { std::filesystem::remove_all(folder); }

    db::Status publish(const Member& who, const outbox::Draft& draft) {
        db::Tx tx(pool);
        auto status = outbox::publish(
            tx, {.instance = instance, .peers = peers, .account = who.id, .now = now}, draft);
        EXPECT_TRUE(status);
        tx.commit();
        return *status;
    }
    http::Response request(Browser& browser) {
        const auto token = field(browser.get("/settings/export"), "form_token");
        return browser.post("/settings/export/archive", {{"form_token", token}});
    }
    void make_archives() {
        outbox::ArchiveDeps archive_deps{.pool = pool,
                                         .instance = instance,
                                         .archives = *archives,
                                         .media = *media_store,
                                         .clock = clock};
        jobs::Wake wake;
        jobs::Worker worker(pool, wake, {.kinds = outbox::archive_jobs(archive_deps)});
        while (worker.run_once() > 0) {
        }
    }
    /// name -> contents
    std::map<std::string, std::string> entries_of(const http::Response& answer) {
        std::string bytes(answer.file->size, '\0');
        EXPECT_EQ(::pread(answer.file->file->get(), bytes.data(), bytes.size(), 0),
                  static_cast<ssize_t>(bytes.size()));
        const std::unique_ptr<archive, decltype(&archive_read_free)> tar(archive_read_new(),
                                                                         archive_read_free);
        archive_read_support_filter_gzip(tar.get());
        archive_read_support_format_tar(tar.get());
        EXPECT_EQ(archive_read_open_memory(tar.get(), bytes.data(), bytes.size()), ARCHIVE_OK);
        std::map<std::string, std::string> entries;
        archive_entry* entry = nullptr;
        while (archive_read_next_header(tar.get(), &entry) == ARCHIVE_OK) {
            std::string contents(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
            archive_read_data(tar.get(), contents.data(), contents.size());
            entries[archive_entry_pathname(entry)] = contents;
        }
        return entries;
    }

    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("export" + crypto::hex(crypto::random_bytes(8)));
    std::optional<media::DiskStore> archives;
    std::optional<media::DiskStore> media_store;
};

TEST_F(ExportTest, TablesAreMastodonsToTheByte) {
    const auto ada = member();
    const auto bob = member();
    auto browser = signed_in(ada);
    {
        db::Tx tx(pool);
        db::follows::insert(tx,
                            {.follower = ada.id,
                             .followed = bob.id,
                             .accepted = true,
                             .show_reblogs = false,
                             .languages = {"de", "en"},
                             .created_at = now});
        db::mutes::put(tx, {.account = ada.id, .target = bob.id, .hide_notifications = false});
        tx.commit();
    }
    const auto post = publish(bob, {.text = "keep me"});
    {
        db::Tx tx(pool);
        db::bookmarks::insert(tx, ada.id, post.id);
        tx.commit();
    }
    const auto table = [&](const std::string& name) {
        return browser.get("/settings/export/" + name).body;
    };
    EXPECT_EQ(table("following_accounts.csv"),
              "Account address,Show boosts,Notify on new posts,Languages\n" + bob.name +
                  "@maple.test,false,false,\"de, en\"\n");
    EXPECT_EQ(table("muted_accounts.csv"),
              "Account address,Hide notifications\n" + bob.name + "@maple.test,false\n");
    EXPECT_EQ(table("bookmarks.csv"), post.uri + "\n");
    EXPECT_EQ(table("blocked_accounts.csv"), "");
    EXPECT_EQ(browser.get("/settings/export/passwords.csv").status, 404);
    EXPECT_EQ(Browser{*this}.get("/settings/export/bookmarks.csv").status, 303);
}

TEST_F(ExportTest, H15_NoCellIsAFormula) {
    const auto ada = member();
    const auto bob = member();
    auto browser = signed_in(ada);
    {
        db::Tx tx(pool);
        db::follows::insert(
            tx, {.follower = ada.id, .followed = bob.id, .accepted = true, .created_at = now});
        for (const char* title : {"=HYPERLINK(\"http://x\")", "+1", "-1", "@x", "Maths", "a\n=b"}) {
            db::List list{.owner = ada.id, .title = title};
            list.id = db::lists::insert(tx, list);
            db::lists::add_accounts(tx, list, {bob.id});
        }
        tx.commit();
    }
    const auto records = parse_csv(browser.get("/settings/export/lists.csv").body);
    ASSERT_TRUE(records);
    std::set<std::string> cells;
    for (const auto& record : *records)
        cells.insert(record.fields.at(0));
    EXPECT_EQ(cells,
              (std::set<std::string>{
                  "'=HYPERLINK(\"http://x\")", "'+1", "'-1", "'@x", "Maths", "a\n=b"}));
}

TEST_F(ExportTest, PicturesAndMediaAreInTheArchive) {
    const auto ada = member();
    const auto put = [this](const std::string& bytes) {
        const auto name = media::new_name("png");
        EXPECT_TRUE(media_store->put(name, [&bytes](int target) {
            return ::write(target, bytes.data(), bytes.size()) == std::ssize(bytes);
        }));
        return name;
    };
    const auto post = publish(ada, {.text = "a photo"});
    const auto lost = publish(ada, {.text = "its file is gone"});
    {
        db::Tx tx(pool);
        db::account_pictures::put(tx,
                                  {.account = ada.id,
                                   .kind = "avatar",
                                   .original_file = put("my face"),
                                   .media_type = "image/png",
                                   .description = "-me"});
        for (const auto& [status, file] :
             {std::pair{post.id, put("the room")}, std::pair{lost.id, media::new_name("png")}}) {
            const auto id = db::media_attachments::insert(
                tx, {.account = ada.id, .type = "image", .original_file = file});
            ASSERT_TRUE(db::media_attachments::attach(tx, ada.id, status, {id}));
        }
        tx.commit();
    }
    auto browser = signed_in(ada);
    ASSERT_EQ(request(browser).status, 303);
    make_archives();
    const auto entries = entries_of(browser.get("/settings/export/archive"));
    EXPECT_EQ(entries.at("media/avatar.png"), "my face");
    const auto index = parse_csv(entries.at("media/index.csv"));
    ASSERT_TRUE(index);
    ASSERT_EQ(index->size(), 3u) << "without the lost one";
    EXPECT_EQ(index->at(1).fields.at(2), "'-me");
    EXPECT_EQ(entries.at(index->at(2).fields.at(0)), "the room");
}

TEST_F(ExportTest, AnArchiveHoldsEverythingOnesOwnAndNothingElse) {
    const auto ada = member();
    const auto bob = member();
    publish(ada, {.text = "first"});
    publish(ada, {.text = "only for me", .visibility = db::Visibility::Direct});
    publish(bob, {.text = "of somebody else"});
    auto browser = signed_in(ada);
    EXPECT_EQ(browser.get("/settings/export/archive").status, 404);
    ASSERT_EQ(request(browser).status, 303);
    EXPECT_TRUE(has(browser.get("/settings/export"), "is being made"));
    make_archives();

    const auto download = browser.get("/settings/export/archive");
    ASSERT_EQ(download.status, 200);
    ASSERT_TRUE(download.file);
    const auto entries = entries_of(download);
    EXPECT_TRUE(entries.at("manifest.yml").starts_with("ubc-version: 0.1\n"));
    const auto actor = Json::parse(entries.at("activitypub/actor.json"));
    EXPECT_EQ(actor.at("preferredUsername"), ada.name);
    for (const auto& [name, bytes] : entries)
        EXPECT_EQ(bytes.find("PRIVATE KEY"), std::string::npos) << name;
    const auto outbox = Json::parse(entries.at("activitypub/outbox.json"));
    EXPECT_EQ(outbox.at("totalItems"), 2);
    ASSERT_EQ(outbox.at("orderedItems").size(), 2u);
    EXPECT_NE(outbox.at("orderedItems")[0].dump().find("only for me"), std::string::npos)
        << "newest first, whatever its visibility";
    EXPECT_EQ(outbox.dump().find("of somebody else"), std::string::npos);
    EXPECT_TRUE(entries.contains("activitypub/following_accounts.csv"));
    EXPECT_TRUE(entries.contains("activitypub/bookmarks.json"));
    EXPECT_TRUE(entries.contains("media/index.csv"));

    EXPECT_EQ(request(browser).status, 429) << "one a day";
    EXPECT_EQ(signed_in(bob).get("/settings/export/archive").status, 404) << "only the owner's";
    EXPECT_EQ(Browser{*this}.get("/settings/export/archive").status, 303);
    EXPECT_EQ(browser.post("/settings/export/archive", {}).status, 403) << "O06";
}

TEST_F(ExportTest, AStopOfTheServerWaitsForNoArchive) {
    const auto ada = member();
    for (int i = 0; i < 3; ++i)
        publish(ada, {.text = "post " + std::to_string(i)});
    std::atomic<bool> stopping = false;
    const outbox::ArchiveDeps archive_deps{.pool = pool,
                                           .instance = instance,
                                           .archives = *archives,
                                           .media = *media_store,
                                           .clock = clock,
                                           .stopping = &stopping};
    EXPECT_TRUE(outbox::make_archive(archive_deps, ada.id));
    stopping = true;
    const auto given_up = outbox::make_archive(archive_deps, ada.id);
    ASSERT_FALSE(given_up);
    EXPECT_EQ(given_up.error().kind, Error::Kind::Unavailable) << "made after the next start";
}

TEST_F(ExportTest, AnArchiveIsGoneAfterAWeek) {
    const auto ada = member();
    auto browser = signed_in(ada);
    ASSERT_EQ(request(browser).status, 303);
    make_archives();
    ASSERT_EQ(browser.get("/settings/export/archive").status, 200);
    outbox::ArchiveDeps archive_deps{
        .pool = pool,
        .instance = instance,
        .archives = *archives,
        .media = *media_store,
        .clock = [this] { return now + outbox::archive_lifetime + std::chrono::hours{1}; }};
    outbox::forget_archives(archive_deps).run({});
    EXPECT_EQ(browser.get("/settings/export/archive").status, 404);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "archives"))
        files += entry.is_regular_file() ? 1 : 0;
    EXPECT_EQ(files, 0u);
}

} // namespace
