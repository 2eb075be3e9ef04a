#include "outbox/quote.h"

#include "base/uri.h"
#include "db/quote_authorizations.h"
#include "db/visibility.h"
#include "federation/activity.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "moderation/draft.h"
#include "outbox/deliver.h"
#include "outbox/edit.h"
#include "outbox/quote_requests.h"
#include "statuses/audience.h"
#include "statuses/policy.h"
#include "statuses/render.h"
#include "timelines/notify.h"

namespace outbox {
namespace {

Error no_such_quote(std::string detail) {
    return {Error::Kind::NotFound, std::move(detail)};
}

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

/// Public to followers-only, when what is quoted is for followers only.
Result<Done> check_own(const db::Status& quoted, Draft& draft) {
    if (quoted.visibility == db::Visibility::Direct ||
        quoted.visibility == db::Visibility::Limited) {
        return no_such_quote("a direct post is not quoted");
    }
    if (quoted.visibility == db::Visibility::Private && db::is_open(draft.visibility)) {
        draft.visibility = db::Visibility::Private;
    }
    if (quoted.local_only) draft.local_only = true;
    return Done{};
}

/// The request shows our post to the quoted author.
Result<Done> check_other(const db::Status& quoted, const Draft& draft) {
    if (quoted.local || (db::is_open(draft.visibility) && !draft.local_only)) return Done{};
    return unprocessable("Validation failed: Only a public or unlisted post can quote a post of "
                         "another server, since its author is asked");
}

Result<db::Status> find_own(db::Tx& tx, const Acting& acting, StatusId id) {
    auto status = db::statuses::find(tx, id);
    if (!status || !status->local || status->author != acting.account || status->is_boost()) {
        return Error{Error::Kind::NotFound, "not one of the author's own posts"};
    }
    return std::move(*status);
}

} // namespace

Result<std::optional<db::Status>> find_quoted(db::Tx& tx,
                                              const Acting& acting,
                                              const db::Account& self,
                                              Draft& draft) {
    if (!draft.quoted) return std::optional<db::Status>{};
    auto quoted = find_readable(tx, acting, draft.quoted);
    if (!quoted) return quoted.error();
    if (statuses::is_narrow(tx, *quoted)) return no_such_quote("a narrow post is not quoted");
    if (quoted->author == self.id) {
        if (const auto checked = check_own(*quoted, draft); !checked) return checked.error();
        return std::optional<db::Status>{std::move(*quoted)};
    }
    const auto author = db::accounts::find(tx, quoted->author);
    if (!author) return no_such_quote("no author");
    if (statuses::answer_quote(tx, *quoted, *author, self) == statuses::QuoteAnswer::Reject) {
        return no_such_quote("the policy says no");
    }
    if (const auto checked = check_other(*quoted, draft); !checked) return checked.error();
    const moderation::Outgoing outgoing{.type = "QuoteRequest",
                                        .visibility = draft.visibility,
                                        .local_only = draft.local_only,
                                        .about = *quoted,
                                        .whom = *author,
                                        .body_bytes = draft.text.size()};
    if (auto refused = refusal(tx, acting, self, outgoing)) return std::move(*refused);
    return std::optional<db::Status>{std::move(*quoted)};
}

void write_quote(db::Tx& tx, const Acting& acting, db::Status& status, const db::Status& quoted) {
    status.quote_uri = quoted.uri;
    status.quote = quoted.id;
    status.quote_state = "accepted";
    if (quoted.author == status.author) return;
    const auto author = db::accounts::find(tx, quoted.author);
    const auto self = db::accounts::find(tx, status.author);
    const bool stands =
        quoted.local && author && self &&
        statuses::answer_quote(tx, quoted, *author, *self) == statuses::QuoteAnswer::Accept;
    const auto stamp = stands
                           ? db::quote_authorizations::ensure(tx, quoted.id, status.uri, acting.now)
                           : std::nullopt;
    if (!stamp) {
        status.quote_state = "pending";
        return;
    }
    status.quote_authorization_uri =
        federation::quote_authorization_uri(acting.instance, author->username, stamp->id);
}

void ask_for_quote(db::Tx& tx,
                   const Acting& acting,
                   const db::Status& status,
                   const db::Status& quoted,
                   const Json& object) {
    if (quoted.author == status.author) return;
    if (quoted.local && status.quote_state == "pending") {
        if (!db::visibility::is_visible(tx, quoted.author, status.id)) return;
        keep_quote_request(tx,
                           {.status = quoted.id,
                            .author = quoted.author,
                            .asker = status.author,
                            .quoting_uri = status.uri,
                            .created_at = acting.now});
        return;
    }
    if (quoted.local) {
        // Who cannot read the quoting post is not told of it.
        if (status.quote_state == "accepted" && !status.muted_reach &&
            db::visibility::is_visible(tx, quoted.author, status.id)) {
            timelines::notify(tx,
                              {.recipient = quoted.author,
                               .type = timelines::NotificationType::Quote,
                               .from = status.author,
                               .status = status.id,
                               .now = acting.now});
        }
        return;
    }
    const auto self = db::accounts::find(tx, status.author);
    const auto author = db::accounts::find(tx, quoted.author);
    if (!self || !author) return;
    // Its number is the quoting post's, so that the answer finds it.
    const federation::Envelope envelope{
        .id = federation::quote_request_uri(acting.instance, self->username, status.id.value),
        .actor = self->uri,
        .to = {author->uri}};
    deliver(tx,
            {.signer = self->id,
             .body = dump_json(federation::render_quote_request(envelope, quoted.uri, object)),
             .object_uri = status.uri,
             .inboxes = inbox_of(tx, author->id),
             .remember_inboxes = true});
}

bool answer_quote_request(db::Tx& tx,
                          const Instance& instance,
                          StatusId id,
                          const db::Account& quoted_author,
                          std::string_view stamp_uri,
                          Time now) {
    auto status = db::statuses::find(tx, id);
    if (!status || !status->local || !status->quote || status->quote_state != "pending") {
        return false;
    }
    const auto quoted = db::statuses::find(tx, status->quote);
    const auto self = db::accounts::find(tx, status->author);
    if (!quoted || !self || quoted->author != quoted_author.id) return false;
    if (!stamp_uri.empty() && !same_origin(stamp_uri, quoted_author.uri)) return false;
    status->quote_state = stamp_uri.empty() ? "rejected" : "accepted";
    status->quote_authorization_uri = stamp_uri;
    db::statuses::set_quote(tx, *status);
    send_update(tx, instance, *self, *status, now);
    return true;
}

Result<db::Status> revoke_quote(db::Tx& tx,
                                const Acting& acting,
                                StatusId quoted_id,
                                StatusId quoting_id) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    const auto quoted = find_own(tx, acting, quoted_id);
    if (!quoted) return quoted;
    auto quoting = find_readable(tx, acting, quoting_id);
    if (!quoting) return quoting;
    if (quoting->quote != quoted->id) return no_such_quote("it does not quote that post");
    if (quoting->quote_state == "revoked" || quoting->author == self->id) return quoting;

