#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/invitations.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <vector>

namespace db {

/// A row of `guests`: one of ours who is no educator, here until a day for the members of one
/// circle.
struct Guest {
    AccountId account{};
    Time until{};
    std::string invited_by{};
    std::optional<Time> ended_at{};
};

} // namespace db

namespace db::guests {

/// Makes the member a guest, when the invitation is for one: row, circle, and the mark that
/// everybody is shown. False when it is not.
bool insert_by(Tx& tx, AccountId account, InvitationId invitation);
/// Also one whose time is over.
std::optional<Guest> find(Tx& tx, AccountId account);
/// Whose time is over at `now`, and that were not ended.
std::vector<AccountId> list_due(Tx& tx, Time now);
void set_ended(Tx& tx, AccountId account, Time now);
/// Whom of these the guest may write to; see migration 0225.
std::vector<AccountId> reached(Tx& tx, AccountId guest, const std::vector<AccountId>& targets);

} // namespace db::guests
