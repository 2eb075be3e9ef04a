#include "base/names.h"
#include "base/text.h"
#include "educators/row_reader.h"
#include "educators/student_marks.h"

#include <algorithm>
#include <array>

namespace educators {
namespace {

constexpr std::array<std::string_view, 18> columns_v1p1{"sourcedId",
                                                        "status",
                                                        "dateLastModified",
                                                        "enabledUser",
                                                        "orgSourcedIds",
                                                        "role",
                                                        "username",
                                                        "userIds",
                                                        "givenName",
                                                        "familyName",
                                                        "middleName",
                                                        "identifier",
                                                        "email",
                                                        "sms",
                                                        "phone",
                                                        "agentSourcedIds",
                                                        "grades",
                                                        "password"};
constexpr std::array<std::string_view, 23> columns_v1p2{"sourcedId",
                                                        "status",
                                                        "dateLastModified",
                                                        "enabledUser",
                                                        "username",
                                                        "userIds",
                                                        "givenName",
                                                        "familyName",
                                                        "middleName",
                                                        "identifier",
                                                        "email",
                                                        "sms",
                                                        "phone",
                                                        "agentSourcedIds",
                                                        "grades",
                                                        "password",
                                                        "userMasterIdentifier",
                                                        "resourceSourcedIds",
                                                        "preferredGivenName",
                                                        "preferredMiddleName",
                                                        "preferredFamilyName",
                                                        "primaryOrgSourcedId",
                                                        "pronouns"};

/// Where a version has what we read. `none`: not at all.
constexpr std::size_t none = 99;
struct Places {
    std::size_t enabled, username, given, family, email, grades, password;
    std::size_t identifier;
    std::size_t orgs, role;                                     ///< 1.1.
    std::size_t preferred_given, preferred_family, primary_org; ///< 1.2.
};
constexpr Places places_v1p1{3, 6, 8, 9, 12, 16, 17, 11, 4, 5, none, none, none};
constexpr Places places_v1p2{3, 4, 6, 7, 10, 14, 15, 9, none, none, 18, 20, 21};

constexpr std::size_t max_name = 100;        ///< Characters of a shown name.
constexpr std::size_t max_name_bytes = 1600; ///< A character may carry any number of accents.

/// At most so many bytes, never a part of a code point.
std::string_view cut(std::string_view utf8, std::size_t most) {
    if (utf8.size() <= most) return utf8;
    while (most > 0 && (static_cast<unsigned char>(utf8[most]) & 0xC0U) == 0x80U)
        --most;
    return utf8.substr(0, most);
}

struct Seen {
    std::size_t content = 0;
    std::optional<std::size_t> person{}; ///< Its place in the package.
    std::optional<std::size_t> other{};
};

class UserReader {
  public:
    UserReader(const Table& table, ReadState& state, RolesByUser& roles)
        : table_(table), state_(state), roles_(roles),
          places_(state.package.version == RosterVersion::V1p1 ? places_v1p1 : places_v1p2) {}

    void read_row();
    void add_broken(std::string id);

  private:
    bool is_v1p1() const { return state_.package.version == RosterVersion::V1p1; }
    void read_person(PersonRow& row);
    void read_enabled(PersonRow& row);
    void read_names(PersonRow& row);
    void read_email(PersonRow& row);
    void read_own_roles(PersonRow& row);
    void join_roles(PersonRow& row);
    std::optional<char> other_kind(const PersonRow& row) const;
    std::vector<Mark> read_marks(const db::RosterPerson& person) const;
    void keep(PersonRow row, Seen& seen);

