#pragma once

#include "api/api.h"

#include <string_view>

namespace api {

/// Gets to know the people elsewhere whom a text names and whom we do not know yet, so that
/// publish() can address them. Asks their servers; those that do not answer are left out. Never
/// called while a transaction is open.
void resolve_mentions(const Api& api, std::string_view text);

} // namespace api
