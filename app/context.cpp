#include "app/context.h"

#include "base/uri.h"
#include "db/instance_values.h"
#include "db/migrate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

extern char** environ; // NOLINT(readability-redundant-declaration): POSIX wants it declared by us.

namespace app {
namespace {

std::map<std::string, std::string> process_environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) {
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return variables;
}

} // namespace

Config load_config(const Start& start) {
    auto read = read_config({
        .file = start.config_file,
        .environment = process_environment(),
        .settings = start.settings,
    });
    if (const auto* faults = std::get_if<ConfigFaults>(&read)) {
        throw CommandFailed(fmt::format("{}", fmt::join(faults->faults, "\n")));
    }
    return std::get<Config>(std::move(read));
}

Instance make_instance(const Config& config) {
    const auto origin = parse_uri(config.server.origin); // Checked by read_config().
    return {
        .origin = config.server.origin,
        .host = origin->authority(),
        .handle_host = config.server.handle_host,
        .media_host = config.server.media_host,
        .title = config.instance.title,
        .description = config.instance.description,
        .contact_email = config.instance.contact_email,
        .data_dir = std::filesystem::absolute(config.server.data_dir).lexically_normal(),
    };
}

educators::AttestationTerms attestation_terms(const Config& config) {
    return {
        .region = config.district.region,
        // Checked by read_config().
        .school_year_end = *educators::parse_month_day(config.district.school_year_end),
        .grace = std::chrono::days{config.district.grace_days},
    };
}

Context open_context(const Start& start, Migrate migrate) {
    Context context{.config = load_config(start), .instance = {}, .postgres = {}, .pool = {}};
    context.instance = make_instance(context.config);
    std::string url = context.config.database.url;
    if (url.empty()) {
        context.postgres = std::make_unique<PrivatePostgres>(context.instance.data_dir);
        url = context.postgres->url();
    }
    context.pool = std::make_unique<db::Pool>(db::PoolOptions{
        .url = url,
        .size = static_cast<int>(context.config.database.connections),
    });
    if (migrate == Migrate::Yes) {
        db::migrate(*context.pool);
        pin_origin(*context.pool, context.instance);
    }
    return context;
}

void pin_origin(db::Pool& pool, const Instance& instance) {
    db::Tx tx(pool);
    for (const auto& [name, value] :
         {std::pair{"origin", instance.origin}, std::pair{"handle_host", instance.handle_host}}) {
        const auto fixed = db::instance_values::set_if_absent(tx, name, value);
        if (fixed == value) continue;
        throw CommandFailed(fmt::format("This data belongs to {0} \"{1}\", but the configuration "
                                        "says \"{2}\". The name of an instance "
                                        "is fixed at its first start, since other servers know its "
                                        "people by it. Set server.{0} back "
                                        "to \"{1}\", or use another data directory.",
                                        name,
                                        fixed,
                                        value));
    }
    tx.commit();
}

} // namespace app
