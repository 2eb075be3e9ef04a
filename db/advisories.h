#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using AdvisoryListId = Id<struct AdvisoryListTag>;

/// A list of others, as it was taken in.
struct AdvisoryList {
    AdvisoryListId id{};
    std::string name{};
    std::string origin{}; ///< The file's form, and its SHA-256.
    std::string created_by{};
    Time created_at{};
    std::int64_t drafts = 0;
    std::int64_t in_force = 0;
};

/// What a list says of one host.
struct Advisory {
    AdvisoryListId list{};
    std::string kind{};     ///< "host": who sends; "link-host": what is linked to.
    std::string subject{};  ///< A host name; those below it are meant, too.
    std::string severity{}; ///< "limit", "hold".
    std::string reason{};   ///< The list's words, not ours.
    bool in_force = false;  ///< Else a draft.
};

struct AdvisoryException {
    std::string host{};
    std::string reason{};
    std::string created_by{};
    Time created_at{};
};

/// How much there is between our people and a host.
struct HostFollows {
    std::string host{};
    std::int64_t follows = 0; ///< Both directions.
    std::int64_t members = 0; ///< Of ours, who follow or are followed.
};

} // namespace db

namespace db::advisories {

/// Nothing when there is a list of that name.
std::optional<AdvisoryListId> insert_list(Tx& tx, const AdvisoryList& list);
/// As drafts, all of that list.
void insert(Tx& tx, AdvisoryListId list, const std::vector<Advisory>& entries);
/// Oldest first.
std::vector<AdvisoryList> list_lists(Tx& tx);
std::optional<AdvisoryList> find_list(Tx& tx, std::string_view name);
std::vector<Advisory> list(Tx& tx, AdvisoryListId list);
/// Returns how many drafts of these subjects are in force now.
std::int64_t approve(Tx& tx, AdvisoryListId list, const std::vector<std::string>& subjects);
/// In place of what it said of the same before; drafts and what is in force.
void put(Tx& tx, AdvisoryListId list, const std::vector<Advisory>& entries);
/// What that list says of these; of the entries only kind and subject are looked at.
void remove(Tx& tx, AdvisoryListId list, const std::vector<Advisory>& entries);
/// With everything it says.
void remove_list(Tx& tx, AdvisoryListId list);

/// Of which kinds anything is in force; most houses have none, and then nothing else is asked.
std::vector<std::string> kinds_in_force(Tx& tx);
/// What is in force about one of these hosts, of either kind.
std::vector<Advisory> find_in_force(Tx& tx, const std::vector<std::string>& hosts);

/// In place of the one before.
void put_exception(Tx& tx, const AdvisoryException& exception);
bool remove_exception(Tx& tx, std::string_view host);
std::vector<AdvisoryException> list_exceptions(Tx& tx);
/// Those of these hosts that no list may speak of.
std::vector<std::string> excepted(Tx& tx, const std::vector<std::string>& hosts);

/// Every host that our people follow or are followed from.
std::vector<HostFollows> count_follows(Tx& tx);

} // namespace db::advisories
