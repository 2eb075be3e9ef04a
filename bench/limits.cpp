#include "bench/limits.h"

#include "base/crypto.h"
#include "bench/database.h"

#include <atomic>
#include <thread>

namespace bench {
namespace {

using Steady = std::chrono::steady_clock;
constexpr auto duration = std::chrono::milliseconds(2'000);
constexpr std::size_t connections = 16;

/// How often per second `make()`'s function can be called, by that many threads.
template <typename Make>
double rate(std::size_t threads, std::chrono::milliseconds time, Make make) {
    std::atomic<std::size_t> count{0};
    const auto start = Steady::now();
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < threads; ++i) {
            workers.emplace_back([&] {
                auto work = make();
                std::size_t done = 0;
                for (; Steady::now() - start < time; ++done)
                    work();
                count += done;
            });
        }
    }
    return static_cast<double>(count) /
           std::chrono::duration<double>(Steady::now() - start).count();
}

double measure_inserts(const std::string& url, std::size_t threads) {
    Database(url).run("CREATE TABLE IF NOT EXISTS bench_inserts "
                      "(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)");
    const auto inserts = rate(threads, duration, [&] {
        return [database = std::make_shared<Database>(url), body = std::string(1024, 'x')] {
            database->run("INSERT INTO bench_inserts (body) VALUES ($1)", {body});
        };
    });
    Database(url).run("DROP TABLE bench_inserts");
    return inserts;
}

} // namespace

double measure_signatures(std::chrono::milliseconds time) {
    const auto key = crypto::PrivateKey::generate_rsa();
    return rate(std::thread::hardware_concurrency(), time, [&] {
        return [&key] { key.sign("what is signed is hashed first: its length matters little"); };
    });
}

Limits measure_limits(const Target& target, const std::string& host, const std::string& database) {
    const auto key = crypto::PrivateKey::generate_rsa();
    const std::string text = "date: Sun, 01 Mar 2026 08:30:00 GMT";
    const auto signature = key.sign(text);
    const auto public_key = key.public_key();
    return {
        .signatures = measure_signatures(duration),
        .verifications = rate(std::thread::hardware_concurrency(),
                              duration,
                              [&] { return [&] { public_key.verify(text, signature); }; }),
        .inserts = measure_inserts(database, connections),
        .single_inserts = measure_inserts(database, 1),
        .http = repeat(target, connections, get_request(host, "/health/live", ""), duration)
                    .per_second(200),
    };
}

} // namespace bench
