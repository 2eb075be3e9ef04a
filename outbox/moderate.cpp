#include "outbox/moderate.h"

#include "base/text.h"
#include "db/account_standings.h"
#include "db/audit_log.h"
#include "db/email_blocks.h"
#include "db/follows.h"
#include "db/reports.h"
#include "db/users.h"
#include "mail/letters.h"
#include "members/accounts.h"
#include "members/email.h"
#include "members/permissions.h"
#include "outbox/cases.h"
#include "outbox/farewell.h"
#include "outbox/profile.h"
#include "outbox/remove.h"
#include "outbox/strikes.h"
#include "statuses/erase.h"

#include <array>

namespace outbox {
namespace {

constexpr std::size_t max_text = 5'000;
constexpr std::array<std::string_view, 5> names{
    "none", "sensitive", "disable", "silence", "suspend"};

// What the member reads, in the order of Sanction.
// What who reported is told, in the same order (federation/case.h).
constexpr std::array<const char*, 5> outcomes{"warned", "limited", "limited", "limited", "limited"};
constexpr std::array<const char*, 5> reliefs{
    "",
    "your posts are no longer marked as sensitive.",
    "you can sign in again.",
    "your posts are shown to everybody again.",
    "your account is no longer suspended. You can sign in again."};

std::string_view name_of(Sanction sanction) {
    return names[static_cast<std::size_t>(sanction)];
}

Error forbidden(std::string detail) {
    return {Error::Kind::Forbidden, std::move(detail), "This action is not allowed"};
}

/// Whom somebody acts on, and how it stands with them.
struct Subject {
    db::Account account;
    db::Standing standing;
};

Result<Subject> find_target(db::Tx& tx, AccountId target) {
    const auto account = db::accounts::find(tx, target);
    const auto standing = db::account_standings::find(tx, target);
    if (!account || !standing) return Error{Error::Kind::NotFound, "no such account"};
    return Subject{*account, *standing};
}

Result<Subject> find_subject(db::Tx& tx, const Acting& acting, AccountId target) {
    const auto moderator = db::users::find(tx, acting.account);
    if (!moderator) return forbidden("no member acts");
    auto subject = find_target(tx, target);
    if (!subject) return subject;
    if (!members::outranks(moderator->role, subject->standing.role) || target == acting.account) {
        return forbidden("no higher role than the other's");
    }
    return subject;
}

void suspend(db::Tx& tx, const Acting& acting, const Subject& subject) {
    if (!subject.account.is_local()) {
        db::accounts::set_suspended(tx, subject.account.id, acting.now);
        end_follows_of(tx, subject.account);
        return;
    }
    members::suspend(tx, subject.account.id, acting.now);
    // Whoever was sent away does not come back by the same mailbox.
    if (!subject.standing.email.empty()) {
        db::email_blocks::insert_canonical(
            tx, members::canonical_email_hash(subject.standing.email), subject.account.id);
    }
    const auto changed = db::accounts::find(tx, subject.account.id);
    send_profile(tx, acting.instance, *changed, acting.now);
}

void unsuspend(db::Tx& tx, const Acting& acting, const Subject& subject) {
    members::unsuspend(tx, subject.account.id);
    if (!subject.account.is_local()) return;
    db::email_blocks::remove_canonical_of(tx, subject.account.id);
    const auto changed = db::accounts::find(tx, subject.account.id);
    send_profile(tx, acting.instance, *changed, acting.now);
}

Result<Done> impose(db::Tx& tx, const Acting& acting, const Subject& subject, Sanction sanction) {
    const auto id = subject.account.id;
    switch (sanction) {
    case Sanction::None:
        return Done{};
    case Sanction::Sensitive:
        db::account_standings::set_sensitized(tx, id, acting.now);
        db::account_standings::mark_statuses(tx, id);
        return Done{};
    case Sanction::Disable:
        if (!subject.standing.is_member) return forbidden("somebody else's member");
        return members::set_state(tx, id, db::MemberState::Disabled, acting.now);
    case Sanction::Silence:
        db::accounts::set_limited(tx, id, acting.now);
        return Done{};
    case Sanction::Suspend:
        suspend(tx, acting, subject);
        return Done{};
    }
    return Done{};
}

} // namespace

std::optional<Sanction> parse_sanction(std::string_view text) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text) return static_cast<Sanction>(i);
    }
    return std::nullopt;
}

void audit(db::Tx& tx,
           const Acting& acting,
           std::string_view act,
           std::string_view subject,
           std::string_view reason,
           Json details) {
    const auto moderator = db::accounts::find(tx, acting.account);
    db::audit_log::insert(tx,
                          {.at = acting.now,
                           .actor = moderator ? moderator->uri : "",
                           .act = std::string(act),
                           .subject = std::string(subject),
                           .reason = std::string(reason),
                           .details = std::move(details)});
}

