#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// One-time codes of an authenticator app as a second factor: TOTP (RFC 6238) with SHA-1, 30
/// seconds and six digits, what every such app speaks; and ten recovery codes for the day the phone
/// is lost.
namespace members {

/// The code of a step (RFC 4226 section 5.3). `secret` is bytes.
std::string totp_code(std::string_view secret, std::int64_t step);

bool has_second_factor(db::Tx& tx, AccountId account);
std::int64_t count_recovery_codes(db::Tx& tx, AccountId account);

/// What the app is told.
struct Enrolment {
    std::string secret{}; ///< Base32, for those who type it.
    std::string uri{};    ///< otpauth://totp/..., for a QR code.
};
/// A new secret, which counts after confirm_second_factor.
/// Errors: Forbidden when one stands already.
Result<Enrolment> begin_second_factor(db::Tx& tx,
                                      const Instance& instance,
                                      AccountId account,
                                      std::string_view username);
/// What was begun, to show it again.
std::optional<Enrolment> find_enrolment(db::Tx& tx,
                                        const Instance& instance,
                                        AccountId account,
                                        std::string_view username);

/// The app shows the right code: from now on it is asked for. Returns the recovery codes, shown
/// once. Errors: Forbidden (wrong code), NotFound (nothing was begun).
Result<std::vector<std::string>> confirm_second_factor(db::Tx& tx,
                                                       AccountId account,
                                                       std::string_view code,
                                                       Time now);

/// Whether `code` is right now; one step of clock error each way is forgiven. No code counts twice,
/// no recovery code, either; so commit when it is right. The caller throttles (ATTACKS O12).
bool use_second_factor(db::Tx& tx, AccountId account, std::string_view code, Time now);

/// False: there was none.
bool remove_second_factor(db::Tx& tx, AccountId account);

} // namespace members
