#include "db/conversations.h"

#include "db/paged.h"

namespace db::conversations {
namespace {

// A post that stands in its conversation already changes nothing: a repeated delivery does not make
// it unread again.
constexpr auto insert_status = R"sql(
    WITH belonging AS (
        SELECT d.*, (d.author_id <> d.account_id AND NOT EXISTS (
            SELECT 1 FROM muted_threads m
            WHERE m.account_id = d.account_id AND m.thread_id = d.thread_id)) AS unread
        FROM conversation_definition d
        WHERE d.status_id = $1 AND NOT EXISTS (
            SELECT 1 FROM conversation_statuses c
            WHERE c.status_id = d.status_id AND c.account_id = d.account_id)
    ), made AS (
        INSERT INTO conversations (account_id, thread_id, participants, unread)
        SELECT account_id, thread_id, participants, unread FROM belonging ORDER BY account_id
        ON CONFLICT (account_id, thread_id, participants) DO UPDATE
            SET unread = excluded.unread
        RETURNING id, account_id
    )
    INSERT INTO conversation_statuses (account_id, status_id, conversation_id)
    SELECT account_id, $1, id FROM made
    ON CONFLICT DO NOTHING
    RETURNING conversation_id, account_id
)sql";

constexpr auto last_posts = Sql(R"sql(
    SELECT c.status_id, v.id, v.participants, v.unread
    FROM conversation_statuses c
    JOIN conversations v ON v.id = c.conversation_id
    WHERE c.account_id = $1
      AND EXISTS (SELECT 1 FROM listed_statuses($1) s WHERE s.status_id = c.status_id)
      AND NOT EXISTS (
          SELECT 1 FROM conversation_statuses later
          WHERE later.conversation_id = c.conversation_id AND later.status_id > c.status_id
            AND EXISTS (SELECT 1 FROM listed_statuses($1) s WHERE s.status_id = later.status_id))
)sql");
constexpr auto select_page = paged(last_posts + Sql(" AND c.status_id < $2 AND c.status_id > $3"));
constexpr auto select_one = last_posts + Sql(" AND v.id = $2");

constexpr auto update_read = R"sql(
    UPDATE conversations SET unread = false WHERE account_id = $1 AND id = $2
)sql";
constexpr auto delete_one = "DELETE FROM conversations WHERE account_id = $1 AND id = $2";
constexpr auto select_holding = R"sql(
    SELECT conversation_id, account_id FROM conversation_statuses WHERE status_id = $1
)sql";

Conversation read(Columns c) {
    Conversation conversation;
    conversation.last = c.id<StatusId>();
    conversation.id = c.id<ConversationId>();
    conversation.participants = c.ids<AccountId>();
    conversation.unread = c.flag();
    return conversation;
}

ConversationOfMember read_holding(Columns c) {
    const auto conversation = c.id<ConversationId>();
    return {.conversation = conversation, .account = c.id<AccountId>()};
}

} // namespace

std::vector<ConversationOfMember> add_status(Tx& tx, StatusId status) {
    return rows_of(exec(tx, insert_status, status), read_holding);
}

std::vector<Conversation> list(Tx& tx, AccountId account, const Page& page) {
    return page_of(tx, select_page, read, page, account);
}

std::optional<Conversation> find(Tx& tx, AccountId account, ConversationId id) {
    return first_of(exec(tx, select_one.text, account, id), read);
}

bool set_read(Tx& tx, AccountId account, ConversationId id) {
    return exec(tx, update_read, account, id).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, ConversationId id) {
    return exec(tx, delete_one, account, id).affected_rows() == 1;
}

std::vector<ConversationOfMember> holding(Tx& tx, StatusId status) {
    return rows_of(exec(tx, select_holding, status), read_holding);
}

} // namespace db::conversations
