#include "db/users.h"

#include "db/query.h"

#include <array>
#include <stdexcept>

namespace db {
namespace {

constexpr std::array<std::string_view, 4> roles{"", "school moderator", "moderator", "owner"};
constexpr std::array<std::string_view, 4> states{"active", "disabled", "left", "deleted"};

template <typename Enum, typename Names>
Enum parse(const Names& names, std::string_view text) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text) return static_cast<Enum>(i);
    }
    throw std::logic_error("users: unknown value in a checked column");
}

} // namespace

std::string_view to_string(Role role) {
    return roles[static_cast<std::size_t>(role)];
}

std::string_view to_string(MemberState state) {
    return states[static_cast<std::size_t>(state)];
}

Role parse_role(std::string_view text) {
    return parse<Role>(roles, text);
}

MemberState parse_member_state(std::string_view text) {
    return parse<MemberState>(states, text);
}

} // namespace db

namespace db::users {
namespace {

User read(Columns c) {
    User user;
    user.account = c.id<AccountId>();
    user.email = c.text();
    user.password_hash = c.text();
    user.must_change_password = c.flag();
    user.role = parse_role(c.text());
    user.state = parse_member_state(c.text());
    user.locale = c.text();
    user.settings = c.json();
    user.created_at = c.time();
    user.last_sign_in_at = c.maybe_time();
    user.last_active_at = c.time();
    user.is_confirmed = c.flag();
    user.is_approved = c.flag();
    user.suspended_waiting = c.flag();
    user.sign_up_reason = c.text();
    user.sign_up_app = c.id<AppId>();
    return user;
}

constexpr auto insert_user = R"sql(
    INSERT INTO users (account_id, email, password_hash, must_change_password, role, state, locale,
        settings, confirmed_at, approved_at, sign_up_reason, sign_up_app_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $9::boolean THEN now() END,
        CASE WHEN $10::boolean THEN now() END, $11, $12)
)sql";

constexpr auto select_by_account = R"sql(
    SELECT account_id, email, password_hash, must_change_password, role, state, locale, settings,
        created_at, last_sign_in_at, last_active_at, confirmed_at IS NOT NULL,
        approved_at IS NOT NULL, suspended_waiting, sign_up_reason, sign_up_app_id
    FROM users WHERE account_id = $1
)sql";

constexpr auto select_by_email = R"sql(
    SELECT account_id, email, password_hash, must_change_password, role, state, locale, settings,
        created_at, last_sign_in_at, last_active_at, confirmed_at IS NOT NULL,
        approved_at IS NOT NULL, suspended_waiting, sign_up_reason, sign_up_app_id
    FROM users WHERE lower(email) = lower($1) AND email <> ''
)sql";

constexpr auto select_all = R"sql(
    SELECT account_id, email, password_hash, must_change_password, role, state, locale, settings,
        created_at, last_sign_in_at, last_active_at, confirmed_at IS NOT NULL,
        approved_at IS NOT NULL, suspended_waiting, sign_up_reason, sign_up_app_id
    FROM users ORDER BY account_id
)sql";

constexpr auto update_password =
    "UPDATE users SET password_hash = $2, must_change_password = $3 WHERE account_id = $1";
constexpr auto update_confirmed =
    "UPDATE users SET confirmed_at = $2 WHERE account_id = $1 AND confirmed_at IS NULL";
constexpr auto update_approved =
    "UPDATE users SET approved_at = $2 WHERE account_id = $1 AND approved_at IS NULL";
constexpr auto update_suspended_waiting =
    "UPDATE users SET suspended_waiting = $2 WHERE account_id = $1";
constexpr auto update_email =
    "UPDATE users SET email = $2 WHERE account_id = $1 AND confirmed_at IS NULL";
