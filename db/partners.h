#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// What stands on an account that speaks for an organisation, ours or theirs, and on the
/// organisation itself. The view `account_rows` puts it before the name and into the first field.
struct CommercialMark {
    std::string organisation{}; ///< Its actor id.
    std::string name{};         ///< Plain text.
    std::string text{};         ///< For the profile field; clean HTML.
    bool stopped = false;
};
/// "" when the account has none.
std::optional<CommercialMark> mark_of(const Account& account);
/// The display name without what a mark puts before it: what its owner wrote. Apps send it back
/// with a change.
std::string without_label(std::string_view display_name);

/// A row of `partners`: a commercial organisation that this district carries.
struct Partner {
    AccountId account{}; ///< Of type Organization; nobody signs in as it.
    std::string name{};
    std::string name_key{}; ///< What the name looks like.
    std::string website{};  ///< A host.
    AccountId sponsor{};    ///< 0: the district.
    Time until{};
    int weekly_posts = 0;
    int weekly_mentions = 0;
    std::string added_by{};
    std::optional<Time> ended_at{};

    bool is_over(Time now) const { return ended_at || until <= now; }
};

struct PartnerPerson {
    AccountId account{};
    AccountId partner{};
    std::optional<Time> removed_at{};
};

} // namespace db

namespace db::partners {

/// Nothing takes the mark away.
void set_mark(Tx& tx, AccountId account, const std::optional<CommercialMark>& mark);

void insert(Tx& tx, const Partner& partner);
std::optional<Partner> find(Tx& tx, AccountId account);
/// Also those that ended, the newest first.
std::vector<Partner> list(Tx& tx);
/// Whose day has come, and that were not ended.
std::vector<AccountId> list_due(Tx& tx, Time now);
void set_ended(Tx& tx, AccountId account, Time now);
/// Carried on, also after it ended: until, sponsor and caps as given.
void renew(Tx& tx, const Partner& partner);

void insert_person(Tx& tx, AccountId account, AccountId partner);
std::optional<PartnerPerson> find_person(Tx& tx, AccountId account);
std::vector<PartnerPerson> list_people(Tx& tx, AccountId partner);
void set_removed(Tx& tx, AccountId account, Time now);

/// What an organisation (by its actor id) sent since then.
struct Sent {
    std::int64_t posts = 0;
    std::int64_t mentions = 0;
};
Sent sent(Tx& tx, std::string_view organisation, Time since);
void note_sent(Tx& tx, std::string_view organisation, const Sent& what, Time at);
void remove_sent_before(Tx& tx, Time limit);

} // namespace db::partners
