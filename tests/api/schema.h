#pragma once

#include "base/json.h"

#include <string>

/// Whether `value` is what tests/data/mastodon_schemas.json calls `name`: types, required members,
/// formats. Empty, or what is wrong and where.
std::string schema_problem(const std::string& name, const Json& value);
