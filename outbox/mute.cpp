#include "outbox/mute.h"

#include "db/muted_threads.h"
#include "db/mutes.h"

namespace outbox {

Result<Done> mute(db::Tx& tx, const Acting& acting, AccountId target, const MuteOptions& options) {
    const auto other = find_other(tx, target);
    if (!other) return other.error();
    if (other->id == acting.account) return Error{Error::Kind::Forbidden, "oneself"};
    db::Mute mute{.account = acting.account,
                  .target = other->id,
                  .hide_notifications = options.hide_notifications,
                  .created_at = acting.now};
    if (options.duration) mute.expires_at = acting.now + *options.duration;
    db::mutes::put(tx, mute);
    return Done{};
}

Result<Done> unmute(db::Tx& tx, const Acting& acting, AccountId target) {
    const auto other = find_other(tx, target);
    if (!other) return other.error();
    db::mutes::remove(tx, acting.account, other->id);
    return Done{};
}

Result<Done> mute_thread(db::Tx& tx, const Acting& acting, StatusId id) {
    const auto status = find_readable(tx, acting, id);
    if (!status) return status.error();
    db::muted_threads::insert(tx, acting.account, status->thread);
    return Done{};
}

Result<Done> unmute_thread(db::Tx& tx, const Acting& acting, StatusId id) {
    const auto status = find_readable(tx, acting, id);
    if (!status) return status.error();
    db::muted_threads::remove(tx, acting.account, status->thread);
    return Done{};
}

} // namespace outbox
