#pragma once

#include "db/accounts.h"
#include "db/tx.h"

#include <string_view>

namespace moderation {

/// An actor that says it speaks for its host.
struct HouseActor {
    std::string_view host{};
    std::string_view uri{};
    bool is_server_actor = false; ///< An Application whose name is its host.
};

/// Whether it does. Where a person here has decided about the host's server actor, only that one;
/// else an Application that bears the host's name, since any member of an open server can have one
/// of another name. Another one, later, needs a person.
bool is_house(db::Tx& tx, const HouseActor& actor);
bool speaks_for_house(db::Tx& tx, const db::Account& sender);

} // namespace moderation
