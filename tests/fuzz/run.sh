#!/usr/bin/env bash
# run.sh PROGRAM SECONDS: runs one fuzzer on its seeds (tests/fuzz/corpus/NAME, what wire_seeds.py makes of the
# vectors, the fixtures); what it finds goes with the temporary folder.
set -euo pipefail
program=$(realpath "$1") seconds=$2
cd "$(dirname "$0")/../.."
name=$(basename "$program"); name=${name#fuzz_}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/new"
corpora=("$work/new")
[ -d "tests/fuzz/corpus/$name" ] && corpora+=("tests/fuzz/corpus/$name")
tests/fuzz/wire_seeds.py "$work/seeds"
[ -d "$work/seeds/$name" ] && corpora+=("$work/seeds/$name")
corpora+=(tests/data/fixtures)
"$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
  -artifact_prefix="$work/" "${corpora[@]}" || { ls "$work"; head -c 2000 "$work"/crash-* "$work"/timeout-* 2>/dev/null | xxd | head -40; exit 1; }
