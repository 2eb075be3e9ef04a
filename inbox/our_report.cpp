#include "inbox/our_report.h"

#include "base/uri.h"
#include "db/cases.h"
#include "federation/case.h"
#include "outbox/cases.h"

namespace inbox {
namespace {

constexpr auto server_actor_type = "Application";

} // namespace

bool take_case(db::Tx& tx, const Received& received) {
    const auto one = db::cases::find_by_flag(tx, received.activity.object);
    const auto& sender = received.sender;
    // The first answer counts: a second one cannot put another case in its place.
    if (!one || !one->peer_case_uri.empty() || one->peer_host != sender.host ||
        sender.actor_type != server_actor_type)
        return false;
    const auto theirs = federation::parse_case(received.activity.document.value("result", Json{}));
    if (!theirs || theirs->actor != sender.uri || !same_origin(theirs->id, sender.uri))
        return false;
    db::cases::set_accepted(tx, one->id, sender.id, theirs->id, received.at);
    if (theirs->is_closed) outbox::hear_outcome(tx, *one, *theirs, received.at);
    return true;
}

Result<Outcome> update_case(db::Tx& tx, const Received& received, const Json& object) {
    const auto theirs = federation::parse_case(object);
    if (!theirs) return theirs.error();
    const auto one = db::cases::find_by_peer_case(tx, theirs->id);
    if (!one) return Outcome::Ignored;
    if (one->peer_actor != received.sender.id || theirs->actor != received.sender.uri)
        return Error{Error::Kind::Forbidden, "update: another server's case"};
    if (one->peer_outcome == theirs->outcome && one->peer_note == theirs->note)
        return Outcome::Ignored;
    outbox::hear_outcome(tx, *one, *theirs, received.at);
    return Outcome::Applied;
}

} // namespace inbox
