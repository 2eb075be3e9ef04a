#pragma once

#include "base/time.h"
#include "db/page.h"
#include "db/peers.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// `Noop`: only the flags count. `Silence`: its accounts are limited. `Suspend`: the level Blocked.
enum class Severity { None, Noop, Silence, Suspend };

std::string_view to_string(Severity severity); ///< "", "noop", "silence", "suspend".
std::optional<Severity> parse_severity(std::string_view text);

/// A row of `peers` as moderators deal with it.
struct HostRule {
    std::int64_t id = 0;
    std::string host{};
    PeerLevel level = PeerLevel::Unknown;
    Severity severity = Severity::None;
    bool reject_media = false;
    bool reject_reports = false;
    std::string private_comment{};
    std::string public_comment{};
    bool obfuscate = false; ///< Shown to the public with stars in its name.
    Time added_at{};
};

} // namespace db

namespace db::host_rules {

/// Hosts that may speak with us; newest first.
std::vector<HostRule> list_allowed(Tx& tx, const Page& page);
/// Hosts with a severity; newest first.
std::vector<HostRule> list_blocked(Tx& tx, const Page& page);
std::optional<HostRule> find(Tx& tx, std::int64_t id);
std::optional<HostRule> find_by_host(Tx& tx, std::string_view host);

/// Writes everything but level and host; the host gets a row when it has none. Suspend is written
/// by peers::set_level.
void set(Tx& tx, const HostRule& rule);

/// Limits everybody of the host who is not limited yet; those to come are limited as they arrive.
void limit_accounts(Tx& tx, std::string_view host, Time at);
/// Only those whom limit_accounts limited.
void unlimit_accounts(Tx& tx, std::string_view host);

} // namespace db::host_rules
