#include "db/advisories.h"
#include "db/jobs.h"
#include "db/users.h"
#include "federation/multikey.h"
#include "federation/register.h"
#include "outbox/register_job.h"
#include "tests/support/peers.h"

#include <functional>

using namespace std::chrono_literals;
using federation::RegisterEntry;
using federation::RegisterEntryType;
using moderation::RegisterTaken;

namespace {

crypto::PrivateKey key_of(char letter) {
    return *crypto::PrivateKey::from_ed25519_seed(std::string(32, letter));
}
std::string multikey_of(char letter) {
    return federation::encode_multikey(key_of(letter).public_key());
}

/// A register on the network, kept by somebody who may turn bad.
class RegisterJobTest : public PeersTest {
  protected:
    RegisterJobTest() { follow(multikey_of('a')); }
    ~RegisterJobTest() override {
        db::Tx tx(test_pool());
        if (moderation::unfollow_register(tx, instance, name, act())) tx.commit();
    }

    moderation::Act act() const { return {.by = "test", .reason = "a test", .now = now}; }
    void follow(const std::string& key) {
        db::Tx tx(test_pool());
        const auto done = moderation::follow_register(
            tx, {.name = name, .url = url, .key = key, .takes_effect = true}, act());
        ASSERT_TRUE(done) << done.error().detail;
        tx.commit();
    }
    void append(RegisterEntry entry, std::optional<char> prover = {}) {
        entry.number = static_cast<std::int64_t>(chain.size()) + 1;
        entry.previous = chain.empty() ? "" : *federation::hash_register_entry(chain.back());
        entry.at = now;
        auto document = federation::render_register_entry(entry);
        if (prover) document = *federation::sign_register(document, key_of(*prover), now);
        chain.push_back(document);
    }
    void say(const std::string& word, const std::string& subject) {
        append({.kind = "domain", .subject = subject, .word = word});
    }
    Json head(char signer) const {
        return *federation::sign_register(
            federation::render_register_head(
                {.id = url,
                 .actor = "https://" + host + "/actor",
                 .at = now,
                 .version = static_cast<std::int64_t>(chain.size()),
                 .last = chain.empty() ? "" : *federation::hash_register_entry(chain.back()),
                 .key = multikey_of(signer),
                 .pages = url + "/"}),
            key_of(signer),
            now);
    }
    void publish_pages() {
        for (std::size_t page = 0; page * federation::register_page_size < chain.size(); ++page) {
            Json entries = Json::array();
            for (std::size_t i = page * federation::register_page_size;
                 i < chain.size() && i < (page + 1) * federation::register_page_size;
                 ++i)
                entries.push_back(chain[i]);
            const auto id = url + "/" + std::to_string(page + 1);
            network.answer_document(id, federation::render_register_page(id, entries));
        }
    }
    void publish(char signer = 'a') {
        network.answer_document(url, head(signer));
        publish_pages();
    }
    db::Register row() {
        db::Tx tx(test_pool());
        return *db::registers::find(tx, name);
    }
    /// What came of a check: "" or the state that the row is in.
    std::string check() {
        const auto taken = outbox::check_register(reader, row());
        return taken ? "" : row().state;
    }
    bool is_held(const std::string& subject) {
        db::Tx tx(test_pool());
        for (const auto& entry : db::advisories::list(tx, row().list))
            if (entry.subject == subject && entry.in_force) return true;
        return false;
    }

