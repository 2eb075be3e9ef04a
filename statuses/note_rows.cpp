#include "statuses/note_rows.h"

#include "base/uri.h"
#include "db/host_rules.h"
#include "federation/note.h"
#include "statuses/cards.h"
#include "statuses/policy.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace statuses {
namespace {

std::string_view media_type_name(federation::Attachment::Kind kind) {
    switch (kind) {
    case federation::Attachment::Kind::Image:
        return "image";
    case federation::Attachment::Kind::Video:
        return "video";
    case federation::Attachment::Kind::Audio:
        return "audio";
    case federation::Attachment::Kind::Unknown:
        break;
    }
    return "unknown";
}

Json emoji_rows(const std::vector<federation::Emoji>& emojis) {
    Json rows = Json::array();
    for (const auto& emoji : emojis)
        rows.push_back({{"shortcode", emoji.shortcode}, {"url", emoji.url}});
    return rows;
}

/// A link that its author attached goes before one in the text.
Json card_of(const db::Status& status, const federation::Note& note) {
    if (note.links.empty() || !is_for_cards(status)) return statuses::card_of(status);
    return {{"url", note.links.front()}};
}

bool has(const std::vector<std::string>& uris, const std::string& uri) {
    return std::ranges::find(uris, uri) != uris.end();
}

} // namespace

db::Visibility visibility_row(const federation::Note& note) {
    switch (note.visibility) {
    case federation::Visibility::Public:
        return db::Visibility::Public;
    case federation::Visibility::Unlisted:
        return db::Visibility::Unlisted;
    case federation::Visibility::Private:
        return db::Visibility::Private;
    case federation::Visibility::Direct:
        return db::Visibility::Direct;
    case federation::Visibility::Limited:
        break;
    }
    return db::Visibility::Limited;
}

void copy_content(db::Status& status, const federation::Note& note, const db::Account& author) {
    status.title = note.title;
    status.content = note.content;
    status.spoiler_text = note.spoiler_text;
    status.sensitive = note.sensitive;
    status.language = note.language;
    status.url = note.url;
    status.emojis = emoji_rows(note.emojis);
    status.interaction_policy = policy_row(note.policy, author);
    status.card = card_after(status, card_of(status, note));
}

std::vector<db::MediaAttachment> media_rows(db::Tx& tx,
                                            const db::Account& author,
                                            const federation::Note& note) {
    std::vector<db::MediaAttachment> rows;
    if (note.attachments.empty()) return rows;
    const auto rule = db::host_rules::find_by_host(tx, author.host);
    if (rule && rule->reject_media) return rows;
    for (const auto& attachment : note.attachments) {
        rows.push_back({
            .type = std::string(media_type_name(attachment.kind)),
            .media_type = attachment.media_type,
            .remote_url = attachment.url,
            .preview_url = attachment.preview_url,
            .description = attachment.description,
            .blurhash = attachment.blurhash,
            .width = attachment.width,
            .height = attachment.height,
            .duration_ms = std::llround(attachment.duration_s * 1000),
            .focus = attachment.focus,
        });
    }
    return rows;
}

db::Poll poll_row(const federation::Note& note, StatusId status) {
    db::Poll row{
        .status = status,
        .multiple = note.poll->multiple,
        .voters_count = note.poll->voters,
        .expires_at = note.poll->ends,
        .closed_at = note.poll->closed,
    };
    for (const auto& option : note.poll->options) {
        row.options.push_back(option.text);
        row.tallies.push_back(option.votes);
    }
    if (!row.voters_count && !row.multiple) {
        row.voters_count = std::accumulate(row.tallies.begin(), row.tallies.end(), std::int64_t{0});
    }
    return row;
}

db::mentions::ByUri addressed_uris(const federation::Note& note) {
    db::mentions::ByUri uris;
    const bool is_open = db::is_open(visibility_row(note));
    for (const auto& mention : note.mentions) {
        if (note.too_many_mentions || mention.href.empty()) continue;
        if (mention.addressed) {
            uris.tagged.push_back(mention.href);
        } else if (is_open && !has(uris.unaddressed, mention.href)) {
            uris.unaddressed.push_back(mention.href);
        }
    }
    for (const auto* list : {&note.to, &note.cc}) {
        for (const auto& uri : *list) {
            if (!has(uris.tagged, uri)) uris.silent.push_back(uri);
        }
    }
    return uris;
}

void strip(federation::Note& note, const moderation::Effects& effects) {
    const auto& uris = effects.stripped_mentions;
    std::erase_if(note.mentions, [&](const auto& mention) { return has(uris, mention.href); });
    std::erase_if(note.to, [&](const std::string& uri) { return has(uris, uri); });
    std::erase_if(note.cc, [&](const std::string& uri) { return has(uris, uri); });
    if (effects.strips_media) note.attachments.clear();
}

void describe_post(moderation::Subject& subject, const federation::Note& note) {
    subject.post = note.id;
    subject.html = note.content;
    subject.spoiler_text = note.spoiler_text;
    subject.published = note.published;
    for (const auto& media : note.attachments) {
        subject.media_types.push_back(media.media_type);
        subject.has_undescribed_media = subject.has_undescribed_media || media.description.empty();
        if (!media.description.empty()) subject.more_text += media.description + "\n";
    }
    if (!note.poll) return;
    for (const auto& option : note.poll->options)
        subject.more_text += option.text + "\n";
}

TagNames tag_names(const federation::Note& note) {
    TagNames tags;
    for (const auto& tag : note.hashtags) {
        tags.names.push_back(tag.name);
        tags.displays.push_back(tag.display);
    }
    return tags;
}

void copy_quote(db::Status& status,
                const federation::Note& note,
                const std::optional<db::Status>& quoted) {
    status.quote_uri = note.quote.uri;
    status.quote_authorization_uri = note.quote.authorization;
    status.quote = {};
    status.quote_state.clear();
    if (note.quote.state == federation::QuoteState::None) return;
    if (note.quote.state == federation::QuoteState::Deleted) {
        status.quote_state = "deleted";
        return;
    }
    if (quoted) status.quote = quoted->id;
    const bool own = quoted && quoted->author == status.author;
    // Its author is not known before it is fetched; it may be one's own.
    const bool perhaps_own = !quoted && same_origin(note.quote.uri, note.id);
    if (own) {
        status.quote_state = "accepted";
    } else if (!note.quote.authorization.empty() || perhaps_own) {
        status.quote_state = "pending";
    } else {
        status.quote_state = "unauthorized";
    }
}

} // namespace statuses
