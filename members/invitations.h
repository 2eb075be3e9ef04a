#pragma once

#include "base/result.h"
#include "db/invitations.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Invitations: a code that lets so many people in until a day.
namespace members {

constexpr int max_invitation_uses = 100;
constexpr int max_invitation_days = 90;
constexpr std::chrono::days max_guest_stay{366};

struct NewInvitation {
    std::string note{};
    int uses = 1;
    int days = 14;
    std::string by{};                  ///< "command line", or an account's uri.
    std::optional<Time> guest_until{}; ///< For a guest: the account ends then.
    std::vector<AccountId> circle{};   ///< Of a guest: members, at least one.
};

/// Returns the code, which is stored nowhere. An entry of the audit log.
/// Errors: Unprocessable (uses or days out of bounds; a guest without a circle, or until a day that
/// is over or more than a year away).
Result<std::string> invite(db::Tx& tx, const NewInvitation& wanted, Time now);

/// The invitation of a code that could be used now.
std::optional<db::Invitation> find_invitation(db::Tx& tx, std::string_view code, Time now);
/// Uses it once. Nothing when it cannot be.
std::optional<db::InvitationId> use_invitation(db::Tx& tx, std::string_view code, Time now);
/// False when there was none to revoke.
bool revoke_invitation(db::Tx& tx, db::InvitationId id, const std::string& by, Time now);

} // namespace members
