#pragma once

#include "educators/package.h"

#include <map>

namespace educators {

/// manifest.csv: which files are there, and how each is meant.
struct Manifest {
    RosterVersion version = RosterVersion::V1p1;
    std::map<std::string, FileMode, std::less<>> files{}; ///< By name without ".csv".
    FileMode mode_of(std::string_view file) const {
        const auto found = files.find(file);
        return found == files.end() ? FileMode::Absent : found->second;
    }
};

/// Nothing, with a refusal among `findings`, when it breaks rule 4.
std::optional<Manifest> read_manifest(std::string_view bytes, Findings& findings);

} // namespace educators
