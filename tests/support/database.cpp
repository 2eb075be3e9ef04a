#include "tests/support/database.h"

#include "base/crypto.h"
#include "db/migrate.h"
#include "db/users.h"

#include <cstdlib>
#include <stdexcept>

db::Pool& test_pool() {
    // One pool for the whole test program; it lives until the program ends.
    static const auto pool = [] {
        const char* url = std::getenv("TEST_DATABASE_URL");
        if (url == nullptr)
            throw std::runtime_error("TEST_DATABASE_URL is not set: tests/run.sh sets it");
        auto made = std::make_unique<db::Pool>(db::PoolOptions{.url = url, .size = 16});
        db::migrate(*made);
        return made;
    }();
    return *pool;
}

db::Account DatabaseTest::local_account(const std::string& name) {
    const std::string uri = "https://maple.test/users/" + name;
    db::Account account{
        .uri = uri,
        .username = name,
        .url = "https://maple.test/@" + name,
        .inbox = uri + "/inbox",
        .shared_inbox = "https://maple.test/inbox",
        .outbox = uri + "/outbox",
        .followers_uri = uri + "/followers",
        .following_uri = uri + "/following",
        .featured_uri = uri + "/featured",
        .created_at = system_now(),
    };
    account.id = db::accounts::insert(tx, account);
    return account;
}

db::Account DatabaseTest::member(const std::string& name) {
    const auto account = local_account(name);
    db::users::insert(tx,
                      {
                          .account = account.id,
                          .password_hash = "none",
                          .created_at = system_now(),
                          .last_active_at = system_now(),
                      });
    return account;
}

db::Account DatabaseTest::remote_account(const std::string& name, const std::string& host) {
    const std::string uri = "https://" + host + "/users/" + name;
    db::Account account{
        .uri = uri,
        .username = name,
        .domain = host,
        .host = host,
        .url = "https://" + host + "/@" + name,
        .inbox = uri + "/inbox",
        .shared_inbox = "https://" + host + "/inbox",
        .outbox = uri + "/outbox",
        .followers_uri = uri + "/followers",
        .following_uri = uri + "/following",
        .featured_uri = uri + "/featured",
        .created_at = system_now(),
        .fetched_at = system_now(),
    };
    account.id = db::accounts::insert(tx, account);
    return account;
}

db::Status DatabaseTest::status_by(const db::Account& author, db::Visibility visibility) {
    const Time now = system_now();
    db::Status status{
        .id = db::statuses::new_id(tx, now),
        .author = author.id,
        .local = author.is_local(),
        .content = "<p>Hello</p>",
        .visibility = visibility,
        .created_at = now,
    };
    status.uri = author.uri + "/statuses/" + to_string(status.id);
    status.url = author.url + "/" + to_string(status.id);
    status.thread = status.id.value;
    db::statuses::insert(tx, status);
    return status;
}
