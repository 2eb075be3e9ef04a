#include "outbox/narrow.h"

#include "db/mentions.h"
#include "db/visibility.h"
#include "outbox/deliver.h"
#include "statuses/audience.h"

#include <fmt/format.h>

#include <algorithm>

namespace outbox {
namespace {

/// No more are read by peers (FEDERATION.md, Limits).
constexpr std::size_t max_addressed = 500;
constexpr int max_circle = 1'000;

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

std::vector<AccountId> ids_of(const std::vector<db::Account>& accounts) {
    std::vector<AccountId> ids;
    for (const auto& account : accounts)
        ids.push_back(account.id);
    return ids;
}

Error do_not_belong(const std::vector<db::Account>& mentioned,
                    const std::vector<AccountId>& outsiders) {
    std::string names;
    for (const auto& account : mentioned) {
        if (std::ranges::find(outsiders, account.id) == outsiders.end()) continue;
        names += (names.empty() ? "@" : ", @") + account.acct();
    }
    return unprocessable("Validation failed: Not among those whom this post is for: " + names);
}

Result<db::Audience> chosen_audience(db::Tx& tx, const Acting& acting, db::AudienceKind kind) {
    db::Audience audience{.kind = kind, .owner = acting.account, .district = acting.instance.host};
    if (const auto place = db::audiences::find_place(tx, acting.account))
        audience.region = place->region;
    if (kind == db::AudienceKind::OutsideRegion && audience.region.empty()) {
        return unprocessable("Validation failed: Your region is not part of what is confirmed of "
                             "you, so nobody is known to be outside of it");
    }
    return audience;
}

void keep_belonging(db::Tx& tx, const db::Audience& audience, std::vector<AccountId>& people) {
    for (const auto outsider : db::audiences::outsiders(tx, audience, people))
        std::erase(people, outsider);
}

Result<std::vector<AccountId>> people_of(db::Tx& tx, const Acting& acting, db::ListId id) {
    const auto list = db::lists::find(tx, acting.account, id);
    if (!list) return Error{Error::Kind::NotFound, "no such circle"};
    std::vector<AccountId> people;
    for (const auto& entry : db::lists::accounts(tx, *list, {.limit = max_circle}))
        if (entry.id != acting.account) people.push_back(entry.id);
    return people;
}

/// Who reads the parent, as far as we know them.
std::vector<AccountId> readers_of_parent(db::Tx& tx, const db::Status& parent, AccountId self) {
    std::vector<AccountId> people{parent.author};
    for (const auto& mention : db::mentions::list(tx, parent.id))
        people.push_back(mention.account);
    std::erase(people, self);
    return people;
}

Result<Narrow> inherited(db::Tx& tx,
                         const Acting& acting,
                         const Draft& draft,
                         const db::Status& parent,
                         db::Audience audience) {
    if (draft.audience && draft.audience->kind != audience.kind) {
        return unprocessable("Validation failed: " + statuses::describe(audience, parent.author) +
                             ": answers have the audience of what they answer");
    }
    Narrow narrow{.audience = std::move(audience)};
    if (narrow.audience.kind == db::AudienceKind::Circle) {
        narrow.circle = readers_of_parent(tx, parent, acting.account);
        keep_belonging(tx, narrow.audience, narrow.circle);
    }
    return narrow;
}

Result<Narrow> chosen(db::Tx& tx, const Acting& acting, const AudienceChoice& choice) {
    auto audience = chosen_audience(tx, acting, choice.kind);
    if (!audience) return audience.error();
    Narrow narrow{.audience = std::move(*audience)};
    if (choice.kind != db::AudienceKind::Circle) return narrow;
    auto people = people_of(tx, acting, choice.circle);
    if (!people) return people.error();
    narrow.circle = std::move(*people);
    keep_belonging(tx, narrow.audience, narrow.circle);
    if (narrow.circle.empty())
        return unprocessable("Validation failed: There is no verified educator in this circle");
    return narrow;
}

} // namespace

Result<std::optional<Narrow>> narrow_down(db::Tx& tx,
                                          const Acting& acting,
                                          Draft& draft,
                                          const std::optional<db::Status>& parent) {
    auto of_parent = parent ? statuses::audience_of(tx, *parent) : std::optional<db::Audience>{};
    if (!of_parent && !draft.audience) return std::optional<Narrow>{};
    auto narrow = of_parent ? inherited(tx, acting, draft, *parent, std::move(*of_parent))
                            : chosen(tx, acting, *draft.audience);
    if (!narrow) return narrow.error();
    if (draft.visibility != db::Visibility::Direct) {
        draft.visibility = narrow->audience.kind == db::AudienceKind::Circle
                               ? db::Visibility::Limited
                               : db::Visibility::Private;
    }
    return std::optional<Narrow>{std::move(*narrow)};
}

Result<Done> check_belong(db::Tx& tx,
                          const Narrow& narrow,
                          const std::vector<db::Account>& mentioned) {
    if (mentioned.empty()) return Done{};
    const auto& [audience, circle] = narrow;
    auto outsiders = db::audiences::outsiders(tx, audience, ids_of(mentioned));
    for (const auto& account : mentioned) {
        const bool is_in =
            account.id == audience.owner || std::ranges::find(circle, account.id) != circle.end();
        if (audience.kind == db::AudienceKind::Circle && !is_in) outsiders.push_back(account.id);
    }
    if (outsiders.empty()) return Done{};
    return do_not_belong(mentioned, outsiders);
}

Result<Done> check_readers(db::Tx& tx,
                           const db::Status& status,
                           const std::vector<db::Account>& mentioned) {
    std::vector<AccountId> outsiders;
    for (const auto& account : mentioned) {
        const bool stands = db::mentions::exists(tx, status.id, account.id);
        if (!stands && !db::visibility::is_visible(tx, account.id, status.id))
            outsiders.push_back(account.id);
    }
    if (outsiders.empty()) return Done{};
    return do_not_belong(mentioned, outsiders);
}

Error cannot_ask_narrowly() {
    return unprocessable("Validation failed: The author of this post wants to be asked about "
                         "answers, which a post for a narrow audience cannot do");
}

Json without_boosts(Json policy) {
    policy["announce"] = {{"automatic", Json::array()}, {"manual", Json::array()}};
    return policy;
}

void send_narrowly(db::Tx& tx, Json activity, const db::Status& status) {
    if (status.local_only) return;
    const auto readers = db::audiences::remote_readers(tx, status.id);
    for (std::size_t first = 0; first < readers.size();) {
        Json people = Json::array();
        std::vector<Inbox> inboxes;
        const auto& host = readers[first].host;
        std::size_t next = first;
        for (; next < readers.size() && readers[next].host == host && people.size() < max_addressed;
             ++next) {
            people.push_back(readers[next].uri);
            const Inbox inbox{.uri = readers[next].inbox, .host = host};
            const bool is_new = std::ranges::find(inboxes, inbox.uri, &Inbox::uri) == inboxes.end();
            if (is_new) inboxes.push_back(inbox);
        }
        first = next;
        activity["to"] = people;
        activity["cc"] = Json::array();
        activity["object"]["to"] = people;
        activity["object"]["cc"] = Json::array();
        deliver(tx,
                {.signer = status.author,
                 .body = dump_json(activity),
                 .object_uri = status.uri,
                 .inboxes = std::move(inboxes),
                 .remember_inboxes = true});
    }
}

} // namespace outbox
