#pragma once

#include "base/result.h"
#include "base/time.h"
#include "educators/findings.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// The files of a OneRoster package, wherever they lie; libzip's home. Everything about them is
/// hostile input.
namespace educators {

constexpr std::size_t max_package_bytes = 100'000'000; ///< Unpacked; of a ZIP also packed.

/// What may be read of a package. Files are opened one by one, and only those that are asked for.
struct PackageFiles {
    std::vector<std::string> names{};
    /// Newest time of change of the files, as far as it is known.
    std::optional<Time> changed_at{};
    /// The bytes of one of `names`. What is wrong is a finding of this package.
    std::function<bool(const std::string& name, std::string& bytes, Findings& findings)> read{};
    bool has_statuses = false; ///< Rows of a snapshot say "active", as a service's do.
    bool knows_others = true;  ///< Students and families are in it, so who is not is none.
};

/// Nothing, with a refusal among `findings`, for what rule 22 of the roster rules forbids: paths,
/// folders, links, encrypted and repeated entries, more than 32 entries, more than 100 MB, a ratio
/// above 100. What an entry claims is checked again while it is read.
std::optional<PackageFiles> open_zip(std::string bytes, Findings& findings);

/// A folder with the CSV files. Links are not followed.
/// Errors: NotFound (no such folder), Unavailable (it cannot be read).
Result<PackageFiles> open_folder(const std::string& path);

/// A ZIP file or a folder, by what is there. Errors: NotFound, Unavailable, TooLarge.
Result<std::optional<PackageFiles>> open_package(const std::string& path, Findings& findings);

} // namespace educators
