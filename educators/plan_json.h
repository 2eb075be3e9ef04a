#pragma once

#include "base/json.h"
#include "educators/plan.h"

/// A plan that waits for a person, as it is stored: staff, and hashes of everybody else.
namespace educators {

Json write_plan(const Plan& plan);
/// Of what write_plan made. `outcomes` and what stood before are not in it.
/// Throws Json::exception for anything else.
Plan read_plan(const Json& json);

} // namespace educators
