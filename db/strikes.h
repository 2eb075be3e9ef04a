#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/notifications.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using StrikeId = Id<struct StrikeTag>;

/// A row of `strikes`: what a moderator did to one of our members, and their appeal.
struct Strike {
    StrikeId id{};
    AccountId account{};
    std::string act{};        ///< "none" (a warning), "suspend", …, "remove-media", "label".
    StatusId status{};        ///< Of an act on a post; 0: none, or it is deleted.
    std::string status_uri{}; ///< The same, also afterwards.
    std::string reason{};
    std::string made_by{}; ///< As in the audit log.
    Time created_at{};
    std::optional<Time> undone_at{};
    std::string appeal{};
    std::optional<Time> appealed_at{};
    std::string decision{}; ///< Of the appeal: "", "upheld", "overturned".
    std::string answer{};
    std::string decided_by{};
    std::optional<Time> decided_at{};
};

} // namespace db

namespace db::strikes {

StrikeId insert(Tx& tx, const Strike& strike);
std::optional<Strike> find(Tx& tx, StrikeId id);
/// The same, which nobody else changes meanwhile.
std::optional<Strike> find_for_update(Tx& tx, StrikeId id);
/// Of an account, newest first, at most 200.
std::vector<Strike> list(Tx& tx, AccountId account);
/// Whose appeal waits, the oldest first, at most `most`.
std::vector<Strike> list_appealed(Tx& tx, int most);
/// What stands of this act against an account; of a post, when one is named.
void set_undone(Tx& tx, AccountId account, std::string_view act, StatusId status, Time at);

/// False when it was appealed before.
bool set_appeal(Tx& tx, StrikeId id, std::string_view text, Time at);
/// False when no appeal waits.
bool set_decision(Tx& tx, const Strike& decided);

/// Makes the notification of it, for its member while they can sign in; from themselves, as in
/// Mastodon: the column wants somebody.
std::vector<NotificationKey> notify(Tx& tx, StrikeId id);
struct Told {
    NotificationId notification{};
    Strike strike{};
};
/// Of notifications of that member, those that are of a strike.
std::vector<Told> of_notifications(Tx& tx,
                                   AccountId account,
                                   const std::vector<NotificationId>& ids);

} // namespace db::strikes

/// Marks on single posts that no edit takes away (migration 0311).
namespace db::post_marks {

struct PostMarks {
    bool sensitive = false;
    std::string label{};
    bool media_removed = false;
};
PostMarks find(Tx& tx, StatusId status);
/// Without its effect on `sensitive` when it goes: that stays what the author said.
void set_sensitive(Tx& tx, StatusId status, bool forced);
/// Stands before the author's own content warning; "" takes it away again.
void set_label(Tx& tx, StatusId status, std::string_view label);
/// Media of the post are kept and found by nobody until this is taken back.
void set_media_removed(Tx& tx, StatusId status, bool removed);

} // namespace db::post_marks
