#pragma once

#include "db/roster_orgs.h"
#include "db/roster_others.h"
#include "db/roster_people.h"
#include "educators/findings.h"
#include "educators/keyed_hash.h"
#include "educators/package_files.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A OneRoster package as it was read: bytes became rows, every row was checked by itself, and
/// students and families are keyed hashes already where the package alone says that they are.
/// Pure: no database, no clock. Source: OneRoster 1.1 and 1.2 CSV, and the 22 rules of
/// tests/data/oneroster/README.md.
namespace educators {

enum class RosterVersion { V1p1, V1p2 };
enum class FileMode { Absent, Bulk, Delta };

/// Somebody of users.csv, or (1.2, delta) whom only roles.csv names.
struct PersonRow {
    db::RosterPerson person{}; ///< Of a broken row only the ids and what could be read.
    bool has_user_row = true;
    bool is_broken = false;  ///< Nothing changes for this person.
    bool is_deleted = false; ///< tobedeleted.
    bool has_broken_role = false;
    bool is_student = false; ///< By a role that may not be among the person's.
    bool is_family = false;
    int line = 0; ///< In users.csv, or in roles.csv without a user row.
};

/// The hashes of one student or family member as bytes, since a large district has many: a quarter
/// of what their texts take.
class PackedOther {
  public:
    /// Each hash is what KeyedHash makes, or "".
    explicit PackedOther(const db::RosterOther& other);
    std::string id_hash() const { return id_.text(); }
    db::RosterOther unpack() const;

  private:
    struct Hash {
        explicit Hash(std::string_view hex);
        std::string text() const;
        std::array<char, 16> bytes{};
        bool is_there = false;
    };
    Hash id_;
    Hash email_;
    Hash name_;
    char kind_;
    std::vector<std::int64_t> marks_;
};

/// A student or family member.
struct OtherRow {
    PackedOther hashes;
    std::string sourced_id{}; ///< For the answer to whoever imports; never stored.
    bool is_deleted = false;
    bool is_broken = false; ///< An error besides; the hashes are kept all the same.
    std::optional<Time> modified_at{};
    int line = 0;
};

struct OrgRow {
    db::RosterOrg org{};
    bool is_deleted = false;
};

struct Package {
    RosterVersion version = RosterVersion::V1p1;
    FileMode orgs_mode = FileMode::Absent;
    FileMode people_mode = FileMode::Absent; ///< Of users.csv and roles.csv.
    std::vector<OrgRow> orgs{};
    std::vector<std::string> broken_orgs{};
    std::vector<PersonRow> people{};
    std::deque<OtherRow> others{}; ///< Most rows: given back piece by piece while they are used.
    bool knows_others = true;      ///< As PackageFiles have it.
    std::string fingerprint{};     ///< SHA-256 of the files that were read, hex.
};

struct ReadOptions {
    bool lenient_headers = false; ///< Any order, missing and foreign columns, old names.
    std::vector<std::string> student_domains{}; ///< "student.cedar.example"; also what is below.
    std::vector<std::string> held_orgs{};       ///< Ids of the orgs that are stored.
    std::optional<Time> now{};                  ///< Against changes that lie ahead.
    bool has_statuses = false;                  ///< As PackageFiles have it.
};

/// Reads and checks all files that count: manifest, orgs, users and (1.2) roles, and opens no
/// other. Nothing when the package is refused; `findings` says why.
std::optional<Package> read_package(const PackageFiles& files,
                                    const KeyedHash& hash,
                                    const ReadOptions& options,
                                    Findings& findings);

bool is_student_email(std::string_view email, const std::vector<std::string>& student_domains);

/// What a role token stands for.
enum class RoleClass { Staff, Proctor, Student, Family, Extension, Unknown };
RoleClass class_of(RosterVersion version, std::string_view role);
/// Of a role that is stored, of whatever version.
RoleClass class_of(std::string_view role);

} // namespace educators
