#pragma once

#include "db/glass_requests.h"
#include "web/routes.h"

#include <string>

/// What the pages about reading a member's private posts share.
namespace web {

inline const Error no_glass_page{
    Error::Kind::NotFound, "no owner or records officer", "There is no such page for you."};

std::string glass_page(db::GlassId id); ///< Its path.
std::string shown_name(db::Tx& tx, AccountId id);
std::string shown_time(Time at); ///< "2026-03-01 08:30 UTC".
std::string state_text(const db::GlassRequest& request, Time now);

/// Whether the caller may ask and decide, now.
bool is_glass_officer(const WebDeps& deps, const http::Call& call);
/// The same of what a form sends. Errors: Forbidden (a form of another page), NotFound.
Result<Done> check_glass_form(const WebDeps& deps, const http::Call& call);

/// The posts, as a page and as files.
void add_glass_reading_routes(http::Router& router, const WebDeps& deps);

} // namespace web
