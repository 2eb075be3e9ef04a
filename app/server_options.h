#pragma once

#include "app/context.h"
#include "http/server.h"

#include <string>

namespace app {

/// "127.0.0.1:8080", "[::1]:8080", "localhost:8080". Throws CommandFailed without a port.
http::Endpoint endpoint_of(const std::string& text);

/// Where the server listens, by which names it is reached, and how much it reads of whom.
/// Throws CommandFailed when the configuration names what is no address or network.
http::ServerOptions server_options(const Context& context);

/// Under the media's own name nothing but media is answered: what is uploaded there never meets
/// sessions and ids of the other name (ATTACKS A08).
bool is_elsewhere(const http::Request& request, const Instance& instance);

} // namespace app
