#pragma once

#include <span>
#include <string_view>

/// A file that was compiled into the program by tools/embed.py.
struct Embedded {
    std::string_view name;
    std::string_view text;
};

namespace db {
/// The files of db/migrations, in order.
std::span<const Embedded> migrations();
} // namespace db

namespace web {
/// The files of web/templates.
std::span<const Embedded> templates();
} // namespace web

namespace mail {
/// The files of mail/templates.
std::span<const Embedded> templates();
} // namespace mail
