#include "inbox/forwarding.h"

#include "outbox/audience.h"
#include "outbox/deliver.h"

#include <algorithm>

namespace inbox {
namespace {

// Others' posts of narrower reach are not ours to spread.
bool is_open(const db::Status& status) {
    return status.visibility == db::Visibility::Public ||
           status.visibility == db::Visibility::Unlisted;
}

bool addresses(const Received& received, const std::string& followers) {
    const auto lists = [&](const std::vector<std::string>& uris) {
        return std::ranges::find(uris, followers) != uris.end();
    };
    if (lists(received.activity.to) || lists(received.activity.cc)) return true;
    return std::ranges::any_of(received.posts, [&](const Post& post) {
        return lists(post.note.to) || lists(post.note.cc);
    });
}

} // namespace

void forward(db::Tx& tx, const Received& received, const db::Status& answer) {
    if (received.proven_body.empty() || !is_open(answer)) return;
    const auto first = db::statuses::find(tx, StatusId{answer.thread});
    if (!first || !first->local || !is_open(*first)) return;
    const auto owner = db::accounts::find(tx, first->author);
    if (!owner || !addresses(received, owner->followers_uri)) return;
    auto inboxes = outbox::audience_of(tx, {.followers_of = owner->id});
    // Its own house has it.
    std::erase_if(inboxes, [&](const auto& inbox) { return inbox.host == received.sender.host; });
    outbox::deliver(tx,
                    {.signer = owner->id,
                     .body = received.proven_body,
                     .object_uri = answer.uri,
                     .inboxes = std::move(inboxes)});
}

} // namespace inbox
