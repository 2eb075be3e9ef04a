#include "statuses/edit.h"

#include "db/media_attachments.h"
#include "db/mentions.h"
#include "db/polls.h"
#include "db/status_edits.h"
#include "db/tags.h"
#include "db/visibility.h"
#include "federation/note.h"
#include "statuses/audience.h"
#include "statuses/note_rows.h"

#include <algorithm>
#include <chrono>

namespace statuses {
namespace {

/// Versions that stood for less than this are not kept.
constexpr std::chrono::seconds shortest_version{5};
constexpr std::size_t max_mentions = 50;

Result<Done> check_rights(const db::Status& status,
                          const federation::Note& note,
                          const db::Account& author,
                          bool is_narrow) {
    if (status.local || status.is_boost() || status.author != author.id || note.id != status.uri ||
        !federation::is_author(note, author.uri)) {
        return Error{Error::Kind::Forbidden, "edit: not by its author"};
    }
    const bool is_addressed = !note.to.empty() || !note.cc.empty();
    const auto visibility = visibility_row(note);
    // With other tags, the same readers make a direct post a limited one.
    const bool same_readers =
        visibility == status.visibility ||
        (visibility >= db::Visibility::Direct && status.visibility >= db::Visibility::Direct);
    // A narrow post stays as it is, whatever the edit is addressed to.
    if (is_addressed && !same_readers && !is_narrow) {
        return Error{Error::Kind::Invalid, "edit: another visibility"};
    }
    if (!note.in_reply_to.empty() && note.in_reply_to != status.in_reply_to_uri) {
        return Error{Error::Kind::Invalid, "edit: another parent"};
    }
    if (note.type != status.object_type) {
        return Error{Error::Kind::Invalid, "edit: another type"};
    }
    return Done{};
}

bool is_newer(const federation::Note& note, const db::Status& status) {
    return note.updated && *note.updated > status.edited_at.value_or(status.created_at);
}

bool same_media(const std::vector<db::MediaAttachment>& stored,
                const std::vector<db::MediaAttachment>& given) {
    return std::ranges::equal(stored, given, [](const auto& a, const auto& b) {
        return a.remote_url == b.remote_url && a.description == b.description;
    });
}

bool same_text(const db::Status& a, const db::Status& b) {
    return a.title == b.title && a.content == b.content && a.spoiler_text == b.spoiler_text &&
           a.sensitive == b.sensitive && a.language == b.language;
}

// Other options make another question: what our people answered goes.
bool write_poll(db::Tx& tx, const db::Status& status, const federation::Note& note, bool is_edit) {
    const auto stored = db::polls::find_by_status(tx, status.id);
    if (!note.poll || !stored) return false;
    auto given = poll_row(note, status.id);
    given.id = stored->id;
    const bool same = given.options == stored->options && given.multiple == stored->multiple;
    if (same) {
        db::polls::set_tallies(tx, given);
    } else if (is_edit) {
        db::polls::update(tx, given);
        db::polls::remove_votes(tx, stored->id);
    }
    return !same && is_edit;
}

void write_tags(db::Tx& tx, StatusId status, const federation::Note& note) {
    const auto tags = tag_names(note);
    if (!tags.names.empty()) {
        db::tags::ensure(tx, tags.names, tags.displays);
        db::tags::attach(tx, status, tags.names);
    }
    db::tags::detach_others(tx, status, tags.names);
}

// An edit tells people, but it opens a post to nobody: whoever could not read it before does not
// become a reader.
std::vector<AccountId> write_mentions(db::Tx& tx,
                                      const db::Status& status,
                                      const federation::Note& note) {
    const auto uris = addressed_uris(note);
    const auto tagged = db::accounts::find_all_by_uri(tx, uris.tagged);
    const auto standing = db::mentions::list(tx, status.id);
    std::vector<AccountId> named;
    std::vector<AccountId> wanted;
    for (const auto& account : tagged) {
        if (account.id == status.author) continue;
        named.push_back(account.id);
        const bool stands =
            std::ranges::find(standing, account.id, &db::Mention::account) != standing.end();
        if (stands || standing.size() + wanted.size() >= max_mentions) continue;
        if (db::is_open(status.visibility) ||
            db::visibility::is_visible(tx, account.id, status.id)) {
            wanted.push_back(account.id);
        }
    }
    if (standing.size() + uris.unaddressed.size() <= max_mentions)
        db::mentions::insert_by_uri(tx, status.id, {.unaddressed = uris.unaddressed});
    for (const auto& account : db::accounts::find_all_by_uri(tx, uris.unaddressed))
        named.push_back(account.id);
    db::mentions::silence_others(tx, status.id, named);
    if (wanted.empty()) return {};
    return db::mentions::insert_all(tx, status.id, wanted, false);
}

// The stamp of a quote comes by an Update that edits nothing.
bool write_quote(db::Tx& tx, db::Status& status, const federation::Note& note, bool is_edit) {
    const bool same =
        note.quote.uri == status.quote_uri &&
        note.quote.authorization == status.quote_authorization_uri &&
        (note.quote.state == federation::QuoteState::Deleted) == (status.quote_state == "deleted");
    const bool is_stamp = note.quote.uri == status.quote_uri && !note.quote.authorization.empty();
    if (same || (!is_edit && !is_stamp)) return false;
    auto quoted =
        note.quote.uri.empty() ? std::nullopt : db::statuses::find_by_uri(tx, note.quote.uri);
    if (quoted && !db::visibility::is_visible(tx, status.author, quoted->id)) quoted.reset();
    copy_quote(status, note, quoted);
    db::statuses::set_quote(tx, status);
    return true;
}

} // namespace

void keep_version(db::Tx& tx, const db::Status& status) {
    db::StatusEdit version{
        .status = status.id,
        .content = status.content,
        .text = status.text,
        .spoiler_text = status.spoiler_text,
        .sensitive = status.sensitive,
        .language = status.language,
        .emojis = status.emojis,
        .created_at = status.edited_at.value_or(status.created_at),
    };
    if (status.poll) {
        if (const auto poll = db::polls::find(tx, status.poll))
            version.poll_options = poll->options;
    }
    for (const auto& media : db::media_attachments::list(tx, status.id)) {
        version.media.push_back({{"id", to_string(media.id)}, {"description", media.description}});
    }
    db::status_edits::insert(tx, version);
    db::status_edits::trim(tx, status.id);
}

Result<Edited> apply_edit(db::Tx& tx,
                          db::Status& status,
                          const federation::Note& note,
                          const db::Account& author,
                          Time now) {
    const bool is_narrow = statuses::is_narrow(tx, status);
    if (const auto checked = check_rights(status, note, author, is_narrow); !checked)
        return checked.error();
    Edited edited;
    const bool is_edit = is_newer(note, status);
    if (!is_edit) {
        write_poll(tx, status, note, is_edit);
        edited.quote_changed = write_quote(tx, status, note, is_edit);
        return edited;
    }

    db::Status changed = status;
    copy_content(changed, note, author);
    if (is_narrow) changed.card = nullptr;
    changed.edited_at = note.updated;
    changed.fetched_at = now;
    const auto stored_media = db::media_attachments::list(tx, status.id);
    const auto given_media = media_rows(tx, author, note);
    const auto poll = db::polls::find_by_status(tx, status.id);
    const bool media_changed = !same_media(stored_media, given_media);
    const bool options_change =
        poll && note.poll && poll_row(note, status.id).options != poll->options;
    edited.content_changed = !same_text(status, changed) || media_changed || options_change;
    // What stood for a moment only is not kept, so that a storm of edits leaves one version
    // (ATTACKS D15); the version that people answered to always is.
    const bool stood_long =
        !status.edited_at || !status.fetched_at || now - *status.fetched_at >= shortest_version;
    if (edited.content_changed && stood_long) keep_version(tx, status);

    edited.poll_changed = write_poll(tx, status, note, is_edit);
    if (media_changed) {
        db::media_attachments::remove_others(tx, status.id, {});
        db::media_attachments::insert_all(tx, author.id, status.id, given_media);
    }
    write_tags(tx, status.id, note);
    edited.new_mentions = write_mentions(tx, status, note);
    db::statuses::update_content(tx, changed);
    edited.quote_changed = write_quote(tx, changed, note, is_edit);
    status = std::move(changed);
    return edited;
}

} // namespace statuses
