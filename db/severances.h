#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/notifications.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using SeveranceId = Id<struct SeveranceTag>;

/// An event that ended follows of a member, as Mastodon's RelationshipSeveranceEvent.
struct Severance {
    SeveranceId id{};
    std::string type{};
    std::string target_name{};
    Time created_at{};
    int following = 0; ///< How many of the member's follows ended,
    int followers = 0; ///< and how many follows of the member.
};

struct SeveredFollow {
    std::string handle{}; ///< "name@host"
    bool show_reblogs = true;
    bool notify = false;
    std::vector<std::string> languages{};
};

} // namespace db

namespace db::severances {

/// Writes down every accepted follow between our members and that host, which are about to end.
/// Nothing when there is none.
std::optional<SeveranceId> insert_for_host(Tx& tx, std::string_view host, Time now);
/// Tells each member who lost a follow by it.
std::vector<NotificationKey> notify(Tx& tx, SeveranceId severance, Time now);

/// Of these notifications of that member, those that tell of one.
struct Told {
    NotificationId notification{};
    Severance severance{};
};
std::vector<Told> of_notifications(Tx& tx,
                                   AccountId account,
                                   const std::vector<NotificationId>& notifications);

/// The member's own, newest first, at most 100.
std::vector<Severance> list(Tx& tx, AccountId account);
std::optional<Severance> find(Tx& tx, AccountId account, SeveranceId severance);
/// In order of the handles.
std::vector<SeveredFollow> follows(Tx& tx, AccountId account, SeveranceId severance, bool outgoing);

} // namespace db::severances
