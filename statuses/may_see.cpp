#include "statuses/may_see.h"

#include "db/accounts.h"
#include "db/blocks.h"
#include "db/domain_blocks.h"
#include "db/mentions.h"
#include "db/visibility.h"
#include "statuses/audience.h"

#include <algorithm>

namespace statuses {
bool may_see(db::Tx& tx, AccountId reader, const db::Status& status) {
    return db::visibility::is_visible(tx, reader, status.id);
}

std::vector<StatusId> visible_among(db::Tx& tx,
                                    AccountId reader,
                                    const std::vector<StatusId>& statuses) {
    const auto visible = db::visibility::visible_among(tx, reader, statuses);
    std::vector<StatusId> ordered;
    std::ranges::copy_if(statuses, std::back_inserter(ordered), [&](StatusId id) {
        return std::ranges::find(visible, id) != visible.end();
    });
    return ordered;
}

bool may_see_from_host(db::Tx& tx,
                       std::string_view host,
                       AccountId signer,
                       const db::Status& status) {
    if (status.local_only) return false;
    // A server is no educator: only people of it read what is narrow.
    if (is_narrow(tx, status)) return signer && may_see(tx, signer, status);
    if (status.is_boost()) {
        const auto original = db::statuses::find(tx, status.reblog_of);
        if (!original || !may_see_from_host(tx, host, signer, *original)) return false;
    }
    if (signer && db::blocks::find(tx, status.author, signer)) return false;
    if (db::domain_blocks::blocks_host(tx, status.author, host)) return false;
    const auto author = db::accounts::find(tx, status.author);
    if (!author || !author->is_visible()) return false;
    if (db::is_open(status.visibility)) return true;
    if (signer && (signer == status.author || db::mentions::exists(tx, status.id, signer))) {
        return true;
    }
    return status.visibility == db::Visibility::Private &&
           db::visibility::has_follower_on_host(tx, status.author, host);
}

} // namespace statuses
