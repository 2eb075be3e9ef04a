#pragma once

#include "base/json.h"
#include "base/result.h"
#include "http/spooled_body.h"

#include <initializer_list>
#include <memory>
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
    /// Adds a name to the Vary line, or makes one; a name that stands there is not repeated.
    void add_vary(std::string_view name);

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
    /// A long body instead of `body` (ReadLimits::spool_above). Shared with the files of its form.
    std::shared_ptr<SpooledBody> spooled{};
    std::string address{}; ///< Of the caller: the socket's, or what a trusted proxy says.
};

/// Splits the target of a request line into path and query. Errors: Invalid (no path, control
/// characters, a bad escape); NotFound for a path that two readers may take for two things: an
/// encoded slash, "//", ".", "..", a backslash, NUL (ATTACKS E13).
Result<Done> set_target(Request& request, std::string_view target);

/// RFC 9110 section 5.1 and 5.5: what may stand in a header line. No CR, LF or NUL.
bool is_header_name(std::string_view name);
bool is_header_value(std::string_view value);

struct StreamPlan;

struct Response {
    int status = 200;
    Headers headers{};
    std::string body{};
    /// Set: the connection becomes a live stream (http/stream.h), and `body` is not sent. Shared,
    /// since answers are copied on their way and the connection keeps it.
    std::shared_ptr<const StreamPlan> stream{};
    std::optional<FilePart> file{}; ///< Sent instead of `body`, piece by piece.

    std::uint64_t size() const { return file ? file->size : body.size(); }
};

/// Bodies are moved in; a redirect's location has everything but visible ASCII escaped.
Response json_response(const Json& body, int status = 200);
Response html_response(std::string body, int status = 200);
Response text_response(std::string body, int status = 200);
/// application/activity+json; charset=utf-8, Vary: Accept, Signature, Signature-Input;
/// Cache-Control: private, no-store.
Response activity_response(std::string body, int status = 200);
Response redirect_response(std::string location, int status = 303);

} // namespace http
