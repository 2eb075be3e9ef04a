#include "educators/rest_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

namespace educators {
namespace {

/// A text, or what stands for one: numbers and Booleans in their JSON form, lists with commas.
std::string text_of(const Json& object, std::string_view key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return "";
    if (found->is_string()) return found->get<std::string>();
    if (found->is_boolean() || found->is_number()) return found->dump();
    std::string list;
    for (const auto& entry : *found) {
        if (!entry.is_string() || entry.get_ref<const std::string&>().empty()) continue;
        if (!list.empty()) list += ',';
        list += entry.get_ref<const std::string&>();
    }
    return list;
}

/// The sourcedId of a reference {href, sourcedId, type}, or what stands in its place.
std::string reference_of(const Json& reference) {
    if (reference.is_string()) return reference.get<std::string>();
    return reference.is_object() ? text_of(reference, "sourcedId") : "";
}

std::string reference_of(const Json& object, std::string_view key) {
    const auto found = object.find(key);
    return found == object.end() ? "" : reference_of(*found);
}

std::string references_of(const Json& object, std::string_view key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array()) return "";
    std::string list;
    for (const auto& entry : *found) {
        if (!list.empty()) list += ',';
        list += reference_of(entry);
    }
    return list;
}

/// What is asked for and where it goes. An empty field is a column that we leave blank.
struct Field {
    std::string_view column;
    std::string_view field{};
    std::string (*read)(const Json&, std::string_view) = text_of;
};

constexpr std::array<Field, 7> org_columns{{{"sourcedId", "sourcedId"},
                                            {"status", "status"},
                                            {"dateLastModified"},
                                            {"name", "name"},
                                            {"type", "type"},
                                            {"identifier", "identifier"},
                                            {"parentSourcedId", "parent", reference_of}}};
constexpr std::array<Field, 18> user_columns_v1p1{{{"sourcedId", "sourcedId"},
                                                   {"status", "status"},
                                                   {"dateLastModified"},
                                                   {"enabledUser", "enabledUser"},
                                                   {"orgSourcedIds", "orgs", references_of},
                                                   {"role", "role"},
                                                   {"username", "username"},
                                                   {"userIds"},
                                                   {"givenName", "givenName"},
                                                   {"familyName", "familyName"},
                                                   {"middleName"},
                                                   {"identifier"},
                                                   {"email", "email"},
                                                   {"sms"},
                                                   {"phone"},
                                                   {"agentSourcedIds"},
                                                   {"grades", "grades"},
                                                   {"password"}}};
constexpr std::array<Field, 23> user_columns_v1p2{{{"sourcedId", "sourcedId"},
                                                   {"status", "status"},
                                                   {"dateLastModified"},
                                                   {"enabledUser", "enabledUser"},
                                                   {"username", "username"},
                                                   {"userIds"},
                                                   {"givenName", "givenName"},
                                                   {"familyName", "familyName"},
                                                   {"middleName"},
                                                   {"identifier"},
                                                   {"email", "email"},
                                                   {"sms"},
                                                   {"phone"},
                                                   {"agentSourcedIds"},
                                                   {"grades", "grades"},
                                                   {"password"},
                                                   {"userMasterIdentifier"},
                                                   {"resourceSourcedIds"},
                                                   {"preferredGivenName", "preferredFirstName"},
                                                   {"preferredMiddleName"},
                                                   {"preferredFamilyName", "preferredLastName"},
                                                   {"primaryOrgSourcedId"},
                                                   {"pronouns"}}};

// Quoted as written, not as shown to a spreadsheet: this is read by our own reader. A line break,
// which a file may not have in a field, becomes a blank.
void add_cell(std::string& line, std::string_view cell) {
    if (!line.empty()) line += ',';
    line += '"';
    for (const char c : cell) {
        if (c == '"') line += '"';
        line += c == '\n' || c == '\r' ? ' ' : c;
    }
    line += '"';
}

template <typename Columns>
std::string header_of(const Columns& columns) {
    std::string line;
    for (const auto& column : columns)
        line += (line.empty() ? "" : ",") + std::string(column.column);
    return line + "\n";
}

template <typename Columns>
std::string row_of(const Json& object, const Columns& columns) {
    std::string line;
    for (const auto& column : columns)
        add_cell(line, column.field.empty() ? "" : column.read(object, column.field));
    return line + "\n";
}

template <typename Columns>
std::string fields_of(const Columns& columns) {
    std::string list;
    for (const auto& column : columns) {
        if (column.field.empty()) continue;
        if (!list.empty()) list += ',';
        list += column.field;
    }
    return list;
}

constexpr auto roles_header = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,"
                              "beginDate,endDate,orgSourcedId,userProfileSourcedId\n";

} // namespace

RestRows::RestRows(RosterVersion version)
    : version_(version), files_(std::make_shared<std::map<std::string, File>>()) {
    auto& files = *files_;
    files["orgs.csv"].bytes = header_of(org_columns);
    if (version == RosterVersion::V1p1) {
        files["users.csv"].bytes = header_of(user_columns_v1p1);
    } else {
        files["users.csv"].bytes = header_of(user_columns_v1p2);
        files["roles.csv"].bytes = roles_header;
    }
}

std::string_view RestRows::org_fields() {
    static const auto fields = fields_of(org_columns);
    return fields;
}

std::string_view RestRows::user_fields(RosterVersion version) {
    static const auto v1p1 = fields_of(user_columns_v1p1);
    static const auto v1p2 = fields_of(user_columns_v1p2) + ",roles";
    return version == RosterVersion::V1p1 ? v1p1 : v1p2;
}

