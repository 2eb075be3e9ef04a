#include "bench/scenarios.h"

#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <thread>

namespace bench {
namespace {

constexpr std::size_t inbox_connections = 16;
constexpr std::size_t read_connections = 8;
constexpr auto patience = std::chrono::seconds(60);

double seconds_between(Steady::time_point from, Steady::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

std::string per_second(double rate) {
    return fmt::format("{:.0f}/s", rate);
}

std::string share(double figure, double limit) {
    return limit > 0 ? fmt::format("{:.2f}", figure / limit) : "";
}

std::string other_answers(const Outcome& outcome, int expected) {
    std::string text;
    for (const auto& [status, count] : outcome.statuses)
        if (status != expected) text += fmt::format(", {} times {}", count, status);
    return text;
}

bool wait_for(const std::function<bool()>& is_done) {
    const auto end = Steady::now() + patience;
    while (!is_done()) {
        if (Steady::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

double transactions(const Stage& stage) {
    // Sessions report what they did up to a second late.
    std::this_thread::sleep_for(std::chrono::milliseconds(1'200));
    return stage.database.number("SELECT xact_commit FROM pg_stat_database "
                                 "WHERE datname = current_database()");
}

/// All deliveries, made by both cores before the clock starts.
std::vector<std::string> sign_all(std::size_t count,
                                  const std::function<std::string(std::size_t)>& make) {
    std::vector<std::string> signed_ones(count);
    const std::size_t threads = std::thread::hardware_concurrency();
    {
        std::vector<std::jthread> workers;
        for (std::size_t first = 0; first < threads; ++first) {
            workers.emplace_back([&, first] {
                for (auto i = first; i < count; i += threads)
                    signed_ones[i] = make(i);
            });
        }
    }
    return signed_ones;
}

bool is_hurt(const FanOutPlan& plan, std::size_t peer) {
    return plan.faults == FanOutPlan::Faults::OneInFive && (peer % 10 == 3 || peer % 10 == 7);
}

struct Spread {
    std::size_t reached = 0;
    std::size_t wanted = 0;
    double first = 0;
    double last = 0;
};

// Of the peers that answer.
Spread spread_of(const FanOutPlan& plan, const Listener::Arrivals& arrivals, Steady::time_point t) {
    Spread spread{.first = 1e9};
    for (std::size_t i = 0; i < plan.hosts; ++i) {
        if (is_hurt(plan, i)) continue;
        ++spread.wanted;
        if (!arrivals.first[i]) continue;
        ++spread.reached;
        const auto seconds = seconds_between(t, *arrivals.first[i]);
        spread.first = std::min(spread.first, seconds);
        spread.last = std::max(spread.last, seconds);
    }
    return spread;
}

void publish(const Stage& stage, const FanOutPlan& plan, const std::string& text) {
    Connection connection(stage.instance.target.address, stage.instance.target.port);
    const auto answer = connection.ask(post_request(
        stage.instance.host, "/api/v1/statuses", plan.token, Json{{"status", text}}.dump()));
    if (answer.status != 200)
        throw std::runtime_error(fmt::format("posting: {} {}", answer.status, answer.body));
}

} // namespace

std::vector<Row> measure_follows(const Stage& stage, const FollowPlan& plan) {
    const auto count = stage.peers.size() * plan.actors_per_peer;
    const auto target = fmt::format("{}/users/{}", stage.instance.origin(), plan.member);
    const auto requests = sign_all(count, [&](std::size_t i) {
        const auto& peer = stage.peers[i % stage.peers.size()];
        const auto name = fmt::format("teacher{}", i / stage.peers.size());
        return signed_delivery(peer, name, stage.instance.origin(), follow(peer, name, target));
    });
    stage.listener.expect("\"Accept\"");
    const auto start = Steady::now();
    const auto outcome = send_each(stage.instance.target, plan.connections, requests);
    const auto taken = outcome.count(202);
    wait_for([&] { return stage.listener.arrivals().count >= taken; });
    const auto arrivals = stage.listener.arrivals();
    const auto rate = static_cast<double>(arrivals.count) / seconds_between(start, arrivals.last);
    return {{.what = fmt::format(
                 "follows by {} {} of {} hosts, {} connections: until the Accept arrived "
                 "({} did{})",
                 count,
                 plan.who,
                 stage.peers.size(),
                 plan.connections,
                 arrivals.count,
                 other_answers(outcome, 202)),
             .figure = per_second(rate),
             .limit = per_second(stage.limits.signatures) + " signatures",
             .ratio = share(rate, stage.limits.signatures),
             .budget = "400/s"}};
}

std::vector<Row> measure_inbox(const Stage& stage, const std::string& member, std::size_t posts) {
    follow_all(stage.database, member, "teacher0");
    const auto requests = sign_all(posts, [&](std::size_t i) {
        const auto& peer = stage.peers[i % stage.peers.size()];
        return signed_delivery(
            peer, "teacher0", stage.instance.origin(), create_note(peer, "teacher0", i));
    });
    const auto before = count_home(stage.database, member);
    const auto transactions_before = transactions(stage);
    const auto start = Steady::now();
    const auto outcome = send_each(stage.instance.target, inbox_connections, requests);
    const auto taken = outcome.count(202);
    std::size_t looks = 0;
    wait_for([&] {
        ++looks;
        return count_home(stage.database, member) >= before + taken;
    });
    const auto seconds = seconds_between(start, Steady::now());
    const auto visible = static_cast<double>(count_home(stage.database, member) - before);
    const auto each =
        (transactions(stage) - transactions_before - static_cast<double>(looks)) / visible;
    const auto accepted = outcome.per_second(202);
    return {
        {.what = fmt::format("inbox: {} signed Creates answered 202, {} connections "
                             "(p99 {:.1f} ms{})",
                             posts,
                             inbox_connections,
                             outcome.percentile(0.99),
                             other_answers(outcome, 202)),
         .figure = per_second(accepted),
         .limit = per_second(stage.limits.inserts) + " durable INSERTs",
         .ratio = share(accepted, stage.limits.inserts),
         .budget = "4000/s"},
        {.what = fmt::format("inbox: until all {:.0f} are in a follower's home timeline", visible),
         .figure = per_second(visible / seconds),
         .limit = per_second(stage.limits.inserts) + " durable INSERTs",
         .ratio = share(visible / seconds, stage.limits.inserts),
         .budget = "1500/s"},
        {.what = "transactions per activity, from the door to the timeline",
         .figure = fmt::format("{:.2f}", each),
         .budget = "2 at most"},
    };
}

std::vector<Row> measure_fan_out(const Stage& stage, const FanOutPlan& plan) {
    for (std::size_t i = 0; i < plan.hosts; ++i) {
        if (!is_hurt(plan, i)) continue;
        stage.listener.set_mood(i, i % 10 == 3 ? Listener::Mood::Hangs : Listener::Mood::Refuses);
    }
    static constexpr auto marker = "A post for everybody, number";
    stage.listener.expect(marker);
    const auto start = Steady::now();
    for (std::size_t i = 0; i < plan.posts; ++i)
        publish(stage, plan, fmt::format("{} {}", marker, i));
    const auto wanted = spread_of(plan, stage.listener.arrivals(), start).wanted * plan.posts;
    wait_for([&] {
        const auto arrivals = stage.listener.arrivals();
        const auto spread = spread_of(plan, arrivals, start);
        return spread.reached == spread.wanted && arrivals.count >= wanted;
    });
    const auto arrivals = stage.listener.arrivals();
    const auto spread = spread_of(plan, arrivals, start);
    if (plan.posts > 1) {
        const auto rate =
            static_cast<double>(arrivals.count) / seconds_between(start, arrivals.last);
        return {{.what = fmt::format("{} ({} deliveries)", plan.what, arrivals.count),
                 .figure = per_second(rate),
                 .limit = per_second(stage.limits.signatures) + " signatures",
                 .ratio = share(rate, stage.limits.signatures),
                 .budget = plan.budget}};
    }
    // What signing alone takes.
    const auto floor = static_cast<double>(plan.hosts) / stage.limits.signatures;
    return {{.what = fmt::format("{}: last host reached ({} of {}; the first after {:.3f} s)",
                                 plan.what,
                                 spread.reached,
                                 spread.wanted,
                                 spread.first),
             .figure = fmt::format("{:.3f} s", spread.last),
             .limit = fmt::format("{:.3f} s to sign", floor),
             .ratio = share(spread.last, floor),
             .budget = plan.budget}};
}

std::vector<Row> measure_reads(const Stage& stage,
                               const std::string& token,
                               const std::string& posts) {
    const auto& [host, target] = std::tie(stage.instance.host, stage.instance.target);
    const auto status = stage.database.run("SELECT max(status_id) FROM home_timeline");
    const struct {
        std::string what, path, token, budget;
    } reads[] = {
        {"home timeline, 20 of " + posts,
         "/api/v1/timelines/home?limit=20",
         token,
         "4000/s, p99 15 ms"},
        {"one status", "/api/v1/statuses/" + status, token, "12000/s"},
        {"instance", "/api/v2/instance", "", "20000/s"},
    };
    std::vector<Row> rows;
    for (const auto& read : reads) {
        const auto request = get_request(host, read.path, read.token);
        repeat(target, read_connections, request, std::chrono::milliseconds(300));
        const auto outcome =
            repeat(target, read_connections, request, std::chrono::milliseconds(3'000));
        const auto rate = outcome.per_second(200);
        rows.push_back({.what = fmt::format("{}, {} connections (p50 {:.1f}, p99 {:.1f} ms{})",
                                            read.what,
                                            read_connections,
                                            outcome.percentile(0.5),
                                            outcome.percentile(0.99),
                                            other_answers(outcome, 200)),
                        .figure = per_second(rate),
                        .limit = per_second(stage.limits.http) + " /health/live",
                        .ratio = share(rate, stage.limits.http),
                        .budget = read.budget});
    }
    return rows;
}

} // namespace bench
