#include "db/domain_blocks.h"
#include "db/mentions.h"
#include "db/visibility.h"
#include "tests/api/visibility_support.h"

namespace {

/// One way to come by a post.
struct Door {
    std::string name{};
    std::string path{};
    bool must_show = false; ///< Whoever may see the post sees it here; elsewhere lists choose.
};

class VisibilityMatrixTest : public VisibilityTest {
  protected:
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
            {"search for hashtags", "/api/v2/search?type=hashtags&q=" + s.secret.substr(0, 12)},
            {"search by its author",
             "/api/v2/search?type=statuses&q=from:" + author.username + "%20" + s.secret},
            {"pinned", path("/api/v1/accounts/", author, "/statuses?pinned=true")},
            {"its tag among the author's",
             path("/api/v1/accounts/", author, "/statuses?tagged=") + s.secret,
             true},
            {"a picture's post", status_path(s.picture_post), true},
            {"a picture among the author's",
             path("/api/v1/accounts/", author, "/statuses?only_media=true"),
             true},
            {"the picture", "/api/v1/media/" + s.picture},
            {"suggested tags", "/api/v1/featured_tags/suggestions"},
            {"the author", path("/api/v1/accounts/", author)},
            {"the author's tags", path("/api/v1/accounts/", author, "/featured_tags")},
            {"scheduled", "/api/v1/scheduled_statuses"},
            {"embedding", "/api/oembed?url=" + percent_encode(s.url)},
        };
        if (viewer != nullptr && lists.contains(viewer->id))
            all.push_back({"a list", "/api/v1/timelines/list/" + to_string(lists.at(viewer->id))});
        return all;
    }
};

TEST_F(VisibilityMatrixTest, NoDoorShowsAPostToWhomItIsNotFor) {
    for (const auto& cell : all_cells) {
        const auto subject = write(cell);
        edit(subject);
        const bool can_be_pinned =
            std::string_view(cell.visibility) != "direct" && !cell.is_narrow();
        EXPECT_EQ(post(status_path(subject.id, "/pin"), author).status, can_be_pinned ? 200 : 422);
        part();
        for (const auto& [who, name] : everybody) {
            const auto* viewer = account_of(who);
            for (const auto& door : doors(subject, viewer)) {
                SCOPED_TRACE(std::string(cell.visibility) + cell.audience + " / " + name + " / " +
                             door.name);
                const auto response = send("GET", door.path, viewer);
                // A search repeats nothing of what was looked for.
                const bool is_shown = response.body.find(subject.secret) != std::string::npos;
                // A boost of a narrow post is none, and no search finds one for others.
                const bool is_closed =
                    cell.is_narrow() &&
                    (door.name == "a boost" ||
                     (who != Who::Author && door.name.starts_with("search") && !door.must_show));
                const bool may = may_see(cell, who) && !is_closed;
                if (!may) {
                    EXPECT_FALSE(is_shown) << response.body;
                    EXPECT_EQ(response.body.find(subject.picture_url), std::string::npos);
                } else if (door.must_show) {
                    EXPECT_TRUE(is_shown) << response.body;
                }
                if (who == Who::Suspended) {
                    EXPECT_TRUE(response.status == 401 || door.name == "embedding");
                }
            }
            const auto history = send("GET", status_path(subject.id, "/history"), viewer);
            EXPECT_EQ(history.body.find("first") != std::string::npos, may_see(cell, who))
                << cell.visibility << " / " << name;
        }
        make_up();
    }
}

/// In place of "{post}" and "{poll}".
std::string filled(std::string text, const std::string& post, const std::string& poll) {
    for (const auto& [mark, id] : {std::pair("{post}", &post), std::pair("{poll}", &poll)}) {
        if (const auto at = text.find(mark); at != std::string::npos) text.replace(at, 6, *id);
    }
    return text;
}

