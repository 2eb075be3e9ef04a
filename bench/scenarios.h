#pragma once

#include "bench/instance.h"
#include "bench/limits.h"
#include "bench/listener.h"
#include "bench/report.h"

#include <string>
#include <vector>

namespace bench {

/// What every scenario needs; lives in main.
struct Stage {
    const Instance& instance;
    const std::vector<Peer>& peers;
    Listener& listener;
    Database& database;
    const Limits& limits;
};

struct FollowPlan {
    std::string member;
    std::string who; ///< "strangers": for the table.
    std::size_t actors_per_peer = 2;
    std::size_t connections = 16;
};
/// Actors of all peers follow `member`: until the last Accept came. The first time they are met the
/// server also fetches their documents and asks WebFinger for their handles; it does so for no more
/// strangers at once than a quarter of its threads, and tells others to come again (503).
std::vector<Row> measure_follows(const Stage& stage, const FollowPlan& plan);

/// Signed Creates from one actor of each peer, whom `member` follows: until answered 202, and until
/// all are in the member's home timeline.
std::vector<Row> measure_inbox(const Stage& stage, const std::string& member, std::size_t posts);

struct FanOutPlan {
    std::string token; ///< Of the member who posts.
    std::string what;
    std::string budget;
    std::size_t hosts = 0; ///< The first so many peers have followers.
    std::size_t posts = 1;
    /// Of ten peers one hangs and one refuses; only the others count.
    enum class Faults { None, OneInFive } faults = Faults::None;
};
std::vector<Row> measure_fan_out(const Stage& stage, const FanOutPlan& plan);

std::vector<Row> measure_reads(const Stage& stage,
                               const std::string& token,
                               const std::string& posts);

} // namespace bench
