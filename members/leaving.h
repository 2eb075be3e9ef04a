#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/leaver_keys.h"
#include "db/leavings.h"
#include "db/tx.h"
#include "http/message.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// How members who left the district are let in to the leaver's page, for thirty days and to
/// nothing else (decision 210). They prepare it while they are here: a private address that a link
/// is mailed to, or a code that they print.
namespace members {

constexpr std::chrono::hours leaver_page_lifetime{24 * 30};
constexpr std::chrono::hours leaver_session_lifetime{2};
constexpr std::chrono::hours private_address_lifetime{48};

/// Notes the address that a member wants; it counts once confirmed by link.
/// Errors: Unprocessable, with a text to show: no plain address, or one of the district.
Result<Done> want_private_address(db::Tx& tx,
                                  const Instance& instance,
                                  AccountId account,
                                  const std::string& email);
/// The link that proves the address; mailed to it.
std::string private_address_link(std::string_view origin,
                                 std::string_view key,
                                 const db::LeaverKeys& keys,
                                 Time now);
/// Whose wanted address the link is about; nothing when it is forged, too old or used.
std::optional<db::LeaverKeys> find_private_address(db::Tx& tx,
                                                   std::string_view key,
                                                   std::string_view token,
                                                   Time now);

/// A new code, shown once: 80 random bits in groups of four letters. It takes the place of the one
/// before, and is an entry of the audit log.
std::string make_leaver_code(db::Tx& tx, AccountId account, const std::string& by, Time now);

/// When the page ends for somebody; nothing for who has not left or left too long ago.
std::optional<Time> leaver_page_end(db::Tx& tx, AccountId account, Time now);

/// What is mailed to the private address when its owner has left. It ends with the page, and when
/// they are back or change the address.
struct LeaverLink {
    std::string url{};
    Time until{};
};
std::optional<LeaverLink> leaver_link(
    db::Tx& tx, std::string_view origin, std::string_view key, AccountId account, Time now);

/// Who may come in with the link, or with name and code; nothing otherwise. The caller has
/// throttled codes.
std::optional<AccountId> find_leaver_by_link(db::Tx& tx,
                                             std::string_view key,
                                             std::string_view token,
                                             Time now);
std::optional<AccountId> find_leaver_by_code(db::Tx& tx,
                                             std::string_view name,
                                             std::string_view code,
                                             Time now);

/// A leaver's browser has a cookie and a table of its own: no page but the leaver's asks for it.
std::string open_leaver_session(db::Tx& tx, const Instance& instance, AccountId account, Time now);
std::optional<AccountId> find_leaver(db::Tx& tx,
                                     const Instance& instance,
                                     const http::Request& request,
                                     Time now);
/// Returns the Set-Cookie value that takes the cookie away.
std::string close_leaver_session(db::Tx& tx,
                                 const Instance& instance,
                                 const http::Request& request);

} // namespace members
