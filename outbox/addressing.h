#pragma once

#include "statuses/addressing.h"

namespace outbox {

/// The table of PROTOCOL section 10; posts are rendered by the same.
using statuses::address;
using statuses::Addressing;

} // namespace outbox
