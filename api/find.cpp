#include "api/find.h"

#include "api/answer.h"
#include "base/text.h"
#include "base/uri.h"
#include "statuses/may_see.h"

#include <algorithm>

namespace api {

bool is_shown(const db::Account& account) {
    return !account.is_server_actor && !account.deleted_at;
}

Result<db::Account> find_account(db::Tx& tx, const http::Call& call) {
    const auto id = call.account_id();
    if (!id) return id.error();
    auto account = db::accounts::find(tx, *id);
    if (!account || !is_shown(*account)) return not_found("no such account");
    return std::move(*account);
}

Result<db::Status> find_status(db::Tx& tx, const http::Call& call) {
    const auto id = call.status_id();
    if (!id) return id.error();
    auto status = db::statuses::find(tx, *id);
    if (!status || !statuses::may_see(tx, call.me(), *status)) return not_found("no such status");
    return std::move(*status);
}

std::vector<std::int64_t> numbers_of(const http::Form& form,
                                     std::string_view key,
                                     std::size_t most) {
    std::vector<std::int64_t> numbers;
    for (const auto& text : form.list(key)) {
        const auto number = parse_id(text);
        if (!number || std::ranges::find(numbers, *number) != numbers.end()) continue;
        if (numbers.size() == most) break;
        numbers.push_back(*number);
    }
    return numbers;
}

outbox::Handle split_handle(const Instance& instance, std::string_view text) {
    text = trim(text);
    if (text.starts_with("acct:")) text.remove_prefix(5);
    if (text.starts_with('@')) text.remove_prefix(1);
    const auto at = text.find('@');
    outbox::Handle handle{.user = std::string(text.substr(0, at))};
    if (at == std::string_view::npos) return handle;
    const auto host = parse_authority(text.substr(at + 1));
    handle.host = host ? *host : std::string(text.substr(at + 1));
    if (handle.host == instance.handle_host || handle.host == instance.host) handle.host.clear();
    return handle;
}

} // namespace api
