#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string_view>

/// Previews of links (statuses/cards.h). A status has a copy of its own, in `statuses.card`.
namespace db::link_cards {

/// What was read of that URL since `not_before`; null when there was nothing to show.
std::optional<Json> find(Tx& tx, std::string_view url, Time not_before);
/// `card` null: nothing to show.
void put(Tx& tx, std::string_view url, const Json& card, Time now);
/// Writes the card into a status that still links to `url`.
void show_on(Tx& tx, StatusId status, std::string_view url, const Json& card);
void remove_older_than(Tx& tx, Time time);

} // namespace db::link_cards
