#pragma once

#include "outbox/acting.h"
#include "web/routes.h"

namespace web {

/// Whoever is signed in, for a verb of outbox/.
inline outbox::Acting acting_for(const WebDeps& deps, const http::Call& call) {
    return {
        .instance = deps.instance, .peers = deps.peers, .account = call.me(), .now = deps.now()};
}

} // namespace web
