#pragma once

#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A version of what we promise: the text for people and the settings of the policy.
struct Covenant {
    int version = 0;
    std::string text{}; ///< Plain, in paragraphs.
    Json settings = Json::object();
    Time made_at{};
    std::string made_by{};
    std::string reason{};
};

/// A version of our signed policy document.
struct OwnPolicy {
    int version = 0;
    std::string document{};
    Time made_at{};
};

} // namespace db

namespace db::covenants {

/// False when that version is there: somebody else was first.
bool insert(Tx& tx, const Covenant& covenant);
std::optional<Covenant> find(Tx& tx, int version);
std::optional<Covenant> newest(Tx& tx);
/// Newest first, without text and settings.
std::vector<Covenant> list(Tx& tx);

/// False when that version is there.
bool insert_policy(Tx& tx, const OwnPolicy& policy);
std::optional<OwnPolicy> find_policy(Tx& tx, int version);
std::optional<OwnPolicy> newest_policy(Tx& tx);

} // namespace db::covenants
