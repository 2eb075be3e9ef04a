#pragma once

#include "bench/database.h"
#include "bench/load.h"
#include "bench/peers.h"

#include <string>
#include <vector>

namespace bench {

/// The server under load: where it is, and its tables filled with what a run needs.
struct Instance {
    std::string host; ///< "127.77.0.1:8090".
    Target target;
    std::string database; ///< A libpq URL.
    int process = 0;      ///< Its id, for its memory.

    std::string origin() const { return "http://" + host; }
};

struct Memory {
    double now_mib = 0;
    double peak_mib = 0;
};
Memory memory_of(int process);

/// Lets all peers in as members, and gives each of these people a token (returned in their order).
/// They were made with `account create`; the tokens are rows, since what is measured is not how
/// somebody signs in.
void let_in(Database& database, const std::vector<Peer>& peers);
std::string make_token(Database& database, const std::string& member);

/// Gives `member` that many followers, evenly on the first `hosts` peers.
void seed_followers(Database& database,
                    const std::vector<Peer>& peers,
                    const std::string& member,
                    std::size_t followers,
                    std::size_t hosts);
/// `member` follows every account that is known of a peer and is named `name`.
void follow_all(Database& database, const std::string& member, const std::string& name);
/// Fills the member's home timeline up to that many posts.
void seed_home(Database& database, const std::string& member, std::size_t posts);
std::size_t count_home(Database& database, const std::string& member);

/// Runs a second server over the same database until it answers; the seconds that took.
double measure_start(const std::vector<std::string>& command, const Target& target);

} // namespace bench
