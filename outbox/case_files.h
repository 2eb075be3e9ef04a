#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/cases.h"
#include "db/pool.h"
#include "db/tx.h"
#include "jobs/worker.h"
#include "media/remote.h"

#include <vector>

/// What was reported is kept for who decides the case, whatever its author does meanwhile: the
/// texts, and the files (decision 315).
namespace outbox {

/// Copies of the posts as they are, and their files. Those of elsewhere are copied by a job.
void keep_evidence(db::Tx& tx, db::CaseId id, const std::vector<StatusId>& posts);

struct CaseFileDeps {
    db::Pool& pool;
    media::Remote& remote; ///< Over the peer client.
};
/// The job that copies others' files. `deps` must outlive it.
jobs::Kind case_files_kind(const CaseFileDeps& deps);

/// What the covenant says is kept no longer is forgotten, once the case was closed so many days ago
/// (at least 30, since an appeal has 20). Legal holds keep it. Periodic.
void forget_evidence(db::Tx& tx, const Instance& instance, Time now);

} // namespace outbox
