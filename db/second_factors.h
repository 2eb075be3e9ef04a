#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `second_factors`.
struct SecondFactor {
    AccountId account{};
    std::string secret{}; ///< Hex.
    bool is_confirmed = false;
};

} // namespace db

namespace db::second_factors {

std::optional<SecondFactor> find(Tx& tx, AccountId account);
/// Replaces one that was never confirmed. False: a confirmed one stands.
bool begin(Tx& tx, AccountId account, std::string_view secret);
void confirm(Tx& tx, AccountId account, Time at);
/// False: this step or a later one was used before.
bool use_step(Tx& tx, AccountId account, std::int64_t step);
/// With its recovery codes. False: there was none.
bool remove(Tx& tx, AccountId account);

void insert_recovery_codes(Tx& tx, AccountId account, const std::vector<std::string>& hashes);
/// False: no such code, or it was used.
bool use_recovery_code(Tx& tx, AccountId account, std::string_view hash);
std::int64_t count_recovery_codes(Tx& tx, AccountId account);

} // namespace db::second_factors
