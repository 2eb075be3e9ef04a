#include "base/uri.h"
#include "db/accounts.h"
#include "db/blocks.h"
#include "db/domain_blocks.h"
#include "db/follows.h"
#include "db/lists.h"
#include "db/mentions.h"
#include "db/visibility.h"
#include "tests/api/client_support.h"
#include "timelines/fan_out.h"

#include <array>
#include <functional>

namespace {

/// Who looks at a post. All but the anonymous one have followed the author at some time or another
/// way to come near it.
enum class Who { Anonymous, Stranger, Follower, Mentioned, Blocked, Author };
constexpr std::array everybody{std::pair{Who::Anonymous, "anonymous"},
                               std::pair{Who::Stranger, "stranger"},
                               std::pair{Who::Follower, "follower"},
                               std::pair{Who::Mentioned, "mentioned"},
                               std::pair{Who::Blocked, "blocked"},
                               std::pair{Who::Author, "author"}};

/// Who may see what (issue 3): the one table. The rows are the visibilities of a post.
struct Cell {
    const char* visibility;
    bool stranger, follower, mentioned;
};
constexpr std::array table{Cell{"public", true, true, true},
                           Cell{"unlisted", true, true, true},
                           Cell{"private", false, true, true},
                           Cell{"direct", false, false, true}};

bool may_see(const Cell& cell, Who who) {
    switch (who) {
    case Who::Anonymous:
    case Who::Blocked:
        return false;
    case Who::Stranger:
        return cell.stranger;
    case Who::Follower:
        return cell.follower;
    case Who::Mentioned:
        return cell.mentioned;
    case Who::Author:
        break;
    }
    return true;
}

/// One way to come by a post.
struct Door {
    std::string name{};
    std::string path{};
    bool must_show = false; ///< Whoever may see the post sees it here; elsewhere lists choose.
};

class VisibilityMatrixTest : public ClientTest {
  protected:
    VisibilityMatrixTest() {
        db::Tx tx(pool);
        author.indexable = true;
        db::accounts::update_profile(tx, author);
        for (const auto* one : {&follower, &blocked})
            db::follows::insert(tx, {.follower = one->id, .followed = author.id, .accepted = true});
        for (const auto* one : {&stranger_here, &follower, &mentioned, &blocked}) {
            db::List list{.owner = one->id, .title = "x"};
            list.id = db::lists::insert(tx, list);
            db::lists::add_accounts(tx, list, {author.id, one->id});
            lists.emplace(one->id, list.id);
        }
        tx.commit();
    }

    const db::Account* account_of(Who who) const {
        switch (who) {
        case Who::Stranger:
            return &stranger_here;
        case Who::Follower:
            return &follower;
        case Who::Mentioned:
            return &mentioned;
        case Who::Blocked:
            return &blocked;
        case Who::Author:
            return &author;
        case Who::Anonymous:
            break;
        }
        return nullptr;
    }

    /// A post with everything that a post can have, and what hangs on it. Every text in it holds
    /// `secret`.
    struct Subject {
        std::string secret{};
        std::string id{};
        std::string url{};
        std::string poll{};
        std::string parent{};
        std::string reply{};
        std::string boost{};
        std::string quote{};
    };
    Subject make(const char* visibility) {
        Subject subject{.secret = unique("secret")};
        subject.parent = post_json("/api/v1/statuses", stranger_here, {{"status", "Which way?"}})
                             .at("id")
                             .get<std::string>();
        const auto text = "@" + mentioned.username + " @" + blocked.username + " " +
                          subject.secret + " #" + subject.secret;
        auto status = post_json(
            "/api/v1/statuses",
            author,
            {{"status", text + " first"},
             {"spoiler_text", subject.secret},
             {"visibility", visibility},
             {"in_reply_to_id", subject.parent},
             {"poll", {{"options", {subject.secret + " yes", "no"}}, {"expires_in", 3600}}}});
        subject.id = status.at("id").get<std::string>();
        subject.url = status.at("url").get<std::string>();
        subject.poll = status.at("poll").at("id").get<std::string>();
        subject.reply = post_json("/api/v1/statuses",
                                  author,
                                  {{"status", "And so on"}, {"in_reply_to_id", subject.id}})
                            .at("id")
                            .get<std::string>();
        const StatusId id{parse_id(subject.id).value_or(0)};
        // Whatever a boost says of itself, it is for those whom the post is for.
        const auto boost =
            post_by(author, db::Visibility::Public, {.object_type = "Announce", .reblog_of = id});
        subject.boost = to_string(boost.id);
        subject.quote =
            to_string(post_by(stranger_here,
                              db::Visibility::Public,
                              {.quote_uri = subject.url, .quote = id, .quote_state = "accepted"})
                          .id);
        db::Tx tx(pool);
        timelines::fan_out(tx, *db::statuses::find(tx, boost.id), now);
        db::blocks::insert(tx, author.id, blocked.id, "");
        tx.commit();
        return subject;
    }

