#pragma once

#include "db/tx.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `roster_others`: a student ("s") or a family member ("f"), by keyed hashes alone.
struct RosterOther {
    std::string id_hash{};
    std::string email_hash{};
    std::string name_hash{};
    char kind = 's';
    std::vector<std::int64_t> marks{}; ///< Of a student: by what a text names them.
};

} // namespace db

/// Keyed hashes in hex, as educators/keyed_hash.h makes them.
namespace db::roster_others {

/// Those whose id or address is among `hashes`.
std::vector<RosterOther> list_by_id_or_email(Tx& tx, const std::vector<std::string>& hashes);
/// "s", "f" of anybody who has this id, address or name; a student first.
std::optional<char> find_kind(Tx& tx, const std::string& email_hash, const std::string& name_hash);

/// Inserts or updates; returns how many rows became others than they were.
std::int64_t store(Tx& tx, std::span<const RosterOther> others);
std::int64_t remove(Tx& tx, const std::vector<std::string>& id_hashes);
/// Ids behind `after`, in order.
std::vector<std::string> list_ids(Tx& tx, const std::string& after, int most);
/// Addresses and names that members of staff have, too, are nobody's mark.
void forget_marks(Tx& tx,
                  const std::vector<std::string>& email_hashes,
                  const std::vector<std::string>& name_hashes);

struct Counts {
    std::int64_t students = 0;
    std::int64_t families = 0;
};
Counts count(Tx& tx);

} // namespace db::roster_others
