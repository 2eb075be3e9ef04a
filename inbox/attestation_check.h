#pragma once

#include "inbox/worker.h"

namespace inbox {

/// Checks the attestation that an actor's document newly carries, or no longer carries, and with
/// that what everybody is shown of it: the job db::attestation_claims::check_job.
jobs::Kind attestation_check_kind(const Work& work);

} // namespace inbox
