#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "db/tx.h"

#include <span>
#include <string>
#include <string_view>

namespace outbox {

/// A table that a member may take elsewhere, byte for byte in Mastodon's format; only cells that a
/// spreadsheet would take for formulas are guarded (base/csv.h).
/// Source: https://docs.joinmastodon.org/user/moving/#export
struct CsvExport {
    std::string_view file_name{};
    std::string_view title{}; ///< For people.
    std::string (*render)(db::Tx& tx, const Instance& instance, AccountId account) = nullptr;
};
std::span<const CsvExport> csv_exports();

} // namespace outbox
