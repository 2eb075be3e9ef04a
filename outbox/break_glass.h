#pragma once

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/glass_requests.h"
#include "db/private_posts.h"
#include "db/tx.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The only way for somebody else to a member's private posts: asked for by one person with a
/// reason, approved by another, open for a day, and told to the member (POLICY section 1, "Employer
/// wall"; decision 215). Every step is in the audit log under the member's uri.
///
/// `by` is one of our accounts. Whoever is neither owner nor records officer, and the member
/// concerned, hear NotFound from every verb.
namespace outbox {

constexpr std::chrono::hours glass_waits{72};          ///< For a second person.
constexpr std::chrono::hours glass_opens{24};          ///< From the approval.
constexpr std::chrono::days longest_glass_period{366}; ///< Of posts.
constexpr std::chrono::days longest_glass_hold{90};
constexpr int most_glass_posts = 10'000; ///< In one file.

/// An active owner or records officer; asked at the moment of the call. As the audit log names
/// them.
std::optional<db::Account> find_glass_officer(db::Tx& tx, AccountId by);

struct GlassHoldDraft {
    std::string reason{};
    Time end{};
};
struct GlassDraft {
    AccountId account{};
    Time first{};
    Time end{}; ///< Not included; what is written after the request never is.
    std::string reason{};
    std::optional<GlassHoldDraft> hold{}; ///< Approved, or not, with the request.
};

/// Errors: NotFound; Unprocessable, with a text to show.
Result<db::GlassId> request_glass(db::Tx& tx, AccountId by, const GlassDraft& draft, Time now);

/// The caller has asked for the password again.
/// Errors: NotFound; Forbidden (asked for by them, or by who gave them power lately);
/// Unprocessable (decided already, too late).
Result<Done> approve_glass(db::Tx& tx, AccountId by, db::GlassId id, Time now);
/// Errors: the same; Unprocessable without a reason.
Result<Done> refuse_glass(
    db::Tx& tx, AccountId by, db::GlassId id, std::string_view reason, Time now);

/// A legal hold: the member is told when it is over. For an approved request of which the member
/// has not been told; another person approves it, with the password. Asked again in time, it is
/// renewed. Errors: as above.
Result<Done> ask_glass_hold(
    db::Tx& tx, AccountId by, db::GlassId id, const GlassHoldDraft& draft, Time now);
Result<Done> approve_glass_hold(
    db::Tx& tx, AccountId by, db::GlassId id, db::GlassHoldId hold, Time now);

enum class GlassState { Waits, Expired, Refused, Open, Over };
GlassState state_of(const db::GlassRequest& request, Time now);

struct GlassReading {
    std::string_view act{}; ///< "glass.view", "glass.download".
    StatusId below{};       ///< 0: from the newest.
    int most = 0;
};
struct GlassPosts {
    db::GlassRequest request{};
    db::Account author{};
    std::vector<db::PrivatePost> posts{};
    bool is_more = false;
};
/// Only for whoever asked, while it is open. Each call is an entry of the audit log, so the caller
/// commits before it shows anything. Errors: NotFound, Forbidden (not theirs, not open).
Result<GlassPosts> read_glass(
    db::Tx& tx, AccountId by, db::GlassId id, const GlassReading& reading, Time now);

/// Tells members by letter and on their page (db::glass_requests::list_told): at the first reading,
/// or when a request that was not used is over; after a hold, when it is over.
void tell_of_glass(db::Tx& tx, Time now);

} // namespace outbox
