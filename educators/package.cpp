#include "educators/package.h"

#include "base/crypto.h"
#include "educators/manifest.h"
#include "educators/row_reader.h"

#include <algorithm>
#include <cassert>

namespace educators {
namespace {

class PackageReader {
  public:
    PackageReader(const PackageFiles& files,
                  const KeyedHash& hash,
                  const ReadOptions& options,
                  Findings& findings)
        : files_(files), findings_(findings), state_{hash, options, findings, package_} {}

    std::optional<Package> read();

  private:
    bool read_file(const std::string& name, std::string& bytes);
    bool check_files(const Manifest& manifest);
    bool choose_modes(const Manifest& manifest);
    bool read_people(const Manifest& manifest);
    void add_roles_without_user(RolesByUser& roles);

    const PackageFiles& files_;
    Findings& findings_;
    Package package_;
    ReadState state_;
    std::string digests_;
};

bool PackageReader::read_file(const std::string& name, std::string& bytes) {
    if (!files_.read(name, bytes, findings_)) return false;
    digests_ += name + "\n" + crypto::sha256(bytes);
    return true;
}

bool has_file(const PackageFiles& files, std::string_view name) {
    return std::ranges::find(files.names, name) != files.names.end();
}

// Rule 4: what is promised must be there; what is called absent stays closed.
bool PackageReader::check_files(const Manifest& manifest) {
    for (const auto& [file, mode] : manifest.files) {
        const auto name = file + ".csv";
        const bool is_there = has_file(files_, name);
        if (mode != FileMode::Absent && !is_there) findings_.add({"file-missing", name});
        if (mode == FileMode::Absent && is_there) findings_.add({"not-read", name});
    }
    return findings_.refusal() == nullptr;
}

bool PackageReader::choose_modes(const Manifest& manifest) {
    package_.version = manifest.version;
    package_.orgs_mode = manifest.mode_of("orgs");
    const auto users = manifest.mode_of("users");
    package_.people_mode = users;
    if (manifest.version == RosterVersion::V1p1) return true;
    const auto roles = manifest.mode_of("roles");
    // A snapshot of the one without the other says of nobody what they are.
    if ((users == FileMode::Bulk) != (roles == FileMode::Bulk)) {
        findings_.add({"modes", "manifest.csv", 0, users == FileMode::Bulk ? "users" : "roles"});
        return false;
    }
    if (users == FileMode::Absent) package_.people_mode = roles;
    return true;
}

// Roles of people whom users.csv does not name. In a delta the database may know them.
void PackageReader::add_roles_without_user(RolesByUser& roles) {
    std::vector<std::string> users;
    for (const auto& [user, of_user] : roles)
        if (!of_user.has_user) users.push_back(user);
    std::ranges::sort(users);
    for (const auto& user : users) {
        auto& of_user = roles[user];
        PersonRow row{.has_user_row = false, .has_broken_role = of_user.has_broken};
        row.line = of_user.line;
        row.person.sourced_id = user;
        row.person.id_hash = state_.hash.of_id(user);
        row.person.roles = std::move(of_user.roles);
        row.person.is_twice = of_user.is_twice;
        if (package_.people_mode == FileMode::Bulk) {
            findings_.add({"user-unknown", "roles.csv", row.line, "userSourcedId", user});
            row.is_broken = true;
        }
        package_.people.push_back(std::move(row));
    }
}

bool PackageReader::read_people(const Manifest& manifest) {
    std::string bytes;
    RolesByUser roles;
    if (manifest.version == RosterVersion::V1p2 && manifest.mode_of("roles") != FileMode::Absent) {
        if (!read_file("roles.csv", bytes) || !read_roles(bytes, state_, roles)) return false;
    }
    if (manifest.mode_of("users") != FileMode::Absent) {
        if (!read_file("users.csv", bytes) || !read_users(bytes, state_, roles)) return false;
    }
    add_roles_without_user(roles);
    return true;
}

std::optional<Package> PackageReader::read() {
    std::string bytes;
    if (!has_file(files_, "manifest.csv")) {
        findings_.add({"no-manifest", "manifest.csv"});
        return std::nullopt;
    }
    if (!read_file("manifest.csv", bytes)) return std::nullopt;
    const auto manifest = read_manifest(bytes, findings_);
    if (!manifest || !check_files(*manifest) || !choose_modes(*manifest)) return std::nullopt;
    state_.orgs.insert(state_.options.held_orgs.begin(), state_.options.held_orgs.end());
    if (package_.orgs_mode != FileMode::Absent) {
        if (!read_file("orgs.csv", bytes) || !read_orgs(bytes, state_)) return std::nullopt;
    }
    bytes = {};
    if (!read_people(*manifest)) return std::nullopt;
    package_.knows_others = files_.knows_others;
    package_.fingerprint = crypto::hex(crypto::sha256(digests_));
    return std::move(package_);
}

} // namespace

PackedOther::Hash::Hash(std::string_view hex) : is_there(!hex.empty()) {
    assert(hex.empty() || hex.size() == bytes.size() * 2);
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (std::size_t i = 0; i < hex.size() / 2; ++i)
        bytes[i] = static_cast<char>(digit(hex[2 * i]) * 16 + digit(hex[2 * i + 1]));
}

std::string PackedOther::Hash::text() const {
    return is_there ? crypto::hex({bytes.data(), bytes.size()}) : "";
}

PackedOther::PackedOther(const db::RosterOther& other)
    : id_(other.id_hash), email_(other.email_hash), name_(other.name_hash), kind_(other.kind),
      marks_(other.marks) {}

db::RosterOther PackedOther::unpack() const {
    return {.id_hash = id_.text(),
            .email_hash = email_.text(),
            .name_hash = name_.text(),
            .kind = kind_,
            .marks = marks_};
}

std::optional<Package> read_package(const PackageFiles& files,
                                    const KeyedHash& hash,
                                    const ReadOptions& options,
                                    Findings& findings) {
    return PackageReader(files, hash, options, findings).read();
}

} // namespace educators
