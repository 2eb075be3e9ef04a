#include "app/doors.h"
#include "base/crypto.h"
#include "db/accounts.h"
#include "db/mentions.h"
#include "db/reports.h"
#include "db/statuses.h"
#include "db/users.h"
#include "tests/support/database.h"
#include "tests/support/media.h"

#include <gtest/gtest.h>

#include <map>

namespace {

/// The whole server's table of routes, asked by whom the test chooses to be.
class EmployerWallTest : public testing::Test {
  protected:
    EmployerWallTest() {
        context.instance.origin = "https://maple.test";
        context.instance.host = "maple.test";
        context.instance.handle_host = "maple.test";
        context.instance.data_dir = files.folder;
        context.pool = std::make_unique<db::Pool>(test_pool().options());
        parts = std::make_unique<app::Parts>(context);
        doors = std::make_unique<app::Doors>(context, *parts);
        http::Recognise recognise;
        recognise.token = [this](std::string_view) -> Result<http::Caller> {
            return http::Caller{
                .account = caller, .token = {1}, .scopes = {"read", "admin:read", "profile"}};
        };
        recognise.session = [this](const http::Request&) -> std::optional<http::Caller> {
            return http::Caller{.account = caller, .session = "x"};
        };
        doors->router.recognise_with(std::move(recognise));
        doors->router.limit_with({.per_address = 0, .per_token = 0});
    }

    db::Account member(db::Role role) {
        const auto name = "w" + crypto::hex(crypto::random_bytes(6));
        const auto uri = "https://maple.test/users/" + name;
        db::Account account{
            .uri = uri, .username = name, .url = uri, .inbox = uri + "/inbox", .created_at = now};
        db::Tx tx(*context.pool);
        account.id = db::accounts::insert(tx, account);
        db::users::insert(tx, {.account = account.id, .role = role, .created_at = now});
        tx.commit();
        return account;
    }
    db::Status post(const db::Account& author,
                    db::Visibility visibility,
                    const std::string& text,
                    AccountId to = {}) {
        db::Tx tx(*context.pool);
        db::Status status{.id = db::statuses::new_id(tx, now)};
        status.uri = author.uri + "/statuses/" + to_string(status.id);
        status.author = author.id;
        status.local = true;
        status.thread = status.id.value;
        status.content = "<p>" + text + "</p>";
        status.text = text;
        status.visibility = visibility;
        status.created_at = now;
        EXPECT_TRUE(db::statuses::insert(tx, status));
        if (to) db::mentions::insert_all(tx, status.id, {to}, false);
        tx.commit();
        return status;
    }

    static bool is_asked(const http::Route& route) {
        using enum http::Access;
        return route.method == "GET" && route.access != Peer && route.access != Inbox &&
               route.access != AppToken && route.pattern.find("streaming") == std::string::npos;
    }
    /// The path with every parameter replaced by `id`, names by the name.
    static std::string path_of(const std::string& pattern,
                               const std::string& id,
                               const std::string& name) {
        std::string path;
        for (std::size_t at = 0; at < pattern.size();) {
            const auto open = std::min(pattern.find('{', at), pattern.size());
            path += pattern.substr(at, open - at);
            if (open == pattern.size()) break;
            const auto close = pattern.find('}', open);
            const auto parameter = pattern.substr(open + 1, close - open - 1);
            path += parameter == "name" || parameter == "username" ? name : id;
            at = close + 1;
        }
        return path;
    }
    /// How many answers of all GET routes hold each of the marks.
    std::map<std::string, int> crawl(AccountId as,
                                     const std::vector<std::string>& ids,
                                     const std::string& name,
                                     const std::vector<std::string>& marks) {
        caller = as;
        std::map<std::string, int> found;
        for (const auto& route : doors->router.routes()) {
            if (!is_asked(route)) continue;
            for (const auto& id : ids) {
                http::Request request{.method = "GET", .address = "192.0.2.1"};
                const auto path = path_of(route.pattern, id, name);
                EXPECT_TRUE(http::set_target(request, path + "?q=wall&limit=40&resolved=false"));
                request.headers.add("Host", "maple.test");
                request.headers.add(
                    "Accept", route.media == http::Media::Html ? "text/html" : "application/json");
                request.headers.add("Authorization", "Bearer x");
                const auto answer = doors->router.answer(request);
                ++asked;
                for (const auto& mark : marks) {
                    if (answer.body.find(mark) == std::string::npos) continue;
                    ++found[mark];
                    last_leak = path;
                }
            }
        }
        return found;
    }

    app::Context context{.config = {}, .instance = {}, .postgres = {}, .pool = {}};
    TestMedia files{context.instance};
    std::unique_ptr<app::Parts> parts;
    std::unique_ptr<app::Doors> doors;
    AccountId caller{};
    Time now = system_now();
    int asked = 0;
    std::string last_leak;
};

TEST_F(EmployerWallTest, NoRouteShowsAnOwnerOrModeratorWhatAMemberWroteToFew) {
    const auto teacher = member(db::Role::Member);
    const auto friendly = member(db::Role::Member);
    const auto mark = "wall" + crypto::hex(crypto::random_bytes(6));
    const auto followers = post(teacher, db::Visibility::Private, mark + "f wall");
    const auto direct = post(teacher, db::Visibility::Direct, mark + "d wall", friendly.id);
    const auto reported = post(teacher, db::Visibility::Direct, mark + "r wall", friendly.id);
    {
        db::Tx tx(*context.pool);
        db::reports::insert(tx,
                            {.target = teacher.id,
                             .reporter = friendly.id,
                             .statuses = {reported.id},
                             .created_at = now});
        tx.commit();
    }
    const std::vector<std::string> ids{
        to_string(followers.id), to_string(direct.id), to_string(teacher.id)};
    const std::vector<std::string> hidden{mark + "f", mark + "d"};

    // The author sees both: the crawl finds what there is.
    const auto own = crawl(teacher.id, ids, teacher.username, hidden);
    EXPECT_EQ(own.size(), 2U);
    EXPECT_GT(asked, 300);

    for (const auto role : {db::Role::Owner, db::Role::Moderator}) {
        SCOPED_TRACE(db::to_string(role));
        const auto staff = member(role);
        EXPECT_TRUE(crawl(staff.id, ids, teacher.username, hidden).empty()) << last_leak;
        EXPECT_FALSE(crawl(staff.id, ids, teacher.username, {mark + "r"}).empty())
            << "what was reported is shown";
    }
}

} // namespace
