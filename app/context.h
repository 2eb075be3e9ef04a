#pragma once

#include "app/config.h"
#include "app/private_postgres.h"
#include "base/instance.h"
#include "db/pool.h"
#include "educators/terms.h"

#include <memory>
#include <string>
#include <vector>

namespace app {

/// A message for the person at the terminal: what is wrong and what to do. Ends the command.
struct CommandFailed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// How a command was started: what stands before its own options.
struct Start {
    std::string config_file{};
    std::vector<std::string> settings{};
};

/// Reads the configuration; throws CommandFailed with all faults, a line each.
Config load_config(const Start& start);

/// What the configuration, which was checked, makes of this instance.
Instance make_instance(const Config& config);

/// What attestations of ours say of the district.
educators::AttestationTerms attestation_terms(const Config& config);

/// What every command that touches the data needs. Members are destroyed last to first, so the
/// database stops after its connections.
struct Context {
    Config config;
    Instance instance;
    std::unique_ptr<PrivatePostgres> postgres; ///< Empty when database.url is set.
    std::unique_ptr<db::Pool> pool;
};

enum class Migrate { Yes, No };

/// Opens the database (starting the own one if needed) and brings it to this program's schema.
/// Throws CommandFailed, db::Unavailable, std::runtime_error.
Context open_context(const Start& start, Migrate migrate = Migrate::Yes);

/// The name of an instance is fixed at its first start: ids begin with it, and peers know it by
/// them. Writes it on the first start; throws CommandFailed when the configuration says another
/// one.
void pin_origin(db::Pool& pool, const Instance& instance);

} // namespace app
