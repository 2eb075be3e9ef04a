#include "outbox/profile.h"

#include "actors/local.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/account_pictures.h"
#include "db/partners.h"
#include "federation/activity.h"
#include "federation/attested_field.h"
#include "federation/envelope.h"
#include "outbox/compose.h"
#include "outbox/deliver.h"
#include "outbox/display_name.h"
#include "outbox/emoji.h"
#include "outbox/format.h"
#include "outbox/verify.h"

#include <fmt/format.h>

namespace outbox {
namespace {

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

/// The host of "example.org", "https://example.org/" or "*.example.org".
std::optional<std::string> host_named(std::string_view text) {
    text = trim(text);
    for (const std::string_view prefix : {"https://", "http://", "*."}) {
        if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    }
    if (text.empty()) return std::nullopt;
    const auto host = parse_authority(text.substr(0, text.find('/')));
    if (!host) return std::nullopt;
    return *host;
}

Result<Done> check(const ProfileDraft& draft) {
    const auto fits = [](const std::string& text, std::size_t most) {
        return is_valid_utf8(text) && count_code_points(text) <= most;
    };
    if (draft.display_name && !fits(*draft.display_name, max_display_name)) {
        return unprocessable(
            fmt::format("Validation failed: Display name is too long (maximum is {} characters)",
                        max_display_name));
    }
    if (draft.note && (draft.note->size() > 64 * max_note || !is_valid_utf8(*draft.note) ||
                       count_characters(*draft.note) > max_note)) {
        return unprocessable(
            fmt::format("Validation failed: Bio is too long (maximum is {} characters)", max_note));
    }
    if (draft.attribution_domains) {
        if (draft.attribution_domains->size() > max_attribution_domains) {
            return unprocessable(fmt::format("Validation failed: At most {} attribution domains",
                                             max_attribution_domains));
        }
        for (const std::string& text : *draft.attribution_domains) {
            if (!host_named(text)) {
                return unprocessable("Validation failed: Attribution domains is invalid");
            }
        }
    }
    if (!draft.fields) return Done{};
    if (draft.fields->size() > max_fields) {
        return unprocessable(
            fmt::format("Validation failed: At most {} profile fields", max_fields));
    }
    for (const FieldDraft& field : *draft.fields) {
        if (!fits(field.name, max_field_text) || !fits(field.value, max_field_text)) {
            return unprocessable(fmt::format(
                "Validation failed: A profile field has at most {} characters", max_field_text));
        }
        if (federation::imitates_attested_field(field.name)) {
            return unprocessable("Validation failed: Only your district can say in a profile "
                                 "field that you are a verified educator");
        }
    }
    return Done{};
}

/// One line of text as HTML: the same links, without the paragraph around it.
std::string format_line(const Instance& instance, const std::string& text) {
    const std::string html = format_html(instance, text, {});
    constexpr std::string_view begin = "<p>";
    constexpr std::string_view end = "</p>";
    if (html.size() < begin.size() + end.size()) return html;
    return html.substr(begin.size(), html.size() - begin.size() - end.size());
}

/// When that text was verified, if it stands among the fields already.
Json verified_at(const Json& standing, const std::string& source) {
    if (!standing.is_array()) return nullptr;
    for (const Json& field : standing) {
        if (field.value("source", "") == source) return field.value("verified_at", Json());
    }
    return nullptr;
}

Json render_fields(const Instance& instance,
                   const std::vector<FieldDraft>& drafts,
                   const Json& standing) {
    Json fields = Json::array();
    for (const FieldDraft& draft : drafts) {
        const std::string name = clean_text(draft.name, max_field_text);
        const std::string value = clean_text(draft.value, max_field_text);
        if (name.empty() && value.empty()) continue;
        fields.push_back({{"name", name},
                          {"value", format_line(instance, value)},
                          {"source", value},
                          {"verified_at", verified_at(standing, value)}});
    }
    return fields;
}

void apply(db::Tx& tx, db::Account& account, const Instance& instance, const ProfileDraft& draft) {
    if (draft.display_name) {
        account.display_name = clean_text(*draft.display_name, max_display_name);
    }
    if (draft.note) {
        account.note_source = *draft.note;
        account.note =
            format_text(instance, *draft.note, find_mentioned(tx, instance, *draft.note));
    }
    if (draft.fields) account.fields = render_fields(instance, *draft.fields, account.fields);
    if (draft.avatar_url) account.avatar_url = *draft.avatar_url;
    if (draft.header_url) account.header_url = *draft.header_url;
    if (draft.avatar_url == "") db::account_pictures::remove(tx, account.id, "avatar");
    if (draft.header_url == "") db::account_pictures::remove(tx, account.id, "header");
    if (draft.locked) account.locked = *draft.locked;
    if (draft.bot && !account.is_group()) account.actor_type = *draft.bot ? "Service" : "Person";
    if (draft.discoverable) account.discoverable = *draft.discoverable;
    if (draft.indexable) account.indexable = *draft.indexable;
    if (draft.hide_collections) account.hide_collections = *draft.hide_collections;
    if (draft.show_media) account.show_media = *draft.show_media;
    if (draft.show_media_replies) account.show_media_replies = *draft.show_media_replies;
    if (draft.show_featured) account.show_featured = *draft.show_featured;
    if (!draft.attribution_domains) return;
    account.attribution_domains.clear();
    for (const std::string& text : *draft.attribution_domains)
        account.attribution_domains.push_back(host_named(text).value_or(""));
}

Json emojis_of(db::Tx& tx, const Instance& instance, const db::Account& account) {
    std::string text = account.display_name + "\n" + account.note_source;
    for (const Json& field : account.fields)
        text += "\n" + field.value("name", "") + "\n" + field.value("source", "");
    return emojis_in(tx, instance, text);
}

} // namespace

Result<db::Account> update_profile(db::Tx& tx, const Acting& acting, const ProfileDraft& given) {
    auto self = find_self(tx, acting);
    if (!self) return self;
    auto draft = given;
    if (draft.display_name && db::mark_of(*self))
        draft.display_name = db::without_label(*draft.display_name);
    if (const auto checked = check(draft); !checked) return checked.error();
    // What they are called already they may send again, whoever came since.
    if (draft.display_name &&
        clean_text(*draft.display_name, max_display_name) != self->display_name) {
        const auto named =
            check_display_name(tx, acting.instance, *self, *draft.display_name, acting.now);
        if (!named) return named.error();
    }
    apply(tx, *self, acting.instance, draft);
    self->emojis = emojis_of(tx, acting.instance, *self);
    db::accounts::update_profile(tx, *self);
    if (draft.fields) queue_verification(tx, *self);
    send_profile(tx, acting.instance, *self, acting.now);
    return self;
}

void send_profile(db::Tx& tx, const Instance& instance, const db::Account& account, Time now) {
    const Json actor = actors::render_local_actor(tx, instance, account);
    const Json update = federation::render_update(actor,
                                                  account.uri,
                                                  {std::string(federation::public_collection)},
                                                  {account.followers_uri},
                                                  now);
    deliver(tx,
            {.signer = account.id,
             .body = dump_json(update),
             .object_uri = account.uri,
             .inboxes = audience_of(tx, Recipients{.followers_of = account.id})});
}

} // namespace outbox
