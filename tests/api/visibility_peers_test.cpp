#include "db/domain_blocks.h"
#include "db/mentions.h"
#include "db/peers.h"
#include "db/quote_authorizations.h"
#include "federation/uris.h"
#include "outbox/serve.h"
#include "tests/api/visibility_support.h"

namespace {

/// Readers on other servers, through the doors that their servers knock at.
class VisibilityPeersTest : public VisibilityTest {
  protected:
    struct Reader {
        const char* name;
        http::Signer signer;
        std::array<bool, 4> sees; ///< public, unlisted, private, direct
    };

    VisibilityPeersTest() {
        outbox::add_routes(peers_router, deps);
        http::Recognise recognise;
        recognise.peer = [this](const http::Request&) -> Result<http::Signer> {
            if (!signer) return Error{Error::Kind::Unauthorized, "no signature"};
            return *signer;
        };
        peers_router.recognise_with(recognise);
    }

    db::Account peer(const char* name) {
        const auto host = unique(name) + ".test";
        auto account = stranger(name, host);
        db::Tx tx(pool);
        db::peers::set_level(tx, host, db::PeerLevel::Member, "");
        tx.commit();
        return account;
    }
    static http::Signer signer_of(const db::Account& account) {
        return {.account = account.id, .uri = account.uri, .host = account.host};
    }

    http::Response ask(std::string target) {
        if (target.starts_with(instance.origin)) target = target.substr(instance.origin.size());
        http::Request request{
            .method = "GET",
            .headers = {{"Accept", "application/activity+json"}, {"Host", instance.host}}};
        EXPECT_TRUE(http::set_target(request, target)) << target;
        return peers_router.answer(request);
    }

    /// Its author may answer it in public: then that answer names what it answers.
    static bool is_said(std::string body, const Subject& subject) {
        for (const auto* key : {"\"inReplyTo\":\"", "\"inReplyToAtomUri\":\""}) {
            for (auto at = body.find(key); at != std::string::npos; at = body.find(key, at)) {
                const auto value = at + std::string_view(key).size();
                body.erase(at, body.find('"', value) + 1 - at);
            }
        }
        return body.find(subject.id) != std::string::npos ||
               body.find(subject.boost) != std::string::npos ||
               body.find(subject.secret) != std::string::npos;
    }

