#include "outbox/host_rules.h"

#include "base/text.h"
#include "base/uri.h"
#include "moderation/peer_policies.h"
#include "outbox/hard_acts.h"
#include "outbox/moderate.h"
#include "outbox/peering.h"

namespace outbox {
namespace {

constexpr std::size_t max_comment = 2'000;

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "host rule: " + shown, shown};
}

Result<std::string> read_host(const Acting& acting, const std::string& text) {
    const auto host = parse_authority(text);
    if (!host) return refused("Validation failed: Domain is not a valid domain name");
    if (*host == acting.instance.host || *host == acting.instance.handle_host) {
        return refused("Validation failed: Domain is this server's own");
    }
    return *host;
}

Error still_blocked() {
    return refused("Validation failed: Domain is blocked. Delete the block first; a second person "
                   "decides about it.");
}

bool is_short(const std::string& comment) {
    return is_valid_utf8(comment) && count_code_points(comment) <= max_comment;
}

} // namespace

Result<db::HostRule> allow_host(db::Tx& tx,
                                const Acting& acting,
                                const std::string& text,
                                db::PeerLevel level) {
    const auto host = read_host(acting, text);
    if (!host) return host.error();
    const auto old = db::host_rules::find_by_host(tx, *host);
    if (old && old->level == db::PeerLevel::Blocked) return still_blocked();
    if (!old || old->level < db::PeerLevel::Guest) {
        moderation::set_level(tx, *host, level, acting.now);
        audit(tx, acting, "peer.add", *host, {}, {{"level", std::string(to_string(level))}});
    }
    return *db::host_rules::find_by_host(tx, *host);
}

void disallow_host(db::Tx& tx, const Acting& acting, const db::HostRule& rule) {
    shut_out(tx, rule.host, db::PeerLevel::Unknown, acting.now);
    audit(tx, acting, "peer.remove", rule.host);
}

Result<db::HostRule> block_host(db::Tx& tx, const Acting& acting, db::HostRule rule) {
    const auto host = read_host(acting, rule.host);
    if (!host) return host.error();
    if (!is_short(rule.private_comment) || !is_short(rule.public_comment)) {
        return refused("Validation failed: Comment is too long");
    }
    rule.host = *host;
    const auto old = db::host_rules::find_by_host(tx, *host);
    const bool was_blocked = old && old->level == db::PeerLevel::Blocked;
    if (was_blocked && rule.severity != db::Severity::Suspend) return still_blocked();
    db::host_rules::set(tx, rule);
    if (rule.severity == db::Severity::Suspend && !was_blocked)
        shut_out(tx, *host, db::PeerLevel::Blocked, acting.now);
    if (rule.severity == db::Severity::Silence)
        db::host_rules::limit_accounts(tx, *host, acting.now);
    else
        db::host_rules::unlimit_accounts(tx, *host);
    audit(tx,
          acting,
          "peer.block",
          *host,
          rule.private_comment,
          {{"severity", std::string(to_string(rule.severity))},
           {"reject_media", rule.reject_media},
           {"reject_reports", rule.reject_reports}});
    return *db::host_rules::find_by_host(tx, *host);
}

Result<Done> unblock_host(db::Tx& tx, const Acting& acting, const db::HostRule& rule) {
    if (rule.level != db::PeerLevel::Blocked) {
        end_block(tx, acting, rule);
        return Done{};
    }
    const auto asked =
        ask_to_unblock(tx, acting, rule.host, "Asked for in an app, which takes no reason.");
    if (!asked) return asked.error();
    return Done{};
}

void end_block(db::Tx& tx,
               const Acting& acting,
               const db::HostRule& rule,
               std::string_view reason) {
    db::host_rules::set(tx, {.host = rule.host});
    db::host_rules::unlimit_accounts(tx, rule.host);
    if (rule.level == db::PeerLevel::Blocked)
        moderation::set_level(tx, rule.host, db::PeerLevel::Unknown, acting.now);
    audit(tx, acting, "peer.unblock", rule.host, reason);
}

} // namespace outbox
