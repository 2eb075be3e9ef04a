#include "db/accounts.h"
#include "moderation/member_explanation.h"
#include "web/page.h"
#include "web/pages.h"

/// "Why did this not arrive?", for members.
namespace web {
namespace {

constexpr std::size_t max_address_bytes = 2'000;

/// What a verdict did, in the words of who misses the post.
std::string_view effect_of(std::string_view verdict) {
    if (verdict == "strip") return "A part of it was taken out";
    if (verdict == "limit") return "It was kept out of timelines and notifications";
    if (verdict == "hold") return "It was held for a person to decide";
    return "It was not taken";
}

Json show_reasons(const std::vector<moderation::Reason>& reasons) {
    Json rows = Json::array();
    for (const auto& reason : reasons) {
        rows.push_back({{"at", format_iso8601(reason.at).substr(0, 16)},
                        {"effect", effect_of(reason.verdict)},
                        {"sentence", reason.sentence}});
    }
    return rows;
}

// GET /settings/why?address=
Result<http::Response> show(const WebDeps& deps, const http::Call& call) {
    const auto address = call.form.text("address");
    Json rows = Json::array();
    if (!address.empty() && address.size() <= max_address_bytes) {
        db::Tx tx(deps.pool, db::Durability::PerStatement);
        const auto me = db::accounts::find(tx, call.me());
        if (!me) return Error{Error::Kind::Unauthorized, "member is gone"};
        rows = show_reasons(moderation::why_for_member(tx, deps.peers, *me, address, deps.now()));
    }
    return render_page(deps.instance,
                       call,
                       {.view = "why",
                        .title = "Why did this not arrive?",
                        .data = {{"address", address.substr(0, max_address_bytes)},
                                 {"was_asked", !address.empty()},
                                 {"has_reasons", !rows.empty()},
                                 {"reasons", rows}}});
}

} // namespace

void add_why_routes(http::Router& router, const WebDeps& deps) {
    router.add(page_route("GET", "/settings/why", http::Access::Session, deps, show));
}

} // namespace web
