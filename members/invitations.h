#pragma once

#include "base/result.h"
#include "db/invitations.h"

#include <optional>
#include <string>
#include <string_view>

/// Invitations: a code that lets so many people in until a day.
namespace members {

constexpr int max_invitation_uses = 100;
constexpr int max_invitation_days = 90;

struct NewInvitation {
    std::string note{};
    int uses = 1;
    int days = 14;
    std::string by{}; ///< "command line", or an account's uri.
};

/// Returns the code, which is stored nowhere. An entry of the audit log.
/// Errors: Unprocessable (uses or days out of bounds).
Result<std::string> invite(db::Tx& tx, const NewInvitation& wanted, Time now);

/// The invitation of a code that could be used now.
std::optional<db::Invitation> find_invitation(db::Tx& tx, std::string_view code, Time now);
/// Uses it once. Nothing when it cannot be.
std::optional<db::InvitationId> use_invitation(db::Tx& tx, std::string_view code, Time now);
/// False when there was none to revoke.
bool revoke_invitation(db::Tx& tx, db::InvitationId id, const std::string& by, Time now);

} // namespace members
