#pragma once

#include "base/crypto.h"
#include "base/id.h"
#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "db/tx.h"
#include "educators/kinds.h"
#include "educators/terms.h"

#include <optional>
#include <string>
#include <string_view>

/// What our server actor says of our own people, and takes back. What was changed is told to
/// followers by a job that the outbox runs (this layer sends nothing).
namespace educators {

/// The job that tells followers about the changed profile; its payload is the account's id.
constexpr auto profile_changed_job = "profile_changed";

/// Who signs: the server actor with its Ed25519 key. Loaded once for a run of any length.
struct Issuer {
    const Instance& instance;
    AttestationTerms terms{};
    std::string actor_uri{};
    std::string key_id{};
    crypto::PrivateKey key;
};
/// Makes the server actor when there is none yet.
Issuer load_issuer(db::Tx& tx, const Instance& instance, const AttestationTerms& terms, Time now);

struct Grant {
    AccountId account{};
    Kind kind = Kind::Teacher;
    Assurance assurance = Assurance::Roster;
    std::optional<Time> until{}; ///< Nothing: the end of the school year and its grace.
    std::string by{};            ///< "roster", "command line", an account's uri; for the member.
};
enum class Granted { Nothing, Renewed, Issued };
/// Attests it of one of ours. What says the same already, for as long, is left alone, so that every
/// roster run may call it for everybody; the same for longer is renewed; what said something else
/// is revoked.
///
/// Errors: NotFound (none of ours, deleted); Unprocessable (not an active member; no person; an end
/// that has passed), with a text to show.
Result<Granted> attest(db::Tx& tx, const Issuer& issuer, const Grant& grant, Time now);

struct Revocation {
    std::string reason{};   ///< For the member and the moderators, in plain words.
    bool for_cause = false; ///< Something was wrong, not just over: sponsors answer for it.
};
/// Takes back whatever is attested of the account: in the status list at once, in its document as
/// it is asked for. False when there was nothing. The member stays.
bool revoke(db::Tx& tx, AccountId account, const Revocation& revocation, Time now);

/// The member left the district: the state is `left` and the attestation ends, as do sessions,
/// tokens, codes, and with them streams and pushes. Profile, posts and follows stay, and on the
/// wire nothing says suspended. The link to the leaver's page is mailed to the private address, if
/// there is one. Does nothing to who left before.
///
/// Errors: NotFound; Forbidden (deleted).
Result<Done> leave(db::Tx& tx, AccountId account, std::string_view reason, Time now);

/// Signs with the present key what an older key signed, at most 200 at a time.
/// Returns how many; for a periodic task.
int sign_again(db::Tx& tx, const Issuer& issuer, Time now);

/// The status list of that number, signed now. Nothing when there is none.
std::optional<Json> render_status_list(db::Tx& tx,
                                       const Issuer& issuer,
                                       std::int64_t list,
                                       Time now);

} // namespace educators
