#include "db/follower_inboxes.h"

#include "db/query.h"

namespace db::follower_inboxes {
namespace {

// bit_send: four bytes of length, then the bits.
constexpr auto select_digests = R"sql(
    SELECT host, encode(substring(bit_send(bit_xor(digest)) FROM 5), 'hex')
    FROM follower_inboxes WHERE account_id = $1 AND host = ANY ($2::text[])
    GROUP BY host
)sql";

HostDigest read(Columns c) {
    HostDigest digest;
    digest.host = c.text();
    digest.digest = c.text();
    return digest;
}

} // namespace

std::vector<HostDigest> digests(Tx& tx, AccountId followed, const std::vector<std::string>& hosts) {
    return rows_of(exec(tx, select_digests, followed, hosts), read);
}

} // namespace db::follower_inboxes
