#pragma once

#include "actors/signer.h"
#include "base/instance.h"
#include "db/pool.h"
#include "http/router.h"
#include "inbox/door_writer.h"
#include "inbox/limits.h"
#include "inbox/refusals.h"
#include "moderation/peers.h"

namespace inbox {

/// What the door needs; made in app/, outlives the router.
struct Door {
    db::Pool& pool;
    const Instance& instance;
    moderation::Peers& peers;
    actors::Signers& signers;
    DoorWriter& writer;
    RefusalCounters& refusals;
    /// Over the open client: reads the server actor of a host that asks to be let in.
    actors::Fetcher& peering_fetcher;
    KeyFetchSlots& key_fetches; ///< A quarter of the handler threads.
    HostBuckets& buckets;
    Clock clock = system_now;
};

/// POST to the shared inbox, to a member's, to the server actor's and to the moderators': DESIGN
/// section 2, PROTOCOL section 11, in that order. 202 is said after the commit.
void add_routes(http::Router& router, Door& door);

enum class Takes {
    All,
    Flags ///< The moderators' inbox: everything else is answered 403.
};
/// One POST. `owner` is the user name whose inbox it is, "" for the shared one.
http::Response receive(Door& door,
                       const http::Request& request,
                       std::string_view owner,
                       Takes takes = Takes::All);

/// Who signed a GET. Who may not read is counted like what the door refuses, so that a scraper is
/// seen in `explain` and on the page of numbers: "read-refused" with the host it names, and
/// "read-unsigned" without a name.
///
/// Errors: those of actors::Signers::verified_signer.
Result<http::Signer> recognise_reader(Door& door, const http::Request& request);

} // namespace inbox