constexpr auto select_never_confirmed = R"sql(
    SELECT account_id FROM users
    WHERE confirmed_at IS NULL AND state <> 'deleted' AND created_at < $1
)sql";
constexpr auto update_role = "UPDATE users SET role = $2 WHERE account_id = $1";
constexpr auto update_state = "UPDATE users SET state = $2 WHERE account_id = $1";
constexpr auto update_settings = "UPDATE users SET settings = $2 WHERE account_id = $1";
constexpr auto update_signed_in = R"sql(
    WITH today AS (
        INSERT INTO active_days (day, account_id)
        VALUES (($2::timestamptz AT TIME ZONE 'UTC')::date, $1)
        ON CONFLICT DO NOTHING
    )
    UPDATE users SET last_sign_in_at = $2, last_active_at = greatest(last_active_at, $2)
    WHERE account_id = $1
)sql";
// The rows of the day and of the week too, for db::usage.
constexpr auto update_active = R"sql(
    WITH today AS (
        INSERT INTO active_days (day, account_id)
        SELECT ($2::timestamptz AT TIME ZONE 'UTC')::date, account_id
        FROM users WHERE account_id = $1
        ON CONFLICT DO NOTHING
    ), week AS (
        INSERT INTO member_weeks (week, account_id)
        SELECT date_trunc('week', $2::timestamptz AT TIME ZONE 'UTC')::date, account_id
        FROM users WHERE account_id = $1
        ON CONFLICT DO NOTHING
    )
    UPDATE users SET last_active_at = greatest(last_active_at, $2) WHERE account_id = $1
)sql";
// No password has the empty hash.
constexpr auto clear_person = R"sql(
    UPDATE users SET email = '', password_hash = '', settings = '{}', role = '', state = 'deleted',
        last_sign_in_at = NULL, sign_up_reason = ''
    WHERE account_id = $1
)sql";
constexpr auto delete_days =
    "DELETE FROM active_days WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date";
constexpr auto update_digests = R"sql(
    UPDATE users SET digest_at = $1
    WHERE settings->>'mail_digest' = 'weekly' AND email <> '' AND confirmed_at IS NOT NULL
        AND state = 'active' AND last_active_at < $2 AND (digest_at IS NULL OR digest_at < $2)
    RETURNING account_id
)sql";
constexpr auto select_news = R"sql(
    SELECT count(*) FILTER (WHERE n.type = 'mention'),
        count(*) FILTER (WHERE n.type IN ('follow', 'follow_request')),
        count(*) FILTER (WHERE n.type NOT IN ('mention', 'follow', 'follow_request'))
    FROM users u JOIN notifications n ON n.account_id = u.account_id
    WHERE u.account_id = $1 AND n.created_at > u.last_active_at
)sql";
constexpr auto count_active =
    "SELECT count(*) FROM users WHERE state = 'active' AND last_active_at >= $1";

} // namespace

void insert(Tx& tx, const User& user) {
    exec(tx,
         insert_user,
         user.account,
         user.email,
         user.password_hash,
         user.must_change_password,
         to_string(user.role),
         to_string(user.state),
         user.locale,
         user.settings,
         user.is_confirmed,
         user.is_approved,
         user.sign_up_reason,
         or_null(user.sign_up_app));
}

std::optional<User> find(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_by_account, account), read);
}

std::optional<User> find_by_email(Tx& tx, std::string_view email) {
    return first_of(exec(tx, select_by_email, email), read);
}

std::vector<User> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

void set_password(Tx& tx, AccountId account, std::string_view hash, NextSignIn next) {
    exec(tx, update_password, account, hash, next == NextSignIn::MustChangePassword);
}

void set_confirmed(Tx& tx, AccountId account, Time at) {
    exec(tx, update_confirmed, account, at);
}

void set_approved(Tx& tx, AccountId account, Time at) {
    exec(tx, update_approved, account, at);
}

void set_suspended_waiting(Tx& tx, AccountId account, bool suspended) {
    exec(tx, update_suspended_waiting, account, suspended);
}

void set_email(Tx& tx, AccountId account, std::string_view email) {
    exec(tx, update_email, account, email);
}

std::vector<AccountId> list_never_confirmed(Tx& tx, Time before) {
    return ids_of<AccountId>(exec(tx, select_never_confirmed, before));
}

void set_role(Tx& tx, AccountId account, Role role) {
    exec(tx, update_role, account, to_string(role));
}

void set_state(Tx& tx, AccountId account, MemberState state) {
    exec(tx, update_state, account, to_string(state));
}

void set_settings(Tx& tx, AccountId account, const Json& settings) {
    exec(tx, update_settings, account, settings);
}

void set_signed_in(Tx& tx, AccountId account, Time at) {
    exec(tx, update_signed_in, account, at);
}

void set_active(Tx& tx, AccountId account, Time at) {
    exec(tx, update_active, account, at);
}

void forget_days_before(Tx& tx, Time day) {
    exec(tx, delete_days, day);
}

void forget_person(Tx& tx, AccountId account) {
    exec(tx, clear_person, account);
}

std::vector<AccountId> claim_digests(Tx& tx, Time now, Time since) {
    return ids_of<AccountId>(exec(tx, update_digests, now, since));
}

News count_news(Tx& tx, AccountId account) {
    Columns c(exec(tx, select_news, account).front());
    News news;
    news.mentions = c.number();
    news.followers = c.number();
    news.others = c.number();
    return news;
}

std::int64_t count_active_since(Tx& tx, Time since) {
    return Columns(exec(tx, count_active, since).front()).number();
}

} // namespace db::users
