#include "educators/rest_source.h"

#include "base/uri.h"
#include "db/jobs.h"
#include "educators/rest_rows.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <span>

namespace educators {
namespace {

constexpr std::string_view staff_v1p1[] = {"teacher", "aide", "administrator", "proctor"};
constexpr std::string_view staff_v1p2[] = {"teacher",
                                           "aide",
                                           "counselor",
                                           "principal",
                                           "siteAdministrator",
                                           "districtAdministrator",
                                           "systemAdministrator",
                                           "proctor"};

std::span<const std::string_view> staff_roles(RosterVersion version) {
    if (version == RosterVersion::V1p1) return staff_v1p1;
    return staff_v1p2;
}

class Fetch {
  public:
    Fetch(http::Client& client,
          const RestService& service,
          const RestWaiting& waiting,
          Findings& findings)
        : service_(service), rest_(client, service, waiting, findings), rows_(service.version) {
        findings.name_places_by(rows_.places());
    }

    std::optional<PackageFiles> run();

  private:
    bool read_orgs();
    bool read_everybody();
    bool read_staff(std::string_view role);
    bool read_users(const std::string& path, const std::string& query, bool is_staff_only);
    bool is_whole(RestRows::Taken taken, const std::string& path);

    const RestService& service_;
    RestClient rest_;
    RestRows rows_;
};

bool Fetch::is_whole(RestRows::Taken taken, const std::string& path) {
    if (taken == RestRows::Taken::Again)
        return rest_.fail("service-incomplete", path, "a row came on two pages");
    if (rows_.bytes() > max_package_bytes) return rest_.fail("service-large", path);
    return true;
}

bool Fetch::read_orgs() {
    const auto query = fmt::format("&fields={}", RestRows::org_fields());
    return rest_.read_all("/orgs", "orgs", query, [this](const Json& org, std::size_t page) {
        return is_whole(rows_.add_org(org, page), "/orgs");
    });
}

bool Fetch::read_users(const std::string& path, const std::string& query, bool is_staff_only) {
    rows_.begin_answer();
    const auto fields = fmt::format("{}&fields={}", query, RestRows::user_fields(service_.version));
    return rest_.read_all(path, "users", fields, [&](const Json& user, std::size_t page) {
        if (is_staff_only && rows_.is_other(user)) return rest_.fail("service-unasked", path);
        return is_whole(rows_.add_user(user, page), path);
    });
}

bool Fetch::read_staff(std::string_view role) {
    if (role == "teacher") return read_users("/teachers", "", true);
    const auto* const property = service_.version == RosterVersion::V1p1 ? "role" : "roles.role";
    const auto filter = percent_encode(fmt::format("{}='{}'", property, role));
    return read_users("/users", "&filter=" + filter, true);
}

bool Fetch::read_everybody() {
    if (service_.reads_students) return read_users("/users", "", false);
    for (const auto role : staff_roles(service_.version))
        if (!read_staff(role)) return false;
    return true;
}

std::optional<PackageFiles> Fetch::run() {
    if (!read_orgs() || !read_everybody()) return std::nullopt;
    auto package = rows_.take_files();
    package.knows_others = service_.reads_students;
    return package;
}

} // namespace

std::optional<PackageFiles> fetch_package(http::Client& client,
                                          const RestService& service,
                                          const RestWaiting& waiting,
                                          Findings& findings) {
    return Fetch(client, service, waiting, findings).run();
}

Result<ImportReport> pull_roster(const PullDeps& deps, ImportRequest request) {
    request.source = "rest";
    request.name = host_of(deps.service.base_url);
    // What changes while we ask is newer than this snapshot.
    if (!request.taken_at) request.taken_at = request.now;
    Findings findings;
    const auto files = fetch_package(deps.client, deps.service, deps.waiting, findings);
    if (const auto* refusal = findings.refusal(); refusal != nullptr) {
        if (refusal->code == "service-stopped")
            return Error{Error::Kind::Unavailable, "roster service: the server stops"};
        spdlog::warn("educators: roster service: {}", describe(*refusal));
    }
    return run_import(deps.desk, files, std::move(findings), request);
}

bool is_pull_requested(db::Tx& tx, const std::string& who) {
    return db::jobs::exists(tx, pull_job, who);
}

bool request_pull(db::Tx& tx, const std::string& who) {
    if (is_pull_requested(tx, who)) return false;
    db::jobs::insert(
        tx, {{.kind = std::string(pull_job), .lane = std::string(pull_job), .payload = who}});
    db::jobs::notify(tx);
    return true;
}

} // namespace educators
