#include "api/admin.h"
#include "api/answer.h"
#include "api/paging.h"
#include "base/text.h"
#include "db/ip_blocks.h"
#include "http/address.h"
#include "members/address_blocks.h"
#include "outbox/moderate.h"

#include <algorithm>
#include <array>

/// IP addresses from which nobody joins, or does anything at all.
namespace api {
namespace {

constexpr PageLimits limits{.usual = 100, .most = 200};
constexpr std::size_t max_comment = 1'000;
constexpr std::int64_t max_seconds = 10LL * 366 * 86'400;

Json entity_of(const db::IpBlock& block) {
    return {{"id", std::to_string(block.id)},
            {"ip", block.network},
            {"severity", block.severity},
            {"comment", block.comment},
            {"created_at", format_iso8601(block.created_at)},
            {"expires_at", block.expires_at ? Json(format_iso8601(*block.expires_at)) : Json()}};
}

Result<db::IpBlock> find(const AdminCall& admin) {
    const auto id = parse_id(admin.call.param("id"));
    auto block = id ? db::ip_blocks::find(admin.tx, *id) : std::nullopt;
    if (!block) return not_found("no such address block");
    return std::move(*block);
}

/// What the form names, over what stands.
Result<db::IpBlock> read_block(const AdminCall& admin, db::IpBlock block) {
    const auto& form = admin.call.form;
    block.severity = form.maybe_text("severity").value_or(block.severity);
    if (!members::parse_address_severity(block.severity)) {
        return unprocessable("Validation failed: Severity is not included in the list");
    }
    block.comment =
        clean_text(form.maybe_text("comment").value_or(block.comment), max_comment, Lines::Keep);
    if (const auto seconds = form.number("expires_in")) {
        if (*seconds < 0 || *seconds > max_seconds) {
            return unprocessable("Validation failed: Expires in is not a time that we can keep");
        }
        if (*seconds == 0)
            block.expires_at.reset();
        else
            block.expires_at = admin.api.now() + std::chrono::seconds{*seconds};
    }
    return block;
}

// GET /api/v1/admin/ip_blocks
Result<http::Response> list(const AdminCall& admin) {
    const auto page = page_of(admin.call, limits);
    const auto blocks = db::ip_blocks::list(admin.tx, page);
    Json entities = Json::array();
    for (const auto& block : blocks)
        entities.push_back(entity_of(block));
    auto response = http::json_response(entities);
    add_links(response,
              admin.api.instance(),
              admin.call,
              page,
              keys_of(blocks, [](const db::IpBlock& block) { return block.id; }));
    return response;
}

// GET /api/v1/admin/ip_blocks/:id
Result<http::Response> show(const AdminCall& admin) {
    const auto block = find(admin);
    if (!block) return block.error();
    return http::json_response(entity_of(*block));
}

// POST /api/v1/admin/ip_blocks, docs.joinmastodon.org/methods/admin/ip_blocks/#create
Result<http::Response> create(const AdminCall& admin) {
    const auto text = std::string(trim(admin.call.form.text("ip")));
    if (!http::parse_network(text)) return unprocessable("Validation failed: Ip is invalid");
    auto wanted = read_block(admin, {.network = text});
    if (!wanted) return wanted.error();
    const auto made = db::ip_blocks::insert(admin.tx, *wanted);
    if (!made) return unprocessable("Validation failed: Ip has already been taken");
    outbox::audit(admin.tx, admin.acting(), "ip.block", made->network, made->comment);
    return http::json_response(entity_of(*made));
}

// PUT /api/v1/admin/ip_blocks/:id: the network stays, since what it is called by is its id.
Result<http::Response> update(const AdminCall& admin) {
    const auto old = find(admin);
    if (!old) return old.error();
    const auto wanted = read_block(admin, *old);
    if (!wanted) return wanted.error();
    db::ip_blocks::update(admin.tx, *wanted);
    outbox::audit(admin.tx, admin.acting(), "ip.block", wanted->network, wanted->comment);
    return http::json_response(entity_of(*wanted));
}

// DELETE /api/v1/admin/ip_blocks/:id
Result<http::Response> remove(const AdminCall& admin) {
    const auto block = find(admin);
    if (!block) return block.error();
    db::ip_blocks::remove(admin.tx, block->id);
    outbox::audit(admin.tx, admin.acting(), "ip.unblock", block->network);
    return empty_response();
}

} // namespace

std::span<const AdminRow> admin_address_rows() {
    using enum members::Permission;
    constexpr auto reads = "admin:read:ip_blocks";
    constexpr auto writes = "admin:write:ip_blocks";
    static constexpr std::array rows{
        AdminRow{"GET", "/api/v1/admin/ip_blocks", reads, Own, list},
        AdminRow{"GET", "/api/v1/admin/ip_blocks/{id}", reads, Own, show},
        AdminRow{"POST", "/api/v1/admin/ip_blocks", writes, Own, create},
        AdminRow{"PUT", "/api/v1/admin/ip_blocks/{id}", writes, Own, update},
        AdminRow{"DELETE", "/api/v1/admin/ip_blocks/{id}", writes, Own, remove},
    };
    return rows;
}

} // namespace api
