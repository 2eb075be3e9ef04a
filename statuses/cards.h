#pragma once

#include "actors/resolve.h"
#include "base/json.h"
#include "base/time.h"
#include "db/pool.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "http/client.h"
#include "jobs/worker.h"
#include "media/remote.h"

#include <chrono>
#include <string_view>
#include <vector>

/// Previews of links: what the linked page says about itself (OpenGraph, oEmbed,
/// fediverse:creator).
///
/// The server reads the page, in a job, through the open client with its address guard, so that a
/// reader's address is told to nobody. Nothing of the page's HTML is shown; its picture is one that
/// staffroom-media made anew, kept as long as copies of remote media are.
///
/// `statuses.card` is {"url"} from the beginning; the job adds title, description, provider_name,
/// provider_url, author_name, author_url, language, published_at, image (where it stands elsewhere)
/// with image_width, image_height, image_description and blurhash, and author_account (the id of an
/// account that the page names as its author and that names the page's host in turn).
namespace statuses {

/// A page is read again for a new post when it was read longer ago.
constexpr std::chrono::hours card_lifetime{24 * 14};

struct CardDeps {
    db::Pool& pool;
    http::Client& client; ///< The open client.
    actors::Resolver& resolver;
    media::Remote& pictures; ///< With the open client, too.
    Clock clock = system_now;
};

/// These wait for foreign hosts: a worker of their own. `deps` must outlive them.
std::vector<jobs::Kind> card_job_kinds(const CardDeps& deps);

/// Not direct ones: links in them may be good for one use only.
bool is_for_cards(const db::Status& status);
/// The card of a post before its page was read: of the first link in its HTML, or null.
Json card_of(const db::Status& status);
/// `wanted`, or the card that stands when it is of the same link: an edit does not lose it.
Json card_after(const db::Status& before, Json wanted);
/// Has the page read that the post's card names, if it names one that was not read for it yet.
void queue_card(db::Tx& tx, const db::Status& status);

/// Reads one page: what its card shows beside the URL; null when it has nothing to show.
/// Errors: Unavailable, RateLimited (try again); everything else is "nothing to show".
Result<Json> fetch_card(const CardDeps& deps, std::string_view url);

} // namespace statuses
