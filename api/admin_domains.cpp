#include "api/admin.h"
#include "api/answer.h"
#include "api/paging.h"
#include "base/crypto.h"
#include "base/uri.h"
#include "outbox/host_rules.h"

#include <array>

/// Which servers may speak with us (domain allows) and what holds for the others (domain blocks):
/// both are rows of `peers`.
namespace api {
namespace {

constexpr PageLimits limits{.usual = 100, .most = 200};

Json allow_entity(const db::HostRule& rule) {
    return {{"id", std::to_string(rule.id)},
            {"domain", rule.host},
            {"created_at", format_iso8601(rule.added_at)}};
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json block_entity(const db::HostRule& rule) {
    return {{"id", std::to_string(rule.id)},
            {"domain", rule.host},
            {"digest", crypto::hex(crypto::sha256(rule.host))},
            {"created_at", format_iso8601(rule.added_at)},
            {"severity", to_string(rule.severity)},
            {"reject_media", rule.reject_media},
            {"reject_reports", rule.reject_reports},
            {"private_comment", text_or_null(rule.private_comment)},
            {"public_comment", text_or_null(rule.public_comment)},
            {"obfuscate", rule.obfuscate}};
}

using List = std::vector<db::HostRule> (*)(db::Tx& tx, const db::Page& page);
using Entity = Json (*)(const db::HostRule& rule);

template <List list, Entity entity>
Result<http::Response> answer_list(const AdminCall& admin) {
    const auto page = page_of(admin.call, limits);
    const auto rules = list(admin.tx, page);
    Json entities = Json::array();
    for (const auto& rule : rules)
        entities.push_back(entity(rule));
    auto response = http::json_response(entities);
    add_links(response,
              admin.api.instance(),
              admin.call,
              page,
              keys_of(rules, [](const db::HostRule& rule) { return rule.id; }));
    return response;
}

bool is_allow(const db::HostRule& rule) {
    return rule.level >= db::PeerLevel::Guest;
}
bool is_block(const db::HostRule& rule) {
    return rule.severity != db::Severity::None;
}

Result<db::HostRule> find(const AdminCall& admin, bool (*is_one)(const db::HostRule&)) {
    const auto id = parse_id(admin.call.param("id"));
    if (!id) return not_found("no id");
    auto rule = db::host_rules::find(admin.tx, *id);
    if (!rule || !is_one(*rule)) return not_found("no such rule");
    return std::move(*rule);
}

// GET /api/v1/admin/domain_allows/:id
Result<http::Response> show_allow(const AdminCall& admin) {
    const auto rule = find(admin, is_allow);
    if (!rule) return rule.error();
    return http::json_response(allow_entity(*rule));
}

// POST /api/v1/admin/domain_allows: at the lowest level that lets anybody in; more takes the
// command line, where the covenant is looked at (POLICY section 1).
Result<http::Response> allow(const AdminCall& admin) {
    const auto rule = outbox::allow_host(
        admin.tx, admin.acting(), admin.call.form.text("domain"), db::PeerLevel::Guest);
    if (!rule) return rule.error();
    return http::json_response(allow_entity(*rule));
}

// DELETE /api/v1/admin/domain_allows/:id
Result<http::Response> disallow(const AdminCall& admin) {
    const auto rule = find(admin, is_allow);
    if (!rule) return rule.error();
    outbox::disallow_host(admin.tx, admin.acting(), *rule);
    return empty_response();
}

// GET /api/v1/admin/domain_blocks/:id
Result<http::Response> show_block(const AdminCall& admin) {
    const auto rule = find(admin, is_block);
    if (!rule) return rule.error();
    return http::json_response(block_entity(*rule));
}

/// What the form names, over what stands.
Result<db::HostRule> read_rule(const http::Form& form, db::HostRule rule) {
    if (const auto text = form.maybe_text("severity")) {
        const auto severity = db::parse_severity(*text);
        if (!severity || *severity == db::Severity::None) {
            return unprocessable("Validation failed: Severity is not included in the list");
        }
        rule.severity = *severity;
    }
    rule.reject_media = form.flag_or("reject_media", rule.reject_media);
    rule.reject_reports = form.flag_or("reject_reports", rule.reject_reports);
    rule.obfuscate = form.flag_or("obfuscate", rule.obfuscate);
    rule.private_comment = form.maybe_text("private_comment").value_or(rule.private_comment);
    rule.public_comment = form.maybe_text("public_comment").value_or(rule.public_comment);
    return rule;
}

Result<http::Response> write_block(const AdminCall& admin, db::HostRule wanted) {
    const auto rule = read_rule(admin.call.form, std::move(wanted));
    if (!rule) return rule.error();
    const auto written = outbox::block_host(admin.tx, admin.acting(), *rule);
    if (!written) return written.error();
    return http::json_response(block_entity(*written));
}

// POST /api/v1/admin/domain_blocks, docs.joinmastodon.org/methods/admin/domain_blocks/#create
Result<http::Response> block(const AdminCall& admin) {
    const auto host = parse_authority(admin.call.form.text("domain"));
    if (!host) return unprocessable("Validation failed: Domain is not a valid domain name");
    db::HostRule rule{.host = *host, .severity = db::Severity::Silence};
    const auto old = db::host_rules::find_by_host(admin.tx, *host);
    if (old && is_block(*old)) {
        return http::json_response({{"error", "Validation failed: Domain has already been taken"},
                                    {"existing_domain_block", block_entity(*old)}},
                                   422);
    }
    return write_block(admin, std::move(rule));
}

// PUT /api/v1/admin/domain_blocks/:id
Result<http::Response> update_block(const AdminCall& admin) {
    const auto rule = find(admin, is_block);
    if (!rule) return rule.error();
    return write_block(admin, *rule);
}

// DELETE /api/v1/admin/domain_blocks/:id
Result<http::Response> unblock(const AdminCall& admin) {
    const auto rule = find(admin, is_block);
    if (!rule) return rule.error();
    const auto done = outbox::unblock_host(admin.tx, admin.acting(), *rule);
    if (!done) return done.error();
    return empty_response();
}

} // namespace

std::span<const AdminRow> admin_domain_rows() {
    using enum members::Permission;
    constexpr auto reads_allows = "admin:read:domain_allows";
    constexpr auto writes_allows = "admin:write:domain_allows";
    constexpr auto reads_blocks = "admin:read:domain_blocks";
    constexpr auto writes_blocks = "admin:write:domain_blocks";
    constexpr auto allows = answer_list<db::host_rules::list_allowed, allow_entity>;
    constexpr auto blocks = answer_list<db::host_rules::list_blocked, block_entity>;
    static constexpr std::array rows{
        AdminRow{"GET", "/api/v1/admin/domain_allows", reads_allows, Own, allows},
        AdminRow{"GET", "/api/v1/admin/domain_allows/{id}", reads_allows, Own, show_allow},
        AdminRow{"POST", "/api/v1/admin/domain_allows", writes_allows, Own, allow},
        AdminRow{"DELETE", "/api/v1/admin/domain_allows/{id}", writes_allows, Own, disallow},
        AdminRow{"GET", "/api/v1/admin/domain_blocks", reads_blocks, Own, blocks},
        AdminRow{"GET", "/api/v1/admin/domain_blocks/{id}", reads_blocks, Own, show_block},
        AdminRow{"POST", "/api/v1/admin/domain_blocks", writes_blocks, Own, block},
        AdminRow{"PUT", "/api/v1/admin/domain_blocks/{id}", writes_blocks, Own, update_block},
        AdminRow{"DELETE", "/api/v1/admin/domain_blocks/{id}", writes_blocks, Own, unblock},
    };
    return rows;
}

} // namespace api