    const Table& table_;
    ReadState& state_;
    RolesByUser& roles_;
    const Places& places_;
    std::unordered_map<std::string, Seen> seen_;
};

void UserReader::read_enabled(PersonRow& row) {
    const auto text = table_.cell(places_.enabled);
    const auto small = ascii_lower(text);
    if (small != "true" && small != "false") {
        table_.report("boolean", places_.enabled, text);
        row.is_broken = true;
        return;
    }
    if (text != small) table_.report("boolean-case", places_.enabled, text);
    row.person.enabled = small == "true";
}

void UserReader::read_names(PersonRow& row) {
    const auto shown = [this](std::size_t preferred, std::size_t legal) {
        const auto column =
            preferred != none && !trim(table_.cell(preferred)).empty() ? preferred : legal;
        const auto raw = to_nfc(table_.cell(column));
        const auto clean = drop_invisible(raw);
        if (clean != raw) table_.report("invisible", column);
        const std::string name(cut(shorten(clean, max_name), max_name_bytes));
        if (name != clean) table_.report("long", column);
        return name;
    };
    row.person.given_name = shown(places_.preferred_given, places_.given);
    row.person.family_name = shown(places_.preferred_family, places_.family);
    if (row.person.given_name.empty() && row.person.family_name.empty()) {
        table_.report("no-name", places_.given);
        row.is_broken = true;
    }
    if (row.person.username.empty()) table_.report("no-username", places_.username);
}

void UserReader::read_email(PersonRow& row) {
    const auto text = trim(table_.cell(places_.email));
    constexpr std::size_t max_email = 254;
    const auto at = text.find('@');
    const bool is_address =
        at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
        text.size() <= max_email && text.find('@', at + 1) == std::string_view::npos &&
        std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c != ',' && c != ';'; });
    if (is_address)
        row.person.email = text;
    else if (!text.empty())
        table_.report("email", places_.email, text);
}

// 1.1 has one role, at one org or several.
void UserReader::read_own_roles(PersonRow& row) {
    const auto token = table_.cell(places_.role);
    if (class_of(RosterVersion::V1p1, token) == RoleClass::Unknown) {
        table_.report("role", places_.role, token);
        row.is_broken = true;
        return;
    }
    auto orgs = table_.cell(places_.orgs);
    if (orgs.empty()) {
        table_.report("no-org", places_.orgs);
        row.is_broken = true;
        row.person.roles.push_back({.role = std::string(token)});
    }
    while (!orgs.empty()) {
        const auto comma = orgs.find(',');
        const std::string org(orgs.substr(0, comma));
        orgs = comma == std::string_view::npos ? std::string_view{} : orgs.substr(comma + 1);
        if (!state_.orgs.contains(org)) {
            table_.report("org-unknown", places_.orgs, org);
            row.is_broken = true;
        }
        row.person.roles.push_back({.sourced_id = "@" + org,
                                    .role = std::string(token),
                                    .is_primary = row.person.roles.empty(),
                                    .org = org});
    }
}

void UserReader::join_roles(PersonRow& row) {
    const auto primary = std::string(table_.cell(places_.primary_org));
    if (!primary.empty() && !state_.orgs.contains(primary)) {
        table_.report("org-unknown", places_.primary_org, primary);
        row.is_broken = true;
    }
    const auto found = roles_.find(row.person.sourced_id);
    if (found == roles_.end()) return;
    found->second.has_user = true;
    row.person.roles = found->second.roles;
    row.is_student = found->second.is_student;
    row.is_family = found->second.is_family;
    row.has_broken_role = found->second.has_broken;
    row.person.is_twice = row.person.is_twice || found->second.is_twice;
}

/// "s" or "f" of somebody whom this package alone shows to be no member of staff.
std::optional<char> UserReader::other_kind(const PersonRow& row) const {
    // A delta of 1.2 tells a part; what the rest is, the database knows.
    if (!is_v1p1() && state_.package.people_mode == FileMode::Delta) return std::nullopt;
    bool is_student = row.is_student;
    bool is_family = row.is_family;
    for (const auto& role : row.person.roles) {
        const auto role_class = class_of(role.role);
        if (role_class == RoleClass::Staff || role_class == RoleClass::Proctor) return std::nullopt;
        is_student = is_student || role_class == RoleClass::Student;
        is_family = is_family || role_class == RoleClass::Family;
    }
    if (is_student) return 's';
    const bool is_marked =
        row.person.has_grades || is_student_email(row.person.email, state_.options.student_domains);
    if (row.person.roles.empty() && !is_family) {
        if (!is_marked || row.has_broken_role || row.is_broken) return std::nullopt;
        return 's';
    }
    return is_family ? std::optional('f') : std::nullopt;
}

// Of the names and numbers that stand in the row; the row itself is forgotten.
std::vector<Mark> UserReader::read_marks(const db::RosterPerson& person) const {
    const auto cell = [this](std::size_t place) {
        return place == none ? std::string_view{} : table_.cell(place);
    };
    return marks_of_student(
        state_.hash,
        {.given = cell(places_.given),
         .family = cell(places_.family),
         .preferred_given = cell(places_.preferred_given),
         .preferred_family = cell(places_.preferred_family)},
        {person.sourced_id, cell(places_.identifier), cell(places_.username), cell(places_.email)});
}

