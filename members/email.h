#pragma once

#include <string>
#include <string_view>

namespace members {

/// One way to write an address, so that no second account hides behind odd syntax: plain ASCII, one
/// "@", a host that is one (ATTACKS P20). It may stand in a mail's header as it is.
bool is_plain_email(std::string_view email);

/// What stands behind the "@", in lower case and ASCII; "" when the address is not plain.
std::string host_of_email(std::string_view email);

/// SHA-256 (hex) of the mailbox behind the spellings of an address: lower case, without dots in the
/// local part and without what follows a "+". The same as Mastodon's, so lists can be shared.
std::string canonical_email_hash(std::string_view email);

} // namespace members
