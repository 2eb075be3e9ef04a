#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// What our checks found that time does not change; all but the first two mean that it is false.
enum class ClaimVerdict {
    Unchecked,
    Valid,
    Malformed,
    WrongIssuer,
    WrongSubject,
    BadProof,
    BadStatus
};
std::string_view to_string(ClaimVerdict verdict); ///< "unchecked", ..., "wrong-issuer", ...

/// A row of `attestation_claims`: the attestation that a remote actor carries.
struct AttestationClaim {
    AccountId account{};
    std::string credential{};
    Time seen_at{};
    ClaimVerdict verdict = ClaimVerdict::Unchecked;
    std::optional<Time> tried_at{};
    // What it says; filled in by the check.
    std::string issuer{};
    std::string kind{};
    std::string assurance{};
    std::string region{};
    std::optional<Time> valid_from{};
    std::optional<Time> valid_until{};
    std::string list_uri{};
    std::int64_t list_index = 0;
    bool revoked = false;
};

/// A row of `remote_status_lists`.
struct RemoteStatusList {
    std::string uri{};
    std::string issuer{};
    std::string encoded_list{};
    std::optional<Time> fetched_at{}; ///< The last good copy.
    std::optional<Time> tried_at{};
};

/// What is attested of an account, ours or theirs, with all that decides whether it counts.
struct AttestationStanding {
    AccountId account{};
    std::string kind{};
    std::string assurance{};
    std::string region{};
    std::string issuer{};
    ClaimVerdict verdict = ClaimVerdict::Valid;
    Time valid_from{};
    Time valid_until{};
    bool revoked = false;
    std::optional<Time> status_at{}; ///< As of when `revoked` is known.
    bool host_may_attest = true;     ///< It is at level member; our own is.
};

} // namespace db

namespace db::attestation_claims {

/// The job that checks a new one; its payload is the account's id.
constexpr auto check_job = "check_attestation";

/// What the actor's document carries now. The same text changes nothing (false); another one is
/// unchecked; "" removes it.
bool put(Tx& tx, AccountId account, const std::string& credential, Time now);

std::vector<AttestationClaim> find_all(Tx& tx, const std::vector<AccountId>& accounts);
/// Of member hosts, not tried since `tried_before`.
std::vector<AccountId> list_unchecked(Tx& tx, Time tried_before, int most);
/// Everybody of that host who carries one, whatever it is worth.
std::vector<AccountId> list_of_host(Tx& tx, std::string_view host);
/// Those of that host whose issuer might not speak for it are unchecked again: now it may, perhaps.
void retry_wrong_issuers(Tx& tx, std::string_view host);
/// Whether a register that we follow names that issuer for the host, in force, while no exception
/// of the house covers the host and the issuer's own host is at level member (may_issue_for).
bool may_issue_for(Tx& tx, std::string_view issuer, std::string_view host);
/// The issuer of an unchecked one was asked for.
void set_tried(Tx& tx, AccountId account, Time at);
/// Writes what the check found, unless the actor carries another text by now.
void set_checked(Tx& tx, const AttestationClaim& claim);

/// Valid claims whose status that list holds: who, and which place.
struct ListPlace {
    AccountId account{};
    std::int64_t index = 0;
    bool revoked = false;
};
std::vector<ListPlace> list_places(Tx& tx, std::string_view list_uri);
void set_revoked(Tx& tx, const std::vector<AccountId>& accounts, bool revoked);

/// Of those accounts that have any, ours too.
std::vector<AttestationStanding> find_standings(Tx& tx,
                                                const std::vector<AccountId>& accounts,
                                                Time now);
/// Which of these hosts have attested anybody whom we know, validly.
std::vector<std::string> attesting_hosts(Tx& tx, const std::vector<std::string>& hosts);

} // namespace db::attestation_claims

namespace db::remote_status_lists {

std::optional<RemoteStatusList> find(Tx& tx, std::string_view uri);
/// A good copy.
void put(Tx& tx, const RemoteStatusList& list);
/// It could not be had; what we have stays.
void set_tried(Tx& tx, std::string_view uri, std::string_view issuer, Time at);
/// Lists of member hosts that valid, unexpired claims name and that were last tried before
/// `tried_before`, with an account that names each.
struct Due {
    std::string uri{};
    AccountId account{};
};
std::vector<Due> list_due(Tx& tx, Time now, Time tried_before, int most);
/// Lists that no attestation names any more and that nobody asked for since. Returns how many.
std::int64_t forget_unused(Tx& tx, Time tried_before);

} // namespace db::remote_status_lists
