#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/advisories.h"
#include "db/peers.h"
#include "db/tx.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Lists of others: taken in as drafts, approved by a person, withdrawn with all they said
/// (decision 340). Each act is written to the audit log.
namespace moderation {

constexpr std::string_view advice_threshold_name = "advice-threshold";

struct Act {
    std::string by{}; ///< As in the audit log.
    std::string reason{};
    Time now{};
};

/// Small letters, digits, dots and hyphens, at most 60.
bool is_list_name(std::string_view text);

struct NewList {
    std::string name{};
    std::string kind = "host"; ///< Of all its entries, as in db::Advisory.
    std::string text{};        ///< The file (parse_list_file).
};

struct ImportedList {
    std::size_t drafts = 0;
    std::size_t without_effect = 0;
    std::vector<std::string> unreadable{};
    std::vector<std::string> ours{}; ///< Our own host, or what it is below: never taken in.
};

/// Nothing of it has an effect before it is approved.
/// Errors: as parse_list_file; Unprocessable (no such kind; a bad name, or one that is taken; a
/// list without anything to take in).
Result<ImportedList> import_list(db::Tx& tx,
                                 const Instance& instance,
                                 const NewList& list,
                                 const Act& act);

/// A draft or an entry in force, and what is between us and the host.
struct Touched {
    db::Advisory entry{};
    std::int64_t follows = 0;
    std::int64_t members = 0;
    std::optional<db::PeerLevel> level{}; ///< The highest of a peer that it means.

    bool is_about_friend() const {
        return level == db::PeerLevel::Member || level == db::PeerLevel::Partner;
    }
};
/// Everything the list says, with what it would touch. Errors: NotFound.
Result<std::vector<Touched>> review_list(db::Tx& tx, std::string_view name);

struct Approved {
    std::int64_t in_force = 0;        ///< New ones.
    std::vector<std::string> waits{}; ///< About members and partners: approved by name only.
};
/// Without `host` all drafts but those about members and partners; else the draft of that host.
/// Errors: NotFound (no such list, no such draft); Unprocessable (no reason).
Result<Approved> approve_list(db::Tx& tx,
                              std::string_view name,
                              std::string_view host,
                              const Act& act);

/// Takes back what this list brought, and nothing else. Errors: NotFound; Unprocessable (no
/// reason; a register's list, which goes when it is unfollowed).
Result<Done> withdraw_list(db::Tx& tx, std::string_view name, const Act& act);

/// No list may speak of the host and what is below it; `excepted` false: lists may again.
/// Errors: Unprocessable (no host, no reason); NotFound (there was no exception).
Result<Done> except_host(db::Tx& tx, std::string_view host, bool excepted, const Act& act);

/// Errors: Unprocessable (not from 1 to most_lists_to_agree, no reason).
Result<Done> set_advice_threshold(db::Tx& tx, std::size_t threshold, const Act& act);

} // namespace moderation
