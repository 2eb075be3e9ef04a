#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using InvitationId = Id<struct InvitationTag>;

/// A row of `invitations`.
struct Invitation {
    InvitationId id{};
    std::string note{};
    int max_uses = 1;
    int uses = 0;
    Time expires_at{};
    std::string made_by{};
    Time created_at{};
    std::optional<Time> revoked_at{};
    std::optional<Time> guest_until{}; ///< Who comes by it is a guest until then,
    std::vector<AccountId> circle{};   ///< of these members.
    bool is_good(Time now) const { return !revoked_at && uses < max_uses && now < expires_at; }
};

} // namespace db

namespace db::invitations {

/// `code_hash` is the hex SHA-256 of the code.
InvitationId insert(Tx& tx, const Invitation& invitation, std::string_view code_hash);
std::optional<Invitation> find_by_code(Tx& tx, std::string_view code_hash);
/// Counts one use. Nothing when it is used up, over or revoked, or there is none.
std::optional<InvitationId> use(Tx& tx, std::string_view code_hash, Time now);
/// Newest first, at most 200.
std::vector<Invitation> list(Tx& tx);
/// False when there is none that could still be used.
bool revoke(Tx& tx, InvitationId id, Time now);
/// By whose invitation a member came, and what they accepted.
void note_joining(
    Tx& tx, AccountId account, InvitationId invitation, std::string_view terms_version, Time now);

} // namespace db::invitations
