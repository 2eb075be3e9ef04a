#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Servers that one member does not want to hear of. What an instance refuses is in db/peers.h.
namespace db::domain_blocks {

/// False when it stood already.
bool insert(Tx& tx, AccountId account, std::string_view domain);
bool remove(Tx& tx, AccountId account, std::string_view domain);
/// Does `account` block the domain of `other`?
bool exists(Tx& tx, AccountId account, AccountId other);
/// Does `account` block the server `host` (as in `peers`), or a domain whose handles live there?
bool blocks_host(Tx& tx, AccountId account, std::string_view host);

struct DomainBlock {
    std::int64_t id = 0;
    std::string domain{};
};
std::vector<DomainBlock> list(Tx& tx, AccountId account, const Page& page);

/// Accounts of the domain that follow `account`, are followed by it, or asked to.
std::vector<AccountId> related(Tx& tx, AccountId account, std::string_view domain);
/// Takes what accounts of the domain caused out of the account's notifications.
void remove_notifications(Tx& tx, AccountId account, std::string_view domain);

} // namespace db::domain_blocks
