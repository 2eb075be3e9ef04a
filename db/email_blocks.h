#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Mail hosts and single addresses with which nobody joins.
namespace db::email_blocks {

struct Domain {
    std::int64_t id = 0;
    std::string domain{};
    bool allow_with_approval = false;
    Time created_at{};
};
/// Nothing when that domain is blocked already.
std::optional<Domain> insert_domain(Tx& tx, std::string_view domain, bool allow_with_approval);
std::vector<Domain> list_domains(Tx& tx, const Page& page);
std::optional<Domain> find_domain(Tx& tx, std::int64_t id);
/// The strictest block of this domain or one above it.
std::optional<Domain> match_domain(Tx& tx, std::string_view domain);
bool remove_domain(Tx& tx, std::int64_t id);

/// Somebody tried to join from there. `address_key` is a keyed hash.
void count_attempt(Tx& tx, std::int64_t block, std::string_view address_key, Time at);
struct Day {
    std::int64_t block = 0;
    Time day{};
    std::int64_t attempts = 0;
    std::int64_t addresses = 0;
};
std::vector<Day> list_attempts(Tx& tx, const std::vector<std::int64_t>& blocks, Time since);
void remove_attempts_before(Tx& tx, Time day);

/// A single address, known by the hash of its canonical form only.
struct Canonical {
    std::int64_t id = 0;
    std::string hash{};
};
/// The one that is there when it was blocked already.
Canonical insert_canonical(Tx& tx, std::string_view hash, AccountId account);
std::vector<Canonical> list_canonical(Tx& tx, const Page& page);
std::optional<Canonical> find_canonical(Tx& tx, std::int64_t id);
std::optional<Canonical> match_canonical(Tx& tx, std::string_view hash);
bool remove_canonical(Tx& tx, std::int64_t id);
/// What that account's suspension had blocked.
void remove_canonical_of(Tx& tx, AccountId account);

} // namespace db::email_blocks
