#pragma once

#include "api/instance_texts.h"
#include "api/text_cache.h"
#include "base/guarded.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/pool.h"
#include "http/router.h"
#include "media/links.h"
#include "media/uploads.h"
#include "outbox/acting.h"
#include "outbox/sign_up.h"
#include "statuses/fetch.h"

#include <memory>
#include <span>
#include <string>
#include <utility>

namespace actors {
class Resolver;
}
namespace moderation {
class Peers;
}

/// Door 2: the client API, as Mastodon's apps speak it (docs.joinmastodon.org).
namespace api {

class StreamHub;

struct Deps {
    db::Pool& pool;
    const Instance& instance;
    actors::Resolver& resolver;
    moderation::Peers& peers;
    statuses::Fetcher& posts;
    const media::Links& links;
    const media::Workshop& workshop;
    StreamHub& streams;
    std::string vapid_key; ///< Public, base64url; what pushes are signed with (RFC 8292).
    Clock clock = system_now;
    outbox::SignUpRules sign_ups{};
    Papers papers{};
};

/// What endpoints need. The texts are only kept to save work: made from rows, and good as long as
/// the rows are.
struct Api {
    explicit Api(Deps given) : deps(std::move(given)), started_at(deps.clock()) {}
    Deps deps;
    Time started_at{};
    mutable TextCache<StatusId> status_texts{4'096};
    mutable TextCache<AccountId> account_texts{4'096};
    mutable TextCache<StatusId> searchable_texts{4'096}; ///< Folded; for readers with filters.
    mutable Guarded<InstanceTexts> instance_texts{};
    mutable Guarded<ActivityText> activity_text{};

    Time now() const { return deps.clock(); }
    const Instance& instance() const { return deps.instance; }
    outbox::Acting acting(const http::Call& call) const {
        return {.instance = deps.instance, .peers = deps.peers, .account = call.me(), .now = now()};
    }
};

using Endpoint = Result<http::Response> (*)(const Api& api, const http::Call& call);

/// One line of a group's table of routes.
struct Row {
    const char* method;
    const char* pattern;
    http::Access access;
    const char* scope;
    Endpoint endpoint;
};

// Each in the file of its name.
std::span<const Row> account_rows();
std::span<const Row> account_list_rows();
std::span<const Row> announcement_rows();
std::span<const Row> conversation_rows();
std::span<const Row> domain_block_rows();
std::span<const Row> filter_rows();
std::span<const Row> filter_v1_rows();
std::span<const Row> async_refresh_rows();
std::span<const Row> collection_rows();
std::span<const Row> discovery_rows();
std::span<const Row> featuring_rows();
std::span<const Row> follow_request_rows();
std::span<const Row> interaction_request_rows();
std::span<const Row> grouped_notification_rows();
std::span<const Row> instance_rows();
std::span<const Row> list_rows();
std::span<const Row> instance_paper_rows();
std::span<const Row> marker_rows();
std::span<const Row> media_rows();
std::span<const Row> notification_policy_rows();
std::span<const Row> notification_rows();
std::span<const Row> oembed_rows();
std::span<const Row> poll_rows();
std::span<const Row> profile_rows();
std::span<const Row> push_rows();
std::span<const Row> quote_rows();
std::span<const Row> relation_rows();
std::span<const Row> report_rows();
std::span<const Row> scheduled_rows();
std::span<const Row> search_rows();
std::span<const Row> status_action_rows();
std::span<const Row> status_rows();
std::span<const Row> tag_rows();
std::span<const Row> streaming_rows();
std::span<const Row> timeline_rows();
std::span<const Row> trend_rows();

/// Every route of the client API but those of api/oauth.h. Returns what their handlers share: it
/// lives as long as the router, and longer for whoever keeps it.
std::shared_ptr<const Api> add_routes(http::Router& router, Deps deps);

} // namespace api
