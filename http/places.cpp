#include "base/text.h"
#include "base/time.h"
#include "http/connection.h"

#include <algorithm>
#include <utility> // Boost 1.74 needs it before its own headers.

/// What connections share, and their places in the caps.
namespace http {

std::string_view Io::date_now() {
    const auto now = std::time(nullptr);
    if (now != date_at) {
        date_at = now;
        date = format_http_date(system_now());
    }
    return date;
}

bool Shared::knows_host(std::string_view host) const {
    if (options.hosts.empty()) return true;
    return std::ranges::any_of(options.hosts, [&](std::string_view ours) {
        if (iequals(host, ours)) return true;
        const auto port = options.tls ? std::string_view(":443") : std::string_view(":80");
        return host.size() == ours.size() + port.size() && host.ends_with(port) &&
               iequals(host.substr(0, ours.size()), ours);
    });
}

std::chrono::milliseconds Shared::time_for(std::size_t bytes) const {
    return std::chrono::milliseconds(bytes * 1000 / options.lowest_rate);
}

std::optional<Share> Share::take(AddressCounts& counts, std::string address, std::size_t most) {
    // A place that there is no room for counts until it goes, that is at once.
    Share share(counts, std::move(address));
    const bool has_room = counts.with([&](auto& all) { return ++all[share.address_] <= most; });
    if (!has_room) return std::nullopt;
    return share;
}

Share::~Share() {
    if (!counts_) return;
    counts_->with([&](auto& all) {
        if (const auto found = all.find(address_); --found->second == 0) all.erase(found);
    });
}

std::optional<Place> Place::take(Shared& shared, const Address& address) {
    if (shared.connections.fetch_add(1) >= shared.options.max_connections) {
        shared.connections.fetch_sub(1);
        return std::nullopt;
    }
    Place place(shared, Share());
    if (contains(shared.options.trusted_proxies, address)) return place;
    auto share = Share::take(
        shared.connections_of, to_string(address), shared.options.max_connections_per_address);
    if (!share) return std::nullopt;
    place.shared_ = nullptr;
    return Place(shared, std::move(*share));
}

Place::~Place() {
    if (shared_) shared_->connections.fetch_sub(1);
}

} // namespace http
