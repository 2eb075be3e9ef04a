#pragma once

#include "api/api.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "members/permissions.h"
#include "outbox/acting.h"

#include <memory>
#include <span>

/// The moderators' part of the client API (docs.joinmastodon.org/methods/admin/). Two things must
/// allow a call: the token's scope, and the permission of the member's role at this moment.
namespace api {

/// One call of a moderator, in a transaction that is committed when the answer is good.
struct AdminCall {
    const Api& api;
    const http::Call& call;
    db::Tx& tx;
    AccountId limited_to{}; ///< Lists show whom this moderator of schools looks after; 0: everybody.

    outbox::Acting acting() const { return api.acting(call); }
};

/// What a row is about, for moderators of schools. For the others it says nothing.
enum class About {
    House,   ///< Not theirs.
    Account, ///< {id} is one, whom they must look after.
    Report,  ///< {id} is one, about somebody whom they must look after.
    List,    ///< The endpoint leaves out whom they do not look after (AdminCall::limited_to).
};

using AdminEndpoint = Result<http::Response> (*)(const AdminCall& admin);

struct AdminRow {
    const char* method;
    const char* pattern;
    const char* scope;
    members::Permission permission;
    AdminEndpoint endpoint;
    About about = About::House;
};

// Each in the file of its name.
std::span<const AdminRow> admin_account_rows();
std::span<const AdminRow> admin_address_rows();
std::span<const AdminRow> admin_domain_rows();
std::span<const AdminRow> admin_email_rows();
std::span<const AdminRow> admin_measure_rows();
std::span<const AdminRow> admin_report_rows();
std::span<const AdminRow> admin_tag_rows();
std::span<const AdminRow> admin_trend_rows();

void add_admin_routes(http::Router& router, const std::shared_ptr<const Api>& api);

/// https://docs.joinmastodon.org/entities/Admin_Account/, in the order of `ids`; what is deleted is
/// left out.
std::vector<Json> render_admin_accounts(const Api& api,
                                        db::Tx& tx,
                                        const std::vector<AccountId>& ids);

/// The server actor of a house as such an entity; null when we never met it.
Json render_admin_house(const Api& api, db::Tx& tx, const std::string& host);

} // namespace api
