#pragma once

#include "bench/load.h"

#include <string>

namespace bench {

/// What the machine can do at most, measured beside the rest: a figure means little without it.
struct Limits {
    double signatures = 0;     ///< RSA-2048 per second, one thread per core.
    double verifications = 0;  ///< The same.
    double inserts = 0;        ///< Durable INSERTs of 1 KiB per second, 16 connections.
    double single_inserts = 0; ///< With one connection: what a commit costs.
    double http = 0;           ///< GET /health/live per second, 16 connections.
};

Limits measure_limits(const Target& target, const std::string& host, const std::string& database);

/// RSA-2048 signatures per second on all cores, for that long.
double measure_signatures(std::chrono::milliseconds duration);

} // namespace bench
