#include "educators/rest_client.h"

#include "base/crypto.h"
#include "base/text.h"
#include "base/uri.h"
#include "http/follow.h"
#include "http/retry_after.h"

#include <fmt/format.h>

#include <charconv>

namespace educators {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int max_tries = 6;
constexpr seconds longest_wait{120};
constexpr std::size_t max_rows = 500'000;
constexpr int max_redirects = 3;

bool is_busy(int status) {
    return status == 408 || status == 429 || (status >= 500 && status != 501);
}

bool is_redirect(int status) {
    return status >= 300 && status < 400 && status != 304;
}

std::optional<std::size_t> number_in(std::string_view text) {
    std::size_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, failure] = std::from_chars(text.data(), end, number);
    if (failure != std::errc{} || stopped != end) return std::nullopt;
    return number;
}

std::string text_or_empty(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// The target of rel="next" in one Link header (RFC 8288), or "". Commas may stand in targets.
std::string_view next_link(std::string_view header) {
    while (!header.empty()) {
        const auto open = header.find('<');
        const auto close = header.find('>', open);
        if (open == std::string_view::npos || close == std::string_view::npos) return {};
        const auto target = header.substr(open + 1, close - open - 1);
        const auto end = std::min(header.find(',', close), header.size());
        auto parameters = ascii_lower(header.substr(close + 1, end - close - 1));
        std::erase_if(parameters, [](char c) { return c == ' ' || c == '\t' || c == '"'; });
        parameters += ';';
        if (parameters.find(";rel=next;") != std::string::npos) return target;
        header.remove_prefix(std::min(end + 1, header.size()));
    }
    return {};
}

} // namespace

bool gives_demographics(std::string_view scope) {
    return ascii_lower(scope).find("demographics") != std::string::npos;
}

RestClient::RestClient(http::Client& client,
                       const RestService& service,
                       const RestWaiting& waiting,
                       Findings& findings)
    : client_(client), service_(service), waiting_(waiting), findings_(findings),
      ends_at_(waiting.now() + service.deadline) {}

bool RestClient::fail(std::string_view code, std::string_view path, std::string detail) {
    findings_.add(
        {.code = std::string(code), .file = std::string(path), .value = std::move(detail)});
    return false;
}

/// Any answer that is not about being busy. What is asked here may be asked twice.
std::optional<http::Response> RestClient::send(const std::string& path,
                                               const http::Outgoing& request) {
    std::string why;
    for (int tries = 1; tries <= max_tries; ++tries) {
        const auto answer = client_.send(request, service_.limits);
        if (answer && !is_busy(answer->status)) return *answer;
        if (!answer && answer.error().kind != Error::Kind::Unavailable) {
            const bool is_large = answer.error().kind == Error::Kind::TooLarge;
            fail(is_large ? "service-large" : "service-away", path, answer.error().detail);
            return std::nullopt;
        }
        milliseconds wait = seconds{1 << (tries - 1)};
        if (answer) {
            why = fmt::format("status {}", answer->status);
            const auto asked =
                http::retry_after(answer->headers, waiting_.now(), std::chrono::hours{24});
            if (asked) wait = *asked;
        } else {
            why = answer.error().detail;
        }
        if (wait > longest_wait || waiting_.now() + wait > ends_at_) break;
        if (tries < max_tries && !waiting_.pause(wait)) {
            fail("service-stopped", path);
            return std::nullopt;
        }
    }
    fail("service-away", path, why);
    return std::nullopt;
}

bool RestClient::take_token() {
    constexpr auto path = "token";
    const auto version = service_.version == RosterVersion::V1p1 ? 1 : 2;
    const auto scope =
        service_.scope.empty()
            ? fmt::format("https://purl.imsglobal.org/spec/or/v1p{}/scope/roster-core.readonly",
                          version)
            : service_.scope;
    http::Outgoing request{.method = "POST", .url = service_.token_url};
    request.headers.set("Authorization",
                        "Basic " + crypto::base64(percent_encode(service_.client_id) + ":" +
                                                  percent_encode(service_.client_secret)));
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.headers.set("Accept", "application/json");
    request.body = "grant_type=client_credentials&scope=" + percent_encode(scope);
    const auto answer = send(path, request);
    if (!answer) return false;
    if (is_redirect(answer->status)) return fail("service-redirect", path);
    if (answer->status != 200)
        return fail("service-refused", path, fmt::format("status {}", answer->status));
    const auto json = parse_json(answer->body);
    if (!json || !json->is_object()) return fail("service-answer", path, "no JSON object");
    const auto type = text_or_empty(*json, "token_type");
    if (!type.empty() && !iequals(type, "bearer"))
        return fail("service-answer", path, "the token is of a kind that we do not know");
    // What we hold could be stolen from us, so we do not take it.
    if (gives_demographics(text_or_empty(*json, "scope"))) return fail("service-scope", path);
    token_ = text_or_empty(*json, "access_token");
    if (token_.empty() || !http::is_header_value(token_))
        return fail("service-answer", path, "no access_token");
    return true;
}

