#include "outbox/farewell.h"

#include "db/accounts.h"
#include "db/deliveries.h"
#include "db/follows.h"
#include "outbox/follow.h"
#include "timelines/severance.h"

#include <unordered_map>

namespace outbox {
namespace {

void tell_ends(db::Tx& tx, const std::vector<db::Follow>& follows) {
    std::vector<AccountId> ids;
    for (const auto& follow : follows) {
        ids.push_back(follow.follower);
        ids.push_back(follow.followed);
    }
    std::unordered_map<AccountId, db::Account> accounts;
    for (auto& account : db::accounts::find_all(tx, ids))
        accounts.emplace(account.id, std::move(account));
    for (const auto& follow : follows) {
        const auto& follower = accounts.at(follow.follower);
        const auto& followed = accounts.at(follow.followed);
        if (follower.is_local())
            send_undo_follow(tx, follower, followed, follow.uri);
        else
            send_reject(tx, followed, follower, follow.uri);
    }
}

} // namespace

int end_follows_with(db::Tx& tx, std::string_view host, Time now) {
    db::deliveries::remove_for_host(tx, host);
    timelines::sever_follows_with(tx, host, now);
    const auto follows = db::follows::list_with_host(tx, host);
    tell_ends(tx, follows);
    for (const auto& follow : follows)
        db::follows::remove(tx, follow.follower, follow.followed);
    return static_cast<int>(follows.size());
}

void end_follows_of(db::Tx& tx, const db::Account& account) {
    tell_ends(tx, db::follows::remove_all_of(tx, account.id));
}

} // namespace outbox
