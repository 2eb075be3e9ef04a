#include "outbox/verify.h"

#include "base/html_page.h"
#include "base/uri.h"
#include "http/follow.h"
#include "jobs/queue.h"
#include "outbox/profile.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

namespace outbox {
namespace {

constexpr auto verify_job = "verify_fields";
constexpr int max_failures = 5;

/// The link that a field is, or "".
std::string link_in(const Json& field) {
    const auto source = field.value("source", "");
    const bool is_link = source.starts_with("https://") || source.starts_with("http://");
    return is_link && parse_uri(source) ? source : std::string();
}

/// Without what two spellings of one page may differ in.
std::string plain(std::string_view url) {
    const auto uri = parse_uri(url);
    if (!uri) return {};
    auto text = uri->without_fragment();
    if (text.ends_with('/')) text.pop_back();
    return text;
}

bool links_back(const http::Fetched& page, const db::Account& account) {
    const auto read = read_page(page.response.body);
    return std::ranges::any_of(read.me_links, [&](const std::string& link) {
        const auto target = http::resolve_location(page.url, link);
        if (!target) return false;
        const auto text = plain(*target);
        return !text.empty() && (text == plain(account.url) || text == plain(account.uri));
    });
}

/// Whether that page links back; nothing when it cannot be had now.
std::optional<bool> ask(http::Client& client, const std::string& url, const db::Account& account) {
    const http::Limits limits{.connect = std::chrono::seconds{3},
                              .first_byte = std::chrono::seconds{5},
                              .total = std::chrono::seconds{8}};
    const auto page =
        http::get_following(client, {.url = url, .headers = {{"Accept", "text/html"}}}, {}, limits);
    if (!page) {
        const auto kind = page.error().kind;
        if (kind == Error::Kind::Unavailable || kind == Error::Kind::RateLimited)
            return std::nullopt;
        return false;
    }
    const int status = page->response.status;
    if (status == 429 || status >= 500) return std::nullopt;
    return status == 200 && links_back(*page, account);
}

using Verdicts = std::map<std::string, bool>; ///< By link.

void apply(db::Tx& tx, const VerifyDeps& deps, AccountId id, const Verdicts& verdicts) {
    auto account = db::accounts::find(tx, id);
    if (!account || !account->is_local() || !account->is_visible()) return;
    const auto now = deps.clock();
    bool changed = false;
    // The fields may be others by now: a verdict is about a link, not about a place.
    for (auto& field : account->fields) {
        const auto verdict = verdicts.find(link_in(field));
        if (verdict == verdicts.end()) continue;
        const bool stood = field.value("verified_at", Json()).is_string();
        if (stood == verdict->second) continue;
        field["verified_at"] = verdict->second ? Json(format_iso8601(now)) : Json();
        changed = true;
    }
    if (!changed) return;
    db::accounts::update_profile(tx, *account);
    send_profile(tx, deps.instance, *account, now);
}

Result<jobs::Apply> prepare_one(const VerifyDeps& deps, AccountId id) {
    std::optional<db::Account> account;
    {
        db::Tx tx(deps.pool);
        account = db::accounts::find(tx, id);
    }
    if (!account || !account->is_local() || !account->is_visible()) return jobs::Apply{};
    Verdicts verdicts;
    bool is_open = false;
    for (const auto& field : account->fields) {
        const auto link = link_in(field);
        if (link.empty()) continue;
        const auto verdict = ask(deps.client, link, *account);
        if (verdict)
            verdicts[link] = *verdict;
        else
            is_open = true;
    }
    if (verdicts.empty() && is_open)
        return Error{Error::Kind::Unavailable, "verify: no page answers"};
    return jobs::Apply([&deps, id, verdicts](db::Tx& tx) { apply(tx, deps, id, verdicts); });
}

} // namespace

jobs::Kind verify_job_kind(const VerifyDeps& deps) {
    const auto prepare = [&deps](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch) {
            const auto id = parse_id(job.payload);
            if (id)
                steps.push_back(prepare_one(deps, AccountId{*id}));
            else
                steps.emplace_back(jobs::Apply{});
        }
        return steps;
    };
    return {.name = verify_job, .prepare = prepare, .max_failures = max_failures};
}

void queue_verification(db::Tx& tx, const db::Account& account) {
    const bool has_link = std::ranges::any_of(
        account.fields, [](const Json& field) { return !link_in(field).empty(); });
    if (!has_link) return;
    const auto id = to_string(account.id);
    jobs::enqueue(tx, {.kind = verify_job, .lane = "verify:" + id, .payload = id});
}

} // namespace outbox