    http::Router peers_router;
    outbox::ServeDeps deps{.pool = pool, .instance = instance};
    std::optional<http::Signer> signer;
};

TEST_F(VisibilityPeersTest, P06NoDoorForPeersShowsAPostToWhomItIsNotFor) {
    const auto far = peer("far");
    const auto fan = peer("fan");
    const auto named = peer("named");
    const auto enemy = peer("enemy");
    const auto shunned = peer("shunned");
    const auto banned = peer("banned");
    const Reader readers[] = {
        {"somebody far away", signer_of(far), {true, true, false, false}},
        {"a follower", signer_of(fan), {true, true, true, false}},
        {"a follower's server", {.uri = "x", .host = fan.host}, {true, true, true, false}},
        {"mentioned", signer_of(named), {true, true, true, true}},
        {"a mentioned one's server", {.uri = "x", .host = named.host}, {true, true, false, false}},
        {"blocked", signer_of(enemy), {false, false, false, false}},
        {"of a blocked domain", signer_of(shunned), {false, false, false, false}},
        {"a blocked domain itself",
         {.uri = "x", .host = shunned.host},
         {false, false, false, false}},
        {"suspended", signer_of(banned), {false, false, false, false}},
    };
    {
        db::Tx tx(pool);
        for (const auto* one : {&fan, &enemy, &shunned, &banned})
            db::follows::insert(tx, {.follower = one->id, .followed = author.id, .accepted = true});
        tx.commit();
    }
    for (std::size_t row = 0; row < visibility_table.size(); ++row) {
        const auto& cell = visibility_table.at(row);
        const auto subject = write(cell.visibility);
        edit(subject);
        const StatusId id{parse_id(subject.id).value_or(0)};
        if (row < 3) post_json(status_path(subject.id, "/pin"), author);
        std::int64_t stamp = 0;
        {
            db::Tx tx(pool);
            db::mentions::insert_all(tx, id, {named.id, enemy.id, shunned.id, banned.id}, false);
            stamp = db::quote_authorizations::ensure(tx, id, far.uri + "/1", now)->id;
            db::blocks::insert(tx, author.id, enemy.id, "");
            db::domain_blocks::insert(tx, author.id, shunned.host);
            db::accounts::set_suspended(tx, banned.id, now);
            tx.commit();
        }
        const auto uri = federation::status_uri(instance, author.username, id);
        const auto boost = federation::status_uri(
            instance, author.username, StatusId{parse_id(subject.boost).value_or(0)});
        const auto parent = federation::status_uri(
            instance, stranger_here.username, StatusId{parse_id(subject.parent).value_or(0)});
        struct Door {
            const char* name;
            std::string path;
            bool must_show; ///< Collections list open posts alone.
        };
        const Door doors[] = {
            {"the post", uri, true},
            {"its page", instance.origin + "/@" + author.username + "/" + subject.id, true},
            {"its activity", uri + "/activity", true},
            {"its likes", uri + "/likes", true},
            {"its boosts", uri + "/shares", true},
            {"its replies", uri + "/replies?page=true", true},
            {"a boost of it", boost, true},
            {"a boost's activity", boost + "/activity", true},
            {"replies to what it answers", parent + "/replies?page=true", false},
            {"the thread",
             federation::context_uri(instance, parse_id(subject.parent).value_or(0)) + "?page=true",
             false},
            {"the outbox", author.uri + "/outbox?page=true", false},
            {"pinned", author.uri + "/collections/featured", false},
            {"featured tags", author.uri + "/collections/tags", false},
        };
        for (const auto& reader : readers) {
            signer = reader.signer;
            for (const auto& door : doors) {
                SCOPED_TRACE(std::string(cell.visibility) + " / " + reader.name + " / " +
                             door.name);
                const auto response = ask(door.path);
                const bool is_shown = is_said(response.body, subject);
                if (!reader.sees.at(row)) {
                    EXPECT_FALSE(is_shown) << response.body;
                } else if (door.must_show) {
                    EXPECT_TRUE(is_shown) << response.status << response.body;
                }
            }
            // A stamp is named by whoever quotes; it is shown to those who may talk to its author.
            const auto stamped =
                ask(federation::quote_authorization_uri(instance, author.username, stamp));
            if (!reader.sees.at(0)) {
                EXPECT_EQ(stamped.status, 403) << reader.name;
            }
        }
        signer.reset();
        for (const auto& door : doors)
            EXPECT_EQ(ask(door.path).status, 401) << door.name;
        db::Tx tx(pool);
        db::blocks::remove(tx, author.id, enemy.id);
        db::domain_blocks::remove(tx, author.id, shunned.host);
        db::accounts::set_suspended(tx, banned.id, std::nullopt);
        tx.commit();
    }
}

TEST_F(VisibilityPeersTest, NothingOfASuspendedAuthorIsServed) {
    const auto fan = peer("fan");
    const auto subject = write("public");
    signer = signer_of(fan);
    const StatusId id{parse_id(subject.id).value_or(0)};
    const auto uri = federation::status_uri(instance, author.username, id);
    EXPECT_EQ(ask(uri).status, 200);
    {
        db::Tx tx(pool);
        db::follows::insert(tx, {.follower = fan.id, .followed = author.id, .accepted = true});
        db::accounts::set_suspended(tx, author.id, now);
        tx.commit();
    }
    for (const auto& path : {uri,
                             uri + "/activity",
                             uri + "/replies?page=true",
                             author.uri + "/outbox?page=true",
                             author.uri + "/collections/featured"})
        EXPECT_EQ(ask(path).status, 404) << path;
    EXPECT_EQ(ask(author.uri).body.find(subject.secret), std::string::npos);
}

} // namespace
