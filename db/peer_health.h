#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// How deliveries to a host go: the breaker's columns of `peers`.
namespace db::peer_health {

constexpr int failures_that_open = 5; ///< In a row.
constexpr std::chrono::minutes open_for{30};
constexpr std::chrono::hours unavailable_after{7 * 24};

struct Success {
    std::string host{};
    std::string scheme{}; ///< That it took: "cavage" or "rfc9421"; "" when it took none.
};

/// It answered: the breaker closes. Hosts whose row would say the same again within a minute are
/// not written. Returns those whose breaker was open.
std::vector<std::string> record_successes(Tx& tx, const std::vector<Success>& hosts, Time now);

struct Opened {
    std::string host{};
    Time until{};
    bool is_unavailable = false; ///< Failed for seven days: nothing goes there any more.
};
/// One more failure for each entry; a host may stand there several times. After
/// failures_that_open in a row nothing is sent for open_for; then one delivery is let through.
/// Returns the hosts whose breaker is open now.
std::vector<Opened> record_failures(Tx& tx, const std::vector<std::string>& hosts, Time now);

/// Hosts that are given up, to be asked once a day whether they are back.
std::vector<std::string> list_unavailable(Tx& tx);

} // namespace db::peer_health
