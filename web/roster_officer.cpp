#include "web/roster_officer.h"

#include "db/accounts.h"
#include "db/tx.h"
#include "members/duties.h"
#include "members/sessions.h"

#include <utility>

namespace web {

const Error no_roster_officer{
    Error::Kind::NotFound, "no roster officer", "There is no such page for you."};

std::optional<std::string> find_roster_officer(const WebDeps& deps, const http::Call& call) {
    if (deps.roster == nullptr) return std::nullopt;
    db::Tx tx(deps.pool);
    const auto user = db::users::find(tx, call.me());
    const auto account = db::accounts::find(tx, call.me());
    if (!user || !account || !members::holds(tx, *user, members::Duty::RosterOfficer))
        return std::nullopt;
    return account->uri;
}

Result<std::string> acting_roster_officer(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "officer's form of another page"};
    auto officer = find_roster_officer(deps, call);
    if (!officer) return no_roster_officer;
    return std::move(*officer);
}

} // namespace web
