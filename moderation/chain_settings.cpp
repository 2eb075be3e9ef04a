#include "moderation/chain_settings.h"

#include "db/filter_modes.h"
#include "moderation/filters.h"

#include <algorithm>

namespace moderation {

std::shared_ptr<const ChainSettings> load_settings(db::Tx& tx, std::span<const Subject> subjects) {
    const auto observed = db::filter_modes::observed(tx);
    return std::make_shared<const ChainSettings>(
        std::set<std::string, std::less<>>(observed.begin(), observed.end()),
        ContentRules(db::content_rules::list(tx)),
        load_advice(tx, subjects));
}

bool may_observe(std::string_view filter) {
    const auto row = std::ranges::find(filters(), filter, &FilterRow::name);
    return row != filters().end() && (row->number == 3 || row->number >= 6);
}

} // namespace moderation
