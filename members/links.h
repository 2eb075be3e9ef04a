#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"
#include "db/users.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// What stands in a link that we mail: whose it is, until when, and a MAC over both and over what
/// the link is about. Nothing is stored, so a link cannot leak from the database; it ends by itself
/// when the address or the password changes.
namespace members {

/// SecondFactor: not mailed; a browser whose member gave the right password and still owes the
/// code.
enum class LinkPurpose { Confirm, ResetPassword, SecondFactor };

constexpr std::chrono::hours confirm_lifetime{48};
constexpr std::chrono::hours reset_lifetime{2};
constexpr std::chrono::minutes code_entry_lifetime{5};

/// `key`: a secret of the instance.
std::string make_link_token(std::string_view key,
                            LinkPurpose purpose,
                            const db::User& user,
                            Time now);

/// Whose link it is; nothing when it is forged, too old, used, or the member is gone.
std::optional<db::User> find_by_link(
    db::Tx& tx, std::string_view key, LinkPurpose purpose, std::string_view token, Time now);

/// The same for links about something else than the account: of whom it is, until when, and a MAC
/// over both and `subject`.
std::string seal_link(std::string_view key,
                      AccountId account,
                      std::string_view subject,
                      Time until);
/// Whose link it says it is: nothing is proven yet. Nothing when it is too old or no such token.
std::optional<AccountId> named_in_link(std::string_view token, Time now);
bool is_sealed(std::string_view key, std::string_view token, std::string_view subject);

/// Where a member appeals a strike without signing in: 20 days, and `strike` is its number.
std::string appeal_link(std::string_view origin,
                        std::string_view key,
                        AccountId account,
                        std::string_view strike,
                        Time now);
/// Whose token of such a link it is, for that strike.
std::optional<AccountId> find_appellant(std::string_view key,
                                        std::string_view token,
                                        std::string_view strike,
                                        Time now);

} // namespace members