void UserReader::keep(PersonRow row, Seen& seen) {
    auto& package = state_.package;
    const auto kind = other_kind(row);
    if (!kind) {
        if (row.is_broken) {
            // Nothing of it is used but whom it concerns.
            row.person = {.sourced_id = row.person.sourced_id, .id_hash = row.person.id_hash};
        }
        seen.person = package.people.size();
        package.people.push_back(std::move(row));
        return;
    }
    if (row.is_deleted && package.people_mode == FileMode::Bulk) row.is_broken = false;
    seen.other = package.others.size();
    const auto& person = row.person;
    const db::RosterOther hashes{.id_hash = person.id_hash,
                                 .email_hash = state_.hash.of_email(person.email),
                                 .name_hash = person.name_hash,
                                 .kind = *kind,
                                 .marks = *kind == 's' ? read_marks(person) : std::vector<Mark>{}};
    package.others.push_back({.hashes = PackedOther(hashes),
                              .sourced_id = person.sourced_id,
                              .is_deleted = row.is_deleted,
                              .is_broken = row.is_broken || row.has_broken_role,
                              .modified_at = person.modified_at,
                              .line = row.line});
}

void UserReader::read_person(PersonRow& row) {
    auto& person = row.person;
    const auto username = table_.cell(places_.username);
    person.username = cut(username, max_name_bytes);
    if (person.username != username) table_.report("long", places_.username);
    person.has_grades = !table_.cell(places_.grades).empty();
    person.name_hash = state_.hash.of_name(table_.cell(places_.given), table_.cell(places_.family));
    if (is_v1p1())
        read_own_roles(row);
    else
        join_roles(row);
    const auto text = trim(table_.cell(places_.email));
    if (other_kind(row)) {
        // Of them only hashes are kept: what is wrong with the address or the name is not told.
        person.email = text;
        read_enabled(row);
        return;
    }
    read_email(row);
    read_enabled(row);
    read_names(row);
}

void UserReader::add_broken(std::string id) {
    constexpr std::size_t max_id = 255;
    if (id.empty() || id.size() > max_id) return;
    auto [entry, is_new] = seen_.emplace(id, Seen{});
    if (!is_new) return;
    PersonRow row{.is_broken = true, .line = table_.line()};
    row.person.sourced_id = std::move(id);
    row.person.id_hash = state_.hash.of_id(row.person.sourced_id);
    keep(std::move(row), entry->second);
}

void UserReader::read_row() {
    const auto id = table_.id(0);
    if (id.empty()) return;
    const auto content = table_.content(places_.password);
    const auto [entry, is_new] = seen_.emplace(id, Seen{.content = content});
    auto& seen = entry->second;
    if (!is_new && seen.content == content) {
        table_.report("same-row", 0, id);
        return;
    }
    PersonRow row{.line = table_.line()};
    row.person.sourced_id = id;
    row.person.id_hash = state_.hash.of_id(id);
    const auto change = read_change(table_, state_.package.people_mode, state_.options);
    row.is_broken = change.is_broken;
    row.is_deleted = change.is_deleted;
    row.person.modified_at = change.modified_at;
    if (change.is_deleted) {
        // Only who it is counts, and what they were: deleted rows are often half empty.
        if (!is_v1p1()) {
            join_roles(row);
        } else {
            row.person.roles.push_back({.role = std::string(table_.cell(places_.role))});
        }
        row.is_broken = change.is_broken;
    } else {
        read_person(row);
    }
    if (is_new) {
        keep(std::move(row), seen);
        return;
    }
    table_.report("id-twice", 0, id);
    if (seen.person) {
        state_.package.people[*seen.person].person.is_twice = true;
    } else if (!other_kind(row)) {
        row.person.is_twice = true;
        keep(std::move(row), seen);
    }
}

} // namespace

bool read_users(std::string_view bytes, ReadState& state, RolesByUser& roles) {
    const bool is_v1p1 = state.package.version == RosterVersion::V1p1;
    const auto columns = is_v1p1 ? std::span<const std::string_view>(columns_v1p1)
                                 : std::span<const std::string_view>(columns_v1p2);
    Table table("users.csv", bytes, {columns, state.options.lenient_headers}, state.findings);
    UserReader reader(table, state, roles);
    while (table.next())
        reader.read_row();
    for (auto& id : table.take_broken())
        reader.add_broken(std::move(id));
    return !table.is_refused();
}

} // namespace educators
