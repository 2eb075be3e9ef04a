#pragma once

#include "educators/kinds.h"

#include <map>
#include <string>

namespace educators {

/// The [scim] part of the configuration. A directory says who works there, not that they teach:
/// only who has a userType of this table is attested, and only who is not in the roster, which
/// decides.
struct ScimTerms {
    std::map<std::string, Kind, std::less<>> user_types{}; ///< "Teacher" -> Kind::Teacher.
};

} // namespace educators
