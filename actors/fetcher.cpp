#include "actors/fetcher.h"

#include "base/json_reader.h"
#include "base/uri.h"
#include "db/failed_lookups.h"
#include "db/peers.h"
#include "federation/media_type.h"
#include "federation/signature.h"
#include "federation/uris.h"
#include "http/follow.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace actors {
namespace {

constexpr auto accepted_types =
    R"(application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams")";
constexpr int most_redirects = 3;
constexpr int most_attempts = 3; // Signed ones per hop: the usual scheme, the other, without query.
constexpr std::chrono::hours scheme_lifetime{24 * 7};
constexpr std::size_t most_json_bytes = 64UL * 1024;

// How long a failure stands, and how it is written down. A refusal is short: the other side may be
// about to let us in.
struct Remembered {
    Error::Kind kind;
    std::string_view name;
    std::chrono::seconds stands_for;
};
constexpr std::array<Remembered, 6> remembered = {{
    {Error::Kind::Gone, "gone", std::chrono::hours{1}},
    {Error::Kind::NotFound, "not found", std::chrono::minutes{30}},
    {Error::Kind::Invalid, "invalid", std::chrono::hours{1}},
    {Error::Kind::TooLarge, "too large", std::chrono::hours{1}},
    {Error::Kind::Unavailable, "unavailable", std::chrono::minutes{10}},
    {Error::Kind::Unauthorized, "refused", std::chrono::minutes{1}},
}};

Error wrong(const std::string& uri, std::string_view why) {
    return Error{Error::Kind::Invalid, fmt::format("fetch {}: {}", uri, why)};
}

Error error_of(const std::string& url, int status) {
    const std::string detail = fmt::format("fetch {}: answered {}", url, status);
    if (status == 410) return Error{Error::Kind::Gone, detail};
    if (status == 404) return Error{Error::Kind::NotFound, detail};
    if (status == 401 || status == 403) return Error{Error::Kind::Unauthorized, detail};
    if (status == 408 || status == 429 || status >= 500)
        return Error{Error::Kind::Unavailable, detail};
    return Error{Error::Kind::Invalid, detail};
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Whether the other scheme may do better (PROTOCOL section 5).
bool asks_for_another_signature(int status) {
    return status == 400 || status == 401 || status == 403 || status == 406;
}

Result<std::string> redirect_target(const std::string& from, const http::Response& response) {
    if (response.headers.count("Location") != 1) return wrong(from, "redirect without one target");
    auto target = http::resolve_location(from, response.headers.get("Location"));
    if (!target) return target;
    if (from.starts_with("https:") && !target->starts_with("https:"))
        return wrong(from, "redirect out of https");
    return target;
}

// One attempt to sign: which scheme, and whether the query is left out of (request-target).
struct Attempt {
    federation::Scheme scheme = federation::Scheme::Cavage;
    federation::SigningOptions::Query query = federation::SigningOptions::Query::Signed;
};

std::vector<Attempt> attempts_for(federation::Scheme first, bool has_query) {
    using federation::Scheme;
    const auto second = first == Scheme::Cavage ? Scheme::Rfc9421 : Scheme::Cavage;
    std::vector<Attempt> attempts{{.scheme = first}, {.scheme = second}};
    if (has_query) {
        attempts.insert(
            attempts.begin() + 1,
            {.scheme = Scheme::Cavage, .query = federation::SigningOptions::Query::LeftOut});
    }
    return attempts;
}

std::string_view scheme_name(federation::Scheme scheme) {
    return scheme == federation::Scheme::Cavage ? "cavage" : "rfc9421";
}

} // namespace

Result<Fetched> Fetcher::fetch(const std::string& uri, std::optional<AccountId> as) {
    return fetch(uri, IdRule::Exact, as);
}

Result<Fetched> Fetcher::fetch(const std::string& uri, IdRule rule, std::optional<AccountId> as) {
    const auto parsed = parse_uri(uri);
    if (!parsed) return wrong(uri, "not an http URI");
    if (federation::is_local(deps_.instance, uri)) return wrong(uri, "is ours");
    const std::string url = parsed->without_fragment();
    const Time now = deps_.clock();
    {
        db::Tx tx(deps_.pool);
        if (const auto reason = db::failed_lookups::find(tx, url, now)) {
            const auto row = std::ranges::find(remembered, *reason, &Remembered::name);
            const auto kind = row == remembered.end() ? Error::Kind::Unavailable : row->kind;
            return Error{kind, fmt::format("fetch {}: {} a while ago", url, *reason)};
        }
    }
    auto fetched = fetch_checked(url, rule, as.value_or(deps_.server_actor));
    if (fetched) return fetched;
    const auto row = std::ranges::find(remembered, fetched.error().kind, &Remembered::kind);
    if (row != remembered.end()) {
        db::Tx tx(deps_.pool, db::Durability::Lazy);
        db::failed_lookups::put(tx, url, row->name, now + row->stands_for);
        tx.commit();
    }
    return fetched;
}

