#pragma once

#include "db/tx.h"
#include "moderation/held_preview.h"

namespace web {

/// What a person at the desk is shown of a held item: no words where it answers or quotes what not
/// everybody may read.
moderation::HeldPreview open_preview(db::Tx& tx, const db::HeldItem& item);

} // namespace web
