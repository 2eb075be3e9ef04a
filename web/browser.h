#pragma once

#include <string>
#include <string_view>

namespace web {

/// "Firefox on Windows", as far as the browser says it.
std::string describe_browser(std::string_view agent);

} // namespace web
