#pragma once

#include "http/address.h"
#include "http/message.h"

#include <string>
#include <vector>

namespace http {

/// Whose request it is: the socket's address, unless that is one of `trusted`; then the last entry
/// of X-Forwarded-For that no trusted proxy wrote about itself, read from the right. What is no
/// address ends the search: nothing left of it can be believed (ATTACKS E10).
std::string caller_address(const Address& socket,
                           const Headers& headers,
                           const std::vector<Network>& trusted);

} // namespace http
