#include "inbox/reading.h"

#include "base/uri.h"
#include "federation/case.h"
#include "federation/uris.h"
#include "statuses/note_rows.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace inbox {
namespace {

db::Visibility stored_visibility(federation::Visibility visibility) {
    switch (visibility) {
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

Item parse_item(const jobs::Claimed& job) {
    Item item;
    auto incoming = read_payload(job.payload);
    if (!incoming) throw std::logic_error("inbox: a job that we did not write");
    item.incoming = std::move(*incoming);
    // Both passed at the door; they are read again since a job is text.
    auto document = parse_json(item.incoming.body);
    if (document) {
        auto activity = federation::parse_activity(std::move(*document));
        if (activity) {
            item.received.activity = std::move(*activity);
        } else {
            item.refusal = activity.error();
        }
    } else {
        item.refusal = document.error();
    }
    item.is_over = item.refusal.has_value();
    item.received.inbox_name = item.incoming.inbox_name;
    item.received.at = item.incoming.received_at;
    if (item.incoming.is_proven) item.received.proven_body = item.incoming.body;
    return item;
}

// A suspended account is not heard, but for what its own house says about the account itself.
bool is_heard(const db::Account& sender, const federation::Activity& activity) {
    if (sender.deleted_at || sender.suspended_at) return false;
    return !sender.origin_suspended || activity.type == "Update" || activity.type == "Delete";
}

using Accounts = std::unordered_map<std::string, db::Account>;

Accounts load_accounts(db::Tx& tx, const std::vector<Item>& items) {
    std::vector<std::string> uris;
    for (const Item& item : items) {
        uris.push_back(item.received.activity.actor);
        for (const auto& object : item.received.activity.objects)
            if (object.embedded && !object.actor.empty()) uris.push_back(object.actor);
    }
    std::ranges::sort(uris);
    uris.erase(std::unique(uris.begin(), uris.end()), uris.end());
    Accounts accounts;
    for (auto& account : db::accounts::find_all_by_uri(tx, uris))
        accounts.emplace(account.uri, std::move(account));
    return accounts;
}

// Announce around a whole activity (FEP-1b12). Of the group's own house it is taken at the group's
// word; of another only what it is about counts, and is read at its origin (ATTACKS A22).
void unwrap(Item& item, const Accounts& accounts) {
    Received& received = item.received;
    const auto& activity = received.activity;
    const bool is_wrapped = activity.type == "Announce" && received.sender.is_group() &&
                            !activity.objects.empty() && activity.objects.front().embedded &&
                            federation::is_known_activity(activity.objects.front().type);
    if (!is_wrapped) return;
    auto inner = federation::parse_inner_activity(activity);
    if (!inner) {
        item.refusal = inner.error();
        item.is_over = true;
        return;
    }
    if (!same_origin(inner->actor, received.sender.uri)) {
        const bool is_post = inner->type == "Create" || inner->type == "Update";
        received.activity.object = is_post ? inner->object : std::string{};
        item.is_over = !is_post || inner->object.empty();
        return;
    }
    item.group = received.sender;
    received.activity = std::move(*inner);
    const auto actor = accounts.find(received.activity.actor);
    // 0: the worker resolves it.
    received.sender = actor == accounts.end() ? db::Account{} : actor->second;
}

void read_embedded_posts(Item& item, const Work& work) {
    if (item.row->needs == Needs::Instrument) {
        if (const Json* instrument = federation::embedded_instrument(item.received.activity))
            add_post(item, work, *instrument);
        return;
    }
    if (item.row->needs != Needs::Posts && item.row->needs != Needs::NewPosts) return;
    const auto& activity = item.received.activity;
    if (activity.object == activity.actor) return; // An Update of the actor itself.
    for (std::size_t i = 0; i < activity.objects.size() && !item.is_over; ++i) {
        if (const Json* object = federation::embedded_object(activity, i))
            add_post(item, work, *object);
    }
}

} // namespace

void add_post(Item& item, const Work& work, const Json& object) {
    if (federation::is_case(object)) return; // Never a post; its handler reads it.
    const Received& received = item.received;
    auto note = federation::parse_note(object,
                                       {.instance = work.house.instance,
                                        .received = received.at,
                                        .author_followers = received.sender.followers_uri,
                                        .activity_to = received.activity.to,
                                        .activity_cc = received.activity.cc});
    if (!note) {
        // Unprocessable: nothing that could be shown, and no fault.
        item.is_over = true;
        if (note.error().kind != Error::Kind::Unprocessable) item.refusal = note.error();
        return;
    }
    if (!federation::is_author(*note, received.activity.actor)) {
        item.is_over = true;
        item.refusal = Error{Error::Kind::Forbidden, "the object is by another author"};
        return;
    }
    item.received.posts.push_back({.note = std::move(*note), .author = received.sender});
}

std::vector<Item> read_items(db::Tx& tx, const Work& work, std::span<const jobs::Claimed> batch) {
    std::vector<Item> items;
    items.reserve(batch.size());
    for (const auto& job : batch)
        items.push_back(parse_item(job));
    const Accounts accounts = load_accounts(tx, items);
    for (Item& item : items) {
        if (item.is_over) continue;
        const auto sender = accounts.find(item.received.activity.actor);
        if (sender == accounts.end() || !is_heard(sender->second, item.received.activity)) {
            item.is_over = true;
            continue;
        }
        item.received.sender = sender->second;
        unwrap(item, accounts);
        if (item.is_over) continue;
        item.row = find_row(item.received.activity.type);
        if (item.row == nullptr) {
            item.is_over = true;
            continue;
        }
        if (item.received.sender.id) read_embedded_posts(item, work);
    }
    return items;
}

moderation::Subject subject_of(const Item& item) {
    const auto& activity = item.received.activity;
    const std::string& carrier = item.group ? item.group->uri : item.incoming.signer;
    moderation::Subject subject{
        .type = activity.type,
        .actor = activity.actor,
        // Of an activity inside a group's Announce the group answers for its own house.
        .signer = item.group ? activity.actor : item.incoming.signer,
        .id = activity.id,
        .object = activity.object,
        .speaks_for = federation::speaks_for(activity, carrier),
        .is_post = activity.type == "Create" ||
                   (activity.type == "Update" && activity.object != activity.actor),
        .body_bytes = item.incoming.body.size(),
    };
    subject.speaks_for.push_back(item.incoming.carrier);
    for (const auto& post : item.received.posts) {
        const auto& note = post.note;
        subject.authors.insert(subject.authors.end(), note.authors.begin(), note.authors.end());
        subject.visibility = stored_visibility(note.visibility);
        statuses::describe_post(subject, note);
        subject.object = note.in_reply_to;
        for (const auto& mention : note.mentions)
            if (!mention.href.empty()) subject.mentions.push_back(mention.href);
        for (const auto* list : {&note.to, &note.cc})
            subject.recipients.insert(subject.recipients.end(), list->begin(), list->end());
        if (!note.quote.uri.empty()) subject.speaks_for.push_back(note.quote.uri);
    }
    return subject;
}

} // namespace inbox
