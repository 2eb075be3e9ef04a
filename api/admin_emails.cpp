#include "api/admin.h"
#include "api/answer.h"
#include "api/paging.h"
#include "base/text.h"
#include "db/email_blocks.h"
#include "members/email.h"
#include "outbox/moderate.h"

#include <algorithm>
#include <array>

/// Mail hosts and single addresses with which nobody joins.
namespace api {
namespace {

constexpr PageLimits limits{.usual = 100, .most = 200};
constexpr int shown_days = 7;

using db::email_blocks::Canonical;
using db::email_blocks::Day;
using db::email_blocks::Domain;

Json history(std::int64_t block, const std::vector<Day>& attempts, Time now) {
    Json days = Json::array();
    const auto today = std::chrono::floor<std::chrono::days>(now);
    for (int ago = 0; ago < shown_days; ++ago) {
        const Time day = today - std::chrono::days{ago};
        const auto found = std::ranges::find_if(attempts, [&](const Day& attempt) {
            return attempt.block == block && attempt.day == day;
        });
        const bool is_there = found != attempts.end();
        const auto seconds = std::chrono::floor<std::chrono::seconds>(day).time_since_epoch();
        days.push_back({{"day", std::to_string(seconds.count())},
                        {"accounts", std::to_string(is_there ? found->attempts : 0)},
                        {"uses", std::to_string(is_there ? found->addresses : 0)}});
    }
    return days;
}

std::vector<Json> domain_entities(const AdminCall& admin, const std::vector<Domain>& domains) {
    std::vector<std::int64_t> ids;
    for (const auto& domain : domains)
        ids.push_back(domain.id);
    const auto now = admin.api.now();
    const auto attempts =
        db::email_blocks::list_attempts(admin.tx, ids, now - std::chrono::days{shown_days - 1});
    std::vector<Json> entities;
    for (const auto& domain : domains) {
        entities.push_back({{"id", std::to_string(domain.id)},
                            {"domain", domain.domain},
                            {"allow_with_approval", domain.allow_with_approval},
                            {"created_at", format_iso8601(domain.created_at)},
                            {"history", history(domain.id, attempts, now)}});
    }
    return entities;
}

// GET /api/v1/admin/email_domain_blocks
Result<http::Response> list_domains(const AdminCall& admin) {
    const auto page = page_of(admin.call, limits);
    const auto domains = db::email_blocks::list_domains(admin.tx, page);
    auto response = http::json_response(Json(domain_entities(admin, domains)));
    add_links(response,
              admin.api.instance(),
              admin.call,
              page,
              keys_of(domains, [](const Domain& domain) { return domain.id; }));
    return response;
}

Result<Domain> find_domain(const AdminCall& admin) {
    const auto id = parse_id(admin.call.param("id"));
    auto domain = id ? db::email_blocks::find_domain(admin.tx, *id) : std::nullopt;
    if (!domain) return not_found("no such mail host");
    return std::move(*domain);
}

// GET /api/v1/admin/email_domain_blocks/:id
Result<http::Response> show_domain(const AdminCall& admin) {
    const auto domain = find_domain(admin);
    if (!domain) return domain.error();
    return http::json_response(domain_entities(admin, {*domain}).front());
}

// POST /api/v1/admin/email_domain_blocks
Result<http::Response> block_domain(const AdminCall& admin) {
    const auto& form = admin.call.form;
    const auto host = host_to_ascii(trim(form.text("domain")));
    if (host.empty()) return unprocessable("Validation failed: Domain is not a valid domain name");
    const auto made =
        db::email_blocks::insert_domain(admin.tx, host, form.flag_or("allow_with_approval", false));
    if (!made) return unprocessable("Validation failed: Domain has already been taken");
    outbox::audit(admin.tx, admin.acting(), "email_domain.block", host);
    return http::json_response(domain_entities(admin, {*made}).front());
}

// DELETE /api/v1/admin/email_domain_blocks/:id
Result<http::Response> unblock_domain(const AdminCall& admin) {
    const auto domain = find_domain(admin);
    if (!domain) return domain.error();
    db::email_blocks::remove_domain(admin.tx, domain->id);
    outbox::audit(admin.tx, admin.acting(), "email_domain.unblock", domain->domain);
    return empty_response();
}

Json canonical_entity(const Canonical& block) {
    return {{"id", std::to_string(block.id)}, {"canonical_email_hash", block.hash}};
}

// GET /api/v1/admin/canonical_email_blocks
Result<http::Response> list_canonical(const AdminCall& admin) {
    const auto page = page_of(admin.call, limits);
    const auto blocks = db::email_blocks::list_canonical(admin.tx, page);
    Json entities = Json::array();
    for (const auto& block : blocks)
        entities.push_back(canonical_entity(block));
    auto response = http::json_response(entities);
    add_links(response,
              admin.api.instance(),
              admin.call,
              page,
              keys_of(blocks, [](const Canonical& block) { return block.id; }));
    return response;
}

Result<Canonical> find_canonical(const AdminCall& admin) {
    const auto id = parse_id(admin.call.param("id"));
    auto block = id ? db::email_blocks::find_canonical(admin.tx, *id) : std::nullopt;
    if (!block) return not_found("no such address");
    return std::move(*block);
}

// GET /api/v1/admin/canonical_email_blocks/:id
Result<http::Response> show_canonical(const AdminCall& admin) {
    const auto block = find_canonical(admin);
    if (!block) return block.error();
    return http::json_response(canonical_entity(*block));
}

// POST /api/v1/admin/canonical_email_blocks/test
Result<http::Response> test_canonical(const AdminCall& admin) {
    const auto email = std::string(trim(admin.call.form.text("email")));
    if (!members::is_plain_email(email)) {
        return unprocessable("Validation failed: Email is not a plain address");
    }
    const auto found =
        db::email_blocks::match_canonical(admin.tx, members::canonical_email_hash(email));
    Json entities = Json::array();
    if (found) entities.push_back(canonical_entity(*found));
    return http::json_response(entities);
}

// The address itself is hashed here and forgotten.
Result<std::string> read_hash(const http::Form& form) {
    constexpr std::size_t hash_characters = 64;
    const auto email = std::string(trim(form.text("email")));
    if (!email.empty()) {
        if (!members::is_plain_email(email)) {
            return unprocessable("Validation failed: Email is not a plain address");
        }
        return members::canonical_email_hash(email);
    }
    const auto hash = ascii_lower(trim(form.text("canonical_email_hash")));
    const bool is_hash = hash.size() == hash_characters &&
                         hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_hash) return unprocessable("Validation failed: Canonical email hash can't be blank");
    return hash;
}

// POST /api/v1/admin/canonical_email_blocks
Result<http::Response> block_canonical(const AdminCall& admin) {
    const auto hash = read_hash(admin.call.form);
    if (!hash) return hash.error();
    const auto block = db::email_blocks::insert_canonical(admin.tx, *hash, {});
    outbox::audit(admin.tx, admin.acting(), "email.block", *hash);
    return http::json_response(canonical_entity(block));
}

// DELETE /api/v1/admin/canonical_email_blocks/:id
Result<http::Response> unblock_canonical(const AdminCall& admin) {
    const auto block = find_canonical(admin);
    if (!block) return block.error();
    db::email_blocks::remove_canonical(admin.tx, block->id);
    outbox::audit(admin.tx, admin.acting(), "email.unblock", block->hash);
    return empty_response();
}

} // namespace

