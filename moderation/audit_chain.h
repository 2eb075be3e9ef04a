#pragma once

#include "base/time.h"
#include "db/audit_chain.h"
#include "db/pool.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The record that nobody changes unseen: each line of the audit log carries the hash of the one
/// before (POLICY section 3; docs/audit.md says how to compute it without us).
namespace moderation {

/// What stands in the place of a hash before the first line.
std::string first_hash();

/// SHA-256, as lower-case hexadecimal digits, over these texts, each as a netstring
/// ("5:hello,"): the hash before, the number, at, actor, act, subject, verdict, filter, reason,
/// rule version, details. Pure.
std::string hash_of(std::string_view hash_before, const db::audit_chain::Line& line);

/// A line of the export: a JSON object with everything that is hashed, and the hash.
std::string export_line(const db::audit_chain::Line& line);

/// Numbers and hashes lines that were committed since; at most 1,000. Returns how many. Of several
/// processes one does it at a time.
std::size_t chain_audit_log(db::Tx& tx);

/// One thing that is wrong with the log.
struct ChainFault {
    std::int64_t line = 0; ///< Where it shows.
    std::string what;      ///< For the administrator.
};

/// What is to be compared with the log: a checkpoint that somebody kept.
struct Remembered {
    std::int64_t line = 0;
    std::string hash;
    std::string from; ///< "own checkpoint", or the file's name.
};

struct ChainReport {
    std::int64_t lines = 0;
    std::string last_hash{};
    std::size_t compared = 0;   ///< Checkpoints.
    std::int64_t unchained = 0; ///< Older than a minute and without a number: no server runs.
    std::vector<ChainFault> faults{};
};

/// Computes the whole chain anew: lines that were changed, removed, put in or put elsewhere, and
/// checkpoints that say otherwise. Stops at 20 faults:
/// after the first one everything that follows is in doubt anyway.
ChainReport verify_audit_log(db::Pool& pool, const std::vector<Remembered>& remembered, Time now);

} // namespace moderation
