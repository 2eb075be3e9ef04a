#include "api/sign_up.h"
#include "db/email_blocks.h"
#include "db/ip_blocks.h"
#include "db/jobs.h"
#include "members/accounts.h"
#include "members/email.h"
#include "tests/api/oauth_support.h"

namespace {

class SignUpTest : public OAuthTest {
  protected:
    SignUpTest() {
        api::add_sign_up_routes(router, {.desk = desk, .now = [this] { return now; }});
    }

    std::string app_token(const Client& app) {
        return json(post("/oauth/token",
                         {{"grant_type", "client_credentials"},
                          {"client_id", app.id},
                          {"client_secret", app.secret},
                          {"scope", "read write"}}))
            .value("access_token", "");
    }
    static std::string unique() { return "n" + crypto::hex(crypto::random_bytes(6)); }
    static Fields wish(const Fields& more = {}) {
        const auto name = unique();
        Fields fields{{"username", name},
                      {"email", name + "@mail.test"},
                      {"password", "green ladders sing"},
                      {"agreement", "true"},
                      {"locale", "en"},
                      {"reason", "I teach here."}};
        for (const auto& field : more) {
            std::erase_if(fields, [&](const auto& other) { return other.first == field.first; });
            fields.push_back(field);
        }
        return fields;
    }
    http::Response join(const Fields& fields) {
        return post("/api/v1/accounts", fields, {{"Authorization", "Bearer " + token}});
    }
    Json details_of(const Fields& fields) {
        const auto response = join(fields);
        EXPECT_EQ(response.status, 422) << response.body;
        return json(response).value("details", Json::object());
    }
    AccountId account_of(const std::string& name) {
        db::Tx tx(pool);
        const auto account = db::accounts::find_by_handle(tx, name, "");
        return account ? account->id : AccountId{};
    }
    void let_in(AccountId id) {
        db::Tx tx(pool);
        members::confirm(tx, id, now);
        members::approve(tx, id, now);
        tx.commit();
    }

