#pragma once

#include "base/crypto_p256.h"
#include "base/uri.h"
#include "db/accounts.h"
#include "db/blocks.h"
#include "db/follows.h"
#include "db/lists.h"
#include "db/oauth_apps.h"
#include "db/oauth_tokens.h"
#include "members/tokens.h"
#include "tests/api/client_support.h"
#include "tests/support/educators.h"
#include "timelines/fan_out.h"

#include <array>

/// Who looks at a post. All but the anonymous one have come near the author in one way or another:
/// the suspended one follows, is mentioned, and was sent away. All are educators but the clerk, who
/// follows the author.
enum class Who { Anonymous, Stranger, Follower, Clerk, Mentioned, Blocked, Suspended, Author };
constexpr std::array everybody{std::pair{Who::Anonymous, "anonymous"},
                               std::pair{Who::Stranger, "stranger"},
                               std::pair{Who::Follower, "follower"},
                               std::pair{Who::Clerk, "follower who is no educator"},
                               std::pair{Who::Mentioned, "mentioned"},
                               std::pair{Who::Blocked, "blocked"},
                               std::pair{Who::Suspended, "suspended"},
                               std::pair{Who::Author, "author"}};

/// Who may see what (issue 3): the one table. The rows are the visibilities of a post, and one of a
/// narrow audience.
struct Cell {
    const char* visibility;
    bool stranger, follower, mentioned;
    const char* audience = "";
    bool is_narrow() const { return *audience != '\0'; }
};
inline constexpr std::array visibility_table{Cell{"public", true, true, true},
                                             Cell{"unlisted", true, true, true},
                                             Cell{"private", false, true, true},
                                             Cell{"direct", false, false, true}};
inline constexpr std::array all_cells{visibility_table[0],
                                      visibility_table[1],
                                      visibility_table[2],
                                      visibility_table[3],
                                      Cell{"private", false, true, true, "educators"}};

inline bool may_see(const Cell& cell, Who who) {
    switch (who) {
    case Who::Anonymous:
    case Who::Blocked:
    case Who::Suspended:
        return false;
    case Who::Stranger:
        return cell.stranger;
    case Who::Follower:
        return cell.follower;
    case Who::Clerk:
        return cell.follower && !cell.is_narrow();
    case Who::Mentioned:
        return cell.mentioned;
    case Who::Author:
        break;
    }
    return true;
}

/// A house with everybody in it. Tokens are real ones, so that whoever is suspended comes in no
/// more.
class VisibilityTest : public ClientTest {
  protected:
    VisibilityTest() {
        db::Tx tx(pool);
        const auto app = db::oauth_apps::insert(
            tx, {.client_id = unique("app"), .name = "An app", .scopes = scopes});
        for (const auto& [who, name] : everybody) {
            if (who == Who::Anonymous) continue;
            const auto id = account_of(who)->id;
            const auto secret = unique("token");
            token_ids[id] = db::oauth_tokens::insert(tx,
                                                     {.token_hash = members::stored_form(secret),
                                                      .app = app,
                                                      .account = id,
                                                      .scopes = scopes,
                                                      .created_at = now});
            secrets.emplace(to_string(id), secret);
        }
        author.indexable = true;
        db::accounts::update_profile(tx, author);
        for (const auto* one :
             {&author, &stranger_here, &follower, &mentioned, &blocked, &suspended})
            educators_of_tests::attest(tx, *one);
        for (const auto* one : {&follower, &clerk, &blocked, &suspended})
            db::follows::insert(tx, {.follower = one->id, .followed = author.id, .accepted = true});
        for (const auto& [who, name] : everybody) {
            if (who == Who::Anonymous) continue;
            const auto owner = account_of(who)->id;
            db::List list{.owner = owner, .title = "x"};
            list.id = db::lists::insert(tx, list);
            db::lists::add_accounts(tx, list, {author.id, owner});
            lists.emplace(owner, list.id);
        }
        tx.commit();
        http::Recognise recognise;
        recognise.token = [this](std::string_view bearer) -> Result<http::Caller> {
            const auto secret = secrets.find(std::string(bearer));
            return members::recognise_token(
                pool, secret == secrets.end() ? bearer : secret->second, now);
        };
        router.recognise_with(std::move(recognise));
    }

    const db::Account* account_of(Who who) const {
        switch (who) {
        case Who::Stranger:
            return &stranger_here;
        case Who::Follower:
            return &follower;
        case Who::Clerk:
            return &clerk;
        case Who::Mentioned:
            return &mentioned;
        case Who::Blocked:
            return &blocked;
        case Who::Suspended:
            return &suspended;
        case Who::Author:
            return &author;
        case Who::Anonymous:
            break;
        }
        return nullptr;
    }

