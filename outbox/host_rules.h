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

/// Lets a host in at `level` (Guest or higher). A host that is in keeps its level.
/// Errors: Unprocessable (no host name, or our own; it is blocked).
Result<db::HostRule> allow_host(db::Tx& tx,
                                const Acting& acting,
                                const std::string& host,
                                db::PeerLevel level);
/// Takes it off the list: all follows end, nothing comes or goes any more.
void disallow_host(db::Tx& tx, const Acting& acting, const db::HostRule& rule);

/// Writes the rule (its host, severity, flags and comments). Suspend blocks the host: all follows
/// end, it is not told, and it is off the list until somebody allows it again. To less than that a
/// blocked host comes by unblock_host alone.
/// Errors: Unprocessable (no host name, or our own; a comment is too long; it is blocked).
Result<db::HostRule> block_host(db::Tx& tx, const Acting& acting, db::HostRule rule);
/// Ends a rule. Taking back a suspension is a hard act: a second person is asked
/// (outbox/hard_acts.h). Errors: as ask_to_unblock.
Result<Done> unblock_host(db::Tx& tx, const Acting& acting, const db::HostRule& rule);
/// Ends it now. A host that was suspended is then unknown, not let in.
void end_block(db::Tx& tx,
               const Acting& acting,
               const db::HostRule& rule,
               std::string_view reason = {});

} // namespace outbox
