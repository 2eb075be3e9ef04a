#include "db/muted_threads.h"

#include "db/query.h"

namespace db::muted_threads {
namespace {

constexpr auto insert_thread = R"sql(
    INSERT INTO muted_threads (account_id, thread_id) VALUES ($1, $2) ON CONFLICT DO NOTHING
)sql";
constexpr auto delete_thread = "DELETE FROM muted_threads WHERE account_id = $1 AND thread_id = $2";
constexpr auto select_among =
    "SELECT thread_id FROM muted_threads WHERE account_id = $1 AND thread_id = ANY ($2::bigint[])";

} // namespace

void insert(Tx& tx, AccountId account, std::int64_t thread) {
    exec(tx, insert_thread, account, thread);
}

void remove(Tx& tx, AccountId account, std::int64_t thread) {
    exec(tx, delete_thread, account, thread);
}

std::vector<std::int64_t> among(Tx& tx,
                                AccountId account,
                                const std::vector<std::int64_t>& threads) {
    std::vector<std::int64_t> muted;
    for (const auto& row : exec(tx, select_among, account, threads))
        muted.push_back(Columns(row).number());
    return muted;
}

} // namespace db::muted_threads
