#pragma once

#include "base/guarded.h"
#include "base/result.h"
#include "base/time.h"
#include "db/pool.h"
#include "db/remote_media.h"
#include "http/client.h"
#include "media/box.h"
#include "media/store.h"

#include <semaphore>
#include <set>
#include <string>
#include <utility>

namespace media {

struct RemoteDeps {
    db::Pool& pool;
    /// The peer client: only allowed hosts, only public addresses. For pictures of cards the open
    /// client, which the address guard alone limits.
    http::Client& client;
    Box& box;
    Store& store;
    std::string spool_folder{}; ///< Where downloads lie until they are processed.
    Clock clock = system_now;
};

/// Copies of what stands elsewhere: fetched when somebody looks at it, through a guarded client,
/// made anew in the box, and forgotten by age and size. Foreign bytes are never served as they
/// came. Safe from any thread.
class Remote {
  public:
    explicit Remote(RemoteDeps deps) : deps_(std::move(deps)) {}

    /// The copy of what is at `url`; blocks for up to half a minute while it is fetched. What
    /// failed is not tried again for a while. Errors: NotFound (it cannot be had), Unavailable
    /// (others are being fetched: try again soon).
    Result<db::RemoteMedia> get(Profile profile, const std::string& url);

  private:
    Result<db::RemoteMedia> fetch(Profile profile, const std::string& url, db::RemoteMedia before);

    RemoteDeps deps_;
    std::counting_semaphore<8> fetches_{4};
    Guarded<std::set<std::string>> under_way_{};
};

} // namespace media
