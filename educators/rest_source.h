#pragma once

#include "educators/import.h"
#include "educators/rest_client.h"

/// A roster by the OneRoster REST service instead of files. What the service answers becomes a
/// package in memory, so that one set of rules holds for both.
namespace educators {

/// Asks for orgs and for people with staff roles, or with `reads_students` for everybody, each with
/// only the fields that are used. A snapshot, or nothing with a refusal among `findings` when
/// anything is missing or odd, also when the service sends others than staff without being asked:
/// so that they do not travel, it has to be mended. Makes `findings` name the service's rows.
/// No transaction may be open.
std::optional<PackageFiles> fetch_package(http::Client& client,
                                          const RestService& service,
                                          const RestWaiting& waiting,
                                          Findings& findings);

struct PullDeps {
    const RosterDesk& desk;
    http::Client& client;
    RestService service{};
    RestWaiting waiting{};
};

/// Fetches and imports, as `request` says; its source, name and time are set here. What could not
/// be fetched is a refused import, for people to see.
/// Errors: Unavailable (the server stops; nothing is stored). Throws db::Unavailable.
Result<ImportReport> pull_roster(const PullDeps& deps, ImportRequest request);

/// The job that pulls. Its payload is who asked, for whom the outcome waits as a preview; or "":
/// the clock asked, and it is applied.
constexpr std::string_view pull_job = "roster_pull";
/// Puts one into the queue, unless the same waits there or runs. True: it is new.
bool request_pull(db::Tx& tx, const std::string& who);
bool is_pull_requested(db::Tx& tx, const std::string& who);

} // namespace educators