std::optional<http::Response> RestClient::get(const std::string& path, std::string url) {
    bool has_new_token = false;
    if (token_.empty()) {
        if (!take_token()) return std::nullopt;
        has_new_token = true;
    }
    for (int redirects = 0; redirects <= max_redirects;) {
        if (waiting_.now() > ends_at_) {
            fail("service-away", path, "it takes too long");
            return std::nullopt;
        }
        http::Outgoing request{.url = url};
        request.headers.set("Authorization", "Bearer " + token_);
        request.headers.set("Accept", "application/json");
        auto answer = send(path, request);
        if (!answer || answer->status == 200) return answer;
        if (answer->status == 401 && !has_new_token) {
            if (!take_token()) return std::nullopt;
            has_new_token = true;
            continue;
        }
        if (!is_redirect(answer->status)) {
            const bool is_refused = answer->status == 401 || answer->status == 403;
            fail(is_refused ? "service-refused" : "service-answer",
                 path,
                 fmt::format("status {}", answer->status));
            return std::nullopt;
        }
        const auto target = http::resolve_location(url, answer->headers.get("location"));
        if (!target || !same_origin(*target, service_.base_url)) break;
        url = *target;
        ++redirects;
    }
    fail("service-redirect", path);
    return std::nullopt;
}

bool RestClient::read_link(const http::Response& response, const std::string& path, Page& page) {
    for (const auto header : response.headers.all("link")) {
        page.has_link = true;
        const auto next = next_link(header);
        if (next.empty()) continue;
        page.has_next = true;
        const auto target = http::resolve_location(service_.base_url + path, next);
        if (!target || !same_origin(*target, service_.base_url))
            return fail("service-redirect", path, "the next page");
    }
    return true;
}

std::optional<RestClient::Page> RestClient::read_page(const std::string& path,
                                                      const std::string& key,
                                                      const std::string& query) {
    const auto answer = get(path, service_.base_url + path + "?" + query);
    if (!answer) return std::nullopt;
    constexpr std::size_t members_of_row = 400; // With those that were not asked for.
    auto json =
        parse_json(answer->body, {.max_members = 1'000 + service_.page_rows * members_of_row});
    if (!json || !json->is_object()) {
        fail("service-answer", path, "no JSON object");
        return std::nullopt;
    }
    const auto list = json->find(key);
    if (list == json->end() || !list->is_array()) {
        fail("service-answer", path, "no list named " + key);
        return std::nullopt;
    }
    Page page{.list = std::move(*list)};
    if (const auto total = answer->headers.find("x-total-count")) {
        page.total = number_in(trim(*total));
        if (!page.total) {
            fail("service-answer", path, "X-Total-Count is no number");
            return std::nullopt;
        }
    }
    if (!read_link(*answer, path, page)) return std::nullopt;
    return page;
}

bool RestClient::read_all(const std::string& path,
                          const std::string& key,
                          const std::string& query,
                          const Take& take) {
    std::optional<std::size_t> total;
    std::size_t offset = 0;
    for (std::size_t number = 0;; ++number) {
        // In one order, so that a page begins where the last one ended.
        const auto page = read_page(path,
                                    key,
                                    fmt::format("limit={}&offset={}&sort=sourcedId&orderBy=asc{}",
                                                service_.page_rows,
                                                offset,
                                                query));
        if (!page) return false;
        const auto rows = page->list.size();
        if (rows > service_.page_rows)
            return fail("service-incomplete", path, "a page has more rows than asked for");
        if (number == 0) total = page->total;
        if (page->total != total)
            return fail("service-incomplete", path, "the number of rows changed meanwhile");
        for (const auto& object : page->list) {
            if (!object.is_object()) return fail("service-answer", path, "an entry is no object");
            if (!take(object, number)) return false;
        }
        offset += rows;
        if (offset > max_rows) return fail("service-large", path);
        if (total) {
            if (offset == *total) return true;
            if (offset > *total || rows == 0) {
                return fail(
                    "service-incomplete", path, fmt::format("{} rows of {}", offset, *total));
            }
        } else if (rows == 0 || (page->has_link && !page->has_next)) {
            return true;
        }
    }
}

} // namespace educators