std::span<const AdminRow> admin_email_rows() {
    using enum members::Permission;
    constexpr auto reads_hosts = "admin:read:email_domain_blocks";
    constexpr auto writes_hosts = "admin:write:email_domain_blocks";
    constexpr auto reads = "admin:read:canonical_email_blocks";
    constexpr auto writes = "admin:write:canonical_email_blocks";
    constexpr auto hosts = "/api/v1/admin/email_domain_blocks";
    constexpr auto host = "/api/v1/admin/email_domain_blocks/{id}";
    constexpr auto addresses = "/api/v1/admin/canonical_email_blocks";
    constexpr auto address = "/api/v1/admin/canonical_email_blocks/{id}";
    static constexpr std::array rows{
        AdminRow{"GET", hosts, reads_hosts, Own, list_domains},
        AdminRow{"GET", host, reads_hosts, Own, show_domain},
        AdminRow{"POST", hosts, writes_hosts, Own, block_domain},
        AdminRow{"DELETE", host, writes_hosts, Own, unblock_domain},
        AdminRow{"GET", addresses, reads, Own, list_canonical},
        AdminRow{"GET", address, reads, Own, show_canonical},
        AdminRow{"POST", "/api/v1/admin/canonical_email_blocks/test", reads, Own, test_canonical},
        AdminRow{"POST", addresses, writes, Own, block_canonical},
        AdminRow{"DELETE", address, writes, Own, unblock_canonical},
    };
    return rows;
}

} // namespace api
