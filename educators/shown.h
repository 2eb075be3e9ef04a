#pragma once

#include "base/json.h"
#include "db/accounts.h"

#include <optional>
#include <string>

namespace educators {

/// What people are shown of an account's attestation, ours or theirs.
struct Shown {
    std::string name{};  ///< "Verified educator"
    std::string text{};  ///< "Teacher, confirmed by cedar.example …, until 2027-08-31". Plain.
    std::string since{}; ///< As in JSON.
};

/// One of `account.fields`: ours, made from what was checked; nothing for what the owner wrote.
std::optional<Shown> show_attested_field(const Json& field);

/// Of the account, if it is attested now.
std::optional<Shown> show_attestation(const db::Account& account);

/// Of a guest of one circle here: the last day, "2027-07-31".
std::optional<std::string> show_guest(const db::Account& account);

} // namespace educators