    members::Passwords passwords;
    members::Throttle throttle{.pool = pool, .key = crypto::random_bytes(16)};
    members::AddressBlocks addresses{pool};
    outbox::SignUpDesk desk{.pool = pool,
                            .instance = instance,
                            .passwords = passwords,
                            .addresses = addresses,
                            .throttle = throttle,
                            .rules = {.mode = outbox::SignUps::Approval}};
    std::string token = app_token(client());
};

TEST_F(SignUpTest, WhoJoinsWaitsUntilAddressAndModeratorAgree) {
    const auto fields = wish();
    const auto response = join(fields);
    ASSERT_EQ(response.status, 200) << response.body;
    const auto held = json(response).value("access_token", "");
    const auto id = account_of(fields[0].second);
    ASSERT_TRUE(id);
    const auto status = [&] {
        const auto caller = members::recognise_token(pool, held, now);
        return caller ? std::string("open") : caller.error().shown;
    };
    EXPECT_EQ(status(), "Your login is missing a confirmed e-mail address");
    {
        db::Tx tx(pool);
        EXPECT_FALSE(db::accounts::find(tx, id)->is_visible()) << "nobody sees who waits";
        members::confirm(tx, id, now);
        tx.commit();
    }
    EXPECT_EQ(status(), "Your login is currently pending approval");
    let_in(id);
    EXPECT_EQ(status(), "open");
    db::Tx tx(pool);
    EXPECT_TRUE(db::accounts::find(tx, id)->is_visible());
}

TEST_F(SignUpTest, AModeratorsSuspensionOutlivesTheConfirmation) {
    const auto fields = wish();
    ASSERT_EQ(join(fields).status, 200);
    const auto id = account_of(fields[0].second);
    {
        db::Tx tx(pool);
        members::suspend(tx, id, now);
        tx.commit();
    }
    let_in(id);
    db::Tx tx(pool);
    EXPECT_FALSE(db::accounts::find(tx, id)->is_visible());
    members::unsuspend(tx, id);
    EXPECT_TRUE(db::accounts::find(tx, id)->is_visible());
}

TEST_F(SignUpTest, ClosedMeansClosed) {
    ASSERT_EQ(join(wish()).status, 200);
    desk.rules.mode = outbox::SignUps::Closed;
    const auto fields = wish();
    EXPECT_EQ(join(fields).status, 403);
    EXPECT_FALSE(account_of(fields[0].second));
}

TEST_F(SignUpTest, OpenAsksNoModerator) {
    desk.rules.mode = outbox::SignUps::Open;
    const auto fields = wish({{"reason", ""}});
    ASSERT_EQ(join(fields).status, 200);
    db::Tx tx(pool);
    const auto user = db::users::find(tx, account_of(fields[0].second));
    ASSERT_TRUE(user);
    EXPECT_TRUE(user->is_approved);
    EXPECT_FALSE(user->is_confirmed);
}

TEST_F(SignUpTest, O18SaysWhatIsWrongWithEachField) {
    const auto taken = wish();
    ASSERT_EQ(join(taken).status, 200);
    auto look_alike = taken[0].second;
    look_alike.insert(1, "_");
    const struct {
        const char* field;
        std::string value;
        const char* code;
    } cases[] = {
        {"username", "with blank", "ERR_INVALID"},
        {"username", "", "ERR_INVALID"},
        {"username", std::string(31, 'a'), "ERR_INVALID"},
        {"username", "admin", "ERR_RESERVED"},
        {"username", "Adm1n_", "ERR_RESERVED"},
        {"username", "rnoderator", "ERR_RESERVED"},
        {"username", taken[0].second, "ERR_TAKEN"},
        {"username", look_alike, "ERR_TAKEN"},
        {"email", "no address", "ERR_INVALID"},
        {"email", "\"a b\"@mail.test", "ERR_INVALID"},
        {"email", "a@b@mail.test", "ERR_INVALID"},
        {"email", taken[1].second, "ERR_TAKEN"},
        {"password", "short", "ERR_INVALID"},
        {"agreement", "false", "ERR_ACCEPTED"},
        {"reason", " ", "ERR_BLANK"},
        {"reason", std::string(2'001, 'x'), "ERR_TOO_LONG"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.field) + " " + c.value.substr(0, 40));
        const auto details = details_of(wish({{c.field, c.value}}));
        ASSERT_TRUE(details.contains(c.field)) << details.dump();
        EXPECT_EQ(details.at(c.field)[0].at("error"), c.code);
        EXPECT_EQ(details.size(), 1U) << details.dump();
    }
}

// No other house signs our people in. An address is the only thing by which a stranger could claim
// to be somebody, and it opens nothing.
TEST_F(SignUpTest, O11AnAddressAloneBindsNobodyToAnAccount) {
    const auto fields = wish();
    ASSERT_EQ(join(fields).status, 200);
    const auto id = account_of(fields[0].second);
    let_in(id);
    const auto password_of = [&] {
        db::Tx tx(pool);
        return db::users::find(tx, id)->password_hash;
    };
    const auto before = password_of();
    auto shouted = fields[1].second;
    shouted[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(shouted[0])));
    for (const auto& address : {fields[1].second, shouted}) {
        const auto response = join(wish({{"email", address}}));
        EXPECT_EQ(response.status, 422) << address;
        EXPECT_EQ(response.body.find("access_token"), std::string::npos);
    }
    EXPECT_EQ(password_of(), before);
    // Whoever holds a token of theirs acts as themselves, not as who has that address.
    const auto other = wish();
    const auto held = json(join(other)).value("access_token", "");
    let_in(account_of(other[0].second));
    const auto caller = members::recognise_token(pool, held, now);
    ASSERT_TRUE(caller);
    EXPECT_NE(caller->account, id);
}

TEST_F(SignUpTest, P20BlockedMailHostsAndAddressesAreRefusedHoweverWritten) {
    const auto host = unique() + ".test";
    {
        db::Tx tx(pool);
        db::email_blocks::insert_domain(tx, host, false);
        db::email_blocks::insert_canonical(
            tx, members::canonical_email_hash("eve@mail-" + host), {});
        tx.commit();
    }
    EXPECT_EQ(join(wish({{"email", "honest@other-" + host}})).status, 200);
    for (const auto& email : {"a@" + host,
                              "A@" + std::string(1, 'N') + host.substr(1),
                              "a@sub." + host,
                              "e.v.e+again@mail-" + host}) {
        const auto details = details_of(wish({{"email", email}}));
        ASSERT_TRUE(details.contains("email")) << email;
        EXPECT_EQ(details.at("email")[0].at("error"), "ERR_BLOCKED");
    }
    db::Tx tx(pool);
    const auto block = db::email_blocks::match_domain(tx, host);
    const auto attempts =
        db::email_blocks::list_attempts(tx, {block->id}, now - std::chrono::days{1});
    ASSERT_EQ(attempts.size(), 1U);
    EXPECT_EQ(attempts[0].attempts, 3);
    EXPECT_EQ(attempts[0].addresses, 1);
}

TEST_F(SignUpTest, WhoIsTooYoungCannotJoinAndNoBirthdayIsKept) {
    desk.rules.min_age = 16;
    now = *parse_iso8601("2026-03-01T12:00:00Z");
    const struct {
        const char* born;
        const char* code;
    } cases[] = {{"2010-03-01", nullptr},
                 {"2010-03-02", "ERR_BELOW_LIMIT"},
                 {"2024-02-29", "ERR_BELOW_LIMIT"},
                 {"1990-12-31", nullptr},
                 {"", "ERR_BLANK"},
                 {"yesterday", "ERR_BLANK"}};
    for (const auto& c : cases) {
        const auto response = join(wish({{"date_of_birth", c.born}}));
        EXPECT_EQ(response.status, c.code == nullptr ? 200 : 422) << c.born;
        if (c.code == nullptr) continue;
        EXPECT_EQ(json(response).at("details").at("date_of_birth")[0].at("error"), c.code);
    }
}

TEST_F(SignUpTest, ABlockedAddressCannotJoin) {
    const auto add = [&](const char* severity) {
        db::Tx tx(pool);
        const auto made =
            db::ip_blocks::insert(tx, {.network = "192.0.2.0/24", .severity = severity});
        tx.commit();
        addresses.reload();
        return made->id;
    };
    const auto remove = [&](std::int64_t id) {
        db::Tx tx(pool);
        db::ip_blocks::remove(tx, id);
        tx.commit();
        addresses.reload();
    };
    desk.rules.mode = outbox::SignUps::Open;
    ASSERT_EQ(join(wish()).status, 200);
    auto id = add("sign_up_block");
    EXPECT_EQ(join(wish()).status, 403);
    remove(id);
    id = add("sign_up_requires_approval");
    const auto fields = wish();
    EXPECT_EQ(join(fields).status, 200);
    remove(id);
    db::Tx tx(pool);
    EXPECT_FALSE(db::users::find(tx, account_of(fields[0].second))->is_approved);
}

TEST_F(SignUpTest, O12AWaveOfSignUpsFromOneAddressStops) {
    int refused = 0;
    for (int i = 0; i < 22; ++i) {
        const auto response = join({{"username", "!"}});
        if (response.status == 429)
            ++refused;
        else
            EXPECT_EQ(response.status, 422);
    }
    EXPECT_EQ(refused, 2);
    now += std::chrono::hours{1};
    EXPECT_EQ(join(wish()).status, 200);
}

TEST_F(SignUpTest, NeedsAnAppsTokenWithTheScope) {
    const auto fields = wish();
    EXPECT_EQ(post("/api/v1/accounts", fields).status, 401);
    const auto reading = json(post("/oauth/token",
                                   {{"grant_type", "client_credentials"},
                                    {"client_id", client().id},
                                    {"scope", "read"}}))
                             .value("access_token", "");
    EXPECT_NE(post("/api/v1/accounts", fields, {{"Authorization", "Bearer " + reading}}).status,
              200);
    EXPECT_FALSE(account_of(fields[0].second));
}

TEST_F(SignUpTest, TheLetterIsSentAgainOnlyToWhoWaits) {
    const auto fields = wish();
    const auto held = json(join(fields)).value("access_token", "");
    const http::Headers headers{{"Authorization", "Bearer " + held}};
    const auto again = [&](const Fields& form) {
        return post("/api/v1/emails/confirmations", form, headers);
    };
    EXPECT_EQ(again({}).status, 200);
    const auto other = unique() + "@mail.test";
    EXPECT_EQ(again({{"email", other}}).status, 200);
    EXPECT_EQ(again({{"email", "no address"}}).status, 422);
    const auto id = account_of(fields[0].second);
    {
        db::Tx tx(pool);
        EXPECT_EQ(db::users::find(tx, id)->email, other);
    }
    EXPECT_EQ(again({}).status, 200);
    EXPECT_EQ(again({}).status, 200);
    EXPECT_EQ(again({}).status, 429) << "O12: five letters an hour";
    let_in(id);
    EXPECT_EQ(again({}).status, 403);
    EXPECT_EQ(post("/api/v1/emails/confirmations", {}).status, 401);
}

} // namespace
