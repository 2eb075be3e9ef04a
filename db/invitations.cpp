#include "db/invitations.h"

#include "db/query.h"

namespace db::invitations {
namespace {

Invitation read(Columns c) {
    Invitation invitation;
    invitation.id = c.id<InvitationId>();
    invitation.note = c.text();
    invitation.max_uses = c.small();
    invitation.uses = c.small();
    invitation.expires_at = c.time();
    invitation.made_by = c.text();
    invitation.created_at = c.time();
    invitation.revoked_at = c.maybe_time();
    invitation.guest_until = c.maybe_time();
    invitation.circle = c.ids<AccountId>();
    return invitation;
}

constexpr auto insert_one = R"sql(
    INSERT INTO invitations (code_hash, note, max_uses, expires_at, made_by, guest_until, circle)
    VALUES ($1, $2, $3, $4, $5, $6, $7::bigint[]) RETURNING id
)sql";
constexpr auto select_by_code = R"sql(
    SELECT id, note, max_uses, uses, expires_at, made_by, created_at, revoked_at,
        guest_until, circle
    FROM invitations WHERE code_hash = $1
)sql";
// Of two who come at once with the last use, one waits for the row and then finds it used up.
constexpr auto count_use = R"sql(
    UPDATE invitations SET uses = uses + 1
    WHERE code_hash = $1 AND uses < max_uses AND expires_at > $2 AND revoked_at IS NULL
    RETURNING id
)sql";
constexpr auto select_all = R"sql(
    SELECT id, note, max_uses, uses, expires_at, made_by, created_at, revoked_at,
        guest_until, circle
    FROM invitations ORDER BY id DESC LIMIT 200
)sql";
constexpr auto set_revoked =
    "UPDATE invitations SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
constexpr auto update_user = R"sql(
    UPDATE users SET invitation_id = $2, terms_version = $3, terms_accepted_at = $4
    WHERE account_id = $1
)sql";

} // namespace

InvitationId insert(Tx& tx, const Invitation& invitation, std::string_view code_hash) {
    return Columns(exec(tx,
                        insert_one,
                        code_hash,
                        invitation.note,
                        invitation.max_uses,
                        invitation.expires_at,
                        invitation.made_by,
                        invitation.guest_until,
                        invitation.circle)
                       .front())
        .id<InvitationId>();
}

std::optional<Invitation> find_by_code(Tx& tx, std::string_view code_hash) {
    return first_of(exec(tx, select_by_code, code_hash), read);
}

std::optional<InvitationId> use(Tx& tx, std::string_view code_hash, Time now) {
    const auto rows = exec(tx, count_use, code_hash, now);
    if (rows.empty()) return std::nullopt;
    return Columns(rows.front()).id<InvitationId>();
}

std::vector<Invitation> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

bool revoke(Tx& tx, InvitationId id, Time now) {
    return exec(tx, set_revoked, id, now).affected_rows() == 1;
}

void note_joining(
    Tx& tx, AccountId account, InvitationId invitation, std::string_view terms_version, Time now) {
    exec(tx, update_user, account, or_null(invitation), terms_version, now);
}

} // namespace db::invitations
