#pragma once

#include "db/tx.h"
#include "inbox/item.h"
#include "inbox/worker.h"

#include <vector>

namespace inbox {

/// From bytes to an item, without network: the activity, its sender, the posts that it embeds.
std::vector<Item> read_items(db::Tx& tx, const Work& work, std::span<const jobs::Claimed> batch);

/// Reads `object` as a post of the sender's (or, Mobilizon, of a group of its own house) and adds
/// it to the item; what is wrong with it becomes the item's refusal.
void add_post(Item& item, const Work& work, const Json& object);

/// What the filters are asked about.
moderation::Subject subject_of(const Item& item);

} // namespace inbox
