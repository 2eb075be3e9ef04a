// The load generator: plays remote hosts against one running instance and prints a table. Started
// by bench/run.sh, which says what it needs.
#include "bench/scenarios.h"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <stdexcept>

namespace bench {
namespace {

constexpr std::size_t peer_count = 500;
constexpr std::uint16_t peer_port = 7700;
constexpr std::uint16_t tls_port = 7743; ///< Where the settings of run.sh lead their names.

/// "--name value" pairs, then after "--" the command that starts a second server.
struct Arguments {
    std::map<std::string, std::string> values{};
    std::vector<std::string> start_command{};

    std::string get(const std::string& name) const {
        const auto found = values.find(name);
        if (found == values.end()) throw std::runtime_error("missing --" + name);
        return found->second;
    }
    std::size_t number(const std::string& name) const { return std::stoul(get(name)); }
};

Arguments read_arguments(int count, char** texts) {
    const std::vector<std::string> words(texts + 1, texts + count);
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (words[i] == "--") {
            arguments.start_command.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                           words.end());
            break;
        }
        if (words[i].rfind("--", 0) != 0 || i + 1 == words.size())
            throw std::runtime_error("not understood: " + words[i]);
        arguments.values[words[i].substr(2)] = words[i + 1];
    }
    return arguments;
}

Target target_of(const std::string& host) {
    const auto colon = host.find(':');
    return {.address = host.substr(0, colon),
            .port = static_cast<std::uint16_t>(std::stoul(host.substr(colon + 1)))};
}

std::vector<Row> rows_of(const Limits& limits) {
    const auto row = [](std::string what, double rate) {
        return Row{.what = "limit: " + what, .figure = fmt::format("{:.0f}/s", rate)};
    };
    return {
        row("RSA-2048 signatures, all cores", limits.signatures),
        row("RSA-2048 verifications, all cores", limits.verifications),
        row("durable INSERTs, 16 connections", limits.inserts),
        row("durable INSERTs, one connection", limits.single_inserts),
        row("GET /health/live, 16 connections", limits.http),
    };
}

class Run {
  public:
    explicit Run(const Arguments& arguments)
        : arguments_(arguments), instance_{.host = arguments.get("host"),
                                           .target = target_of(arguments.get("host")),
                                           .database = arguments.get("database"),
                                           .process =
                                               static_cast<int>(arguments.number("process"))},
          database_(instance_.database),
          peers_(make_peers(peer_count, peer_port, arguments.get("keys"))),
          listener_(peers_, peer_port), named_peers_(with_names(peers_)),
          tls_(arguments.get("certificate"), arguments.get("certificate-key")),
          tls_listener_(named_peers_, tls_port, &tls_) {}

    void all() {
        note("start");
        const auto idle = memory_of(instance_.process);
        const auto start =
            measure_start(arguments_.start_command, target_of(arguments_.get("second-host")));
        add({{.what = "start to first answer, database running",
              .figure = fmt::format("{:.3f} s", start),
              .budget = "0.1 s"}});
        note("limits");
        limits_ = measure_limits(instance_.target, instance_.host, instance_.database);
        add(rows_of(limits_));
        let_in(database_, peers_);
        let_in(database_, named_peers_);
        std::this_thread::sleep_for(std::chrono::seconds(1));
        federate();
        fan_out();
        const auto memory = memory_of(instance_.process);
        add({{.what = "resident memory of the server, idle / peak",
              .figure = fmt::format("{:.0f} / {:.0f} MiB", idle.now_mib, memory.peak_mib),
              .budget = "25 / 100 MiB"}});
        print(rows_);
    }

