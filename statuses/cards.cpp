#include "statuses/cards.h"

#include "base/html_page.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/link_cards.h"
#include "http/follow.h"
#include "jobs/queue.h"

#include <algorithm>

namespace statuses {
namespace {

constexpr auto card_job = "fetch_card";
constexpr int max_failures = 3;
constexpr std::size_t max_text = 200;

http::Limits limits(std::size_t max_bytes) {
    return {.max_bytes = max_bytes,
            .connect = std::chrono::seconds{3},
            .first_byte = std::chrono::seconds{5},
            .total = std::chrono::seconds{8}};
}

bool is_media_type(const http::Response& response, std::string_view type) {
    const auto given = ascii_lower(response.headers.get("Content-Type"));
    return given == type || given.starts_with(std::string(type) + ";");
}

bool is_worth_another_try(const Error& error) {
    return error.kind == Error::Kind::Unavailable || error.kind == Error::Kind::RateLimited;
}

Result<http::Fetched> get(const CardDeps& deps,
                          const std::string& url,
                          std::string_view accept,
                          std::size_t max_bytes) {
    const http::Outgoing request{.url = url, .headers = {{"Accept", std::string(accept)}}};
    auto fetched = http::get_following(deps.client, request, {}, limits(max_bytes));
    if (!fetched) return fetched;
    const int status = fetched->response.status;
    if (status == 429 || status >= 500)
        return Error{Error::Kind::Unavailable, "card: the host is busy"};
    if (status != 200) return Error{Error::Kind::NotFound, "card: no page"};
    return fetched;
}

void put_text(Json& card, const char* name, std::string_view text) {
    auto clean = clean_text(text, max_text);
    if (!clean.empty()) card[name] = std::move(clean);
}

void put_url(Json& card, const char* name, const std::string& text) {
    const auto uri = parse_uri(text);
    if (uri) card[name] = text;
}

/// What the page's host says of it in oEmbed's words: names of author and provider, and a title
/// where the page had none. Its HTML is never used.
void add_oembed(const CardDeps& deps, Json& card, const std::string& page, const HtmlPage& read) {
    if (read.oembed.empty()) return;
    const auto url = http::resolve_location(page, read.oembed);
    if (!url) return;
    const auto fetched = get(deps, *url, "application/json", 64UL * 1024);
    if (!fetched || !is_media_type(fetched->response, "application/json")) return;
    const auto document = parse_json(fetched->response.body);
    if (!document || !document->is_object()) return;
    const auto text = [&](const char* name) {
        const auto found = document->find(name);
        return found != document->end() && found->is_string() ? found->get<std::string>()
                                                              : std::string();
    };
    if (!card.contains("title")) put_text(card, "title", text("title"));
    if (!card.contains("author_name")) put_text(card, "author_name", text("author_name"));
    put_url(card, "author_url", text("author_url"));
    if (!card.contains("provider_name")) put_text(card, "provider_name", text("provider_name"));
    put_url(card, "provider_url", text("provider_url"));
}

bool names_host(const db::Account& account, std::string_view host) {
    return std::ranges::any_of(account.attribution_domains, [&](const std::string& domain) {
        return host == domain || host.ends_with("." + domain);
    });
}

/// Whoever the page names counts only when they name the page's host in turn: else anybody could
/// put words into their mouth.
void add_author(const CardDeps& deps, Json& card, const std::string& page, std::string creator) {
    if (creator.starts_with("acct:")) creator.erase(0, 5);
    if (!creator.starts_with('@')) creator.insert(0, "@");
    if (std::ranges::count(creator, '@') != 2) return;
    const auto account = deps.resolver.resolve_handle(creator);
    if (!account || !account->is_visible() || !names_host(*account, host_of(page))) return;
    card["author_account"] = to_string(account->id);
}

/// A card without its picture is a card, too.
void add_picture(const CardDeps& deps, Json& card, const std::string& page, const HtmlPage& read) {
    if (read.image.empty()) return;
    const auto url = http::resolve_location(page, read.image);
    if (!url) return;
    const auto picture = deps.pictures.get(media::Profile::Thumbnail, *url);
    if (!picture || picture->blurhash.empty()) return;
    card["image"] = *url;
    card["image_width"] = picture->width;
    card["image_height"] = picture->height;
    card["blurhash"] = picture->blurhash;
    card["image_description"] = read.image_description;
}

/// What a job writes: the card, into the table and into its status.
Result<jobs::Apply> prepare_card(const CardDeps& deps, StatusId id) {
    std::string url;
    std::optional<Json> known;
    {
        db::Tx tx(deps.pool);
        const auto status = db::statuses::find(tx, id);
        if (!status || !status->card.is_object()) return jobs::Apply{};
        url = status->card.value("url", "");
        known = db::link_cards::find(tx, url, deps.clock() - card_lifetime);
    }
    const bool is_new = !known;
    if (is_new) {
        auto card = fetch_card(deps, url);
        if (!card) return card.error();
        known = std::move(*card);
    }
    return jobs::Apply([&deps, id, url, is_new, card = std::move(*known)](db::Tx& tx) {
        if (is_new) db::link_cards::put(tx, url, card, deps.clock());
        if (card.is_null()) return;
        auto whole = card;
        whole["url"] = url;
        db::link_cards::show_on(tx, id, url, whole);
    });
}

} // namespace

std::vector<jobs::Kind> card_job_kinds(const CardDeps& deps) {
    const auto prepare = [&deps](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch) {
            const auto id = parse_id(job.payload);
            if (id)
                steps.push_back(prepare_card(deps, StatusId{*id}));
            else
                steps.emplace_back(jobs::Apply{});
        }
        return steps;
    };
    return {{.name = card_job, .prepare = prepare, .max_failures = max_failures}};
}