/// Whatever may be done with a post: to whom it is hidden, it answers as one that is not there
/// (ATTACKS P04).
TEST_F(VisibilityMatrixTest, P04WhatIsNotSeenCannotBeActedOn) {
    const auto missing = to_string(StatusId{1'234'567});
    std::vector<std::array<std::string, 3>> actions{
        {"PUT", "/api/v1/statuses/{post}", R"({"status":"mine"})"},
        {"DELETE", "/api/v1/statuses/{post}", "{}"},
        {"PUT",
         "/api/v1/statuses/{post}/interaction_policy",
         R"({"quote_approval_policy":"nobody"})"},
        {"POST", "/api/v1/polls/{poll}/votes", R"({"choices":[0]})"},
        {"POST", "/api/v1/statuses", R"({"status":"x","in_reply_to_id":"{post}"})"},
        {"POST", "/api/v1/statuses", R"({"status":"x","quoted_status_id":"{post}"})"},
        {"POST", "/api/v2/filters/{filter}/statuses", R"({"status_id":"{post}"})"}};
    for (const auto* verb : {"/favourite",
                             "/unfavourite",
                             "/reblog",
                             "/unreblog",
                             "/bookmark",
                             "/unbookmark",
                             "/mute",
                             "/unmute",
                             "/pin",
                             "/unpin",
                             "/translate"}) {
        actions.push_back({"POST", std::string("/api/v1/statuses/{post}") + verb, "{}"});
    }
    for (const auto& cell : all_cells) {
        const auto subject = write(cell);
        std::map<Who, std::string> filters;
        for (const auto& [who, name] : everybody) {
            if (who == Who::Anonymous) continue;
            filters[who] = post_json("/api/v2/filters",
                                     *account_of(who),
                                     {{"title", unique("f")}, {"context", {"home"}}})
                               .at("id")
                               .get<std::string>();
        }
        part();
        for (const auto& [who, name] : everybody) {
            if (may_see(cell, who)) continue;
            const auto* viewer = account_of(who);
            for (auto [method, target, body] : actions) {
                SCOPED_TRACE(std::string(cell.visibility) + cell.audience + " / " + name + " / " +
                             target + body);
                if (const auto at = target.find("{filter}"); at != std::string::npos)
                    target.replace(at, 8, who == Who::Anonymous ? "1" : filters.at(who));
                const http::Headers headers{{"Content-Type", "application/json"}};
                const auto ask = [&](const std::string& post, const std::string& poll) {
                    return send(method,
                                filled(target, post, poll),
                                viewer,
                                filled(body, post, poll),
                                headers);
                };
                const auto hidden = ask(subject.id, subject.poll);
                const auto none = ask(missing, missing);
                const bool is_nobody = who == Who::Anonymous || who == Who::Suspended;
                EXPECT_GE(hidden.status, 400) << hidden.body;
                EXPECT_EQ(hidden.status == 401, is_nobody);
                EXPECT_EQ(hidden.status, none.status);
                EXPECT_EQ(hidden.body, none.body);
            }
        }
        make_up();
        // Nothing of it left a trace.
        const auto kept = get_json(status_path(subject.id), author);
        for (const auto* count : {"favourites_count", "reblogs_count"})
            EXPECT_EQ(kept.at(count), 0) << count;
        EXPECT_EQ(kept.at("poll").at("votes_count"), 0);
    }
}

/// What strangers can count tells nothing of posts that they may not see (ATTACKS P08).
TEST_F(VisibilityMatrixTest, P08CountsTellNothingOfHiddenPosts) {
    const auto tag = unique("topic");
    const auto parent =
        post_json("/api/v1/statuses", stranger_here, {{"status", "Which way? #" + tag}})
            .at("id")
            .get<std::string>();
    EXPECT_EQ(post("/api/v1/featured_tags", author, {{"name", tag}}).status, 200);
    const auto counts = [&] {
        const auto post = get_json(status_path(parent), stranger_here);
        const auto account = get_json(path("/api/v1/accounts/", author), stranger_here);
        const auto featured =
            get_json(path("/api/v1/accounts/", author, "/featured_tags"), stranger_here);
        Json counted{post.at("replies_count"),
                     post.at("quotes_count"),
                     account.at("statuses_count"),
                     account.at("last_status_at"),
                     featured.at(0).at("statuses_count"),
                     featured.at(0).at("last_status_at"),
                     get_json("/api/v1/tags/" + tag, stranger_here).at("history")};
        return counted;
    };
    for (const auto& cell : all_cells) {
        SCOPED_TRACE(cell.visibility);
        const auto before = counts();
        now += std::chrono::hours{25}; // Another day, for last_status_at.
        const auto answer = post("/api/v1/statuses",
                                 author,
                                 {{"status", "This way #" + tag},
                                  {"visibility", cell.visibility},
                                  {"audience", cell.audience},
                                  {"in_reply_to_id", parent},
                                  {"quoted_status_id", parent}});
        ASSERT_EQ(answer.status, 200) << answer.body;
        const auto after = counts();
        for (std::size_t i = 0; i + 1 < before.size(); ++i)
            EXPECT_EQ(before.at(i) != after.at(i), cell.stranger) << i << " " << after.dump();
        // A tag's use is counted of public posts alone.
        const auto& history = after.back();
        const bool is_counted = history.at(0).at("uses") != "0";
        EXPECT_EQ(is_counted, cell.visibility == std::string_view("public")) << history.dump();
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
    const auto subject = write("public");
    edit(subject);
    {
        db::Tx tx(pool);
        db::accounts::set_suspended(tx, author.id, now);
        tx.commit();
    }
    for (const auto& [who, name] : everybody) {
        for (const auto& door : doors(subject, account_of(who))) {
            SCOPED_TRACE(std::string(name) + " / " + door.name);
            const auto response = send("GET", door.path, account_of(who));
            EXPECT_EQ(response.body.find(subject.secret), std::string::npos) << response.body;
            if (who == Who::Author) {
                EXPECT_EQ(response.status, door.name == "embedding" ? 404 : 401);
            }
        }
    }
}

} // namespace
