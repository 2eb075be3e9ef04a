#include "inbox/our_reply.h"

#include "federation/uris.h"
#include "outbox/consent.h"

namespace inbox {

bool answer_our_reply(db::Tx& tx,
                      const House& house,
                      const Received& received,
                      std::string_view stamp_uri) {
    if (received.activity.objects.empty()) return false;
    using Kind = federation::LocalUri::Kind;
    const auto local =
        federation::parse_local_uri(house.instance, received.activity.objects.front().id);
    if (!local || (local->kind != Kind::Status && local->kind != Kind::Activity)) return false;
    return outbox::answer_reply_request(
        tx, house.instance, StatusId{local->id}, received.sender, stamp_uri, received.at);
}

} // namespace inbox
