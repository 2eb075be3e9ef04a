#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

struct Inbox {
    std::string uri{};
    std::string host{}; ///< As in `peers`.
    bool operator==(const Inbox&) const = default;
};

struct NewDelivery {
    AccountId signer{};
    std::int64_t body = 0;
    std::string object_uri{};
    bool sync_followers = false;
    bool is_urgent = false; ///< Before what is queued already.
    std::vector<Inbox> inboxes{};
};

/// A row of `deliveries` that a worker holds, with what is known of the host.
struct Delivery {
    std::int64_t id = 0;
    AccountId signer{};
    Inbox inbox{};
    std::int64_t body = 0;
    std::string object_uri{};
    bool sync_followers = false;
    int attempts = 0;      ///< Claims, this one counted; so it also says which claim this is.
    int failures = 0;      ///< Requests that failed.
    int interruptions = 0; ///< Claims that never ended: their process died.
    std::string scheme{};  ///< "cavage" or "rfc9421" when it worked in the last seven days, or "".
};

/// A delivery that is to be tried again.
struct Retry {
    Delivery delivery{};
    Time run_at{};
    bool failed = false; ///< Else it was not sent: nothing counts.
};

} // namespace db

namespace db::deliveries {

/// The body's id.
std::int64_t insert_body(Tx& tx, std::string_view body);
std::string find_body(Tx& tx, std::int64_t id); ///< "" when it is gone.
/// One row per inbox, in one statement.
void insert(Tx& tx, const NewDelivery& delivery);
/// Wakes the delivery workers of all processes when the transaction commits.
void notify(Tx& tx);

/// Only one transaction of all processes claims, finishes or puts back at a time: the cap per host
/// is counted, and nobody is left waiting for what is done.
void lock_claims(Tx& tx);

struct Claim {
    int most = 64;
    int per_host = 4; ///< In flight over all processes; 1 for a host in trouble or new.
    std::chrono::milliseconds lease{60'000};
    std::vector<std::string> except{}; ///< Hosts that keep this process waiting.
};
/// Leases what is ready, oldest first. Of one signer and inbox only the oldest, so that order is
/// kept; after four failures it holds back only what is about the same object. Hosts whose breaker
/// is open, or that are given up, are left alone. After lock_claims() only.
std::vector<Delivery> claim(Tx& tx, const Claim& claim);

/// Removes those that are still held by these claims, and calls up what waited for them. After
/// lock_claims() only.
void finish(Tx& tx, const std::vector<Delivery>& deliveries);
/// After lock_claims() only.
void put_back(Tx& tx, const std::vector<Retry>& retries);

/// Nothing of a host is tried before `until` (its breaker opened).
void postpone_host(Tx& tx, std::string_view host, Time until);
/// Everything of a host is ready now (its breaker closed).
void hurry_host(Tx& tx, std::string_view host, Time now);
/// Forgets what is queued for a host that was given up or taken off the list.
std::int64_t remove_for_host(Tx& tx, std::string_view host);
std::int64_t remove_for_inbox(Tx& tx, std::string_view inbox);

/// Bodies that no delivery names any more. Returns how many.
std::int64_t remove_idle_bodies(Tx& tx, Time older_than);
std::int64_t count(Tx& tx);
std::int64_t count_for_host(Tx& tx, std::string_view host);

/// The inboxes of accepted followers of an account, of the named accounts, and those that an object
/// was sent to; distinct; see outbox::audience_of.
std::vector<Inbox> find_audience(Tx& tx,
                                 AccountId followers_of,
                                 const std::vector<AccountId>& accounts,
                                 std::string_view object_uri);
/// Whose personal inbox that is; nobody's for a shared one.
std::vector<AccountId> find_owners(Tx& tx, const Inbox& inbox);
/// One inbox of every allowed host: what everybody must hear (a deleted account).
std::vector<Inbox> find_all_inboxes(Tx& tx);
/// The personal inbox of an account on an allowed host.
std::vector<Inbox> find_personal_inbox(Tx& tx, AccountId account);

} // namespace db::deliveries
