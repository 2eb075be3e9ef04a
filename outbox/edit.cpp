#include "outbox/edit.h"

#include "base/text.h"
#include "db/accounts.h"
#include "db/media_attachments.h"
#include "db/mentions.h"
#include "db/polls.h"
#include "db/reply_requests.h"
#include "federation/envelope.h"
#include "moderation/draft.h"
#include "outbox/compose.h"
#include "outbox/deliver.h"
#include "outbox/emoji.h"
#include "outbox/held_edits.h"
#include "outbox/narrow.h"
#include "outbox/partner_label.h"
#include "outbox/pile.h"
#include "statuses/audience.h"
#include "statuses/cards.h"
#include "statuses/edit.h"
#include "statuses/render.h"
#include "timelines/fan_out.h"
#include "timelines/live.h"
#include "timelines/notify.h"

#include <algorithm>

namespace outbox {
namespace {

Result<db::Status> find_own(db::Tx& tx, const Acting& acting, StatusId id) {
    auto status = db::statuses::find(tx, id);
    if (!status || !status->local || status->author != acting.account || status->is_boost()) {
        return Error{Error::Kind::NotFound, "not one of the author's own posts"};
    }
    return std::move(*status);
}

std::vector<MediaId> media_of(db::Tx& tx, StatusId id) {
    std::vector<MediaId> ids;
    for (const auto& media : db::media_attachments::list(tx, id))
        ids.push_back(media.id);
    return ids;
}

std::vector<std::string> cleaned(const std::vector<std::string>& options) {
    std::vector<std::string> result;
    for (const std::string& option : options)
        result.push_back(clean_text(option, max_poll_option_characters));
    return result;
}

bool differs(const std::optional<db::Poll>& poll, const PollDraft& draft) {
    return !poll || poll->options != cleaned(draft.options) || poll->multiple != draft.multiple;
}

/// Other options are another question: nobody has answered it yet.
void write_poll(db::Tx& tx, db::Status& status, const PollDraft& draft, Time now) {
    const auto standing = db::polls::find_by_status(tx, status.id);
    db::Poll poll = standing.value_or(db::Poll{.status = status.id});
    poll.options = cleaned(draft.options);
    poll.tallies.assign(poll.options.size(), 0);
    poll.multiple = draft.multiple;
    poll.hide_totals = draft.hide_totals;
    poll.voters_count = 0;
    poll.expires_at = now + draft.expires_in;
    if (standing) {
        db::polls::remove_votes(tx, poll.id);
        db::polls::update(tx, poll);
    } else {
        status.poll = db::polls::insert(tx, poll);
        status.object_type = "Question";
    }
}

bool changes_anything(db::Tx& tx, const db::Status& status, const Edit& changes) {
    if (status.text != changes.text || status.spoiler_text != trim(changes.spoiler_text)) {
        return true;
    }
    const bool sensitive = changes.sensitive || !trim(changes.spoiler_text).empty();
    if (status.sensitive != sensitive || status.language != changes.language) return true;
    if (!changes.media_descriptions.empty() || media_of(tx, status.id) != changes.media) {
        return true;
    }
    return changes.poll && differs(db::polls::find_by_status(tx, status.id), *changes.poll);
}

Result<Done> write_media(db::Tx& tx, const db::Status& status, const Edit& changes) {
    const auto checked = check_media(tx, status.author, changes.media, status.id);
    if (!checked) return checked.error();
    for (const MediaEdit& edit : changes.media_descriptions) {
        const auto media = db::media_attachments::find(tx, status.author, edit.id);
        if (!media || std::ranges::find(changes.media, edit.id) == changes.media.end()) continue;
        db::media_attachments::set_description(
            tx,
            edit.id,
            clean_text(edit.description.value_or(media->description), 1'500, Lines::Keep),
            edit.focus ? edit.focus : media->focus);
    }
    db::media_attachments::remove_others(tx, status.id, changes.media);
    if (changes.media.empty()) return Done{};
    if (db::media_attachments::attach(tx, status.author, status.id, changes.media)) return Done{};
    return Error{.kind = Error::Kind::Unprocessable,
                 .detail = "media",
                 .shown = "Validation failed: Media not found"};
}

std::vector<std::string> find_addressed(db::Tx& tx, StatusId id) {
    std::vector<AccountId> readers;
    for (const auto& mention : db::mentions::list(tx, id))
        readers.push_back(mention.account);
    std::vector<std::string> uris;
    if (readers.empty()) return uris;
    for (auto& account : db::accounts::find_all(tx, readers))
        uris.push_back(std::move(account.uri));
    return uris;
}

/// What another filter would hold is refused: the author can change it.
Error refused_by(const moderation::Decision& decision) {
    return {.kind = moderation::kind_of_refusal(decision),
            .detail = std::string(decision.filter) + ": " + std::string(decision.reason),
            .shown = std::string(moderation::explain(decision.reason)),
            .reason = std::string(decision.reason)};
}

} // namespace

Result<db::Status> edit(
    db::Tx& tx, const Acting& acting, StatusId id, const Edit& changes, Reviewed reviewed) {
    const auto author = find_self(tx, acting);
    if (!author) return author.error();
    auto status = find_own(tx, acting, id);
    if (!status) return status;
    const bool has_more = !changes.media.empty() || changes.poll.has_value() ||
                          static_cast<bool>(status->poll) || !status->quote_uri.empty();
    const auto text = check_text(changes.text, changes.spoiler_text, has_more);
    if (!text) return text.error();
    if (changes.poll) {
        if (const auto poll = check_poll(*changes.poll); !poll) return poll.error();
    }
    if (!changes_anything(tx, *status, changes)) return status;
    if (const auto tags = check_hashtags(tx, changes.text); !tags) return tags.error();

    const auto mentioned = find_mentioned(tx, acting.instance, changes.text);
    const auto audience = statuses::audience_of(tx, *status);
    if (audience) {
        const auto checked = check_readers(tx, *status, mentioned);
        if (!checked) return checked.error();
    }
    moderation::Outgoing outgoing{.type = "Update",
                                  .visibility = status->visibility,
                                  .local_only = status->local_only,
                                  .mentioned = mentioned,
                                  .addressed = find_addressed(tx, status->id),
                                  .edited = status->uri,
                                  .body_bytes = changes.text.size(),
                                  .html = format_text(acting.instance, changes.text, mentioned),
                                  .spoiler_text = changes.spoiler_text};
    describe_media(tx, author->id, changes.media, outgoing);
    outgoing.no_student_seen = changes.no_student_seen;
    for (const MediaEdit& media : changes.media_descriptions)
        outgoing.more_text += media.description.value_or("") + "\n";
    if (changes.poll)
        for (const std::string& option : changes.poll->options)
            outgoing.more_text += option + "\n";
    const auto decision = moderation::check_draft(tx, acting.peers, *author, outgoing, acting.now);
    const bool is_held_for_students =
        decision.verdict == moderation::Verdict::Hold && !decision.effects.about_students.empty();
    if (is_held_for_students && reviewed == Reviewed::No)
        return ask_or_hold_edit(tx, acting, *author, write_edit(*status, changes), decision);
    if (!decision.passes() && !is_held_for_students) return refused_by(decision);

    statuses::keep_version(tx, *status);
    if (const auto media = write_media(tx, *status, changes); !media) return media.error();
    const auto poll = db::polls::find_by_status(tx, status->id);
    if (changes.poll && differs(poll, *changes.poll)) {
        write_poll(tx, *status, *changes.poll, acting.now);
    }
    std::vector<AccountId> readers;
    for (const db::Account& account : mentioned)
        readers.push_back(account.id);
    const auto added = db::mentions::insert_all(tx, status->id, readers, false);
    db::mentions::silence_others(tx, status->id, readers);
    write_hashtags(tx, status->id, changes.text);

    status->text = changes.text;
    status->content = with_label(*author, format_text(acting.instance, changes.text, mentioned));
    if (audience) status->content = statuses::label_of(*audience, author->id) + status->content;
    status->spoiler_text = warning_with_label(*author, std::string(trim(changes.spoiler_text)));
    status->emojis = emojis_in(tx, acting.instance, status->spoiler_text + "\n" + status->text);
    status->sensitive = changes.sensitive || !status->spoiler_text.empty();
    status->language = changes.language;
    status->edited_at = acting.now;
    if (!audience) status->card = statuses::card_after(*status, statuses::card_of(*status));
    statuses::queue_card(tx, *status);
    db::statuses::update_content(tx, *status);
    // With the marks of moderators, which no edit takes away.
    status = *db::statuses::find(tx, status->id);
    timelines::notify_new_mentions(tx, *status, added, acting.now);
    if (!added.empty()) note_pile(tx, *author, outgoing, acting.now);
    timelines::notify_of_edit(tx, status->id, status->author, acting.now);
    send_update(tx, acting.instance, *author, *status, acting.now);
    return status;
}

void send_update(
    db::Tx& tx, const Instance& instance, const db::Account& author, db::Status& status, Time now) {
    const Json object = statuses::render_object(tx, instance, status);
    status.document = dump_json(object);
    db::statuses::set_document(tx, status.id, status.document);
    timelines::tell_of_edit(tx, status.id);
    if (status.local_only) return;
    if (statuses::is_narrow(tx, status)) {
        const Json update = federation::render_update(object, author.uri, {}, {}, now);
        return send_narrowly(tx, update, status);
    }
    // What its parent's author has given no leave for is known to that author alone.
    const bool kept_back = status.in_reply_to && db::reply_requests::is_kept_back(tx, status.id);
    auto recipients = kept_back ? Recipients{} : readers_of(tx, status);
    recipients.object_uri = status.uri;
    const auto addressing = addressing_of(tx, status, author);
    deliver(tx,
            {.signer = author.id,
             .body = dump_json(
                 federation::render_update(object, author.uri, addressing.to, addressing.cc, now)),
             .object_uri = status.uri,
             .inboxes = audience_of(tx, recipients),
             .remember_inboxes = true});
}

} // namespace outbox