Result<Fetched> Fetcher::fetch_checked(const std::string& url, IdRule rule, AccountId as) {
    auto fetched = fetch_once(url, as);
    if (!fetched) return fetched;
    std::string id = JsonReader(fetched->document).id_or_empty("id");
    if (rule == IdRule::SameOrigin) {
        if (!same_origin(url, fetched->final_url) || (!id.empty() && !same_origin(id, url)))
            return wrong(url, "answered by another origin");
        return fetched;
    }
    if (canonical_id(id) != canonical_id(url)) {
        // A page's address, or a redirect to the canonical id: ask that id itself, once.
        if (!same_origin(id, url)) return wrong(url, "the document's id is on another origin");
        fetched = fetch_once(id, as);
        if (!fetched) return fetched;
        if (JsonReader(fetched->document).id_or_empty("id") != id)
            return wrong(url, "the document's id is yet another one");
    }
    if (!same_origin(fetched->final_url, id)) return wrong(url, "redirected to another origin");
    return fetched;
}

Result<Fetched> Fetcher::fetch_once(const std::string& uri, AccountId as) {
    std::string url = uri;
    std::vector<std::string> visited;
    for (int hop = 0; hop <= most_redirects; ++hop) {
        if (std::ranges::find(visited, url) != visited.end()) return wrong(uri, "redirect loop");
        visited.push_back(url);
        auto response = get_signed(url, as);
        if (!response) return response.error();
        if (is_redirect(response->status)) {
            auto target = redirect_target(url, *response);
            if (!target) return target.error();
            url = std::move(*target);
            continue;
        }
        // That something is gone is the word of its own origin alone (ATTACKS A34).
        if (response->status != 200 && !same_origin(url, uri))
            return wrong(uri, "redirected to another origin");
        if (response->status != 200) return error_of(url, response->status);
        if (response->headers.count("Content-Type") != 1 ||
            !federation::is_activity_media_type(response->headers.get("Content-Type")))
            return wrong(url, "not an ActivityPub media type");
        auto document = parse_json(response->body);
        if (!document) return document.error();
        if (!document->is_object()) return wrong(url, "not an object");
        return Fetched{std::move(*document), std::move(response->body), url};
    }
    return wrong(uri, "too many redirects");
}

Result<http::Response> Fetcher::get_signed(const std::string& url, AccountId as) {
    const auto parsed = parse_uri(url);
    if (!parsed) return wrong(url, "not an http URI");
    const std::string host = parsed->authority();
    std::optional<db::Peer> peer;
    std::optional<SigningKey> key;
    {
        db::Tx tx(deps_.pool);
        peer = db::peers::find(tx, host);
        auto found = deps_.keys.signing_key(tx, as);
        if (!found) return found.error();
        key = std::move(*found);
    }
    const Time now = deps_.clock();
    const bool is_known = peer && peer->scheme_at && now - *peer->scheme_at < scheme_lifetime;
    const auto first = is_known && peer->scheme == "rfc9421" ? federation::Scheme::Rfc9421
                                                             : federation::Scheme::Cavage;
    std::optional<http::Response> last;
    int made = 0;
    for (const Attempt& attempt : attempts_for(first, parsed->has_query)) {
        if (made++ == most_attempts) break;
        http::Outgoing request{.url = url, .headers = {{"Accept", accepted_types}}};
        const federation::SigningOptions options{.query = attempt.query};
        const auto is_signed =
            attempt.scheme == federation::Scheme::Cavage
                ? federation::sign_cavage(request, *key, deps_.clock(), options)
                : federation::sign_rfc9421(request, *key, deps_.clock(), options);
        if (!is_signed) return is_signed.error();
        auto response = deps_.client.send(request);
        if (!response) return response;
        last = std::move(*response);
        if (!asks_for_another_signature(last->status)) {
            remember_scheme(host, peer, attempt.scheme);
            break;
        }
    }
    return std::move(*last);
}

void Fetcher::remember_scheme(const std::string& host,
                              const std::optional<db::Peer>& peer,
                              federation::Scheme scheme) {
    const Time now = deps_.clock();
    const std::string_view name = scheme_name(scheme);
    if (!peer ||
        (peer->scheme == name && peer->scheme_at && now - *peer->scheme_at < scheme_lifetime / 2))
        return;
    db::Tx tx(deps_.pool, db::Durability::Lazy);
    db::peers::remember_scheme(tx, host, name, now);
    tx.commit();
}

Result<Json> Fetcher::fetch_json(const std::string& start, std::string_view accept) {
    std::string url = start;
    for (int hop = 0; hop <= most_redirects; ++hop) {
        const http::Outgoing request{.url = url, .headers = {{"Accept", std::string(accept)}}};
        const auto response = deps_.client.send(request, {.max_bytes = most_json_bytes});
        if (!response) return response.error();
        if (is_redirect(response->status)) {
            auto target = redirect_target(url, *response);
            if (!target) return target.error();
            url = std::move(*target);
            continue;
        }
        if (response->status != 200) return error_of(url, response->status);
        return parse_json(response->body);
    }
    return wrong(start, "too many redirects");
}

} // namespace actors