    /// The posts of one visibility with everything that posts can have, and what hangs on them.
    /// Every text in them holds `secret`.
    struct Subject {
        std::string secret{};
        std::string names{}; ///< Whom it mentions.
        std::string id{};
        std::string url{};
        std::string poll{};
        std::string parent{};
        std::string reply{};
        std::string boost{};
        std::string quote{};
        std::string picture_post{};
        std::string picture{};     ///< The attachment.
        std::string picture_url{}; ///< The file.
    };

    /// Writes them while nobody is blocked or suspended yet: that comes with part().
    Subject write(const char* visibility) { return write(Cell{visibility, false, false, false}); }
    Subject write(const Cell& cell) {
        Subject subject{.secret = unique("secret")};
        const auto id_of = [](const Json& entity) { return entity.at("id").get<std::string>(); };
        subject.parent =
            id_of(post_json("/api/v1/statuses", stranger_here, {{"status", "Which way?"}}));
        subject.names =
            "@" + mentioned.username + " @" + blocked.username + " @" + suspended.username + " ";
        const auto text = subject.names + subject.secret + " #" + subject.secret;
        const auto status = post_json(
            "/api/v1/statuses",
            author,
            {{"status", text + " first"},
             {"spoiler_text", subject.secret},
             {"visibility", cell.visibility},
             {"audience", cell.audience},
             {"in_reply_to_id", subject.parent},
             {"poll", {{"options", {subject.secret + " yes", "no"}}, {"expires_in", 3600}}}});
        subject.id = id_of(status);
        subject.url = status.at("url").get<std::string>();
        subject.poll = id_of(status.at("poll"));
        subject.reply =
            id_of(post_json("/api/v1/statuses",
                            author,
                            {{"status", (cell.is_narrow() ? subject.names : "") + "And so on"},
                             {"in_reply_to_id", subject.id}}));
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
        tx.commit();
        const auto picture = upload(subject.secret);
        subject.picture = id_of(picture);
        subject.picture_url = picture.at("url").get<std::string>();
        subject.picture_post = id_of(post_json("/api/v1/statuses",
                                               author,
                                               {{"status", subject.names + subject.secret},
                                                {"visibility", cell.visibility},
                                                {"audience", cell.audience},
                                                {"media_ids", {subject.picture}}}));
        return subject;
    }

    /// Two versions of the post: both hold the secret.
    void edit(const Subject& subject) {
        http::Headers headers{{"Content-Type", "application/json"}};
        const Json body{
            {"status", subject.names + subject.secret + " second #" + subject.secret},
            {"spoiler_text", subject.secret},
            {"poll", {{"options", {subject.secret + " yes", "no"}}, {"expires_in", 3600}}}};
        const auto response =
            send("PUT", status_path(subject.id), &author, body.dump(), std::move(headers));
        EXPECT_EQ(response.status, 200) << response.body;
    }

    /// From here on one is blocked and one is suspended.
    void part() {
        db::Tx tx(pool);
        db::blocks::insert(tx, author.id, blocked.id, "");
        db::accounts::set_suspended(tx, suspended.id, now);
        tx.commit();
    }
    void make_up() {
        db::Tx tx(pool);
        db::blocks::remove(tx, author.id, blocked.id);
        db::accounts::set_suspended(tx, suspended.id, std::nullopt);
        tx.commit();
    }

    Json upload(const std::string& description) {
        // 1 by 1 pixel of grey.
        const auto png = *crypto::base64_decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5E"
            "rkJggg==");
        const std::string part = "--b\r\nContent-Disposition: form-data; name=\"";
        const auto body = part + "description\"\r\n\r\n" + description + "\r\n" + part +
                          "file\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n" + png +
                          "\r\n--b--\r\n";
        const auto response = send("POST",
                                   "/api/v2/media",
                                   &author,
                                   body,
                                   {{"Content-Type", "multipart/form-data; boundary=b"}});
        EXPECT_EQ(response.status, 200) << response.body;
        return json(response);
    }

    db::Account author = member("author");
    db::Account stranger_here = member("stranger");
    db::Account follower = member("follower");
    db::Account clerk = member("clerk");
    db::Account mentioned = member("mentioned");
    db::Account blocked = member("blocked");
    db::Account suspended = member("suspended");
    std::map<AccountId, db::ListId> lists;
    std::map<AccountId, TokenId> token_ids;
    std::map<std::string, std::string> secrets; ///< By the account's id.
};
