#include "db/media_attachments.h"
#include "moderation/draft.h"
#include "outbox/publish.h"

namespace outbox {
namespace {

Error no_such_media() {
    return {.kind = Error::Kind::Unprocessable,
            .detail = "media",
            .shown = "Validation failed: Media not found"};
}

} // namespace

Result<Done> check_media(db::Tx& tx,
                         AccountId author,
                         const std::vector<MediaId>& media,
                         StatusId post) {
    for (const MediaId id : media) {
        const auto found = db::media_attachments::find(tx, author, id);
        if (!found || (found->status && found->status != post)) return no_such_media();
        if (found->state == "ready") continue;
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = "media not ready",
                     .shown = found->state == "failed"
                                  ? "Validation failed: A file could not be processed"
                                  : "Cannot attach files that have not finished processing. Try "
                                    "again in a moment!"};
    }
    return Done{};
}

Result<Done> attach_media(db::Tx& tx,
                          AccountId author,
                          StatusId post,
                          const std::vector<MediaId>& media) {
    if (media.empty() || db::media_attachments::attach(tx, author, post, media)) return Done{};
    return no_such_media();
}

void describe_media(db::Tx& tx,
                    AccountId author,
                    const std::vector<MediaId>& media,
                    moderation::Outgoing& outgoing) {
    for (const MediaId id : media) {
        const auto found = db::media_attachments::find(tx, author, id);
        if (!found) continue;
        outgoing.media_types.push_back(found->media_type);
        outgoing.has_undescribed_media =
            outgoing.has_undescribed_media || found->description.empty();
        if (!found->description.empty()) outgoing.more_text += found->description + "\n";
    }
}

} // namespace outbox
