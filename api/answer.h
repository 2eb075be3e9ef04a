#pragma once

#include "base/json.h"
#include "base/result.h"
#include "http/message.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Answers put together from entities that are texts already.
namespace api {

/// A JSON document as text.
http::Response json_text_response(std::string text, int status = 200);
http::Response array_response(const std::vector<std::string>& entities);

std::string array_text(const std::vector<std::string>& entities);
/// `object`, a JSON object as text, with one more member; `value` is JSON as text.
void add_member(std::string& object, std::string_view name, std::string_view value);

/// "{}": what Mastodon answers when there is nothing to say.
http::Response empty_response();

/// 422, with a text to show.
Error unprocessable(std::string shown);
Error not_found(std::string detail);

} // namespace api
