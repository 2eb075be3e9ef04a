#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Our posts as public records: what is kept how long, what a legal hold keeps, what is found and
/// exported. Only outbox/records.h calls this, and the desk lists.
namespace db {

using LegalHoldId = Id<struct LegalHoldTag>;

/// A row of `retention_rules`.
struct RetentionRule {
    std::string kind{}; ///< "public", "official", "group-record", "private".
    int days = 0;
    std::string set_by{};
    Time set_at{};
};

/// A row of `legal_holds`.
struct LegalHold {
    LegalHoldId id{};
    AccountId account{};
    std::string matter{};
    std::string reason{};
    std::string set_by{}; ///< As audit_log.actor.
    Time set_at{};
    std::string lifted_by{};
    std::optional<Time> lifted_at{};
};

/// A post that everybody could read, or that a hold keeps of one.
struct RecordPost {
    StatusId id{};
    AccountId account{};
    std::string uri{};
    std::string kind{}; ///< Never "private".
    Time created_at{};
    std::optional<Time> edited_at{};
    std::optional<Time> deleted_at{}; ///< Only a hold keeps it.
    std::string spoiler_text{};
    std::string content{};  ///< Clean HTML.
    std::string document{}; ///< The object as it was sent.
    Json versions = Json::array();
};

} // namespace db

namespace db::records {

std::vector<RetentionRule> list_rules(Tx& tx);
void set_rule(Tx& tx, const RetentionRule& rule);
/// False when there was none.
bool remove_rule(Tx& tx, std::string_view kind);
/// Our posts of that kind from before `before` by whom no hold stands about; oldest first.
std::vector<StatusId> list_past(Tx& tx, std::string_view kind, Time before, int most);

LegalHoldId insert_hold(Tx& tx, const LegalHold& hold);
std::optional<LegalHold> find_hold(Tx& tx, LegalHoldId id);
/// Standing ones first, then the newest, at most 200.
std::vector<LegalHold> list_holds(Tx& tx);
/// False when it was lifted before.
bool lift_hold(Tx& tx, LegalHoldId id, std::string_view by, Time at);
/// Kept posts of whom no hold stands about any more. Returns how many.
int remove_released(Tx& tx);

struct OfficialAccount {
    AccountId account{};
    std::string set_by{};
    Time set_at{};
};
std::vector<OfficialAccount> list_official(Tx& tx);
/// False when it is so already.
bool set_official(Tx& tx, const OfficialAccount& account);
bool unset_official(Tx& tx, AccountId account);

/// What is looked for; what is empty does not count. Newest first.
struct RecordSearch {
    AccountId account{};
    std::string words{}; ///< A part of the text, in any letter case.
    std::string kind{};
    std::optional<Time> since{};
    std::optional<Time> until{}; ///< Not included.
    StatusId below{};
    int most = 50;
};
std::vector<RecordPost> search(Tx& tx, const RecordSearch& search);

} // namespace db::records
