#include "db/sign_on_requests.h"

#include "db/query.h"

namespace db::sign_on_requests {
namespace {

SignOnRequest read(Columns c) {
    SignOnRequest request;
    request.browser_hash = c.text();
    request.nonce = c.text();
    request.verifier = c.text();
    request.return_to = c.text();
    request.invitation = c.text();
    request.linking = c.id<AccountId>();
    return request;
}

constexpr auto insert_one = R"sql(
    INSERT INTO sign_on_requests (state_hash, browser_hash, nonce, verifier, return_to, invitation,
                                  account_id, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)sql";
constexpr auto delete_one = R"sql(
    DELETE FROM sign_on_requests WHERE state_hash = $1 AND created_at >= $2
    RETURNING browser_hash, nonce, verifier, return_to, invitation, account_id
)sql";
constexpr auto delete_old = "DELETE FROM sign_on_requests WHERE created_at < $1";

} // namespace

void insert(Tx& tx, std::string_view state_hash, const SignOnRequest& request, Time now) {
    exec(tx,
         insert_one,
         state_hash,
         request.browser_hash,
         request.nonce,
         request.verifier,
         request.return_to,
         request.invitation,
         or_null(request.linking),
         now);
}

std::optional<SignOnRequest> take(Tx& tx, std::string_view state_hash, Time since) {
    return first_of(exec(tx, delete_one, state_hash, since), read);
}

void remove_before(Tx& tx, Time before) {
    exec(tx, delete_old, before);
}

} // namespace db::sign_on_requests
