#include "outbox/two_people.h"

#include "base/text.h"
#include "db/audit_log.h"

#include <fmt/format.h>

namespace outbox {
namespace {

constexpr std::size_t least_reason = 10;
constexpr std::size_t most_reason = 1'000;

Error forbidden(std::string shown) {
    return {Error::Kind::Forbidden, "two people: " + shown, shown};
}

} // namespace

Result<std::string> checked_reason(std::string_view text) {
    auto reason = clean_text(text, most_reason + 1, Lines::Keep);
    const auto length = count_code_points(trim(reason));
    if (length < least_reason || length > most_reason) {
        return Error{Error::Kind::Unprocessable,
                     "two people: no reason",
                     fmt::format("Give a reason of {} to {} letters.", least_reason, most_reason)};
    }
    return reason;
}

Result<Done> check_second(db::Tx& tx, const db::Account& second, AccountId asked_by, Time now) {
    if (second.id == asked_by)
        return forbidden("You asked for it yourself; a second person decides.");
    const auto first = db::accounts::find(tx, asked_by);
    if (first &&
        db::audit_log::gave_power(tx, first->uri, second.id, second.uri, now - new_power)) {
        return forbidden("Who asks gave you a duty or role within the last seven days, or the "
                         "command line did; somebody else must decide.");
    }
    return Done{};
}

} // namespace outbox
