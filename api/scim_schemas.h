#pragma once

#include "base/json.h"

#include <string>
#include <string_view>

/// What the directory is told about what we take (RFC 7643 sections 5 to 7).
namespace api {

constexpr int max_scim_results = 200;

Json scim_provider_config(std::string_view origin);
Json scim_user_type(std::string_view origin);
Json scim_user_schema_document(std::string_view origin);
Json scim_list(const Json& resources, std::int64_t total, std::int64_t start);

} // namespace api
