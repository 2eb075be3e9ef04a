#include "base/text.h"
#include "educators/package.h"

#include <algorithm>

namespace educators {
namespace {

using enum RoleClass;

struct Token {
    std::string_view name;
    RoleClass role_class;
    bool in_v1p1;
    bool in_v1p2;
};

// Rule 7. `administrator` is gone in 1.2; the finer ones do not exist in 1.1.
constexpr Token tokens[] = {
    {"teacher", Staff, true, true},
    {"aide", Staff, true, true},
    {"administrator", Staff, true, false},
    {"counselor", Staff, false, true},
    {"principal", Staff, false, true},
    {"siteAdministrator", Staff, false, true},
    {"districtAdministrator", Staff, false, true},
    {"systemAdministrator", Staff, false, true},
    {"proctor", Proctor, true, true},
    {"student", Student, true, true},
    {"parent", Family, true, true},
    {"guardian", Family, true, true},
    {"relative", Family, true, true},
};

} // namespace

RoleClass class_of(RosterVersion version, std::string_view role) {
    if (version == RosterVersion::V1p2 && role.starts_with("ext:")) return Extension;
    const auto* const token = std::ranges::find(tokens, role, &Token::name);
    if (token == std::end(tokens)) return Unknown;
    return (version == RosterVersion::V1p1 ? token->in_v1p1 : token->in_v1p2) ? token->role_class
                                                                              : Unknown;
}

RoleClass class_of(std::string_view role) {
    const auto* const token = std::ranges::find(tokens, role, &Token::name);
    return token == std::end(tokens) ? Unknown : token->role_class;
}

bool is_student_email(std::string_view email, const std::vector<std::string>& student_domains) {
    const auto at = email.rfind('@');
    if (at == std::string_view::npos) return false;
    const auto domain = ascii_lower(email.substr(at + 1));
    return std::ranges::any_of(student_domains, [&domain](const std::string& entry) {
        const auto wanted = ascii_lower(entry);
        return domain == wanted || domain.ends_with("." + wanted);
    });
}

} // namespace educators
