#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/pool.h"
#include "http/router.h"
#include "members/papers.h"
#include "members/passwords.h"
#include "members/sign_in.h"
#include "members/throttle.h"

namespace educators {
struct RosterDesk;
struct SignOnDesk;
} // namespace educators
namespace outbox {
struct JoinDesk;
}
namespace actors {
class Resolver;
}
namespace media {
class Store;
}
namespace moderation {
class Peers;
}

namespace web {

struct WebDeps {
    db::Pool& pool;
    const Instance& instance;
    members::Passwords& passwords;
    const members::SignIn& sign_in;
    actors::Resolver& resolver;
    moderation::Peers& peers;
    const members::Throttle& throttle;
    std::string link_key{}; ///< members::make_link_token's.
    Clock now;
    media::Store* archives = nullptr;              ///< Where outbox/archive.h put them.
    const educators::RosterDesk* roster = nullptr; ///< Where there is none, its pages are not.
    const outbox::JoinDesk* joining = nullptr;
    members::Papers papers{};
    const educators::SignOnDesk* sign_on = nullptr; ///< Where the district has one.
};

/// The pages: what this is, sign-in, settings, an app's authorisation, profiles and posts, the
/// remote-follow page. Plain HTML without scripts. `deps` must outlive the router.
void add_routes(http::Router& router, const WebDeps& deps);

} // namespace web
