#pragma once

#include "base/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// Header lines in the order they came, values as received (only blanks at the ends removed).
class Headers {
  public:
    struct Line {
        std::string name;
        std::string value;
    };
    Headers() = default;
    Headers(std::initializer_list<Line> lines) : lines_(lines) {}

    /// The value of the first line of that name (case-insensitive), or nothing.
    std::optional<std::string_view> find(std::string_view name) const;
    /// The first value or "".
    std::string_view get(std::string_view name) const;
    std::vector<std::string_view> all(std::string_view name) const;
    std::size_t count(std::string_view name) const;

    void add(std::string name, std::string value);
    /// Replaces every line of that name.
    void set(std::string_view name, std::string value);

    const std::vector<Line>& lines() const { return lines_; }

  private:
    std::vector<Line> lines_;
};

/// A request as it came in, or as it goes out (then `url` is set and target, path, query are not).
struct Request {
    std::string method = "GET";
    std::string target{}; ///< The request line's target as received, path with query.
    std::string path{};   ///< Percent-decoded once; begins with "/".
    std::string query{};  ///< As received, without "?".
    Headers headers{};
    std::string body{};
    std::string address{}; ///< Of the caller: the socket's, or what a trusted proxy says.
};

struct Response {
    int status = 200;
    Headers headers{};
    std::string body{};
};

Response json_response(const Json& body, int status = 200);
Response html_response(std::string body, int status = 200);
Response text_response(std::string body, int status = 200);
/// application/activity+json; charset=utf-8, Vary: Accept, Signature, Signature-Input;
/// Cache-Control: private, no-store.
Response activity_response(std::string body, int status = 200);
Response redirect_response(std::string location, int status = 303);

} // namespace http
