#include "bench/instance.h"

#include "base/crypto.h"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <fstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace bench {
namespace {

constexpr auto id_of_member = "SELECT id FROM accounts WHERE username = $1 AND domain = ''";

// PostgreSQL plans badly for tables that were empty a moment ago.
void analyze(Database& database) {
    database.run("ANALYZE");
}

} // namespace

Memory memory_of(int process) {
    std::ifstream file(fmt::format("/proc/{}/status", process));
    Memory memory;
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("VmRSS:", 0) == 0) memory.now_mib = std::stod(line.substr(6)) / 1024;
        if (line.rfind("VmHWM:", 0) == 0) memory.peak_mib = std::stod(line.substr(6)) / 1024;
    }
    return memory;
}

void let_in(Database& database, const std::vector<Peer>& peers) {
    database.run("BEGIN");
    for (const Peer& peer : peers) {
        database.run("INSERT INTO peers (host, level) VALUES ($1, 'member') "
                     "ON CONFLICT (host) DO UPDATE SET level = 'member'",
                     {peer.authority});
    }
    database.run("COMMIT");
    database.run("NOTIFY staffroom_peers");
}

std::string make_token(Database& database, const std::string& member) {
    const auto token = crypto::random_token();
    database.run("INSERT INTO oauth_apps (client_id, secret_hash, name, redirect_uris, scopes) "
                 "VALUES ('bench', '', 'bench', '{}', '{read,write,follow}') "
                 "ON CONFLICT (client_id) DO NOTHING");
    database.run("INSERT INTO oauth_tokens (token_hash, app_id, account_id, scopes) "
                 "SELECT $2, a.id, m.id, '{read,write,follow}' FROM oauth_apps a, accounts m "
                 "WHERE a.client_id = 'bench' AND m.username = $1 AND m.domain = ''",
                 {member, crypto::hex(crypto::sha256(token))});
    database.run("UPDATE users SET must_change_password = false");
    return token;
}

void seed_followers(Database& database,
                    const std::vector<Peer>& peers,
                    const std::string& member,
                    std::size_t followers,
                    std::size_t hosts) {
    const auto each = std::to_string(followers / hosts);
    database.run("BEGIN");
    for (std::size_t i = 0; i < hosts; ++i) {
        database.run(
            "WITH new AS ("
            "  INSERT INTO accounts (uri, username, domain, host, inbox, shared_inbox, fetched_at)"
            "  SELECT $1 || '/users/' || n, n, $2, $2, $1 || '/users/' || n || '/inbox',"
            "         $1 || '/inbox', now()"
            "  FROM (SELECT $4 || '_' || g AS n FROM generate_series(1, $3::int) g) names"
            "  RETURNING id)"
            "INSERT INTO follows (follower_id, followed_id, accepted)"
            " SELECT new.id, m.id, true FROM new, accounts m"
            " WHERE m.username = $4 AND m.domain = ''",
            {peers[i].origin, peers[i].authority, each, member});
    }
    database.run("UPDATE accounts SET followers_count = followers_count + $2 "
                 "WHERE username = $1 AND domain = ''",
                 {member, std::to_string(followers)});
    database.run("COMMIT");
    analyze(database);
}

void follow_all(Database& database, const std::string& member, const std::string& name) {
    database.run("INSERT INTO follows (follower_id, followed_id, accepted) "
                 "SELECT m.id, a.id, true FROM accounts m, accounts a "
                 "WHERE m.username = $1 AND m.domain = '' AND a.username = $2 AND a.domain <> '' "
                 "ON CONFLICT DO NOTHING",
                 {member, name});
    analyze(database);
}

void seed_home(Database& database, const std::string& member, std::size_t posts) {
    const auto there = count_home(database, member);
    if (there >= posts) return;
    database.run(
        "WITH authors AS ("
        "  SELECT f.followed_id AS id, row_number() OVER () - 1 AS n, count(*) OVER () AS of"
        "  FROM follows f JOIN accounts m ON m.id = f.follower_id"
        "  WHERE m.username = $1 AND m.domain = ''),"
        " new AS ("
        "  INSERT INTO statuses (id, uri, account_id, local, thread_id, content, visibility,"
        "                        created_at)"
        "  SELECT i, 'http://seeded/' || i, author, false, i, '<p>A post that was seeded.</p>',"
        "         'public', now()"
        "  FROM (SELECT new_id() AS i, a.id AS author FROM generate_series(1, $2::int) g"
        "        JOIN authors a ON a.n = g % a.of) rows"
        "  RETURNING id)"
        "INSERT INTO home_timeline (account_id, status_id)"
        " SELECT m.id, new.id FROM new, accounts m WHERE m.username = $1 AND m.domain = ''",
        {member, std::to_string(posts - there)});
    analyze(database);
}

std::size_t count_home(Database& database, const std::string& member) {
    return static_cast<std::size_t>(database.number(
        fmt::format("SELECT count(*) FROM home_timeline WHERE account_id = ({})", id_of_member),
        {member}));
}

double measure_start(const std::vector<std::string>& command, const Target& target) {
    std::vector<char*> arguments;
    for (const auto& word : command)
        arguments.push_back(const_cast<char*>(word.c_str())); // posix_spawn writes to none of them.
    arguments.push_back(nullptr);
    const auto request =
        get_request(fmt::format("{}:{}", target.address, target.port), "/health/live", "");

    using Steady = std::chrono::steady_clock;
    const auto start = Steady::now();
    pid_t child = 0;
    if (::posix_spawn(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0)
        throw std::runtime_error("cannot start " + command.front());
    double seconds = 0;
    while (seconds == 0) {
        if (Steady::now() - start > std::chrono::seconds(20)) break;
        try {
            // Any answer counts: it knows itself by the first one's name.
            if (Connection(target.address, target.port).ask(request).status != 0)
                seconds = std::chrono::duration<double>(Steady::now() - start).count();
        } catch (const std::exception&) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    ::kill(child, SIGTERM);
    ::waitpid(child, nullptr, 0);
    return seconds;
}

} // namespace bench
