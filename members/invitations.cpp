#include "members/invitations.h"

#include "base/crypto.h"
#include "base/text.h"
#include "db/audit_log.h"

#include <fmt/format.h>

namespace members {
namespace {

std::string hash_of(std::string_view code) {
    return crypto::hex(crypto::sha256(code));
}

std::string find_guest_fault(const NewInvitation& wanted, Time now) {
    if (!wanted.guest_until) return "A guest is invited until a day.";
    if (wanted.circle.empty()) return "A guest needs a circle of members to write to.";
    if (*wanted.guest_until <= now || *wanted.guest_until - now > max_guest_stay)
        return fmt::format("A guest's last day lies ahead, at most {} days.",
                           max_guest_stay.count());
    return "";
}

} // namespace

Result<std::string> invite(db::Tx& tx, const NewInvitation& wanted, Time now) {
    constexpr std::size_t max_note = 200;
    if (wanted.uses < 1 || wanted.uses > max_invitation_uses || wanted.days < 1 ||
        wanted.days > max_invitation_days) {
        return Error{Error::Kind::Unprocessable,
                     "invitation out of bounds",
                     fmt::format("An invitation is for 1 to {} people and 1 to {} days.",
                                 max_invitation_uses,
                                 max_invitation_days)};
    }
    if (wanted.guest_until || !wanted.circle.empty()) {
        const auto fault = find_guest_fault(wanted, now);
        if (!fault.empty()) return Error{Error::Kind::Unprocessable, "guest out of bounds", fault};
    }
    auto code = crypto::random_token();
    const db::Invitation invitation{.note = clean_text(wanted.note, max_note),
                                    .max_uses = wanted.uses,
                                    .expires_at = now + std::chrono::hours{24} * wanted.days,
                                    .made_by = wanted.by,
                                    .guest_until = wanted.guest_until,
                                    .circle = wanted.circle};
    const auto id = db::invitations::insert(tx, invitation, hash_of(code));
    db::audit_log::insert(tx,
                          {.actor = wanted.by,
                           .act = "invitation.make",
                           .subject = to_string(id),
                           .details = {{"uses", wanted.uses},
                                       {"days", wanted.days},
                                       {"guest", wanted.guest_until.has_value()}}});
    return code;
}

std::optional<db::Invitation> find_invitation(db::Tx& tx, std::string_view code, Time now) {
    auto invitation = db::invitations::find_by_code(tx, hash_of(code));
    if (!invitation || !invitation->is_good(now)) return std::nullopt;
    return invitation;
}

std::optional<db::InvitationId> use_invitation(db::Tx& tx, std::string_view code, Time now) {
    return db::invitations::use(tx, hash_of(code), now);
}

bool revoke_invitation(db::Tx& tx, db::InvitationId id, const std::string& by, Time now) {
    if (!db::invitations::revoke(tx, id, now)) return false;
    db::audit_log::insert(tx, {.actor = by, .act = "invitation.revoke", .subject = to_string(id)});
    return true;
}

} // namespace members
