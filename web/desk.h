#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/waiting.h"
#include "web/routes.h"

#include <span>
#include <string>
#include <string_view>

/// The desk: the pages under /admin, for those who have a role or duty. Plain forms, fifty rows on
/// a page. To everybody else they do not exist.
namespace web {

/// Whom a page of the desk is for; also what somebody is charged with.
struct DeskCharges {
    bool owner = false;
    bool moderator = false;
    bool roster_officer = false;
    bool privacy_officer = false;
    bool records_officer = false;
};

/// A row of the desk's table.
struct DeskPage {
    std::string_view path;
    std::string_view title;
    DeskCharges who; ///< Anyone of these.
    /// What the start page tells of it (db/waiting.h); null: nothing ever waits there.
    db::Waiting (*waiting)(db::Tx& tx, AccountId me, Time now) = nullptr;
};
std::span<const DeskPage> desk_pages();

/// The links of the frame: {"has_desk", "has_pages", "pages": [{"path", "title", "current"}]};
/// pages only under /admin. Pure: by what the session was recognised with, so it is no permission.
Json desk_links(const http::Call& call);

/// Who asks for a page of the table, named by its path, when it is for them. Asked at the database.
/// Errors: NotFound.
Result<db::Account> at_desk(const WebDeps& deps, const http::Call& call, std::string_view page);
/// The same for a form.
/// Errors: Forbidden (it is not of our page); NotFound.
Result<db::Account> acting_at_desk(const WebDeps& deps,
                                   const http::Call& call,
                                   std::string_view page);

/// "@ada" of a uri of the audit log, where it is an account of ours; else as it stands.
std::string actor_text(db::Tx& tx, const std::string& by);
/// "2026-03-01 08:30 UTC".
std::string shown_time(Time at);

} // namespace web
