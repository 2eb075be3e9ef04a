#include "db/oauth_apps.h"
#include "db/oauth_tokens.h"
#include "members/authorization.h"
#include "members/permissions.h"
#include "members/sessions.h"
#include "members/tokens.h"
#include "tests/members/members_test.h"

namespace {

class AccountsTest : public MembersTest {
  protected:
    std::string token_of(const db::Account& account, std::vector<std::string> scopes = {"read"}) {
        if (!app) {
            app = db::oauth_apps::insert(tx,
                                         {.client_id = crypto::random_token(),
                                          .name = "App",
                                          .redirect_uris = {"https://app.example/"},
                                          .scopes = {"read"}});
        }
        auto token = crypto::random_token();
        db::oauth_tokens::insert(tx,
                                 {.token_hash = members::stored_form(token),
                                  .app = app,
                                  .account = account.id,
                                  .scopes = std::move(scopes),
                                  .created_at = now});
        return token;
    }
    http::Request with_session(const db::Account& account) {
        const auto line = members::open_session(tx, instance, account.id, "Firefox", now);
        http::Request request;
        request.headers.add("Cookie", line.substr(0, line.find(';')));
        return request;
    }
    bool is_signed_in(const http::Request& request) {
        return members::find_session(tx, instance, request, now).has_value();
    }

    AppId app{};
};

TEST_F(AccountsTest, ANewMemberMustChangeTheOneTimePasswordFirst) {
    const auto ada = local_account("ada");
    const auto once = members::create_member(
        tx, passwords, {.account = ada.id, .email = "ada@maple.test", .role = db::Role::Owner});
    ASSERT_TRUE(once);
    const auto user = db::users::find(tx, ada.id);
    EXPECT_TRUE(user->must_change_password);
    EXPECT_EQ(user->role, db::Role::Owner);
    EXPECT_TRUE(*passwords.fits(user->password_hash, *once));
    EXPECT_EQ(db::users::find_by_email(tx, "ADA@maple.test")->account, ada.id);

    const auto session = with_session(ada);
    EXPECT_TRUE(members::find_session(tx, instance, session, now)->must_change_password);

    ASSERT_TRUE(members::change_password(
        tx, passwords, instance, {.account = ada.id, .current = *once, .wanted = password}, now));
    EXPECT_FALSE(db::users::find(tx, ada.id)->must_change_password);
    EXPECT_FALSE(is_signed_in(session));
}

TEST_F(AccountsTest, EmailAddressesAreWrittenInOneWayAndBelongToOneMember) {
    const auto ada = local_account("ada");
    const auto bob = local_account("bob");
    for (const auto* email : {"@maple.test",
                              "a@b@maple.test",
                              "\"a\"@maple.test",
                              "a b@maple.test",
                              "a@[127.0.0.1]",
                              "a@maple.test\n",
                              "a(x)@maple.test"}) {
        SCOPED_TRACE(email);
        EXPECT_FALSE(members::create_member(tx, passwords, {.account = ada.id, .email = email}));
    }
    ASSERT_TRUE(members::create_member(tx, passwords, {.account = ada.id, .email = "a@b.test"}));
    EXPECT_FALSE(members::create_member(tx, passwords, {.account = bob.id, .email = "A@b.test"}));
}

TEST_F(AccountsTest, O10APasswordChangeEndsEverySessionTokenAndCode) {
    const auto ada = member();
    const auto session = with_session(ada);
    const auto token = token_of(ada);
    const members::Authorization authorization{.app = *db::oauth_apps::find(tx, app),
                                               .redirect_uri = "https://app.example/",
                                               .scopes = {"read"}};
    const auto code = members::grant_code(tx, authorization, ada.id, now);
    EXPECT_TRUE(is_signed_in(session));
    EXPECT_TRUE(members::recognise_token(tx, token, now));

    const members::PasswordChange change{
        .account = ada.id, .current = password, .wanted = "blue ladders sing"};
    ASSERT_TRUE(members::change_password(tx, passwords, instance, change, now));
    EXPECT_FALSE(is_signed_in(session));
    EXPECT_FALSE(members::recognise_token(tx, token, now));
    EXPECT_FALSE(members::exchange_code(
        tx, authorization.app, {.code = code, .redirect_uri = "https://app.example/"}, now));
}

TEST_F(AccountsTest, APasswordChangeNeedsTheCurrentOneAndAGoodNewOne) {
    const auto ada = member();
    const struct {
        const char* current;
        const char* wanted;
        Error::Kind kind;
    } cases[] = {
        {"wrong", "blue ladders sing", Error::Kind::Forbidden},
        {password, "short", Error::Kind::Unprocessable},
        {password, password, Error::Kind::Unprocessable},
    };
    const auto session = with_session(ada);
    for (const auto& c : cases) {
        SCOPED_TRACE(c.wanted);
        const auto changed =
            members::change_password(tx,
                                     passwords,
                                     instance,
                                     {.account = ada.id, .current = c.current, .wanted = c.wanted},
                                     now);
        ASSERT_FALSE(changed);
        EXPECT_EQ(changed.error().kind, c.kind);
    }
    EXPECT_TRUE(is_signed_in(session));
}

TEST_F(AccountsTest, ResetSuspendDisableAndDeletePutAMemberOutAtOnce) {
    using Act = std::function<void(AccountId)>;
    const std::pair<const char*, Act> cases[] = {
        {"reset",
         [&](AccountId id) { ASSERT_TRUE(members::reset_password(tx, passwords, id, now)); }},
        {"suspend", [&](AccountId id) { members::suspend(tx, id, now); }},
        {"suspended without signing out",
         [&](AccountId id) { db::accounts::set_suspended(tx, id, now); }},
        {"disable",
         [&](AccountId id) {
             ASSERT_TRUE(members::set_state(tx, id, db::MemberState::Disabled, now));
         }},
        {"left without signing out",
         [&](AccountId id) { db::users::set_state(tx, id, db::MemberState::Left); }},
        {"delete",
         [&](AccountId id) {
             ASSERT_TRUE(members::set_state(tx, id, db::MemberState::Deleted, now));
         }},
    };
    int number = 0;
    for (const auto& [name, act] : cases) {
        SCOPED_TRACE(name);
        const auto ada = member("ada" + std::to_string(number++));
        const auto session = with_session(ada);
        const auto token = token_of(ada);
        ASSERT_TRUE(is_signed_in(session));
        ASSERT_TRUE(members::recognise_token(tx, token, now));
        act(ada.id);
        EXPECT_FALSE(is_signed_in(session));
        const auto refused = members::recognise_token(tx, token, now);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, Error::Kind::Unauthorized);
    }
}