Result<Done> sanction(db::Tx& tx, const Acting& acting, const SanctionDraft& draft) {
    if (!is_valid_utf8(draft.text) || count_code_points(draft.text) > max_text) {
        return Error{Error::Kind::Unprocessable, "text", "Validation failed: Text is too long"};
    }
    const auto subject = find_subject(tx, acting, draft.target);
    if (!subject) return subject.error();
    const auto done = impose(tx, acting, *subject, draft.sanction);
    if (!done) return done.error();
    Json details = Json::object();
    if (draft.report) {
        const auto report = db::reports::find(tx, draft.report);
        if (!report || report->target != draft.target) {
            return Error{Error::Kind::NotFound, "no such report about that account"};
        }
        close_case_about(tx,
                         acting,
                         draft.target,
                         {.outcome = outcomes[static_cast<std::size_t>(draft.sanction)]});
        details["report"] = to_string(draft.report);
    }
    audit(tx,
          acting,
          "account." + std::string(name_of(draft.sanction)),
          subject->account.uri,
          draft.text,
          std::move(details));
    if (subject->standing.is_member) {
        strike(tx,
               acting,
               {.account = draft.target,
                .act = std::string(name_of(draft.sanction)),
                .reason = draft.text},
               draft.tells);
    }
    return Done{};
}

Result<Done> lift(db::Tx& tx, const Acting& acting, AccountId target, Sanction sanction) {
    if (const auto allowed = check_outranks(tx, acting, target); !allowed) return allowed;
    return relieve(tx, acting, target, sanction);
}

Result<Done> relieve(db::Tx& tx, const Acting& acting, AccountId target, Sanction sanction) {
    const auto subject = find_target(tx, target);
    if (!subject) return subject.error();
    switch (sanction) {
    case Sanction::None:
        return Done{};
    case Sanction::Sensitive:
        db::account_standings::set_sensitized(tx, target, std::nullopt);
        db::account_standings::unmark_statuses(tx, target);
        break;
    case Sanction::Disable:
        if (!subject->standing.is_member) return forbidden("somebody else's member");
        if (subject->standing.state == db::MemberState::Disabled) {
            const auto done = members::set_state(tx, target, db::MemberState::Active, acting.now);
            if (!done) return done.error();
        }
        break;
    case Sanction::Silence:
        db::accounts::set_limited(tx, target, std::nullopt);
        break;
    case Sanction::Suspend:
        if (subject->standing.suspended) unsuspend(tx, acting, *subject);
        break;
    }
    audit(tx, acting, "account.un" + std::string(name_of(sanction)), subject->account.uri);
    if (subject->standing.is_member) {
        db::strikes::set_undone(tx, target, name_of(sanction), {}, acting.now);
        mail::post(tx,
                   mail::Letter::SanctionLifted,
                   target,
                   {{"consequence", reliefs[static_cast<std::size_t>(sanction)]}});
    }
    return Done{};
}

Result<Done> check_outranks(db::Tx& tx, const Acting& acting, AccountId target) {
    const auto subject = find_subject(tx, acting, target);
    if (!subject) return subject.error();
    return Done{};
}

Result<Done> approve(db::Tx& tx, const Acting& acting, AccountId target) {
    const auto subject = find_subject(tx, acting, target);
    if (!subject) return subject.error();
    if (subject->standing.approved) return forbidden("does not wait for approval");
    members::approve(tx, target, acting.now);
    mail::post(tx, mail::Letter::Approved, target);
    audit(tx, acting, "account.approve", subject->account.uri);
    return Done{};
}

Result<Done> reject(db::Tx& tx, const Acting& acting, AccountId target) {
    const auto subject = find_subject(tx, acting, target);
    if (!subject) return subject.error();
    if (subject->standing.approved) return forbidden("does not wait for approval");
    const auto done = members::set_state(tx, target, db::MemberState::Deleted, acting.now);
    if (!done) return done.error();
    audit(tx, acting, "account.reject", subject->account.uri);
    return Done{};
}

Result<Done> check_removal(db::Tx& tx, const Acting& acting, AccountId target) {
    const auto subject = find_subject(tx, acting, target);
    if (!subject) return subject.error();
    if (!subject->standing.suspended) return forbidden("not suspended");
    return Done{};
}

Result<Done> remove_account(db::Tx& tx, const Acting& acting, AccountId target) {
    const auto subject = find_subject(tx, acting, target);
    if (!subject) return subject.error();
    if (!subject->standing.suspended) return forbidden("not suspended");
    if (subject->account.is_local()) {
        announce_deletion(tx, subject->account);
        const auto done = members::set_state(tx, target, db::MemberState::Deleted, acting.now);
        if (!done) return done.error();
    }
    // Of others the row stays, suspended: else the same actor would come back as somebody new.
    statuses::queue_erasing(tx, target);
    audit(tx, acting, "account.delete", subject->account.uri);
    return Done{};
}

} // namespace outbox
