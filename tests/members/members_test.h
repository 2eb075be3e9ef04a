#pragma once

#include "base/crypto.h"
#include "base/text.h"
#include "members/accounts.h"
#include "tests/support/database.h"

/// Members of the test instance.
class MembersTest : public DatabaseTest {
  protected:
    /// With a password of their own, ready to come in.
    db::Account member(const std::string& name = "ada", db::Role role = db::Role::Member) {
        auto account = local_account(name);
        db::users::insert(
            tx, {.account = account.id, .password_hash = *passwords.hash(password), .role = role});
        return account;
    }
    /// A name that no earlier run has used: what the code commits by itself stays.
    static std::string unique_name() { return "t" + crypto::hex(crypto::random_bytes(8)); }

    static constexpr auto password = "green ladders sing";
    members::Passwords passwords;
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    Time now = system_now();
};
