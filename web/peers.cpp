#include "db/peers.h"

#include "base/uri.h"
#include "db/peering_requests.h"
#include "db/peerings.h"
#include "moderation/covenant.h"
#include "moderation/policy_comparison.h"
#include "outbox/hard_acts.h"
#include "outbox/peering.h"
#include "outbox/policy_job.h"
#include "web/acting.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/peering.h"

#include <algorithm>
#include <array>

/// The owner's pages about other districts: who they are here, what they promise, and what becomes
/// of it.
namespace web {
namespace {

constexpr auto own_page = "/admin/peers";
const Error no_host{Error::Kind::NotFound, "no host name", "There is no such server."};

std::string address_of(const std::string& host) {
    return std::string(own_page) + "/" + percent_encode(host);
}

std::optional<std::string> host_in(const WebDeps& deps, std::string_view text) {
    const auto host = parse_authority(text);
    if (!host || *host == deps.instance.host) return std::nullopt;
    return *host;
}

std::string hold_text(const std::optional<db::Peering>& peering) {
    if (!peering || peering->hold.empty()) return "";
    return peering->hold == "weaker" ? "on hold: it promises less than before"
                                     : "lowered by a person here";
}

Json render_peer(db::Tx& tx, const db::Peer& peer) {
    const auto peering = db::peerings::find(tx, peer.host);
    return {{"host", peer.host},
            {"url", address_of(peer.host)},
            {"level", to_string(peer.level)},
            {"hold", hold_text(peering)},
            {"lets_us_in", peer.our_follow_state}};
}

http::Response show_list(const WebDeps& deps, const http::Call& call, const Problem& problem = {}) {
    db::Tx tx(deps.pool);
    Json peers = Json::array();
    for (const auto& peer : db::peers::list(tx))
        peers.push_back(render_peer(tx, peer));
    Json requests = Json::array();
    for (const auto& request : db::peering_requests::list(tx))
        requests.push_back({{"host", request.host},
                            {"url", address_of(request.host)},
                            {"since", shown_time(request.received_at)}});
    return render_page(deps.instance,
                       call,
                       {.view = "peers",
                        .title = problem.text.empty() ? "Peers" : "Error: Peers",
                        .data = {{"problem", problem.text},
                                 {"problem_field", problem.field},
                                 {"host", call.form.text("host")},
                                 {"has_requests", !requests.empty()},
                                 {"requests", requests},
                                 {"has_peers", !peers.empty()},
                                 {"peers", peers}},
                        .status = problem.status});
}

std::string joined(const std::vector<std::string>& words, bool are_clauses = false) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty()  ? ""
                 : are_clauses ? " "
                               : ", ") +
                (are_clauses ? moderation::clause_text(word) : word);
    return text.empty() ? "none" : text;
}

std::string number(std::int64_t value) {
    return value == 0 ? "none" : std::to_string(value);
}

/// Both documents, a row for each promise.
Json side_by_side(const federation::Policy& ours, const federation::Policy& theirs) {
    Json rows = Json::array();
    const auto add = [&](const char* what, const auto& show) {
        rows.push_back({{"what", what}, {"ours", show(ours)}, {"theirs", show(theirs)}});
    };
    using federation::Policy;
    add("Version", [](const Policy& p) { return std::to_string(p.version); });
    add("Text of the covenant", [](const Policy& p) { return p.covenant_url; });
    add("Clauses", [](const Policy& p) { return joined(p.clauses, true); });
    add("Members", [](const Policy& p) { return joined(p.kinds); });
    add("Known by", [](const Policy& p) { return joined(p.assurance); });
    add("Hours between roster checks",
        [](const Policy& p) { return number(p.roster_check_hours); });
    add("Commercial partners", [](const Policy& p) {
        return p.takes_partners ? number(p.partner_posts_per_week) + " posts a week" : "none";
    });
    add("Reports acknowledged, hours", [](const Policy& p) { return number(p.acknowledge_hours); });
    add("Reports decided, school days",
        [](const Policy& p) { return number(p.decide_school_days); });
    add("Threats and students, hours", [](const Policy& p) { return number(p.urgent_hours); });
    add("Contact", [](const Policy& p) { return p.report_contact; });
    add("Moderators' languages", [](const Policy& p) { return joined(p.languages); });
    add("Acts on record, days", [](const Policy& p) { return number(p.record_days); });
    add("Evidence kept, days", [](const Policy& p) { return number(p.removed_days); });
    add("Keys in the history", [](const Policy& p) { return std::to_string(p.keys.size()); });
    return rows;
}

