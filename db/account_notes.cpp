#include "db/account_notes.h"

#include "db/query.h"

namespace db::account_notes {
namespace {

constexpr auto upsert_note = R"sql(
    INSERT INTO account_notes (account_id, target_id, comment) VALUES ($1, $2, $3)
    ON CONFLICT (account_id, target_id) DO UPDATE SET comment = excluded.comment
)sql";
constexpr auto delete_note = "DELETE FROM account_notes WHERE account_id = $1 AND target_id = $2";
constexpr auto select_notes = R"sql(
    SELECT target_id, comment FROM account_notes
    WHERE account_id = $1 AND target_id = ANY ($2::bigint[])
)sql";

} // namespace

void put(Tx& tx, AccountId account, AccountId target, const std::string& comment) {
    if (comment.empty())
        exec(tx, delete_note, account, target);
    else
        exec(tx, upsert_note, account, target, comment);
}

std::unordered_map<AccountId, std::string> find_all(Tx& tx,
                                                    AccountId account,
                                                    const std::vector<AccountId>& targets) {
    std::unordered_map<AccountId, std::string> notes;
    for (const auto& row : exec(tx, select_notes, account, targets)) {
        Columns c(row);
        const auto target = c.id<AccountId>();
        notes.emplace(target, c.text());
    }
    return notes;
}

} // namespace db::account_notes
