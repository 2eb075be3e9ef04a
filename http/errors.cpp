#include "base/html.h"
#include "http/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace http {
namespace {

struct Row {
    Error::Kind kind;
    int status;
    std::string_view title;       ///< For people and peers; says nothing about the inside.
    std::string_view client_text; ///< What apps know and show.
    std::string_view problem{};   ///< FEP-c180's type when the error gives no reason of that list.
};

constexpr std::array rows{
    Row{Error::Kind::Invalid, 400, "The request is malformed", "Bad request"},
    Row{Error::Kind::Unauthorized, 401, "Not authenticated", "The access token is invalid"},
    Row{Error::Kind::Forbidden,
        403,
        "Not allowed",
        "This action is not allowed",
        "actor-not-authorized"},
    Row{Error::Kind::NotFound, 404, "Not found", "Record not found"},
    Row{Error::Kind::Gone, 410, "Gone", "Record is gone"},
    Row{Error::Kind::TooLarge, 413, "Too large", "The request is too large"},
    Row{Error::Kind::WrongType, 415, "Media type not taken here", "Media type not taken here"},
    Row{Error::Kind::Unprocessable, 422, "The request breaks a rule", "Validation failed"},
    Row{Error::Kind::RateLimited,
        429,
        "Too many requests",
        "Too many requests",
        "rate-limit-exceeded"},
    Row{Error::Kind::Unavailable, 503, "Temporarily unavailable", "Temporarily unavailable"},
};
constexpr Row internal{
    Error::Kind::Unavailable, 500, "Something went wrong here", "Internal error"};

// The problem types of FEP-c180; our other reason codes travel in `code` alone.
constexpr std::array<std::string_view, 14> problem_types{
    "unsupported-type",
    "object-does-not-exist",
    "duplicate-delivery",
    "redundant-activity",
    "approval-required",
    "not-an-actor",
    "principal-actor-mismatch",
    "actor-not-authorized",
    "principal-not-authorized",
    "client-not-authorized",
    "unsupported-media-type",
    "media-too-large",
    "no-applicable-addressees",
    "rate-limit-exceeded",
};

const Row& row_of(Error::Kind kind) {
    const auto* row = std::ranges::find(rows, kind, &Row::kind);
    return row == rows.end() ? internal : *row;
}

std::string problem_type(const Row& row, const Error& error) {
    const auto* named = std::ranges::find(problem_types, error.reason);
    const auto type = named == problem_types.end() ? row.problem : *named;
    return type.empty() ? "about:blank" : fmt::format("https://w3id.org/fep/c180#{}", type);
}

Response problem(const Row& row, const Error& error) {
    Json body{{"type", problem_type(row, error)}, {"title", row.title}, {"status", row.status}};
    if (!error.reason.empty()) body["code"] = error.reason;
    if (!error.shown.empty()) body["detail"] = error.shown;
    auto response = json_response(body, row.status);
    response.headers.set("Content-Type", "application/problem+json");
    return response;
}

Response page(const Row& row, const Error& error) {
    const auto text = escape_html(error.shown.empty() ? row.title : error.shown);
    return html_response(
        fmt::format("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                    "<meta name=\"robots\" content=\"noindex\"><title>{0}</title>"
                    "<link rel=\"stylesheet\" href=\"/assets/style.css\"></head>\n"
                    "<body><main><h1>{0}</h1><p>Error {1}. "
                    "<a href=\"/\">Back to the start page</a></p></main></body></html>\n",
                    text,
                    row.status),
        row.status);
}

Response body_for(const Row& row, const Error& error, Audience audience) {
    switch (audience) {
    case Audience::Peers:
        return problem(row, error);
    case Audience::Browsers:
        return page(row, error);
    case Audience::Clients:
        break;
    }
    const std::string_view text = error.shown.empty() ? row.client_text : error.shown;
    return json_response({{"error", text}}, row.status);
}

Response render(const Row& row, const Error& error, Audience audience) {
    auto response = body_for(row, error, audience);
    response.headers.add("Cache-Control", "private, no-store");
    if (error.retry_after_s > 0) {
        response.headers.add("Retry-After", std::to_string(error.retry_after_s));
    }
    if (row.status == 401 && audience == Audience::Clients) {
        response.headers.add("WWW-Authenticate", "Bearer realm=\"Staffroom\"");
    }
    return response;
}

} // namespace

Response error_response(const Error& error, Audience audience) {
    return render(row_of(error.kind), error, audience);
}

Response internal_error_response(Audience audience) {
    return render(internal, Error{}, audience);
}

} // namespace http