bool is_for_cards(const db::Status& status) {
    return status.visibility != db::Visibility::Direct &&
           status.visibility != db::Visibility::Limited;
}

Json card_after(const db::Status& before, Json wanted) {
    const auto url_of = [](const Json& card) {
        return card.is_object() ? card.value("url", "") : std::string();
    };
    return url_of(before.card) == url_of(wanted) ? before.card : wanted;
}

Json card_of(const db::Status& status) {
    // Most posts have no link, and need no parser to say so.
    if (!is_for_cards(status) || status.content.find("<a ") == std::string::npos) return nullptr;
    auto url = first_link(status.content);
    if (!parse_uri(url)) return nullptr;
    return {{"url", std::move(url)}};
}

void queue_card(db::Tx& tx, const db::Status& status) {
    if (!status.card.is_object() || status.card.contains("title") || status.muted_reach) return;
    const auto host = host_of(status.card.value("url", ""));
    if (host.empty()) return;
    jobs::enqueue(tx, {.kind = card_job, .lane = "card:" + host, .payload = to_string(status.id)});
}

Result<Json> fetch_card(const CardDeps& deps, std::string_view url) {
    const auto fetched = get(deps, std::string(url), "text/html, application/xhtml+xml", 1 << 20);
    if (!fetched) {
        if (is_worth_another_try(fetched.error())) return fetched.error();
        return Json();
    }
    if (!is_media_type(fetched->response, "text/html") &&
        !is_media_type(fetched->response, "application/xhtml+xml")) {
        return Json();
    }
    const auto& body = fetched->response.body;
    if (!is_valid_utf8(body)) return Json();
    const auto page = read_page(body);
    Json card = Json::object();
    put_text(card, "title", page.title);
    if (!page.description.empty()) card["description"] = page.description;
    put_text(card, "provider_name", page.site_name);
    put_text(card, "author_name", page.author);
    if (const auto at = parse_iso8601(page.published)) card["published_at"] = format_iso8601(*at);
    const auto language = page.language.substr(0, page.language.find_first_of("_-"));
    if (language.size() == 2 || language.size() == 3) card["language"] = ascii_lower(language);
    add_oembed(deps, card, fetched->url, page);
    if (!page.creator.empty()) add_author(deps, card, fetched->url, page.creator);
    if (!card.contains("title")) return Json();
    add_picture(deps, card, fetched->url, page);
    return card;
}

} // namespace statuses
