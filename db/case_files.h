#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/reports.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <vector>

namespace db {

/// A file of a reported post, kept for who decides the case.
struct CaseFile {
    CaseId of_case{};
    StatusId status{};
    MediaId media{};
    std::string description{};
    std::string remote_url{}; ///< Of somebody elsewhere; "": ours.
    std::string file{};       ///< In the media store; "": not there yet, or it could not be had.
};

} // namespace db

namespace db::case_files {

/// What these posts carry now; what is known stays.
void keep(Tx& tx, CaseId id, const std::vector<StatusId>& posts);
std::vector<CaseFile> list(Tx& tx, CaseId id);
std::optional<CaseFile> find(Tx& tx, CaseId id, MediaId media);
/// Those of elsewhere that have no copy yet.
std::vector<CaseFile> list_missing(Tx& tx, CaseId id);
/// The copy is there: it is kept from now on.
void set_file(Tx& tx, const CaseFile& copied);
/// Of cases that were closed before `limit`, but for those about whom a legal hold stands.
void forget(Tx& tx, Time limit);

} // namespace db::case_files
