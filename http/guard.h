#pragma once

#include "base/result.h"
#include "http/address.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// Whether an address belongs to the open network; the list is group S of ATTACKS. An IPv4 address
/// inside an IPv6 one is judged as itself where it stands for itself (v4-mapped); the forms that
/// hide one (v4-compatible, NAT64, 6to4, Teredo) are refused whole.
bool is_globally_routable(const Address& address);

/// All addresses of a host name. Errors: Unavailable.
using Resolver = std::function<Result<std::vector<Address>>(const std::string& host)>;

/// Asks the system, within a few seconds per name server; does not use search domains.
Result<std::vector<Address>> resolve_by_system(const std::string& host);

/// The addresses of a host that may be connected to: resolved once, all of them globally routable,
/// or none is given. Whoever connects uses these and resolves no more (ATTACKS C01 to C05, C09).
///
/// Errors: Forbidden (an address that is not routable, a spelling of IPv4 other than four decimal
/// numbers, a zone, a name that is never public such as "localhost" or "metadata.google.internal"),
/// Unavailable (no such name).
Result<std::vector<Address>> resolve_checked(const std::string& host, const Resolver& resolve);

} // namespace http
