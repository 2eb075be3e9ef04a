#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/time.h"

namespace moderation {
class Peers;
}

namespace outbox {

/// Who does something here, and when. Every verb gets one.
struct Acting {
    const Instance& instance;
    moderation::Peers& peers; ///< Who may be spoken to; for the filters.
    AccountId account{};      ///< One of our own.
    Time now{};
};

} // namespace outbox
