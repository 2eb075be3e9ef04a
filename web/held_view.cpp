#include "web/held_view.h"

#include "db/statuses.h"

namespace web {

/// Whether everybody may read the post; one that is gone tells nothing.
static bool is_open(db::Tx& tx, StatusId id) {
    const auto status = id ? db::statuses::find(tx, id) : std::nullopt;
    return !id || (status && db::is_open(status->visibility) && !status->local_only);
}

moderation::HeldPreview open_preview(db::Tx& tx, const db::HeldItem& item) {
    auto preview = moderation::preview_of(item);
    if (!preview.is_private && !(is_open(tx, preview.answers) && is_open(tx, preview.quotes)))
        preview = {.what = preview.what, .is_private = true};
    return preview;
}

} // namespace web
