#pragma once

#include "db/glass_requests.h"
#include "web/routes.h"

#include <string>

/// What the pages about reading a member's private posts share.
namespace web {

constexpr auto glass_pages = "/admin/break-glass";

inline const Error no_glass_page{
    Error::Kind::NotFound, "no owner or records officer", "There is no such page for you."};

std::string glass_page(db::GlassId id); ///< Its path.
std::string shown_name(db::Tx& tx, AccountId id);
std::string state_text(const db::GlassRequest& request, Time now);

/// The posts, as a page and as files.
void add_glass_reading_routes(http::Router& router, const WebDeps& deps);

} // namespace web
