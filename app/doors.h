#pragma once

#include "actors/fetcher.h"
#include "api/api.h"
#include "api/stream_hub.h"
#include "app/media_parts.h"
#include "app/parts.h"
#include "app/sign_on.h"
#include "http/router.h"
#include "inbox/door_writer.h"
#include "inbox/limits.h"
#include "inbox/receive.h"
#include "inbox/refusals.h"
#include "media/store.h"
#include "outbox/case_files.h"
#include "outbox/policy_job.h"
#include "outbox/serve.h"
#include "statuses/fetch.h"
#include "web/case_files.h"
#include "web/peering.h"
#include "web/routes.h"

#include <memory>

namespace app {

/// Every way in: the routes of peers, of clients and of browsers, and what stands behind them.
struct Doors {
    Doors(const Context& context, Parts& parts);

    statuses::Fetcher posts;
    media::DiskStore archives; ///< What members take away (outbox/archive.h).
    web::WebDeps pages;
    outbox::ServeDeps serving;
    http::LiveClient open_client;         ///< Goes wherever the guard allows.
    std::unique_ptr<SignOnParts> sign_on; ///< Where one is configured.
    educators::ScimDesk scim;
    MediaParts media;
    actors::Fetcher peering_fetcher;
    outbox::PolicyReader policies;
    web::CaseFilePages case_files{.pages = pages, .store = *media.store};
    outbox::CaseFileDeps case_copies{.pool = pages.pool, .remote = media.remote};
    web::PeeringPages peer_pages{.pages = pages, .policies = policies};
    inbox::DoorWriter door_writer;
    inbox::RefusalCounters refusals;
    inbox::KeyFetchSlots key_fetches;
    inbox::HostBuckets buckets;
    inbox::Door door;
    api::StreamHub streams;
    http::Router router;
    std::shared_ptr<const api::Api> api; ///< Shared with the handlers in `router`.
};

} // namespace app