RestRows::Taken RestRows::add(SeenRows& seen,
                              const std::string& id,
                              std::size_t content,
                              std::size_t page) const {
    const auto [entry, is_new] = seen.emplace(id, Seen{content, answer_, page});
    auto& known = entry->second;
    if (is_new || known.content != content) return Taken::Kept;
    return known.answer == answer_ && known.page != page ? Taken::Again : Taken::Known;
}

RestRows::Taken RestRows::add_org(const Json& org, std::size_t page) {
    const auto row = row_of(org, org_columns);
    const auto id = text_of(org, "sourcedId");
    const auto taken = add(orgs_, id, std::hash<std::string>{}(row), page);
    if (taken != Taken::Kept) return taken;
    auto& file = (*files_)["orgs.csv"];
    file.bytes += row;
    file.rows.push_back({.id = id, .may_store_id = true});
    return taken;
}

RestRows::Taken RestRows::add_user(const Json& user, std::size_t page) {
    const bool is_v1p1 = version_ == RosterVersion::V1p1;
    const auto row = is_v1p1 ? row_of(user, user_columns_v1p1) : row_of(user, user_columns_v1p2);
    const auto id = text_of(user, "sourcedId");
    auto content = std::hash<std::string>{}(row);
    if (const auto roles = user.find("roles"); !is_v1p1 && roles != user.end())
        content = content * 31 + std::hash<std::string>{}(dump_json(*roles));
    const auto taken = add(users_, id, content, page);
    if (taken != Taken::Kept) return taken;
    auto& file = (*files_)["users.csv"];
    file.bytes += row;
    const Row whose{.id = id, .may_store_id = is_staff(user)};
    file.rows.push_back(whose);
    if (!is_v1p1) add_roles(user, whose);
    return taken;
}

/// One role of the standard suffices; a token that only looks like one does not.
bool RestRows::is_staff(const Json& user) const {
    const auto says_staff = [this](const std::string& token) {
        return class_of(version_, token) == RoleClass::Staff;
    };
    if (version_ == RosterVersion::V1p1) return says_staff(text_of(user, "role"));
    const auto roles = user.find("roles");
    return roles != user.end() && roles->is_array() &&
           std::ranges::any_of(*roles, [&](const Json& role) {
               return role.is_object() && says_staff(text_of(role, "role"));
           });
}

void RestRows::add_roles(const Json& user, const Row& whose) {
    const auto& id = whose.id;
    const auto roles = user.find("roles");
    if (roles == user.end() || !roles->is_array()) return;
    auto& file = (*files_)["roles.csv"];
    for (const auto& role : *roles) {
        if (!role.is_object()) continue;
        const auto token = text_of(role, "role");
        const auto org = reference_of(role, "org");
        const auto begins = text_of(role, "beginDate");
        const auto ends = text_of(role, "endDate");
        std::string line;
        // The service gives roles no id; what they say tells them apart, in whatever order.
        add_cell(line, fmt::format("{}/{}@{}/{}/{}", id, token, org, begins, ends));
        add_cell(line, "");
        add_cell(line, "");
        add_cell(line, id);
        for (const auto& cell : {text_of(role, "roleType"), token, begins, ends, org})
            add_cell(line, cell);
        add_cell(line, "");
        file.bytes += line + "\n";
        file.rows.push_back(whose);
    }
}

bool RestRows::is_other(const Json& user) const {
    const auto says_other = [this](const std::string& token) {
        const auto role = class_of(version_, token);
        return token.empty() || role == RoleClass::Student || role == RoleClass::Family;
    };
    if (version_ == RosterVersion::V1p1) return says_other(text_of(user, "role"));
    const auto roles = user.find("roles");
    return roles == user.end() || !roles->is_array() ||
           std::ranges::all_of(*roles, [&](const Json& role) {
               return !role.is_object() || says_other(text_of(role, "role"));
           });
}

std::size_t RestRows::bytes() const {
    std::size_t sum = 0;
    for (const auto& [name, file] : *files_)
        sum += file.bytes.size();
    return sum;
}

PackageFiles RestRows::take_files() {
    orgs_ = {};
    users_ = {};
    const bool is_v1p1 = version_ == RosterVersion::V1p1;
    auto& files = *files_;
    files["manifest.csv"].bytes = fmt::format("propertyName,value\noneroster.version,1.{}\n"
                                              "file.orgs,bulk\nfile.users,bulk\n{}",
                                              is_v1p1 ? 1 : 2,
                                              is_v1p1 ? "" : "file.roles,bulk\n");
    PackageFiles package{.has_statuses = true};
    for (const auto& [name, file] : files)
        package.names.push_back(name);
    package.read = [kept = files_](const std::string& name, std::string& bytes, Findings&) {
        bytes = std::exchange((*kept)[name].bytes, {});
        return true;
    };
    return package;
}

std::function<void(Finding&)> RestRows::places() const {
    return [kept = files_](Finding& finding) {
        const auto file = kept->find(finding.file);
        if (file == kept->end()) return;
        // Line 1 is the header, which the service never sent.
        if (finding.line > 0) --finding.line;
        const auto row = static_cast<std::size_t>(finding.line);
        if (row > 0 && row <= file->second.rows.size()) {
            finding.id = file->second.rows[row - 1].id;
            finding.may_store_id = file->second.rows[row - 1].may_store_id;
        }
        finding.file = finding.file.substr(0, finding.file.find('.'));
    };
}

} // namespace educators
