#pragma once

#include "api/api.h"

namespace api {

std::span<const Row> annual_report_rows();

} // namespace api
