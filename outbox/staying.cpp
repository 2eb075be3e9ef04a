#include "outbox/staying.h"

namespace outbox {

Result<db::Account> find_staying_self(db::Tx& tx, const Acting& acting) {
    auto self = find_self(tx, acting);
    if (!self || self->moved_to_uri.empty()) return self;
    return Error{Error::Kind::Forbidden,
                 "the account has moved",
                 "This account has moved. Cancel the redirect in the settings to use it again"};
}

} // namespace outbox