    const std::string name = new_host();
    const std::string host = new_host();
    const std::string url = "https://" + host + "/actor/register";
    const std::string spam = new_host();
    std::vector<Json> chain{};
    outbox::RegisterReader reader{
        .pool = test_pool(), .client = network, .instance = instance, .clock = clock};
};

TEST_F(RegisterJobTest, ReadsWhatIsNewAndTakesItBackWhenItIsRetracted) {
    say("reject", spam);
    publish();
    EXPECT_EQ(check(), "");
    EXPECT_TRUE(is_held(spam));
    EXPECT_EQ(row().state, "good");
    EXPECT_EQ(row().version, 1);
    const auto pages = network.count(url + "/1");
    EXPECT_EQ(check(), "");
    EXPECT_EQ(network.count(url + "/1"), pages) << "nothing new: nothing more is read";
    append({.type = RegisterEntryType::Retraction, .kind = "domain", .subject = spam});
    publish();
    EXPECT_EQ(check(), "");
    EXPECT_FALSE(is_held(spam));
}

TEST_F(RegisterJobTest, ReadsSeveralPagesFromWhereItStood) {
    for (int i = 0; i < 150; ++i)
        say("filter", "h" + std::to_string(i) + "." + host);
    publish();
    ASSERT_EQ(check(), "");
    EXPECT_EQ(row().version, 150);
    EXPECT_TRUE(row().waits()) << "so many at once are for a person";
    for (int i = 150; i < 230; ++i)
        say("filter", "h" + std::to_string(i) + "." + host);
    publish();
    ASSERT_EQ(check(), "");
    EXPECT_EQ(row().version, 230);
    EXPECT_EQ(network.count(url + "/1"), 1u);
}

TEST_F(RegisterJobTest, FollowsAKeyThatTheOldOneHandedOverTo) {
    say("reject", spam);
    publish();
    ASSERT_EQ(check(), "");
    append({.type = RegisterEntryType::Key, .key = multikey_of('b')}, 'a');
    say("filter", new_host());
    publish('b');
    EXPECT_EQ(check(), "");
    EXPECT_EQ(row().signing_key, multikey_of('b'));
    EXPECT_EQ(row().pinned_key, multikey_of('a'));
    publish('a');
    EXPECT_EQ(check(), "forged") << "the old key speaks no more";
}

TEST_F(RegisterJobTest, ShowsItsKeyAndBelievesNothingBeforeAPersonConfirmsIt) {
    {
        db::Tx tx(test_pool());
        ASSERT_TRUE(moderation::unfollow_register(tx, instance, name, act()));
        tx.commit();
    }
    follow("");
    say("reject", spam);
    publish();
    EXPECT_EQ(check(), "");
    EXPECT_EQ(row().state, "unconfirmed");
    EXPECT_EQ(row().shown_key, multikey_of('a'));
    EXPECT_EQ(row().version, 0);
    EXPECT_FALSE(is_held(spam));
    {
        db::Tx tx(test_pool());
        ASSERT_TRUE(moderation::confirm_register(tx, name, multikey_of('a'), act()));
        tx.commit();
    }
    EXPECT_EQ(check(), "");
    EXPECT_TRUE(is_held(spam));
}

// POLICY section 5, list curator gone wrong: whatever is published, what was believed stays.
TEST_F(RegisterJobTest, WhatIsForgedRewrittenOrBrokenChangesNothing) {
    say("reject", spam);
    say("filter", "second." + host);
    publish();
    ASSERT_EQ(check(), "");
    const auto honest = chain;
    const auto victim = new_host();
    const auto from_here = [&](auto change) {
        return [this, change] {
            change();
            publish_pages();
        };
    };
    const auto own_head = [this](auto change) {
        return [this, change] {
            auto document = head('a');
            change(document);
            network.answer_document(url, document);
        };
    };
    const struct {
        const char* name;
        std::function<void()> attack;
        const char* state;
    } cases[] = {
        {"another key signs",
         from_here([&] {
             say("reject", victim);
             network.answer_document(url, head('b'));
         }),
         "forged"},
        {"another key signs what we have",
         [&] { network.answer_document(url, head('b')); },
         "forged"},
        {"nobody signs", own_head([](Json& d) { d.erase("proof"); }), "forged"},
        {"a signature of another document",
         own_head([](Json& d) { d["register"]["version"] = 3; }),
         "forged"},
        {"a key that hands itself over",
         from_here([&] {
             append({.type = RegisterEntryType::Key, .key = multikey_of('b')}, 'b');
             say("reject", victim);
             network.answer_document(url, head('b'));
         }),
         "forged"},
        {"an earlier entry in other words",
         from_here([&] {
             chain.clear();
             say("reject", victim);
             say("filter", "second." + host);
             say("filter", "third." + host);
             network.answer_document(url, head('a'));
         }),
         "rewritten"},
        {"as long, but another",
         from_here([&] {
             chain.clear();
             say("reject", victim);
             say("reject", "second." + host);
             network.answer_document(url, head('a'));
         }),
         "rewritten"},
        {"shorter",
         from_here([&] {
             chain.resize(1);
             network.answer_document(url, head('a'));
         }),
         "rolled-back"},
        {"emptied",
         [&] {
             chain.clear();
             network.answer_document(url, head('a'));
         },
         "rolled-back"},
        {"an entry altered on its way",
         [&] {
             say("filter", "third." + host);
             network.answer_document(url, head('a'));
             chain.back()["entityKey"] = victim;
             publish_pages();
         },
         "rewritten"},
        {"an entry left out",
         [&] {
             say("filter", "third." + host);
             say("filter", "fourth." + host);
             network.answer_document(url, head('a'));
             chain.erase(chain.begin() + 2);
             publish_pages();
         },
         "rewritten"},
        {"entries missing",
         [&] {
             say("filter", "third." + host);
             network.answer_document(url, head('a'));
         },
         "invalid"},
        {"a page that is none",
         [&] {
             say("filter", "third." + host);
             network.answer_document(url, head('a'));
             network.answer_document(url + "/1", {{"type", "RegisterPage"}});
         },
         "invalid"},
        {"dated tomorrow",
         [&] {
             now += 24h;
             const auto document = head('a');
             now -= 24h;
             network.answer_document(url, document);
         },
         "invalid"},
        {"of another address",
         [&] {
             auto document = head('a');
             network.answer_document(url, document["register"]);
         },
         "invalid"},
        {"a page of HTML",
         [&] { network.answer(url, http::html_response("<p>gone</p>")); },
         "invalid"},
        {"no JSON", [&] { network.answer(url, http::activity_response("{\"id\": ")); }, "invalid"},
        {"much too deep",
         [&] { network.answer(url, http::activity_response(std::string(5000, '['))); },
         "too-large"},
        {"much too long",
         [&] { network.answer(url, http::activity_response(std::string(1'000'000, ' '))); },
         "too-large"},
        {"more entries than we take",
         own_head([](Json& d) { d["register"]["version"] = 1'000'000'000; }),
         "too-large"},
        {"a redirect",
         [&] { network.answer(url, http::redirect_response("https://b.example/")); },
         "unreachable"},
        {"not there", [&] { network.answer(url, http::Response{.status = 404}); }, "unreachable"},
        {"away", [&] { network.answer(url, http::Response{.status = 0}); }, "unreachable"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        chain = honest;
        publish();
        c.attack();
        EXPECT_EQ(check(), c.state);
        EXPECT_FALSE(row().problem.empty());
        EXPECT_EQ(row().version, 2);
        EXPECT_TRUE(is_held(spam));
        EXPECT_TRUE(is_held("second." + host));
        EXPECT_FALSE(is_held(victim));
    }
    chain = honest;
    say("filter", "third." + host);
    publish();
    EXPECT_EQ(check(), "") << "and the honest one goes on";
    EXPECT_TRUE(is_held("third." + host));
}

TEST_F(RegisterJobTest, OwnersAreToldOfWhatNeedsThem) {
    AccountId owner;
    {
        db::Tx tx(test_pool());
        const auto account = actors::create_local_account(
            tx, instance, {.name = "o" + crypto::hex(crypto::random_bytes(6))}, now);
        ASSERT_TRUE(account);
        owner = account->id;
        db::users::insert(tx,
                          {.account = owner,
                           .password_hash = "x",
                           .role = db::Role::Owner,
                           .state = db::MemberState::Active,
                           .last_active_at = now});
        tx.commit();
    }
    const auto letters = [&] {
        db::Tx tx(test_pool()); // Rolled back: the letters stay where they are.
        db::jobs::lock_claims(tx);
        std::size_t found = 0;
        for (const auto& job : db::jobs::claim(tx, {"mail"}, 1'000, std::chrono::minutes{1})) {
            const auto letter = Json::parse(job.payload);
            if (letter.at("letter") == "alarm" && letter.at("to") == to_string(owner)) ++found;
        }
        return found;
    };
    say("reject", spam);
    publish();
    ASSERT_EQ(check(), "");
    EXPECT_EQ(letters(), 0u) << "all is well";
    network.answer(url, http::Response{.status = 0});
    check();
    EXPECT_EQ(letters(), 0u) << "it may be back in an hour";
    network.answer_document(url, head('b'));
    check();
    check();
    EXPECT_EQ(letters(), 1u);
    for (int i = 0; i < 30; ++i)
        say("filter", "h" + std::to_string(i) + "." + host);
    publish();
    ASSERT_EQ(check(), "");
    check();
    EXPECT_EQ(letters(), 2u) << "something waits for a person";
    db::Tx tx(test_pool());
    db::users::set_role(tx, owner, db::Role::Moderator); // Other tests count owners.
    tx.commit();
}

TEST_F(RegisterJobTest, AnOldHeadIsARollbackAndOneNotRenewedIsStale) {
    say("reject", spam);
    const auto old = head('a');
    publish();
    now += 2h;
    publish();
    ASSERT_EQ(check(), "");
    network.answer_document(url, old);
    EXPECT_EQ(check(), "rolled-back") << "of the same length, but signed before";
    publish();
    ASSERT_EQ(check(), "");
    now += 24h * 15;
    EXPECT_EQ(check(), "stale");
    EXPECT_TRUE(is_held(spam));
}

} // namespace
