#include "app/doctor.h"

#include "app/commands.h"
#include "app/parts.h"
#include "app/sign_on.h"
#include "base/time.h"
#include "base/uri.h"
#include "db/instance_values.h"
#include "db/maintenance.h"
#include "db/migrate.h"
#include "http/live_client.h"
#include "mail/relay.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace app {
namespace {

struct StorageFacts {
    DatabaseFacts database;
    std::optional<long> clock_difference_ms;
};

StorageFacts look_at_database(const Start& start, const Config& config) {
    StorageFacts facts;
    facts.database.origin = config.server.origin;
    // Opening it would make one, and looking must not change anything.
    const auto cluster = std::filesystem::path(config.server.data_dir) / "postgres";
    if (config.database.url.empty() && !std::filesystem::exists(cluster / "PG_VERSION")) {
        facts.database.failure =
            fmt::format("there is none yet in {}; the first start makes it", cluster.string());
        return facts;
    }
    try {
        const auto context = open_context(start, Migrate::No);
        facts.database.server_version = db::maintenance::server_version(*context.pool);
        facts.database.missing_migrations = db::missing_migrations(*context.pool);
        facts.clock_difference_ms = db::maintenance::clock_difference_ms(*context.pool);
        if (db::maintenance::holds_accounts(*context.pool)) {
            db::Tx tx(*context.pool);
            facts.database.pinned_origin =
                db::instance_values::find(tx, "origin").value_or(std::string{});
        }
    } catch (const std::exception& error) {
        facts.database.failure = error.what();
    }
    return facts;
}

// Nobody but this machine uses such a name: peers cannot be asked about it.
bool is_local(const Config& config) {
    return config.server.origin.starts_with("http://");
}

NameFacts look_up_name(const Instance& instance, const Config& config) {
    NameFacts facts{.host = parse_uri(instance.origin)->host};
    facts.local = is_local(config) || config.testing.hosts.contains(instance.host);
    if (facts.local) return facts;
    if (const auto literal = http::parse_address(facts.host))
        facts.addresses = std::vector{*literal};
    else
        facts.addresses = http::resolve_by_system(facts.host);
    return facts;
}

Finding look_at_relay(const Context& context) {
    const mail::Relay relay(relay_options(context));
    return judge_relay({.relay = context.config.mail.relay,
                        .answer = relay.is_configured() ? relay.check() : Result<Done>(Done{})});
}

Finding look_at_sign_on(http::Client& client, const Context& context) {
    if (context.config.sign_on.preset.empty()) return judge_sign_on({});
    const auto terms = sign_on_terms(context.config);
    educators::Provider provider(client, terms, sign_on_redirect_uri(context.instance));
    return judge_sign_on({.issuer = terms.issuer, .answer = provider.check(system_now())});
}

Finding look_at_disk(const Instance& instance) {
    try {
        return judge_disk(read_disk(instance.data_dir));
    } catch (const std::system_error& error) {
        return {.health = Health::Failed,
                .subject = "disk",
                .meaning = fmt::format("the data directory cannot be looked at: {}", error.what()),
                .remedy = "is server.data_dir right?"};
    }
}

void examine(const Start& start, const std::string& backup_dir) {
    const auto config = load_config(start);
    const Context context{
        .config = config, .instance = make_instance(config), .postgres = {}, .pool = {}};
    const Instance& instance = context.instance;
    const bool local = is_local(config);

    const auto storage = look_at_database(start, config);
    std::vector<Finding> findings{
        judge_database(storage.database),
        judge_clock(
            {.synchronised = read_clock_state(), .to_database_ms = storage.clock_difference_ms}),
        judge_name(look_up_name(instance, config)),
    };
    http::LiveClient client(open_client_options(context));
    findings.push_back(judge_tls(gather_reach(client, instance, local)));
    findings.push_back(judge_webfinger(gather_webfinger(client, instance, local)));
    findings.push_back(look_at_relay(context));
    findings.push_back(look_at_sign_on(client, context));
    findings.push_back(look_at_disk(instance));
    findings.push_back(judge_media(gather_media(config, instance)));
    for (auto& finding : judge_permissions(read_permissions(config, start, backup_dir)))
        findings.push_back(std::move(finding));
    findings.push_back(judge_media_host(instance, local));

    for (const auto& finding : findings)
        fmt::print("{}", to_line(finding));
    const auto failed = std::ranges::count(findings, Health::Failed, &Finding::health);
    if (failed > 0) throw CommandFailed(fmt::format("{} of these must be mended", failed));
}

} // namespace

void add_doctor(CLI::App& line, const Start& start) {
    auto backup_dir = std::make_shared<std::string>("/var/backups/staffroom");
    auto* doctor = line.add_subcommand(
        "doctor", "looks at everything that must be right, and says what to do about it");
    doctor->add_option("--backups", *backup_dir, "where your backups lie")->capture_default_str();
    doctor->callback([&start, backup_dir] { examine(start, *backup_dir); });
}

} // namespace app
