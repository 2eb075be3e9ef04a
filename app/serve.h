#pragma once

#include "app/context.h"

#include <stop_token>

namespace app {

/// Runs an instance until stopped: doors, workers, and the watch over the own PostgreSQL. Every
/// thread of the program is made in serve.cpp and listed in docs/architecture.md.
/// Throws when something that it cannot run without is missing (a port, a certificate, the database
/// at the start).
void serve(Context& context, const std::stop_token& stop);

} // namespace app
