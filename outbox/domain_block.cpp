#include "outbox/domain_block.h"

#include "base/instance.h"
#include "base/text.h"
#include "db/domain_blocks.h"
#include "outbox/follow.h"

namespace outbox {
namespace {

Result<std::string> host_of(const Acting& acting, std::string_view domain) {
    auto host = host_to_ascii(ascii_lower(trim(domain)));
    const bool is_own = host == acting.instance.host || host == acting.instance.handle_host;
    if (!host.empty() && !is_own) return host;
    return Error{.kind = Error::Kind::Unprocessable,
                 .detail = "no domain that can be blocked",
                 .shown = "Validation failed: Domain is not a valid domain name"};
}

} // namespace

Result<Done> block_domain(db::Tx& tx, const Acting& acting, std::string_view domain) {
    const auto host = host_of(acting, domain);
    if (!host) return host.error();
    if (!db::domain_blocks::insert(tx, acting.account, *host)) return Done{};
    for (const auto other : db::domain_blocks::related(tx, acting.account, *host)) {
        if (const auto done = unfollow(tx, acting, other); !done) return done.error();
        if (const auto done = remove_follower(tx, acting, other); !done) return done.error();
    }
    db::domain_blocks::remove_notifications(tx, acting.account, *host);
    return Done{};
}

Result<Done> unblock_domain(db::Tx& tx, const Acting& acting, std::string_view domain) {
    const auto host = host_of(acting, domain);
    if (!host) return host.error();
    db::domain_blocks::remove(tx, acting.account, *host);
    return Done{};
}

} // namespace outbox