TEST_F(AccountsTest, DeletingKeepsNothingOfThePersonAndIsFinal) {
    const auto ada = local_account("ada");
    ASSERT_TRUE(members::create_member(tx, passwords, {.account = ada.id, .email = "a@b.test"}));
    ASSERT_TRUE(members::set_state(tx, ada.id, db::MemberState::Deleted, now));
    const auto user = db::users::find(tx, ada.id);
    EXPECT_EQ(user->email, "");
    EXPECT_EQ(user->password_hash, "");
    EXPECT_TRUE(db::accounts::find(tx, ada.id)->deleted_at);
    EXPECT_FALSE(members::set_state(tx, ada.id, db::MemberState::Active, now));
    EXPECT_FALSE(members::reset_password(tx, passwords, ada.id, now));
}

TEST_F(AccountsTest, SessionsEndWhenIdleAndInTheEndAlways) {
    const auto ada = member();
    const auto start = now;
    const auto session = with_session(ada);
    now = start + members::session_idle - std::chrono::hours(1);
    EXPECT_TRUE(is_signed_in(session)); // and was seen now
    now += members::session_idle - std::chrono::hours(1);
    EXPECT_TRUE(is_signed_in(session));
    now += members::session_idle;
    EXPECT_FALSE(is_signed_in(session));

    now = start;
    const auto busy = with_session(ada);
    for (; now < start + members::session_lifetime; now += std::chrono::hours(24)) {
        ASSERT_TRUE(is_signed_in(busy));
    }
    EXPECT_FALSE(is_signed_in(busy));
}

