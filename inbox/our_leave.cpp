#include "inbox/our_leave.h"

#include "db/favourites.h"
#include "federation/uris.h"
#include "outbox/consent.h"

namespace inbox {

bool answer_our_leave(db::Tx& tx,
                      const House& house,
                      const Received& received,
                      std::string_view stamp_uri) {
    if (received.activity.objects.empty()) return false;
    using Kind = federation::LocalUri::Kind;
    const auto local =
        federation::parse_local_uri(house.instance, received.activity.objects.front().id);
    if (!local || (local->kind != Kind::Status && local->kind != Kind::Activity)) return false;
    return outbox::answer_leave_request(
        tx, house.instance, StatusId{local->id}, received.sender, stamp_uri, received.at);
}

bool end_refused_like(db::Tx& tx, const House& house, const Received& received) {
    if (received.activity.objects.empty()) return false;
    const auto& uri = received.activity.objects.front().id;
    const auto actor_uri = uri.substr(0, uri.find('#'));
    const auto local = federation::parse_local_uri(house.instance, actor_uri);
    if (!local || local->kind != federation::LocalUri::Kind::Actor) return false;
    const auto liker = db::accounts::find_by_uri(tx, actor_uri);
    const auto like = liker ? db::favourites::find_by_uri(tx, liker->id, uri) : std::nullopt;
    const auto status = like ? db::statuses::find(tx, like->status) : std::nullopt;
    if (!status || status->author != received.sender.id) return false;
    return db::favourites::remove(tx, liker->id, status->id).has_value();
}

} // namespace inbox
