#include "outbox/acting.h"

#include "moderation/draft.h"
#include "statuses/may_see.h"

namespace outbox {

Result<db::Account> find_self(db::Tx& tx, const Acting& acting) {
    auto self = db::accounts::find(tx, acting.account);
    if (!self || !self->is_local() || !self->is_visible()) {
        return Error{Error::Kind::Forbidden, "no active account of ours"};
    }
    return std::move(*self);
}

Result<db::Status> find_readable(db::Tx& tx, const Acting& acting, StatusId id) {
    const Error not_found{Error::Kind::NotFound, "no such status for this account"};
    auto status = db::statuses::find(tx, id);
    if (!status || !statuses::may_see(tx, acting.account, *status)) return not_found;
    if (!status->is_boost()) return std::move(*status);
    auto original = db::statuses::find(tx, status->reblog_of);
    if (!original) return not_found;
    return std::move(*original);
}

Result<db::Account> find_other(db::Tx& tx, AccountId id) {
    auto other = db::accounts::find(tx, id);
    if (!other || other->deleted_at || other->is_server_actor) {
        return Error{Error::Kind::NotFound, "no such account"};
    }
    return std::move(*other);
}

std::optional<Error> refusal(db::Tx& tx,
                             const Acting& acting,
                             const db::Account& self,
                             const moderation::Outgoing& outgoing) {
    const auto decision = moderation::check_draft(tx, acting.peers, self, outgoing, acting.now);
    if (decision.passes()) return std::nullopt;
    return Error{.kind = moderation::kind_of_refusal(decision),
                 .detail = std::string(decision.filter) + ": " + std::string(decision.reason),
                 .shown = std::string(moderation::explain(decision.reason)),
                 .reason = std::string(decision.reason)};
}

} // namespace outbox
