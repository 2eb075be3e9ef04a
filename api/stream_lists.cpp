#include "api/stream_lists.h"

#include "api/api.h"
#include "db/guests.h"
#include "db/lists.h"
#include "db/partners.h"

#include <algorithm>
#include <array>

namespace api {

Result<Done> check_list(const Api& api, AccountId reader, const Topic& topic) {
    using enum Channel;
    constexpr std::array own = {User, UserNotification, Direct};
    if (std::ranges::find(own, topic.channel) != own.end()) return Done{};
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    if (topic.channel != List) {
        if (!db::guests::find(tx, reader)) {
            if (!db::partners::find_person(tx, reader)) return Done{};
            return Error{Error::Kind::Unauthorized,
                         "commercial partner",
                         "Commercial partners read what is written to them, and look for nobody"};
        }
        return Error{Error::Kind::Unauthorized,
                     "guest of a circle",
                     "Guests are here for the members of their circle, and see nobody else"};
    }
    if (db::lists::find(tx, reader, db::ListId{parse_id(topic.name).value_or(0)})) return Done{};
    return Error{
        Error::Kind::Unauthorized, "another member's list", "Not authorized to stream this list"};
}

} // namespace api
