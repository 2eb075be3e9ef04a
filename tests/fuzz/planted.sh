#!/usr/bin/env bash
# planted.sh PROGRAM SECONDS: the bug that planted.h puts into each target must be found in that time.
set -euo pipefail
program=$(realpath "$1") seconds=$2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if STAFFROOM_PLANTED_BUG=1 "$(dirname "$0")/run.sh" "$program" "$seconds" >"$log" 2>&1; then
  echo "$(basename "$program") did not find the planted bug in $seconds s: corpus or target have rotted" >&2
  exit 1
fi
grep -q 'deadly signal' "$log" || { tail -30 "$log" >&2; echo "$(basename "$program") failed, but not by abort()" >&2; exit 1; }
echo "$(basename "$program"): the planted bug was found"
