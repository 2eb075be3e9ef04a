#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/partners.h"
#include "db/tx.h"
#include "members/passwords.h"

#include <optional>
#include <string>
#include <string_view>

/// The commercial partners that this district carries (docs/partners.md): what its owner does.
/// Everything is an entry of the audit log.
namespace outbox {

constexpr int usual_weekly_posts = 10;
constexpr int usual_weekly_mentions = 20;

struct PartnerWish {
    std::string username{};
    std::string name{};    ///< Of the organisation, as people know it.
    std::string website{}; ///< A host or an address; may be empty.
    std::string sponsor{}; ///< A member's user name; "": the district itself.
    std::optional<Time> until{};
    int weekly_posts = usual_weekly_posts;
    int weekly_mentions = usual_weekly_mentions;
    bool is_another = false; ///< The owner has seen whom it looks like.
    std::string by{};        ///< As in audit_log.actor.
};

/// Makes the organisation's account, an Organization that nobody signs in as. Who was carried
/// before, or looks like it or like one that was stopped, is refused with its name: the former is
/// renewed, so that its strikes stand; for the latter see PartnerWish::is_another.
/// Errors: Unprocessable, with a text to show.
Result<db::Account> add_partner(db::Tx& tx,
                                const Instance& instance,
                                const PartnerWish& wish,
                                Time now);
/// The same organisation for longer, also after its end: `username` names it; until, sponsor and
/// caps are as given. Its people stay as they are. Errors: NotFound, Unprocessable.
Result<Done> renew_partner(db::Tx& tx, const Instance& instance, const PartnerWish& wish, Time now);
/// Its people are out at once; what they wrote stays, with its label. Errors: NotFound.
Result<Done> end_partner(db::Tx& tx,
                         const Instance& instance,
                         const std::string& username,
                         const std::string& reason,
                         const std::string& by,
                         Time now);
/// Ends those whose day has come; returns how many. For a periodic task.
int end_due_partners(db::Tx& tx, const Instance& instance, Time now);

struct PartnerPersonWish {
    std::string organisation{}; ///< Its user name.
    std::string username{};     ///< New.
    std::string display_name{};
    std::string email{};
    std::string by{};
};
/// An account of their own, with a one-time password, which is returned.
/// Errors: NotFound (no such organisation), Unprocessable, Unavailable.
Result<std::string> add_partner_person(db::Tx& tx,
                                       const Instance& instance,
                                       members::Passwords& passwords,
                                       const PartnerPersonWish& wish,
                                       Time now);
/// Out at once. Errors: NotFound.
Result<Done> remove_partner_person(db::Tx& tx,
                                   const Instance& instance,
                                   const std::string& username,
                                   const std::string& by,
                                   Time now);

/// Lifts a stop: of one of ours by user name, of another district's by `organisation` of
/// db::PartnerStop. Earlier strikes count no more. Errors: NotFound.
Result<Done> allow_partner(db::Tx& tx,
                           const Instance& instance,
                           const std::string& named,
                           const std::string& reason,
                           const std::string& by,
                           Time now);

/// Writes the marks of an organisation and its people anew and tells peers.
void refresh_partner(db::Tx& tx, const Instance& instance, AccountId organisation, Time now);

/// The one that a newcomer could be taken for, by website or by what the name looks like.
struct LookAlike {
    std::string name{};     ///< As it is known.
    std::string username{}; ///< Of one of ours; "" for one stopped elsewhere.
    bool is_same = false;   ///< The same website: it is that one.
    bool is_stopped = false;
};
std::optional<LookAlike> find_look_alike(db::Tx& tx,
                                         const std::string& name,
                                         const std::string& website);

} // namespace outbox
