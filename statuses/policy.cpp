#include "statuses/policy.h"

#include "db/blocks.h"
#include "db/follows.h"
#include "db/mentions.h"
#include "federation/activity.h"
#include "federation/note.h"

#include <algorithm>
#include <span>

namespace statuses {
namespace {

using Strings = std::vector<std::string>;

Json names_of(const Strings& ids, const db::Account& author) {
    Json names = Json::array();
    for (const auto& id : ids) {
        if (id == federation::public_collection) {
            names.push_back("public");
        } else if (id == author.followers_uri) {
            names.push_back("followers");
        } else if (id == author.following_uri) {
            names.push_back("following");
        } else if (id != author.uri) { // The author alone is nobody.
            names.push_back(id);
        }
    }
    return names;
}

Strings texts_in(const Json& row, const char* key) {
    Strings texts;
    const auto found = row.find(key);
    if (found == row.end() || !found->is_array()) return texts;
    for (const auto& text : *found) {
        if (text.is_string()) texts.push_back(text.get<std::string>());
    }
    return texts;
}

Strings ids_of(const Strings& names, const db::Account& author) {
    Strings ids;
    for (const auto& name : names) {
        if (name == "public") {
            ids.emplace_back(federation::public_collection);
        } else if (name == "followers") {
            ids.push_back(author.followers_uri);
        } else if (name == "following") {
            ids.push_back(author.following_uri);
        } else {
            ids.push_back(name);
        }
    }
    return ids;
}

Json row_of(const federation::Approval& approval, const db::Account& author) {
    return {{"automatic", names_of(approval.automatic, author)},
            {"manual", names_of(approval.manual, author)}};
}

federation::Approval approval_of(const Json& row, const db::Account& author) {
    federation::Approval approval{.stated = true};
    approval.automatic = ids_of(texts_in(row, "automatic"), author);
    approval.manual = ids_of(texts_in(row, "manual"), author);
    if (approval.automatic.empty() && approval.manual.empty()) {
        approval.automatic.push_back(author.uri);
    }
    return approval;
}

// The other policies, by their name in the row; in the order of Interaction.
struct Part {
    const char* name;
    federation::Approval federation::InteractionPolicy::*member;
};
constexpr Part parts[] = {
    {"reply", &federation::InteractionPolicy::reply},
    {"like", &federation::InteractionPolicy::like},
    {"announce", &federation::InteractionPolicy::announce},
};

// What is not stated is for nobody but the author.
Json row_or_nobody(const db::Status& status) {
    if (status.interaction_policy.is_object()) return status.interaction_policy;
    return {{"automatic", Json::array()}, {"manual", Json::array()}};
}

/// What the author says about it, or nullptr.
const Json* stated(const db::Status& status, Interaction interaction) {
    if (!status.interaction_policy.is_object()) return nullptr;
    const auto found =
        status.interaction_policy.find(parts[static_cast<std::size_t>(interaction)].name);
    return found == status.interaction_policy.end() || !found->is_object() ? nullptr : &*found;
}

bool is_among(db::Tx& tx,
              const Strings& names,
              const db::Account& author,
              const db::Account& asker) {
    const auto has = [&](std::string_view name) {
        return std::ranges::find(names, name) != names.end();
    };
    if (has("public") || has(asker.uri)) return true;
    if (has("followers") && db::follows::is_following(tx, asker.id, author.id)) return true;
    return has("following") && db::follows::is_following(tx, author.id, asker.id);
}

} // namespace

Json usual_policy(db::Visibility visibility) {
    Json automatic = Json::array();
    if (db::is_open(visibility)) automatic.push_back("public");
    return {{"automatic", automatic}, {"manual", Json::array()}};
}

Result<Json> policy_named(std::string_view name, db::Visibility visibility) {
    Json automatic = Json::array();
    Json manual = Json::array();
    if (name == "public" || name == "followers") {
        if (db::is_open(visibility)) automatic.push_back(name);
    } else if (name == "ask") {
        if (db::is_open(visibility)) manual.push_back("public");
    } else if (name != "nobody") {
        const std::string shown = "Validation failed: Quote approval policy is not included in the "
                                  "list";
        return Error{.kind = Error::Kind::Unprocessable, .detail = shown, .shown = shown};
    }
    return Json{{"automatic", automatic}, {"manual", manual}};
}

Json policy_row(const federation::InteractionPolicy& policy, const db::Account& author) {
    Json row;
    if (policy.quote.stated) row = row_of(policy.quote, author);
    for (const auto& part : parts) {
        const auto& approval = policy.*part.member;
        if (approval.stated) row[part.name] = row_of(approval, author);
    }
    return row;
}

federation::InteractionPolicy wire_policy(const db::Status& status, const db::Account& author) {
    const Json row = row_or_nobody(status);
    federation::InteractionPolicy policy;
    policy.quote = approval_of(row, author);
    for (const auto& part : parts) {
        const auto found = row.find(part.name);
        if (found != row.end()) policy.*part.member = approval_of(*found, author);
    }
    return policy;
}

QuoteAnswer answer_quote(db::Tx& tx,
                         const db::Status& status,
                         const db::Account& author,
                         const db::Account& asker) {
    if (asker.id == author.id) return QuoteAnswer::Accept;
    if (!db::is_open(status.visibility) || status.local_only || status.is_boost()) {
        return QuoteAnswer::Reject;
    }
    if (db::blocks::exists_between(tx, author.id, asker.id)) return QuoteAnswer::Reject;
    const Json row = row_or_nobody(status);
    if (is_among(tx, texts_in(row, "automatic"), author, asker)) return QuoteAnswer::Accept;
    if (is_among(tx, texts_in(row, "manual"), author, asker)) return QuoteAnswer::Ask;
    return QuoteAnswer::Reject;
}

QuoteAnswer answer_interaction(db::Tx& tx,
                               Interaction interaction,
                               const db::Status& status,
                               const db::Account& author,
                               const db::Account& asker) {
    const Json* row = stated(status, interaction);
    if (row == nullptr || asker.id == author.id) return QuoteAnswer::Accept;
    const bool is_reply = interaction == Interaction::Reply;
    if (is_reply &&
        (status.in_reply_to_account == asker.id || db::mentions::exists(tx, status.id, asker.id))) {
        return QuoteAnswer::Accept;
    }
    if (is_among(tx, texts_in(*row, "automatic"), author, asker)) return QuoteAnswer::Accept;
    if (is_among(tx, texts_in(*row, "manual"), author, asker)) return QuoteAnswer::Ask;
    return QuoteAnswer::Reject;
}

bool takes_all(const db::Status& status, Interaction interaction) {
    const Json* row = stated(status, interaction);
    if (row == nullptr) return true;
    const auto names = texts_in(*row, "automatic");
    return std::ranges::find(names, "public") != names.end();
}

} // namespace statuses