TEST_F(AccountsTest, TheSessionCookieIsHardToStealOrPlant) {
    const auto ada = member();
    const auto secure = members::open_session(tx, instance, ada.id, "", now);
    EXPECT_TRUE(secure.starts_with("__Host-session="));
    for (const auto* part : {"; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"})
        EXPECT_NE(secure.find(part), std::string::npos) << part;
    EXPECT_EQ(secure.find("Domain"), std::string::npos);

    const Instance local{
        .origin = "http://localhost:8080", .host = "localhost:8080", .handle_host = "localhost"};
    EXPECT_EQ(members::session_cookie_name(local), "session-8080");
    EXPECT_EQ(members::session_cookie_name(
                  {.origin = "http://localhost", .host = "localhost", .handle_host = "localhost"}),
              "session");
    EXPECT_EQ(members::open_session(tx, local, ada.id, "", now).find("Secure"), std::string::npos);

    // Two cookies of that name: one was planted by a neighbour.
    auto request = with_session(ada);
    EXPECT_TRUE(is_signed_in(request));
    request.headers.add("Cookie", "__Host-session=planted");
    EXPECT_FALSE(is_signed_in(request));
}

TEST_F(AccountsTest, UseOfATokenIsNotedAtMostOnceAnHour) {
    const auto ada = member();
    const auto token = token_of(ada);
    const auto used = [&] {
        return db::oauth_tokens::find(tx, members::stored_form(token))->last_used_at;
    };
    ASSERT_TRUE(members::recognise_token(tx, token, now));
    const auto first = used();
    ASSERT_TRUE(first);
    ASSERT_TRUE(members::recognise_token(tx, token, now + std::chrono::minutes(59)));
    EXPECT_EQ(used(), first);
    ASSERT_TRUE(members::recognise_token(tx, token, now + std::chrono::minutes(61)));
    EXPECT_GT(used(), first);
    EXPECT_FALSE(members::recognise_token(tx, "", now));
    EXPECT_FALSE(members::recognise_token(tx, std::string(10'000, 'a'), now));
    EXPECT_FALSE(members::recognise_token(tx, members::stored_form(token), now));
}

TEST_F(AccountsTest, O04AdminScopesHoldOnlyWhileTheRoleDoes) {
    const auto ada = member("ada", db::Role::Moderator);
    const auto token = token_of(ada, {"read", "admin:read"});
    EXPECT_EQ(members::recognise_token(tx, token, now)->scopes,
              (std::vector<std::string>{"read", "admin:read"}));
    db::users::set_role(tx, ada.id, db::Role::Member);
    EXPECT_EQ(members::recognise_token(tx, token, now)->scopes, std::vector<std::string>{"read"});
}

TEST(Permissions, FollowTheRole) {
    using members::Permission;
    EXPECT_TRUE(members::may(db::Role::Owner, Permission::Own));
    EXPECT_TRUE(members::may(db::Role::Owner, Permission::Moderate));
    EXPECT_TRUE(members::may(db::Role::Moderator, Permission::Moderate));
    EXPECT_FALSE(members::may(db::Role::Moderator, Permission::Own));
    EXPECT_FALSE(members::may(db::Role::Member, Permission::Moderate));
}

TEST_F(AccountsTest, CleaningUpRemovesOnlyWhatNobodyCanUse) {
    const auto ada = member();
    const auto session = with_session(ada);
    const auto token = token_of(ada);
    const auto unused = db::oauth_apps::insert(tx,
                                               {.client_id = crypto::random_token(),
                                                .name = "Unused",
                                                .redirect_uris = {"https://app.example/"},
                                                .scopes = {"read"}});
    members::forget_expired(tx, now);
    EXPECT_TRUE(is_signed_in(session));
    EXPECT_TRUE(db::oauth_apps::find(tx, unused));
    members::forget_expired(tx, now + std::chrono::hours(24 * 31));
    EXPECT_TRUE(members::recognise_token(tx, token, now));
    EXPECT_FALSE(db::oauth_apps::find(tx, unused));
    EXPECT_FALSE(is_signed_in(session));
}

} // namespace
