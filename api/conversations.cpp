#include "api/conversations.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/paging.h"
#include "api/render.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/conversations/
namespace api {
namespace {

// GET /api/v1/conversations: paged by the last post of each.
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call);
    const auto conversations = db::conversations::list(tx, call.me(), page);
    auto response = array_response(render_conversations(api, tx, conversations, call.me()));
    add_links(response, api.instance(), call, page, keys_of(conversations, [](const auto& entry) {
                  return entry.last.value;
              }));
    return response;
}

// POST /api/v1/conversations/:id/read
Result<http::Response> read(const Api& api, const http::Call& call) {
    const auto id = call.id<db::ConversationTag>("id");
    if (!id) return id.error();
    db::Tx tx(api.deps.pool);
    db::conversations::set_read(tx, call.me(), *id);
    const auto conversation = db::conversations::find(tx, call.me(), *id);
    if (!conversation) return not_found("no such conversation");
    auto entities = render_conversations(api, tx, {*conversation}, call.me());
    tx.commit();
    return json_text_response(std::move(entities.front()));
}

// DELETE /api/v1/conversations/:id: the posts stay.
Result<http::Response> remove(const Api& api, const http::Call& call) {
    const auto id = call.id<db::ConversationTag>("id");
    if (!id) return id.error();
    db::Tx tx(api.deps.pool);
    if (!db::conversations::remove(tx, call.me(), *id)) return not_found("no such conversation");
    tx.commit();
    return empty_response();
}

} // namespace

std::vector<std::string> render_conversations(const Api& api,
                                              db::Tx& tx,
                                              const std::vector<db::Conversation>& conversations,
                                              AccountId me) {
    std::vector<StatusId> status_ids;
    std::vector<AccountId> account_ids{me};
    for (const auto& conversation : conversations) {
        status_ids.push_back(conversation.last);
        account_ids.insert(
            account_ids.end(), conversation.participants.begin(), conversation.participants.end());
    }
    const auto statuses = render_statuses(api, tx, status_ids, me);
    const auto accounts = render_account_map(api, tx, account_ids);

    std::vector<std::string> entities;
    for (const auto& conversation : conversations) {
        auto others = conversation.participants;
        if (others.empty()) others.push_back(me); // Notes to oneself.
        std::vector<std::string> shown;
        for (const auto other : others) {
            const auto account = accounts.find(other);
            if (account != accounts.end()) shown.push_back(account->second);
        }
        const auto last = std::ranges::find(statuses, conversation.last, &StatusText::id);
        auto entity =
            dump_json(Json{{"id", to_string(conversation.id)}, {"unread", conversation.unread}});
        add_member(entity, "accounts", array_text(shown));
        add_member(entity, "last_status", last == statuses.end() ? "null" : last->text);
        entities.push_back(std::move(entity));
    }
    return entities;
}

std::span<const Row> conversation_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/conversations", Token, "read:statuses", list},
        Row{"POST", "/api/v1/conversations/{id}/read", Token, "write:conversations", read},
        Row{"DELETE", "/api/v1/conversations/{id}", Token, "write:conversations", remove},
    };
    return rows;
}

} // namespace api