Json render_changes(const std::vector<moderation::PolicyChange>& changes) {
    Json rows = Json::array();
    for (const auto& change : changes)
        rows.push_back({{"text", change.text}, {"weaker", change.weaker}});
    return rows;
}

/// What may be decided now.
struct Choices {
    bool agree = false;
    bool decline = false;
    bool is_peer = false;
    bool is_trusted = false;
    bool is_held = false;
    bool is_blocked = false;
};

Choices choices_for(const std::optional<db::Peer>& peer,
                    const std::optional<db::Peering>& peering,
                    bool asks,
                    bool was_read) {
    const auto level = peer ? peer->level : db::PeerLevel::Unknown;
    Choices may;
    may.is_blocked = level == db::PeerLevel::Blocked;
    may.is_held = peering && !peering->hold.empty();
    may.is_peer = level >= db::PeerLevel::Guest;
    may.is_trusted = level >= db::PeerLevel::Partner;
    const bool is_settled =
        may.is_trusted && peer->our_follow_state == "accepted" && !peer->their_follow_uri.empty();
    may.agree = was_read && !may.is_blocked && !may.is_held && !is_settled;
    may.decline = asks || level == db::PeerLevel::Pending;
    return may;
}

http::Response show_host(const WebDeps& deps,
                         const http::Call& call,
                         const std::string& host,
                         const Problem& problem = {}) {
    db::Tx tx(deps.pool);
    const auto peer = db::peers::find(tx, host);
    const auto peering = db::peerings::find(tx, host);
    const auto request = db::peering_requests::find(tx, host);
    const auto ours = moderation::own_policy(tx, deps.instance, deps.now());
    const auto theirs = moderation::policy_of(tx, host);
    const auto reviewed = peering ? moderation::reviewed_policy(tx, *peering) : std::nullopt;
    using moderation::Beside;
    const auto beside = theirs ? moderation::compare(ours, *theirs, Beside::Neighbour)
                               : std::vector<moderation::PolicyChange>{};
    const auto since = theirs && reviewed ? moderation::compare(*reviewed, *theirs, Beside::Earlier)
                                          : std::vector<moderation::PolicyChange>{};
    const auto may = choices_for(peer, peering, request.has_value(), theirs.has_value());
    auto response = render_page(
        deps.instance,
        call,
        {.view = "peer",
         .title = (problem.text.empty() ? "" : "Error: ") + host,
         .data = {{"problem", problem.text},
                  {"problem_field", problem.field},
                  {"host", host},
                  {"url", address_of(host)},
                  {"level", peer ? std::string(to_string(peer->level)) : "unknown"},
                  {"hold", hold_text(peering)},
                  {"asks", request ? shown_time(request->received_at) : ""},
                  {"asked", peer ? peer->our_follow_state : ""},
                  {"check_problem", peering ? peering->problem : ""},
                  {"checked",
                   peering && peering->checked_at ? shown_time(*peering->checked_at) : ""},
                  {"was_read", theirs.has_value()},
                  {"policy_version", std::to_string(theirs ? theirs->version : 0)},
                  {"is_same", theirs && beside.empty()},
                  {"beside", render_changes(beside)},
                  {"has_since", !since.empty()},
                  {"since", render_changes(since)},
                  {"rows", theirs ? side_by_side(ours, *theirs) : Json::array()},
                  {"may_agree", may.agree},
                  {"may_decline", may.decline},
                  {"is_peer", may.is_peer},
                  {"is_trusted", may.is_trusted},
                  {"is_held", may.is_held},
                  {"is_blocked", may.is_blocked},
                  {"first_act", may.is_blocked ? "unblock" : "block"},
                  {"reason", call.form.text("reason")}},
         .status = problem.status});
    tx.commit();
    return response;
}

// GET /admin/peers
Result<http::Response> list(const PeeringPages& pages, const http::Call& call) {
    if (const auto owner = at_desk(pages.pages, call, own_page); !owner) return owner.error();
    return show_list(pages.pages, call);
}

// GET /admin/peers/{host}
Result<http::Response> show(const PeeringPages& pages, const http::Call& call) {
    if (const auto owner = at_desk(pages.pages, call, own_page); !owner) return owner.error();
    const auto host = host_in(pages.pages, call.param("host"));
    if (!host) return no_host;
    return show_host(pages.pages, call, *host);
}

