#pragma once

#include "base/json.h"
#include "base/time.h"
#include "educators/package.h"
#include "http/client.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

/// Talking to a OneRoster service: a token, and collections page by page. Internal to educators/.
namespace educators {

/// The REST service of a district's roster.
struct RestService {
    RosterVersion version = RosterVersion::V1p2;
    /// ".../ims/oneroster/v1p1", ".../ims/oneroster/rostering/v1p2"; no slash at the end.
    std::string base_url{};
    std::string token_url{}; ///< OAuth 2 client credentials.
    std::string client_id{};
    std::string client_secret{};
    std::string scope{}; ///< Empty: roster-core.readonly of the version.
    /// Else only staff travels, and students are known to no check.
    bool reads_students = false;

    std::size_t page_rows = 500; ///< A service may send fewer, never more.
    std::chrono::milliseconds deadline = std::chrono::minutes{14}; ///< For everything together.
    http::Limits limits{.max_bytes = 8UL * 1024 * 1024,
                        .first_byte = std::chrono::seconds{60},
                        .total = std::chrono::seconds{90}};
};

/// How waiting is done. `pause` returns false when the server stops.
struct RestWaiting {
    std::function<bool(std::chrono::milliseconds)> pause{};
    Clock now = system_now;
};

/// Whether a scope, or a list of them, gives more than the roster: birth dates, sex, descent.
bool gives_demographics(std::string_view scope);

/// One visit. Everything that goes wrong is a refusal among the findings, and ends the visit: half
/// an answer would remove people. What is busy or away is asked again with growing pauses, or as
/// it says itself; a token that ran out is taken anew. No host but the configured ones is asked.
/// Source: OneRoster 1.1, section 3 of its REST binding; OneRoster 1.2 Rostering Service, REST
/// binding; RFC 6749 section 4.4; RFC 6750; RFC 8288.
class RestClient {
  public:
    RestClient(http::Client& client,
               const RestService& service,
               const RestWaiting& waiting,
               Findings& findings);

    /// One object of a collection, and the number of its page; false ends the visit, with a
    /// refusal added.
    using Take = std::function<bool(const Json& object, std::size_t page)>;

    /// GETs `path` ("/users"), whose answers list their objects under `key`, to its end. False:
    /// refused.
    bool read_all(const std::string& path,
                  const std::string& key,
                  const std::string& query,
                  const Take& take);
    /// Adds a refusal; `detail` is for whoever looks on, and holds nothing of anybody.
    bool fail(std::string_view code, std::string_view path, std::string detail = {});

  private:
    struct Page {
        Json list{};
        std::optional<std::size_t> total{}; ///< X-Total-Count.
        bool has_link = false;
        bool has_next = false;
    };
    std::optional<Page> read_page(const std::string& path,
                                  const std::string& key,
                                  const std::string& query);
    std::optional<http::Response> get(const std::string& path, std::string url);
    std::optional<http::Response> send(const std::string& path, const http::Outgoing& request);
    bool take_token();
    bool read_link(const http::Response& response, const std::string& path, Page& page);

    http::Client& client_;
    const RestService& service_;
    const RestWaiting& waiting_;
    Findings& findings_;
    Time ends_at_;
    std::string token_;
};

} // namespace educators
