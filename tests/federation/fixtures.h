#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/time.h"

#include <fstream>
#include <sstream>
#include <string>

/// The documents of tests/data/fixtures, and the server that they are addressed to.
namespace fixtures {

inline const Instance district_b{.origin = "https://district-b.example",
                                 .host = "district-b.example",
                                 .handle_host = "district-b.example"};

inline const Time now = *parse_iso8601("2026-03-02T10:00:00Z");

inline std::string load_text(const std::string& name) {
    std::ifstream file("tests/data/fixtures/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

inline Json load(const std::string& name) {
    return *parse_json(load_text(name));
}

} // namespace fixtures