// POST /admin/peers: reads what a host promises. It is asked for nothing yet.
Result<http::Response> compare(const PeeringPages& pages, const http::Call& call) {
    if (const auto owner = acting_at_desk(pages.pages, call, own_page); !owner)
        return owner.error();
    const auto host = host_in(pages.pages, call.form.text("host"));
    if (!host)
        return show_list(pages.pages,
                         call,
                         {"That is no other server's name, such as cedar.example.", "host", 422});
    const auto taken = outbox::read_policy_of(pages.policies, *host);
    if (!taken) return show_host(pages.pages, call, *host, {taken.error().shown, "policy", 422});
    return http::redirect_response(address_of(*host));
}

using Act = Result<Done> (*)(db::Tx&, const outbox::PeerAct&, const std::string&, db::PeerLevel);

struct ActRow {
    std::string_view name;
    Act act;
};
template <Result<Done> (*act)(db::Tx&, const outbox::PeerAct&, const std::string&)>
Result<Done> without_level(db::Tx& tx,
                           const outbox::PeerAct& who,
                           const std::string& host,
                           db::PeerLevel) {
    return act(tx, who, host);
}
constexpr std::array<ActRow, 7> acts{{{"agree", outbox::agree_to_peer},
                                      {"level", outbox::change_peer_level},
                                      {"decline", without_level<outbox::decline_peer>},
                                      {"leave", without_level<outbox::leave_peer>},
                                      {"block", without_level<outbox::block_peer>},
                                      {"lower", without_level<outbox::lower_peer>},
                                      {"restore", without_level<outbox::restore_peer>}}};

/// Blocks end when a second person agrees.
Result<http::Response> ask_unblock(const WebDeps& deps,
                                   const http::Call& call,
                                   const std::string& host) {
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const auto asked =
            outbox::ask_to_unblock(tx, acting_for(deps, call), host, call.form.text("reason"));
        if (asked)
            tx.commit();
        else
            failure = asked.error();
    }
    if (failure) return show_host(deps, call, host, {failure->shown, "reason", 422});
    return http::redirect_response("/admin/approvals");
}

// POST /admin/peers/{host}/{act}
Result<http::Response> decide(const PeeringPages& pages, const http::Call& call) {
    const auto& deps = pages.pages;
    const auto owner = acting_at_desk(deps, call, own_page);
    if (!owner) return owner.error();
    const auto host = host_in(deps, call.param("host"));
    const auto* const row = std::ranges::find(acts, call.param("act"), &ActRow::name);
    const bool is_unblock = call.param("act") == "unblock";
    if (!host || (row == acts.end() && !is_unblock)) return no_host;
    if (call.form.text("reason").empty())
        return show_host(deps, call, *host, {"Say why.", "reason", 422});
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show_host(deps, call, *host, problem_of(confirmed.error(), "password"));
    if (is_unblock) return ask_unblock(deps, call, *host);
    const auto level =
        db::parse_peer_level(call.form.text("level")).value_or(db::PeerLevel::Unknown);
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const auto done =
            row->act(tx,
                     {.instance = deps.instance,
                      .by = owner->uri,
                      .reason = call.form.text("reason"),
                      .now = deps.now(),
                      .seen_version = parse_id(call.form.text("policy_version")).value_or(0)},
                     *host,
                     level);
        if (done)
            tx.commit();
        else
            failure = done.error();
    }
    if (failure) return show_host(deps, call, *host, {failure->shown, "decide", 422});
    return http::redirect_response(address_of(*host));
}

using PeerHandler = Result<http::Response> (*)(const PeeringPages&, const http::Call&);

void add(http::Router& router,
         const PeeringPages& deps,
         const char* method,
         const char* pattern,
         PeerHandler handler) {
    // The row of a page; its handler needs more than a page.
    auto route = page_route(method, pattern, http::Access::Session, deps.pages, nullptr);
    route.handler = [&deps, handler](const http::Call& call) { return handler(deps, call); };
    router.add(std::move(route));
}

} // namespace

void add_peer_pages(http::Router& router, const PeeringPages& deps) {
    add(router, deps, "GET", own_page, list);
    add(router, deps, "POST", own_page, compare);
    add(router, deps, "GET", "/admin/peers/{host}", show);
    add(router, deps, "POST", "/admin/peers/{host}/{act}", decide);
}

void add_peering_routes(http::Router& router, const PeeringPages& deps) {
    add_peer_pages(router, deps);
    add_covenant_pages(router, deps.pages);
    add_severance_pages(router, deps.pages);
}

} // namespace web
