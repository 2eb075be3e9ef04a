#include "outbox/audience.h"

#include "db/mentions.h"
#include "statuses/audience.h"

namespace outbox {

std::vector<Inbox> audience_of(db::Tx& tx, const Recipients& recipients) {
    return db::deliveries::find_audience(
        tx, recipients.followers_of, recipients.accounts, recipients.object_uri);
}

Recipients readers_of(db::Tx& tx, const db::Status& status) {
    Recipients recipients;
    if (status.local_only || statuses::is_narrow(tx, status)) return recipients;
    for (const db::Mention& mention : db::mentions::list(tx, status.id))
        recipients.accounts.push_back(mention.account);
    const auto visibility = status.visibility;
    if (visibility == db::Visibility::Direct || visibility == db::Visibility::Limited) {
        return recipients;
    }
    recipients.followers_of = status.author;
    if (visibility != db::Visibility::Private && status.in_reply_to_account) {
        recipients.accounts.push_back(status.in_reply_to_account);
    }
    if (status.is_boost()) {
        const auto original = db::statuses::find(tx, status.reblog_of);
        if (original) recipients.accounts.push_back(original->author);
    }
    return recipients;
}

std::vector<Inbox> inbox_of(db::Tx& tx, AccountId account) {
    return db::deliveries::find_personal_inbox(tx, account);
}

} // namespace outbox
