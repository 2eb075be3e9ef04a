#pragma once

#include "db/accounts.h"
#include "db/pool.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

/// The test database, with the real migrations: TEST_DATABASE_URL. Without it a test fails.
db::Pool& test_pool();

/// Each test runs in a transaction that is rolled back.
class DatabaseTest : public testing::Test {
  protected:
    db::Tx tx{test_pool()};

    /// "https://maple.test/users/<name>".
    db::Account local_account(const std::string& name = "bob");
    /// The same with a row in `users`.
    db::Account member(const std::string& name = "bob");
    /// "https://<host>/users/<name>".
    db::Account remote_account(const std::string& name = "alice",
                               const std::string& host = "mastodon.example");
    db::Status status_by(const db::Account& author,
                         db::Visibility visibility = db::Visibility::Public);
};