    std::vector<Door> doors(const Subject& s, const db::Account* viewer) const {
        std::vector<Door> all{
            {"the post", status_path(s.id), true},
            {"several posts", "/api/v1/statuses?id[]=" + s.id, true},
            {"above an answer", status_path(s.reply, "/context"), true},
            {"below what it answers", status_path(s.parent, "/context"), true},
            {"its versions", status_path(s.id, "/history"), true},
            {"its source", status_path(s.id, "/source")},
            {"its poll", "/api/v1/polls/" + s.poll, true},
            {"a boost", status_path(s.boost), true},
            {"inside a quote", status_path(s.quote), true},
            {"who favourited it", status_path(s.id, "/favourited_by")},
            {"who boosted it", status_path(s.id, "/reblogged_by")},
            {"who quoted it", status_path(s.id, "/quotes")},
            {"the author's posts", path("/api/v1/accounts/", author, "/statuses"), true},
            {"home", "/api/v1/timelines/home"},
            {"public", "/api/v1/timelines/public"},
            {"its tag", "/api/v1/timelines/tag/" + s.secret},
            {"direct posts", "/api/v1/timelines/direct"},
            {"conversations", "/api/v1/conversations"},
            {"notifications", "/api/v1/notifications?include_filtered=true"},
            {"grouped notifications", "/api/v2/notifications?include_filtered=true"},
            {"requests", "/api/v1/notifications/requests"},
            {"search by a word", "/api/v2/search?type=statuses&q=" + s.secret},
            {"search by address",
             "/api/v2/search?type=statuses&resolve=true&q=" + percent_encode(s.url),
             true},
            {"trends", "/api/v1/trends/statuses"},
        };
        if (viewer != nullptr && lists.contains(viewer->id))
            all.push_back({"a list", "/api/v1/timelines/list/" + to_string(lists.at(viewer->id))});
        return all;
    }

