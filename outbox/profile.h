#pragma once

#include "base/result.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <optional>
#include <string>
#include <vector>

namespace outbox {

struct FieldDraft {
    std::string name{};
    std::string value{}; ///< Plain text.
};

/// What is not named stays as it is.
struct ProfileDraft {
    std::optional<std::string> display_name{};
    std::optional<std::string> note{}; ///< Plain text.
    std::optional<std::vector<FieldDraft>> fields{};
    std::optional<std::string> avatar_url{}; ///< Already stored with us; "" removes it.
    std::optional<std::string> header_url{};
    std::optional<bool> locked{};
    std::optional<bool> bot{};
    std::optional<bool> discoverable{};
    std::optional<bool> indexable{};
    std::optional<bool> hide_collections{};
    std::optional<bool> show_media{};
    std::optional<bool> show_media_replies{};
    std::optional<bool> show_featured{};
    std::optional<std::vector<std::string>> attribution_domains{}; ///< Hosts, or URLs on them.
};

constexpr std::size_t max_display_name = 30;
constexpr std::size_t max_note = 500;
constexpr std::size_t max_fields = 4;
constexpr std::size_t max_field_text = 255;
constexpr std::size_t max_attribution_domains = 10;

/// Writes the profile and tells everybody who follows the member. Errors: Unprocessable.
Result<db::Account> update_profile(db::Tx& tx, const Acting& acting, const ProfileDraft& draft);

/// Queues an Update of the actor to followers: after a change of profile, key or state.
void send_profile(db::Tx& tx, const Instance& instance, const db::Account& account, Time now);

} // namespace outbox
