#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace federation {

struct NamedValue {
    std::string name; ///< Lower case.
    std::string value;
};

/// The comma-separated `name="value"` or `name=123` pairs of a Signature or
/// Collection-Synchronization header, in the order received. A name given twice, in any case, a
/// backslash and a control character are refused.
///
/// Errors: Invalid.
Result<std::vector<NamedValue>> parse_parameters(std::string_view header);

/// The value of that name, or nullptr.
const std::string* find(const std::vector<NamedValue>& parameters, std::string_view name);

} // namespace federation
