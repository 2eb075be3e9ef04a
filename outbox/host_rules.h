#pragma once

#include "base/result.h"
#include "db/host_rules.h"
#include "db/peers.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <string>

/// What moderators decide about servers. Takes effect with the commit: everybody reads the list
/// anew. Every act is in the audit log.
namespace outbox {

/// Lets a host in at `level` (Guest or higher); also takes a block away. A host that is in keeps
/// its level. Errors: Unprocessable (no host name, or our own).
Result<db::HostRule> allow_host(db::Tx& tx,
                                const Acting& acting,
                                const std::string& host,
                                db::PeerLevel level);
/// Takes it off the list: all follows end, nothing comes or goes any more.
void disallow_host(db::Tx& tx, const Acting& acting, const db::HostRule& rule);

/// Writes the rule (its host, severity, flags and comments). Suspend blocks the host: all follows
/// end, it is not told, and it is off the list until somebody allows it again.
/// Errors: Unprocessable (no host name, or our own; a comment is too long).
Result<db::HostRule> block_host(db::Tx& tx, const Acting& acting, db::HostRule rule);
/// Ends a block. A host that was suspended is then unknown, not let in.
void unblock_host(db::Tx& tx, const Acting& acting, const db::HostRule& rule);

} // namespace outbox