    const auto stamp = db::quote_authorizations::withdraw(tx, quoted->id, quoting->uri, acting.now);
    quoting->quote_state = "revoked";
    db::statuses::set_quote(tx, *quoting);
    const auto author = db::accounts::find(tx, quoting->author);
    if (!author) return quoting;
    if (quoting->local) send_update(tx, acting.instance, *author, *quoting, acting.now);
    if (!stamp) return quoting;
    const auto stamp_uri =
        federation::quote_authorization_uri(acting.instance, self->username, *stamp);
    deliver(tx,
            {.signer = self->id,
             .body = dump_json(
                 federation::render_delete_note(self->uri,
                                                stamp_uri,
                                                {std::string(federation::public_collection)},
                                                {author->uri, self->followers_uri})),
             .object_uri = stamp_uri,
             .inboxes = audience_of(tx, {.followers_of = self->id, .accounts = {author->id}})});
    return quoting;
}

Result<db::Status> set_quote_policy(db::Tx& tx,
                                    const Acting& acting,
                                    StatusId id,
                                    std::string_view policy) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    auto status = find_own(tx, acting, id);
    if (!status) return status;
    auto row = statuses::policy_named(policy, status->visibility);
    if (!row) return row.error();
    // Policies on replies and likes stand beside the one on quotes.
    auto changed = status->interaction_policy.is_object() ? status->interaction_policy : *row;
    changed["automatic"] = row->at("automatic");
    changed["manual"] = row->at("manual");
    if (changed == status->interaction_policy) return status;
    status->interaction_policy = std::move(changed);
    db::statuses::update_content(tx, *status);
    send_update(tx, acting.instance, *self, *status, acting.now);
    return status;
}

} // namespace outbox
