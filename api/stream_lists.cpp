#include "api/stream_lists.h"

#include "api/api.h"
#include "db/lists.h"

namespace api {

Result<Done> check_list(const Api& api, AccountId reader, const Topic& topic) {
    if (topic.channel != Channel::List) return Done{};
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    if (db::lists::find(tx, reader, db::ListId{parse_id(topic.name).value_or(0)})) return Done{};
    return Error{
        Error::Kind::Unauthorized, "another member's list", "Not authorized to stream this list"};
}

} // namespace api
