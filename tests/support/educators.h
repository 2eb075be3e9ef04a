#pragma once

#include "base/uri.h"
#include "db/accounts.h"
#include "db/attestation_claims.h"
#include "db/attestations.h"
#include "db/tx.h"

#include <string>

/// What is attested of people, as rows: of ours as if our server actor had signed it, of others as
/// if their claim had been checked and their status list read a moment ago.
namespace educators_of_tests {

inline void attest_ours(db::Tx& tx, const db::Account& account, const std::string& region) {
    const Time now = system_now();
    static std::int64_t number = 0; // Places are given out once.
    number += 1;
    const auto list = db::attestations::take_list(tx, now, 1'000'000'000);
    db::attestations::set_replaced(tx, account.id, now);
    db::attestations::insert(tx,
                             {.uri = "https://" + host_of(account.uri) + "/attestations/" +
                                     to_string(account.id) + "-" + std::to_string(number),
                              .account = account.id,
                              .kind = "teacher",
                              .assurance = "roster",
                              .region = region,
                              .valid_from = now - std::chrono::hours{24},
                              .valid_until = now + std::chrono::hours{24 * 300},
                              .list = list,
                              .list_index = account.id.value % 1'000'000'007 + number,
                              .key_uri = "https://" + host_of(account.uri) + "/actor#key",
                              .credential = "{}",
                              .issued_by = "test",
                              .created_at = now});
}

inline void attest_theirs(db::Tx& tx, const db::Account& account, const std::string& region) {
    const Time now = system_now();
    const auto issuer = "https://" + account.host + "/actor";
    const auto list = "https://" + account.host + "/status/1";
    const auto credential = "{\"region\": \"" + region + "\"}";
    db::attestation_claims::put(tx, account.id, "", now); // A new one, whatever stood there.
    db::attestation_claims::put(tx, account.id, credential, now);
    db::attestation_claims::set_checked(tx,
                                        {.account = account.id,
                                         .credential = credential,
                                         .seen_at = now,
                                         .verdict = db::ClaimVerdict::Valid,
                                         .issuer = issuer,
                                         .kind = "teacher",
                                         .assurance = "roster",
                                         .region = region,
                                         .valid_from = now - std::chrono::hours{24},
                                         .valid_until = now + std::chrono::hours{24 * 300},
                                         .list_uri = list,
                                         .list_index = 1});
    db::remote_status_lists::put(
        tx,
        {.uri = list, .issuer = issuer, .encoded_list = "-", .fetched_at = now, .tried_at = now});
}

inline void attest(db::Tx& tx, const db::Account& account, const std::string& region = "US-CA") {
    if (account.is_local())
        attest_ours(tx, account, region);
    else
        attest_theirs(tx, account, region);
}

} // namespace educators_of_tests