    db::Account author = member("author");
    db::Account stranger_here = member("stranger");
    db::Account follower = member("follower");
    db::Account mentioned = member("mentioned");
    db::Account blocked = member("blocked");
    std::map<AccountId, db::ListId> lists;
};

TEST_F(VisibilityMatrixTest, NoDoorShowsAPostToWhomItIsNotFor) {
    for (const auto& cell : table) {
        const auto subject = make(cell.visibility);
        for (const auto& [who, name] : everybody) {
            const auto* viewer = account_of(who);
            for (const auto& door : doors(subject, viewer)) {
                SCOPED_TRACE(std::string(cell.visibility) + " / " + name + " / " + door.name);
                const auto response = send("GET", door.path, viewer);
                // A search repeats nothing of what was looked for.
                const bool is_shown = response.body.find(subject.secret) != std::string::npos;
                const bool may = may_see(cell, who);
                if (!may) {
                    EXPECT_FALSE(is_shown) << response.body;
                } else if (door.must_show) {
                    EXPECT_TRUE(is_shown) << response.body;
                }
            }
        }
        db::Tx tx(pool);
        db::blocks::remove(tx, author.id, blocked.id);
        tx.commit();
    }
}

TEST_F(VisibilityMatrixTest, WhatIsNotSeenCannotBeActedOn) {
    constexpr std::array actions{"/favourite",
                                 "/unfavourite",
                                 "/reblog",
                                 "/bookmark",
                                 "/unbookmark",
                                 "/mute",
                                 "/unmute",
                                 "/pin"};
    for (const auto& cell : table) {
        const auto subject = make(cell.visibility);
        for (const auto& [who, name] : everybody) {
            if (may_see(cell, who)) continue;
            for (const auto* action : actions) {
                SCOPED_TRACE(std::string(cell.visibility) + " / " + name + " / " + action);
                const auto response =
                    send("POST", status_path(subject.id, action), account_of(who));
                EXPECT_EQ(response.status, who == Who::Anonymous ? 401 : 404);
                EXPECT_EQ(response.body.find(subject.secret), std::string::npos);
            }
        }
        db::Tx tx(pool);
        db::blocks::remove(tx, author.id, blocked.id);
        tx.commit();
    }
}

/// Readers on other servers: the predicate that decides what is served and delivered to them.
TEST_F(VisibilityMatrixTest, AndNoPeerSeesMore) {
    const auto host = unique("d") + ".test";
    const auto far = stranger("far");
    const auto far_follower = stranger("fan");
    const auto far_mentioned = stranger("named");
    const auto far_blocked = stranger("blocked");
    const auto of_blocked_domain = stranger("shunned", host);
    const struct {
        const char* name;
        AccountId reader;
        std::array<bool, 4> sees; ///< public, unlisted, private, direct
        bool local_only;
    } readers[] = {
        {"nobody", {}, {true, true, false, false}, false},
        {"far away", far.id, {true, true, false, false}, false},
        {"a follower", far_follower.id, {true, true, true, false}, false},
        {"mentioned", far_mentioned.id, {true, true, true, true}, false},
        {"blocked", far_blocked.id, {false, false, false, false}, false},
        {"of a blocked domain", of_blocked_domain.id, {false, false, false, false}, false},
        {"here", stranger_here.id, {true, true, false, false}, true},
        {"the author", author.id, {true, true, true, true}, true},
    };
    db::Tx tx(pool);
    for (const auto* one : {&far_follower, &far_blocked, &of_blocked_domain})
        db::follows::insert(tx, {.follower = one->id, .followed = author.id, .accepted = true});
    db::blocks::insert(tx, author.id, far_blocked.id, "");
    db::domain_blocks::insert(tx, author.id, host);
    tx.commit();
    constexpr std::array visibilities{db::Visibility::Public,
                                      db::Visibility::Unlisted,
                                      db::Visibility::Private,
                                      db::Visibility::Direct};
    const auto local = post_by(author, db::Visibility::Public, {.local_only = true});
    for (std::size_t i = 0; i < visibilities.size(); ++i) {
        const auto status = post_by(author, visibilities[i]);
        const auto boost = post_by(stranger_here,
                                   db::Visibility::Public,
                                   {.object_type = "Announce", .reblog_of = status.id});
        db::Tx reading(pool);
        db::mentions::insert_all(
            reading, status.id, {far_mentioned.id, far_blocked.id, of_blocked_domain.id}, false);
        for (const auto& reader : readers) {
            SCOPED_TRACE(std::string(reader.name) + " / " +
                         std::string(db::to_string(visibilities[i])));
            EXPECT_EQ(db::visibility::is_visible(reading, reader.reader, status.id),
                      reader.sees[i]);
            EXPECT_EQ(db::visibility::is_visible(reading, reader.reader, boost.id), reader.sees[i]);
            EXPECT_EQ(db::visibility::is_visible(reading, reader.reader, local.id),
                      reader.local_only);
        }
    }
}

TEST_F(VisibilityMatrixTest, ASuspendedAuthorsPostsAreSeenByNobody) {
    const auto subject = make("public");
    {
        db::Tx tx(pool);
        db::accounts::set_suspended(tx, author.id, now);
        tx.commit();
    }
    for (const auto& [who, name] : everybody) {
        if (who == Who::Author) continue; // Signs in no more.
        for (const auto& door : doors(subject, account_of(who))) {
            SCOPED_TRACE(std::string(name) + " / " + door.name);
            const auto response = send("GET", door.path, account_of(who));
            EXPECT_EQ(response.body.find(subject.secret), std::string::npos) << response.body;
        }
    }
}

} // namespace
