#pragma once

#include "api/api.h"

namespace api {

std::span<const Row> interaction_policy_rows();

} // namespace api
