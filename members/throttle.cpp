#include "members/throttle.h"

#include "base/crypto.h"
#include "db/throttles.h"

#include <fmt/format.h>

namespace members {

std::string Throttle::keyed(std::string_view text) const {
    return crypto::hex(crypto::hmac_sha256(key, text));
}

Result<Done> Throttle::count(const Limit& limit, std::string_view who, Time now) const {
    const auto window = std::chrono::milliseconds(limit.window);
    const Time window_start = now - now.time_since_epoch() % window;
    int counted = 0;
    {
        db::Tx tx(pool, db::Durability::Lazy);
        counted =
            db::throttles::count(tx, keyed(fmt::format("{} {}", limit.what, who)), window_start);
        tx.commit();
    }
    if (counted <= limit.most) return Done{};
    const auto left = std::chrono::ceil<std::chrono::seconds>(window_start + window - now);
    return Error{.kind = Error::Kind::RateLimited,
                 .detail = "too many: " + std::string(limit.what),
                 .shown = "There were too many attempts. Please wait a while and try again.",
                 .retry_after_s = static_cast<int>(left.count())};
}

} // namespace members
