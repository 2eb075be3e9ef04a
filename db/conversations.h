#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <optional>
#include <vector>

namespace db {

using ConversationId = Id<struct ConversationTag>;

/// Direct posts of one thread among the same people, as one member sees them.
struct Conversation {
    ConversationId id{};
    StatusId last{}; ///< The newest post in it that the member may see; the key of the list.
    std::vector<AccountId> participants{}; ///< The others.
    bool unread = false;
};

/// A conversation and whose it is.
struct ConversationOfMember {
    ConversationId conversation{};
    AccountId account{};
};

} // namespace db

namespace db::conversations {

/// Puts a direct post into the conversation of each member who takes part, making it if need be. It
/// becomes unread, but not for the author, and not where the thread is muted. Safe to call twice.
/// Returns the conversations that changed.
std::vector<ConversationOfMember> add_status(Tx& tx, StatusId status);

/// Newest first. What holds no post that the member may see is left out.
std::vector<Conversation> list(Tx& tx, AccountId account, const Page& page);
std::optional<Conversation> find(Tx& tx, AccountId account, ConversationId id);
bool set_read(Tx& tx, AccountId account, ConversationId id);
bool remove(Tx& tx, AccountId account, ConversationId id);

/// Whose conversations hold this post.
std::vector<ConversationOfMember> holding(Tx& tx, StatusId status);

} // namespace db::conversations
