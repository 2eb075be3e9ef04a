#include "base/crypto.h"
#include "db/listener.h"
#include "db/oauth_apps.h"
#include "db/oauth_tokens.h"
#include "db/users.h"
#include "members/accounts.h"
#include "members/authorization.h"
#include "members/tokens.h"
#include "tests/support/database.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace {

/// What this process heard on staffroom_tokens.
class Ear {
  public:
    Ear() {
        listener_.on("staffroom_tokens", [this](std::string_view payload) {
            const std::lock_guard lock(mutex_);
            heard_.emplace_back(payload);
            changed_.notify_all();
        });
        thread_ = std::jthread([this](const std::stop_token& stop) { listener_.run(stop); });
    }
    /// Whether it came within ten seconds.
    bool hears(const std::string& payload) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds{10}, [&] {
            return std::find(heard_.begin(), heard_.end(), payload) != heard_.end();
        });
    }

  private:
    db::Listener listener_{test_pool().options().url};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> heard_;
    std::jthread thread_;
};

struct Holder {
    AccountId account;
    db::OauthApp app;
    std::string token;
};

Holder holder(const std::string& name) {
    db::Tx tx(test_pool());
    Holder made;
    made.account =
        db::accounts::insert(tx, {.uri = "https://maple.test/users/" + name, .username = name});
    db::users::insert(tx, {.account = made.account});
    made.app = {.client_id = "client-" + name,
                .name = "Tide",
                .redirect_uris = {"https://app.example/"},
                .scopes = {"read"}};
    made.app.id = db::oauth_apps::insert(tx, made.app);
    made.token = "token-" + name;
    db::oauth_tokens::insert(tx,
                             {.token_hash = members::stored_form(made.token),
                              .app = made.app.id,
                              .account = made.account,
                              .scopes = {"read"},
                              .code_hash = "code-" + name,
                              .created_at = system_now()});
    tx.commit();
    return made;
}

// Every way in which a token ends; a stream that nobody tells goes on (ATTACKS P10).
TEST(P10Revocation, IsToldToEveryProcessHoweverTheTokenEnds) {
    const Time now = system_now();
    const struct {
        const char* name;
        std::function<void(db::Tx&, const Holder&)> end;
    } cases[] = {
        {"the app gives it back",
         [&](db::Tx& tx, const Holder& h) {
             EXPECT_TRUE(members::revoke_token(tx, h.app, h.token, now));
         }},
        {"its code is used twice",
         [&](db::Tx& tx, const Holder& h) {
             db::oauth_tokens::revoke_of_code(
                 tx, "code-" + h.token.substr(std::string("token-").size()), now);
         }},
        {"the member disconnects the app",
         [&](db::Tx& tx, const Holder& h) {
             EXPECT_TRUE(db::oauth_tokens::revoke_of_app(tx, h.account, h.app.id, now));
         }},
        {"the member is suspended",
         [&](db::Tx& tx, const Holder& h) { members::suspend(tx, h.account, now); }},
    };
    Ear ear;
    ASSERT_TRUE(ear.hears("")) << "the listener did not connect";
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto held = holder("p10r" + crypto::hex(crypto::random_bytes(4)));
        db::Tx tx(test_pool());
        ASSERT_TRUE(members::recognise_token(tx, held.token, now));
        c.end(tx, held);
        EXPECT_FALSE(members::recognise_token(tx, held.token, now));
        tx.commit();
        EXPECT_TRUE(ear.hears(to_string(held.account)));
    }
}

} // namespace