  private:
    void federate() {
        note("follows");
        add(measure_follows(stage(), {.member = "maria", .who = "strangers", .connections = 4}));
        add(measure_follows(stage(), {.member = "petra", .who = "known actors"}));
        note("inbox");
        add(measure_inbox(stage(), "maria", arguments_.number("posts")));
        note("reads");
        const auto stored = arguments_.number("stored");
        seed_home(database_, "maria", stored);
        add(measure_reads(stage(), make_token(database_, "maria"), std::to_string(stored)));
        const auto memory = memory_of(instance_.process);
        fmt::print(stderr, "peak so far {:.0f} MiB\n", memory.peak_mib);
    }

    void fan_out() {
        note("fan-out");
        seed_followers(database_, peers_, "nadia", 2'000, 200);
        seed_followers(database_, peers_, "omar", 50'000, 500);
        const auto nadia = make_token(database_, "nadia");
        const auto omar = make_token(database_, "omar");
        // The first post to a host also opens its connection; the second is what is repeated.
        for (const auto* time : {"first post", "second post"}) {
            add(measure_fan_out(stage(),
                                {.token = nadia,
                                 .what = fmt::format("2,000 followers on 200 hosts, {}", time),
                                 .budget = "0.25 s",
                                 .hosts = 200}));
            add(measure_fan_out(stage(),
                                {.token = omar,
                                 .what = fmt::format("50,000 followers on 500 hosts, {}", time),
                                 .budget = "0.6 s",
                                 .hosts = 500}));
        }
        add(measure_fan_out(stage(),
                            {.token = omar,
                             .what = "sustained deliveries: 10 posts to 500 hosts",
                             .budget = "0.70 of signing",
                             .hosts = 500,
                             .posts = 10}));
        fan_out_over_tls();
        // Last, since the hurt peers stay hurt.
        add(measure_fan_out(stage(),
                            {.token = omar,
                             .what = "500 hosts, 10 % hang 10 s and 10 % refuse: healthy hosts",
                             .budget = "1.2 times the figure without them",
                             .hosts = 500,
                             .faults = FanOutPlan::Faults::OneInFive}));
    }

    void fan_out_over_tls() {
        note("fan-out over TLS");
        seed_followers(database_, named_peers_, "rosa", 2'000, 200);
        seed_followers(database_, named_peers_, "quentin", 50'000, 500);
        const auto rosa = make_token(database_, "rosa");
        const auto quentin = make_token(database_, "quentin");
        auto tls_stage = Stage{.instance = instance_,
                               .peers = named_peers_,
                               .listener = tls_listener_,
                               .database = database_,
                               .limits = limits_};
        for (const auto* time : {"first post", "second post"}) {
            add(measure_fan_out(tls_stage,
                                {.token = rosa,
                                 .what = fmt::format("TLS: 2,000 followers on 200 hosts, {}", time),
                                 .budget = "0.25 s",
                                 .hosts = 200}));
            add(measure_fan_out(
                tls_stage,
                {.token = quentin,
                 .what = fmt::format("TLS: 50,000 followers on 500 hosts, {}", time),
                 .budget = "0.6 s",
                 .hosts = 500}));
        }
    }

    Stage stage() {
        return {.instance = instance_,
                .peers = peers_,
                .listener = listener_,
                .database = database_,
                .limits = limits_};
    }

    void add(std::vector<Row> rows) {
        for (auto& row : rows) {
            fmt::print(stderr, "  {}: {} {}\n", row.what, row.figure, row.ratio);
            rows_.push_back(std::move(row));
        }
    }

    static void note(std::string_view what) { fmt::print(stderr, "{}\n", what); }

    const Arguments& arguments_;
    Instance instance_;
    Database database_;
    std::vector<Peer> peers_;
    Listener listener_;
    std::vector<Peer> named_peers_;
    TlsServer tls_;
    Listener tls_listener_;
    Limits limits_;
    std::vector<Row> rows_;
};

} // namespace
} // namespace bench

int main(int count, char** texts) {
    try {
        const auto arguments = bench::read_arguments(count, texts);
        bench::Run(arguments).all();
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        fmt::print(stderr, "staffroom-bench: {}\n", error.what());
        return EXIT_FAILURE;
    }
}
