#pragma once

#include "base/guarded.h"
#include "base/time.h"
#include "db/pool.h"
#include "http/address.h"

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace members {

/// What is refused to an address, from the mildest to the hardest.
enum class AddressSeverity { SignUpRequiresApproval, SignUpBlock, NoAccess };
/// "sign_up_requires_approval", "sign_up_block", "no_access".
std::optional<AddressSeverity> parse_address_severity(std::string_view text);

/// The blocks of IP addresses, as a snapshot of `ip_blocks` that is read anew when it is older than
/// ten seconds: every request asks. Without the database the last list stands. Safe from any
/// thread.
class AddressBlocks {
  public:
    explicit AddressBlocks(db::Pool& pool, Clock clock = system_now);

    /// The hardest block that holds for `address` (as http::Request has it), if any.
    std::optional<AddressSeverity> find(std::string_view address);
    /// Reads the table now. Throws db::Unavailable.
    void reload();

  private:
    struct Block {
        http::Network network{};
        AddressSeverity severity = AddressSeverity::NoAccess;
        std::optional<Time> expires_at{};
    };
    using Blocks = std::vector<Block>;
    struct Snapshot {
        /// Shared: readers keep the old one while it changes.
        std::shared_ptr<const Blocks> blocks = std::make_shared<Blocks>();
        Time read_at{};
        bool reloading = false;
    };
    std::shared_ptr<const Blocks> current();

    db::Pool& pool_;
    Clock clock_;
    Guarded<Snapshot> snapshot_;
};

} // namespace members
