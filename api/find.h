#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/result.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "http/router.h"
#include "outbox/format.h"

#include <cstddef>
#include <string_view>
#include <vector>

/// What a request names, if the caller may know of it.
namespace api {

/// Neither deleted nor a server's own actor. Suspended ones are shown as such.
bool is_shown(const db::Account& account);

/// The account of {id}. Errors: NotFound.
Result<db::Account> find_account(db::Tx& tx, const http::Call& call);

/// The status of {id} that the caller may see. What may not be seen gets the same answer as what
/// does not exist (ATTACKS P04). Errors: NotFound.
Result<db::Status> find_status(db::Tx& tx, const http::Call& call);

/// `id[]` of a form, without repetitions, at most `most`; what is no id is left out.
std::vector<std::int64_t> numbers_of(const http::Form& form,
                                     std::string_view key,
                                     std::size_t most);
template <typename IdType>
std::vector<IdType> ids_of(const http::Form& form, std::size_t most) {
    std::vector<IdType> ids;
    for (const auto number : numbers_of(form, "id", most))
        ids.push_back(IdType{number});
    return ids;
}

/// "alice", "@alice@host": host is empty for our own.
outbox::Handle split_handle(const Instance& instance, std::string_view text);

} // namespace api
