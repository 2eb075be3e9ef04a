#include "db/accounts.h"
#include "db/attestations.h"
#include "db/roster_orgs.h"
#include "db/vouchings.h"
#include "educators/attestation.h"
#include "educators/corrections.h"
#include "educators/reviews.h"
#include "members/duties.h"
#include "members/sessions.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// What the site says of a member, where it has it from, and whom to tell that it is wrong.
namespace web {
namespace {

constexpr auto own_page = "/settings/attestation";
constexpr members::Throttle::Limit asked_often{"correction", 5, std::chrono::minutes{24 * 60}};

struct Phrase {
    std::string_view word;
    std::string_view text;
};
constexpr std::array assurances{
    Phrase{"roster", "your district lists you in its staff roster"},
    Phrase{"idp", "your district's sign-on says so"},
    Phrase{"staff-check", "somebody of the staff checked it"},
    Phrase{"vouched", "other educators stand for you"},
};
constexpr std::array states{
    Phrase{"educator", "Listed as an educator"},
    Phrase{"disabled", "Listed, but disabled: no sign-in and no attestation"},
    Phrase{"review", "Waits until a roster officer decides"},
    Phrase{"removed", "Not listed any more"},
    Phrase{"later", "Listed from a later day on"},
};

template <std::size_t size>
std::string text_of(const std::array<Phrase, size>& phrases, std::string_view word) {
    const auto* const found = std::ranges::find(phrases, word, &Phrase::word);
    return std::string(found == phrases.end() ? word : found->text);
}

/// Somebody of this site, or the word that is written in place of a person.
std::string source_text(db::Tx& tx, const std::string& by) {
    if (by == "roster") return "The roster";
    if (by == "command line") return "The administrator of this site";
    if (by == "scim" || by == "sign-on") return "Your district's directory";
    if (by == "two sponsors") return "Two educators who vouch for you";
    const auto account = db::accounts::find_by_uri(tx, by);
    return account ? "@" + account->username : by;
}

std::string status_text(const db::Attestation& attestation, Time now) {
    if (attestation.revoked_at) {
        return fmt::format("Taken back on {}: {}",
                           format_date(*attestation.revoked_at),
                           attestation.revoke_reason.empty() ? "no reason was given"
                                                             : attestation.revoke_reason);
    }
    if (now < attestation.valid_from) return "Not valid yet";
    if (now >= attestation.valid_until) return "Over since " + format_date(attestation.valid_until);
    return "Valid";
}

/// Who stands for a vouched member now.
Json render_sponsors(db::Tx& tx, const db::Attestation& attestation) {
    Json sponsors = Json::array();
    const auto vouching =
        attestation.assurance == educators::to_string(educators::Assurance::Vouched)
            ? db::vouchings::find_in_state(tx, attestation.account, db::VouchingState::Vouched)
            : std::nullopt;
    if (!vouching) return sponsors;
    for (const auto& sponsorship : db::vouchings::sponsors(tx, vouching->id)) {
        const auto account = db::accounts::find(tx, sponsorship.sponsor);
        if (account && sponsorship.answer == "confirmed")
            sponsors.push_back({{"handle", "@" + account->username}});
    }
    return sponsors;
}

Json render_attestation(db::Tx& tx, const db::Attestation& attestation, Time now) {
    const auto sponsors = render_sponsors(tx, attestation);
    return {{"kind", attestation.kind},
            {"has_sponsors", !sponsors.empty()},
            {"sponsors", sponsors},
            {"how", text_of(assurances, attestation.assurance)},
            {"region", attestation.region},
            {"from", format_date(attestation.valid_from)},
            {"until", format_date(attestation.valid_until)},
            {"status", status_text(attestation, now)},
            {"source", source_text(tx, attestation.issued_by)}};
}

std::string day_text(const std::optional<db::Day>& day) {
    return day ? format_date(*day) : "";
}

Json render_person(db::Tx& tx, const db::RosterPerson& person) {
    const auto orgs = db::roster_orgs::list(tx);
    Json roles = Json::array();
    for (const auto& role : person.roles) {
        if (role.deleted) continue;
        const auto org = std::ranges::find(orgs, role.org, &db::RosterOrg::sourced_id);
        roles.push_back({{"role", role.role},
                         {"org", org == orgs.end() ? role.org : org->name},
                         {"begins", day_text(role.begins)},
                         {"ends", day_text(role.ends)}});
    }
    Json reasons = Json::array();
    if (person.state == "review") {
        for (const auto& reason : person.reasons)
            reasons.push_back(std::string(educators::explain_reason(reason)));
    }
    return {{"state", text_of(states, person.state)},
            {"name", educators::shown_name(person)},
            {"number", person.sourced_id},
            {"email", person.email},
            {"has_roles", !roles.empty()},
            {"roles", roles},
            {"has_reasons", !reasons.empty()},
            {"reasons", reasons}};
}

Json render_officers(db::Tx& tx) {
    Json officers = Json::array();
    for (const auto id : members::list_holders(tx, members::Duty::RosterOfficer)) {
        const auto account = db::accounts::find(tx, id);
        if (account && account->is_visible())
            officers.push_back({{"handle", "@" + account->username}});
    }
    return officers;
}

Json render_request(db::Tx& tx, const std::optional<db::CorrectionRequest>& request) {
    Json data{{"may_ask", !request || request->answered_at.has_value()}};
    if (!request) return data;
    data["request"] = {{"text", request->text}, {"asked", format_date(request->asked_at)}};
    if (request->answered_at) {
        data["request"]["answer"] = {{"text", request->answer},
                                     {"by", source_text(tx, request->answered_by)},
                                     {"at", format_date(*request->answered_at)}};
    }
    return data;
}

struct Problem {
    std::string text{};
    int status = 200;
};

http::Response show(const WebDeps& deps, const http::Call& call, const Problem& problem) {
    db::Tx tx(deps.pool);
    const auto attestation = db::attestations::find_standing(tx, call.me());
    const auto person = db::roster_people::find_by_account(tx, call.me());
    auto data = render_request(tx, db::correction_requests::find(tx, call.me()));
    if (attestation) data["attestation"] = render_attestation(tx, *attestation, deps.now());
    if (person) data["person"] = render_person(tx, *person);
    data["officers"] = render_officers(tx);
    data["has_officers"] = !data["officers"].empty();
    data["contact"] = deps.instance.contact_email;
    data["typed"] = call.form.text("text");
    data["most"] = educators::max_correction_text;
    data["problem"] = problem.text;
    return render_page(deps.instance,
                       call,
                       {.view = "attestation",
                        .title = problem.text.empty() ? "What is attested of you"
                                                      : "Error: What is attested of you",
                        .data = std::move(data),
                        .status = problem.status});
}

// GET /settings/attestation
Result<http::Response> open(const WebDeps& deps, const http::Call& call) {
    return show(deps, call, {});
}

// POST /settings/attestation/correction
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "correction form of another page"};
    if (!deps.throttle.count(asked_often, to_string(call.me()), deps.now()))
        return show(deps, call, {"You asked often today. Please wait until tomorrow.", 429});
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const auto asked =
            educators::ask_correction(tx, call.me(), call.form.text("text"), deps.now());
        if (asked)
            tx.commit();
        else
            refusal = asked.error();
    }
    if (refusal) return show(deps, call, {refusal->shown, 422});
    return http::redirect_response(fmt::format("{}#correct", own_page));
}

} // namespace

void add_attestation_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", own_page, Session, deps, open));
    router.add(page_route("POST", "/settings/attestation/correction", Session, deps, ask));
}

} // namespace web
