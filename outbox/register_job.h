#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/pool.h"
#include "db/registers.h"
#include "http/client.h"
#include "jobs/periodic.h"
#include "jobs/worker.h"
#include "moderation/registers.h"

#include <chrono>

/// Reads the registers that we follow: once an hour each, and when a person asks for it.
namespace outbox {

struct RegisterReader {
    db::Pool& pool;
    http::Client& client; ///< The open one: a register may lie anywhere.
    const Instance& instance;
    Clock clock = system_now;
};

/// So long one reading takes at most, whatever the other side does.
constexpr std::chrono::seconds register_deadline{120};

/// Reads the head, and the entries that we do not have; believes them when they continue what we
/// have and the head is signed by the pinned key, or by one that it was handed over to in the
/// chain. What came of it is kept in the row; owners are told of what needs them. Uses the network.
///
/// Errors, with texts to show: Unavailable, TooLarge, Invalid, Unauthorized (another key),
/// Forbidden (a history that was written anew, or an older one). Then nothing that it said has
/// changed.
Result<moderation::RegisterTaken> check_register(const RegisterReader& reader,
                                                 const db::Register& row);

jobs::Kind register_check_kind(const RegisterReader& reader);
/// Queues those whose time has come.
jobs::PeriodicTask register_check_task(db::Pool& pool, Clock clock = system_now);

} // namespace outbox
