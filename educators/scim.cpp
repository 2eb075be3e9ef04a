#include "educators/scim.h"

#include "base/crypto.h"
#include "db/audit_log.h"
#include "db/scim_tokens.h"
#include "educators/attestation.h"
#include "educators/employment.h"
#include "members/tokens.h"

#include <spdlog/spdlog.h>

namespace educators {
namespace {

constexpr auto inactive_reason = "no longer active in the district's directory";

/// Whose account it is: of who joined as this user, or of the roster's person with that id.
AccountId account_of(db::Tx& tx, const db::ScimUser& user) {
    if (user.account) return user.account;
    if (user.external_id.empty()) return {};
    const auto person = db::roster_people::find_by_sourced_id(tx, user.external_id);
    return person ? person->account : AccountId{};
}

bool is_in_roster(db::Tx& tx, const db::ScimUser& user) {
    return !user.external_id.empty() &&
           db::roster_people::find_by_sourced_id(tx, user.external_id).has_value();
}

/// Attests by the userType, or takes back what an earlier one gave. The roster's people are the
/// roster's to attest.
void attest_by_type(db::Tx& tx,
                    const AccountRules& rules,
                    const ScimTerms& terms,
                    const db::ScimUser& user,
                    AccountId account,
                    Time now) {
    if (rules.instance == nullptr || is_in_roster(tx, user)) return;
    const auto kind = terms.user_types.find(user.user_type);
    if (kind == terms.user_types.end()) {
        if (user.account)
            revoke(tx, account, {.reason = "no educator by the district's directory"}, now);
        return;
    }
    const auto issuer = load_issuer(tx, *rules.instance, rules.terms, now);
    const auto granted = attest(
        tx,
        issuer,
        {.account = account, .kind = kind->second, .assurance = Assurance::Idp, .by = "scim"},
        now);
    if (!granted) spdlog::debug("educators: not attested: {}", granted.error().detail);
}

void settle(db::Tx& tx, const ScimDesk& desk, const db::ScimUser& user, Time now) {
    const auto account = account_of(tx, user);
    if (!account) return;
    if (!user.active || user.is_removed) {
        end_employment(tx, account, EmploymentSource::Scim, inactive_reason, now);
        return;
    }
    resume_employment(tx, desk.accounts, account, EmploymentSource::Scim, now);
    if (user.account) attest_by_type(tx, desk.accounts, desk.terms, user, account, now);
}

void audit(db::Tx& tx, std::string act, const db::ScimUser& user) {
    db::audit_log::insert(tx,
                          {.actor = "scim",
                           .act = std::move(act),
                           .subject = "scim user " + to_string(user.id),
                           .details = {{"active", user.active}}});
}

Error not_unique(const char* what) {
    return {.kind = Error::Kind::Unprocessable,
            .detail = std::string("scim: ") + what + " is taken",
            .shown = std::string("Another user has that ") + what + ".",
            .reason = "uniqueness"};
}

/// `own`: the user that is changed; 0: a new one.
Result<Done> check_unique(db::Tx& tx, const ScimFields& fields, db::ScimUserId own) {
    const auto same_name = db::scim_users::find_by_name(tx, fields.user_name);
    if (same_name && same_name->id != own) return not_unique("userName");
    if (fields.external_id.empty()) return Done{};
    const auto same_id = db::scim_users::find_by_external_id(tx, fields.external_id);
    if (!same_id || same_id->id == own || (!own && same_id->is_removed)) return Done{};
    return not_unique("externalId");
}

void take_over(db::ScimUser& user, const ScimFields& fields) {
    user.user_name = fields.user_name;
    user.external_id = fields.external_id;
    user.given_name = fields.given_name;
    user.family_name = fields.family_name;
    user.user_type = fields.user_type;
    user.active = fields.active;
}

db::ScimUser stored(db::Tx& tx, db::ScimUserId id) {
    return db::scim_users::find(tx, id).value();
}

} // namespace

Result<db::ScimUser> create_scim_user(db::Tx& tx,
                                      const ScimDesk& desk,
                                      const ScimFields& fields,
                                      Time now) {
    db::roster_people::lock(tx);
    db::scim_users::lock(tx);
    if (const auto fine = check_unique(tx, fields, {}); !fine) return fine.error();
    auto earlier = db::scim_users::find_by_external_id(tx, fields.external_id);
    db::ScimUser user = earlier.value_or(db::ScimUser{});
    take_over(user, fields);
    user.is_removed = false;
    if (earlier)
        db::scim_users::update(tx, user, now);
    else
        user.id = db::scim_users::insert(tx, user, now);
    user = stored(tx, user.id);
    audit(tx, "scim.create", user);
    settle(tx, desk, user, now);
    return user;
}

Result<db::ScimUser> change_scim_user(
    db::Tx& tx, const ScimDesk& desk, db::ScimUserId id, const ScimFields& fields, Time now) {
    db::roster_people::lock(tx);
    db::scim_users::lock(tx);
    const auto found = db::scim_users::find(tx, id);
    if (!found) return Error{Error::Kind::NotFound, "scim: no such user"};
    if (const auto fine = check_unique(tx, fields, id); !fine) return fine.error();
    auto user = *found;
    take_over(user, fields);
    // Another person from now on: what was said of the one before holds no longer.
    const auto before = account_of(tx, *found);
    if (before && before != account_of(tx, user))
        resume_employment(tx, desk.accounts, before, EmploymentSource::Scim, now);
    db::scim_users::update(tx, user, now);
    user = stored(tx, id);
    if (user.active != found->active) audit(tx, "scim.change", user);
    settle(tx, desk, user, now);
    return user;
}

Result<Done> remove_scim_user(db::Tx& tx, const ScimDesk& desk, db::ScimUserId id, Time now) {
    db::roster_people::lock(tx);
    db::scim_users::lock(tx);
    auto user = db::scim_users::find(tx, id);
    if (!user) return Error{Error::Kind::NotFound, "scim: no such user"};
    user->active = false;
    user->is_removed = true;
    db::scim_users::update(tx, *user, now);
    audit(tx, "scim.delete", *user);
    settle(tx, desk, *user, now);
    return Done{};
}

void claim_scim_user(db::Tx& tx,
                     const AccountRules& rules,
                     const ScimTerms& terms,
                     const db::ScimUser& user,
                     AccountId account,
                     Time now) {
    db::scim_users::set_account(tx, user.id, account);
    attest_by_type(tx, rules, terms, user, account, now);
}

void apply_directory(db::Tx& tx, std::string_view sourced_id, AccountId account, Time now) {
    const auto user = db::scim_users::find_by_external_id(tx, sourced_id);
    if (user && (!user->active || user->is_removed))
        end_employment(tx, account, EmploymentSource::Scim, inactive_reason, now);
}

std::string make_scim_token(db::Tx& tx, std::string_view note, std::string_view by, Time now) {
    auto token = crypto::random_token();
    const auto id = db::scim_tokens::insert(tx, members::stored_form(token), note, now);
    db::audit_log::insert(tx,
                          {.actor = std::string(by),
                           .act = "scim.token-make",
                           .subject = "scim token " + to_string(id)});
    return token;
}

bool is_scim_token(db::Tx& tx, std::string_view bearer, Time now) {
    constexpr std::size_t max_bytes = 128;
    constexpr std::chrono::hours noticeable{1};
    if (bearer.empty() || bearer.size() > max_bytes) return false;
    const auto token = db::scim_tokens::find(tx, members::stored_form(bearer));
    if (!token) return false;
    if (!token->used_at || now - *token->used_at >= noticeable)
        db::scim_tokens::set_used(tx, token->id, now);
    return true;
}

} // namespace educators
