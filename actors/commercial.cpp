#include "actors/commercial.h"

#include "base/html.h"
#include "db/partners.h"
#include "federation/commercial.h"

#include <fmt/format.h>

namespace actors {

bool is_about_commercial(const db::Account& account, const Json& document) {
    return federation::find_commercial(document) || db::mark_of(account);
}

void put_commercial(db::Tx& tx, const db::Account& account, const Json& document) {
    if (!is_about_commercial(account, document)) return;
    std::optional<db::CommercialMark> mark;
    if (const auto said = federation::find_commercial(document)) {
        const auto& name = said->name.empty() ? account.username : said->name;
        mark = db::CommercialMark{
            .organisation = said->organisation,
            .name = name,
            .text = escape_html(fmt::format("{}. No educator; carried by {}", name, account.host)),
            .stopped = said->stopped};
    }
    db::partners::set_mark(tx, account.id, mark);
}

} // namespace actors
